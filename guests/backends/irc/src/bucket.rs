//! How often something may happen.

use std::time::Duration;

/// A token bucket: so many at once, then one each so often.
#[derive(Debug)]
pub struct Bucket {
    most: u32,
    every: Duration,
    left: u32,
    /// Since when the next token fills up.
    since: Duration,
}

impl Bucket {
    /// A full one. `every` must not be zero.
    pub fn new(most: u32, every: Duration) -> Self {
        Self { most, every: every.max(Duration::from_nanos(1)), left: most, since: Duration::ZERO }
    }

    /// Takes a token, where there is one.
    pub fn take(&mut self, now: Duration) -> bool {
        self.fill(now);
        if self.left == 0 {
            return false;
        }
        self.left -= 1;
        true
    }

    /// When there will be a token.
    pub fn next(&mut self, now: Duration) -> Duration {
        self.fill(now);
        if self.left > 0 { now } else { self.since + self.every }
    }

    fn fill(&mut self, now: Duration) {
        let full = now.saturating_sub(self.since).as_nanos() / self.every.as_nanos();
        let missing = self.most - self.left;
        match u32::try_from(full) {
            Ok(full) if full < missing => {
                self.left += full;
                self.since += self.every * full;
            }
            // A full bucket saves nothing up.
            _ => (self.left, self.since) = (self.most, now),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_and_then_at_its_pace() {
        let second = Duration::from_secs(1);
        let mut bucket = Bucket::new(3, 2 * second);
        assert!((0..3).all(|_| bucket.take(10 * second)) && !bucket.take(10 * second));
        assert_eq!(bucket.next(10 * second), 12 * second);
        assert!(!bucket.take(11 * second) && bucket.take(12 * second) && !bucket.take(13 * second));
        assert!(bucket.take(14 * second));
        assert!((0..3).all(|_| bucket.take(1000 * second)) && !bucket.take(1001 * second));
    }
}
