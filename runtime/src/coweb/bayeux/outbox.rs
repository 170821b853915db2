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
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delivery(number: u32) -> Delivery {
        Delivery::of("/a", &number).unwrap()
    }

    fn push(outbox: &mut Outbox, number: u32) {
        outbox.push(delivery(number), &Limits::default()).unwrap();
    }

    /// The next batch: its number, and the last digits of what is in it.
    fn take(outbox: &mut Outbox) -> (Option<i64>, String) {
        let number = outbox.number();
        let mut digits = String::new();
        outbox.take(number, |delivery| {
            digits.extend(delivery.as_str().chars().rev().nth(1));
        });
        (number, digits)
    }

    #[test]
    fn what_is_not_acknowledged_is_sent_again_before_what_is_new() {
        let mut outbox = Outbox::new(true);
        outbox.connect(Some(-1));
        assert_eq!(take(&mut outbox), (Some(0), String::new()));
        outbox.connect(Some(0));
        push(&mut outbox, 1);
        assert_eq!(take(&mut outbox), (Some(1), "1".into()));
        push(&mut outbox, 2);
        assert!(outbox.ready());
        outbox.connect(Some(0));
        assert_eq!(take(&mut outbox), (Some(2), "12".into()));
        outbox.connect(Some(2));
        assert!(!outbox.ready());
    }

    #[test]
    fn what_was_acknowledged_is_not_sent_again_though_later_ones_are() {
        let mut outbox = Outbox::new(true);
        outbox.connect(Some(-1));
        push(&mut outbox, 1);
        take(&mut outbox);
        push(&mut outbox, 2);
        take(&mut outbox);
        outbox.connect(Some(0));
        assert_eq!(take(&mut outbox), (Some(2), "2".into()));
    }

    #[test]
    fn what_arrived_at_once_is_not_sent_again_because_the_client_asked_twice() {
        let mut outbox = Outbox::new(true);
        outbox.connect(Some(-1));
        push(&mut outbox, 1);
        assert_eq!(take(&mut outbox), (Some(0), "1".into()));
        outbox.connect(Some(-1));
        assert_eq!(take(&mut outbox), (Some(1), "1".into()));
        outbox.connect(Some(0));
        assert!(!outbox.ready());
    }

    #[test]
    fn what_is_on_its_way_is_not_sent_again_before_the_client_asks() {
        let mut outbox = Outbox::new(true);
        outbox.connect(Some(-1));
        push(&mut outbox, 1);
        take(&mut outbox);
        assert!(!outbox.ready());
        assert_eq!(take(&mut outbox), (Some(1), String::new()));
    }

    #[test]
    fn a_client_that_counts_from_zero_does_not_acknowledge_the_first_batch_by_that() {
        let mut outbox = Outbox::new(true);
        outbox.connect(Some(0));
        push(&mut outbox, 1);
        assert_eq!(take(&mut outbox), (Some(1), "1".into()));
        outbox.connect(Some(0));
        assert_eq!(take(&mut outbox), (Some(2), "1".into()));
    }

    #[test]
    fn a_client_cannot_acknowledge_what_was_not_sent() {
        let mut outbox = Outbox::new(true);
        outbox.connect(Some(i64::MAX));
        push(&mut outbox, 1);
        outbox.connect(Some(i64::MAX));
        assert_eq!(take(&mut outbox), (Some(1), "1".into()));
        outbox.connect(Some(i64::MIN));
        assert!(outbox.ready());
        outbox.connect(None);
        assert!(outbox.ready());
        outbox.connect(Some(i64::MAX));
        assert!(!outbox.ready());
    }

    #[test]
    fn without_acknowledgements_what_was_sent_is_forgotten() {
        let mut outbox = Outbox::new(false);
        push(&mut outbox, 1);
        push(&mut outbox, 2);
        assert!(outbox.take_only().is_none());
        assert_eq!(take(&mut outbox), (None, "12".into()));
        outbox.connect(Some(-1));
        assert!(!outbox.ready());
        push(&mut outbox, 3);
        assert_eq!(outbox.take_only().unwrap().as_str(), delivery(3).as_str());
        assert_eq!(outbox.size(), 0);
    }

    #[test]
    fn messages_and_bytes_are_bounded_with_what_is_not_acknowledged() {
        let size = delivery(1).size();
        let limits = Limits { queue: 2, queue_bytes: size * 3, ..Limits::default() };
        let mut outbox = Outbox::new(true);
        outbox.connect(Some(-1));
        assert_eq!(outbox.push(delivery(1), &limits), Ok(()));
        take(&mut outbox);
        assert_eq!(outbox.push(delivery(2), &limits), Ok(()));
        assert_eq!(outbox.push(delivery(3), &limits), Err(Overflow));
        outbox.connect(Some(0));
        assert_eq!(outbox.push(delivery(3), &limits), Ok(()));
        let limits = Limits { queue: 9, queue_bytes: size * 3 - 1, ..limits };
        assert_eq!(outbox.push(delivery(4), &limits), Err(Overflow));
    }
}
