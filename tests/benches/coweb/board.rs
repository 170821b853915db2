//! What is under way, and how long it took.

use std::{
    cell::{Cell, RefCell},
    time::Duration,
};

use tokio::{sync::Notify, time::Instant};

/// Operations of one session or requests of one client, from when they are due to when all have them whom they are for.
pub struct Board {
    clients: usize,
    operations: RefCell<Vec<Operation>>,
    completed: Cell<usize>,
    change: Notify,
}

struct Operation {
    due: Instant,
    /// How many lack it.
    lack: usize,
    took: Duration,
}

impl Board {
    /// For things that so many clients must get.
    pub fn new(clients: usize) -> Self {
        Self { clients, operations: RefCell::default(), completed: Cell::new(0), change: Notify::new() }
    }

    /// A new operation, due now or a moment ago; its number.
    pub fn begin(&self, due: Instant) -> usize {
        let mut operations = self.operations.borrow_mut();
        operations.push(Operation { due, lack: self.clients, took: Duration::ZERO });
        operations.len() - 1
    }

    /// One more client has it.
    pub fn delivered(&self, number: usize) {
        let mut operations = self.operations.borrow_mut();
        let operation = &mut operations[number];
        operation.lack = operation.lack.checked_sub(1).expect("nobody gets anything twice");
        if operation.lack == 0 {
            operation.took = operation.due.elapsed();
            self.completed.set(self.completed.get() + 1);
            self.change.notify_waiters();
        }
    }

    /// How many all have.
    pub fn completed(&self) -> usize {
        self.completed.get()
    }

    /// How many not all have.
    pub fn under_way(&self) -> usize {
        self.operations.borrow().len() - self.completed.get()
    }

    /// Waits until so few are under way.
    pub async fn at_most(&self, few: usize) {
        while self.under_way() > few {
            self.change.notified().await;
        }
    }

    /// How long those took that came after so many.
    pub fn times(&self, after: usize) -> Vec<Duration> {
        self.operations.borrow()[after..].iter().map(|operation| operation.took).collect()
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.operations.borrow().len()
    }
}
