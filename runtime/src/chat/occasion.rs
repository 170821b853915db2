//! Something that is said so often a minute at most, however often it happens.

use std::time::{Duration, Instant};

use parking_lot::Mutex;

/// One minute.
const PERIOD: Duration = Duration::from_secs(60);

/// Counts what is said, and what is not.
pub(super) struct Occasion {
    most: u32,
    minute: Mutex<Minute>,
}

struct Minute {
    since: Instant,
    said: u32,
    kept_back: u64,
}

impl Occasion {
    /// To be said `most` times a minute.
    pub fn new(most: u32) -> Self {
        Self { most, minute: Mutex::new(Minute { since: Instant::now(), said: 0, kept_back: 0 }) }
    }

    /// Whether it is to be said now; then with how often it was not since the last time.
    pub fn arises(&self) -> Option<u64> {
        let mut minute = self.minute.lock();
        if minute.since.elapsed() >= PERIOD {
            (minute.since, minute.said) = (Instant::now(), 0);
        }
        if minute.said >= self.most {
            minute.kept_back += 1;
            return None;
        }
        minute.said += 1;
        Some(std::mem::take(&mut minute.kept_back))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_happens_too_often_is_counted_and_told_with_the_next() {
        let occasion = Occasion::new(2);
        assert_eq!([(); 4].map(|()| occasion.arises()), [Some(0), Some(0), None, None]);
        occasion.minute.lock().since -= PERIOD;
        assert_eq!(occasion.arises(), Some(2));
    }
}
