//! How many compilers may be at work at a time.

use std::thread;

use parking_lot::{Condvar, Mutex};

/// The most compilers at a time, whatever the machine: each may take all the memory that it is allowed.
const MOST: usize = 4;

/// Turns of compilers. Many components are loaded at once, and each compiler has all processors already.
#[derive(Debug)]
pub(super) struct Turns {
    free: Mutex<usize>,
    given_back: Condvar,
}

impl Default for Turns {
    fn default() -> Self {
        let processors = thread::available_parallelism().map_or(1, usize::from);
        // Two at least, so that one which takes all its time is not in the way of all others.
        Self { free: Mutex::new(processors.clamp(2, MOST)), given_back: Condvar::new() }
    }
}

impl Turns {
    /// Waits for a turn, which lasts until it is dropped.
    pub fn take(&self) -> Turn<'_> {
        let mut free = self.free.lock();
        self.given_back.wait_while(&mut free, |free| *free == 0);
        *free -= 1;
        Turn(self)
    }
}

/// One compiler's turn.
pub(super) struct Turn<'a>(&'a Turns);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        *self.0.free.lock() += 1;
        self.0.given_back.notify_one();
    }
}
