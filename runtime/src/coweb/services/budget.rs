//! How much a bot may publish.

use std::time::Instant;

/// Messages that may be published at once, and then each second. Each goes to every listener, and a listener for whom too
/// much waits is cut off: a bot must not be able to bring that about.
const MESSAGES: f64 = 500.0;
const MESSAGES_A_SECOND: f64 = 200.0;
/// Bytes likewise.
const BYTES: f64 = 2.0 * 1_048_576.0;
const BYTES_A_SECOND: f64 = 512.0 * 1_024.0;

/// What is left of it.
pub struct Budget {
    messages: f64,
    bytes: f64,
    at: Instant,
}

impl Budget {
    /// A whole one.
    pub fn new(now: Instant) -> Self {
        Self { messages: MESSAGES, bytes: BYTES, at: now }
    }

    /// Takes a message of so many bytes from it; false if it is not enough.
    pub fn take(&mut self, bytes: usize, now: Instant) -> bool {
        let passed = now.saturating_duration_since(self.at).as_secs_f64();
        self.at = now;
        self.messages = (self.messages + passed * MESSAGES_A_SECOND).min(MESSAGES);
        self.bytes = (self.bytes + passed * BYTES_A_SECOND).min(BYTES);
        let bytes = bytes as f64;
        if self.messages < 1.0 || self.bytes < bytes {
            return false;
        }
        self.messages -= 1.0;
        self.bytes -= bytes;
        true
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_bot_may_say_much_at_once_and_then_so_much_a_second() {
        let mut now = Instant::now();
        let mut budget = Budget::new(now);
        let said = (0..10_000).filter(|_| budget.take(10, now)).count();
        assert_eq!(said, 500);
        now += Duration::from_secs(1);
        let said = (0..10_000).filter(|_| budget.take(10, now)).count();
        assert_eq!(said, 200);
    }

    #[test]
    fn large_messages_are_counted_by_their_bytes() {
        let now = Instant::now();
        let mut budget = Budget::new(now);
        assert!(!budget.take(3 << 20, now));
        assert!(budget.take(2 << 20, now));
        assert!(!budget.take(1, now));
    }
}
