//! What waits for one client, and what it has not acknowledged.

use std::collections::VecDeque;

use super::{delivery::Delivery, manners::Limits};

/// What waits for one client, in order.
///
/// With acknowledgements (CometD's `ack` extension) every answer to a connect is a batch with a number, one higher than
/// the one before, and holds everything that the client is not known to have. So if a client has batch N, it has all that
/// was in earlier ones, and it is enough that its connect tells the last number it has seen.
#[derive(Debug)]
pub(super) struct Outbox {
    waiting: VecDeque<Waiting>,
    /// Bytes of those.
    bytes: usize,
    /// How many of them, at the front, are on their way. They are not sent again before the client asks.
    sent: usize,
    /// Whether the client acknowledges.
    acks: bool,
    /// Whether it has connected.
    begun: bool,
    /// The number of the next batch.
    next: i64,
}

#[derive(Debug)]
struct Waiting {
    delivery: Delivery,
    /// The first batch that it was in.
    batch: Option<i64>,
}

/// More is waiting than [`Limits`] allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Overflow;

impl Outbox {
    /// Nothing waits, for a client that acknowledges or does not.
    pub fn new(acks: bool) -> Self {
        Self { waiting: VecDeque::new(), bytes: 0, sent: 0, acks, begun: false, next: 0 }
    }

    /// Whether the client acknowledges.
    pub fn acks(&self) -> bool {
        self.acks
    }

    /// One more, behind the others.
    pub fn push(&mut self, delivery: Delivery, limits: &Limits) -> Result<(), Overflow> {
        let bytes = self.bytes + delivery.size();
        if self.waiting.len() >= limits.queue || bytes > limits.queue_bytes {
            return Err(Overflow);
        }
        self.bytes = bytes;
        self.waiting.push_back(Waiting { delivery, batch: None });
        Ok(())
    }

    /// The client connects, and says that it has everything up to batch `ack`. What it then lacks of what was sent is to
    /// be sent again.
    pub fn connect(&mut self, ack: Option<i64>) {
        if !self.acks {
            return;
        }
        let ack = ack.unwrap_or(-1);
        if !self.begun {
            // Here the client tells where it counts from: 1.x of CometD's clients says -1, later ones 0. Were their batch 0
            // lost, its messages would pass for received.
            (self.begun, self.next) = (true, ack.clamp(-1, 0) + 1);
        }
        while let Some(first) = self.waiting.front()
            && first.batch.is_some_and(|batch| batch <= ack)
        {
            self.bytes -= first.delivery.size();
            self.waiting.pop_front();
        }
        self.sent = 0;
    }

    /// Whether there is something to send now.
    pub fn ready(&self) -> bool {
        self.waiting.len() > self.sent
    }

    /// Bytes of what [`take`](Self::take) is to give, with a comma each.
    pub fn size(&self) -> usize {
        self.bytes + self.waiting.len()
    }

    /// Begins the next batch: its number, if there are acknowledgements. [`take`](Self::take) gives what is in it.
    pub fn number(&mut self) -> Option<i64> {
        let number = self.acks.then_some(self.next);
        self.next += 1;
        number
    }

    /// What is to be sent now, as batch `number`. Without a number it is forgotten.
    pub fn take(&mut self, number: Option<i64>, mut send: impl FnMut(&Delivery)) {
        let Some(number) = number else {
            self.waiting.drain(..).for_each(|waiting| send(&waiting.delivery));
            self.bytes = 0;
            return;
        };
        for waiting in self.waiting.range_mut(self.sent..) {
            waiting.batch.get_or_insert(number);
            send(&waiting.delivery);
        }
        self.sent = self.waiting.len();
    }

    /// The only one that waits, taken out; `None` if there are more or fewer.
    pub fn take_only(&mut self) -> Option<Delivery> {
        if self.acks || self.waiting.len() != 1 {
            return None;
        }
        self.bytes = 0;
        self.waiting.pop_front().map(|waiting| waiting.delivery)
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.waiting = VecDeque::new();
        (self.bytes, self.sent) = (0, 0);
    }

    #[cfg(test)]
    pub fn len(&self) -> usize {
        self.waiting.len()
    }
}
