//! Attempts to log in: a few at a time, and not too many wrong ones from one address.

use std::{
    collections::HashMap,
    net::IpAddr,
    time::{Duration, Instant},
};

use parking_lot::Mutex;
use tokio::sync::{Semaphore, SemaphorePermit};

/// How many passwords are checked at the same time: that takes long on purpose, and others wait for the manager too.
const AT_ONCE: usize = 2;
/// How many wrong ones an address has…
const MOST: u32 = 10;
/// … in this time.
const PER: Duration = Duration::from_secs(60);
/// The most addresses that are remembered.
const MOST_ADDRESSES: usize = 10_000;

/// Who has tried, and how often.
pub(super) struct Attempts {
    room: Semaphore,
    wrong: Mutex<HashMap<IpAddr, (u32, Instant)>>,
}

impl Default for Attempts {
    fn default() -> Self {
        Self { room: Semaphore::new(AT_ONCE), wrong: Mutex::default() }
    }
}

impl Attempts {
    /// A try, unless there are too many.
    pub fn begin(&self, by: IpAddr) -> Option<SemaphorePermit<'_>> {
        let wrong = self.wrong.lock();
        let often = wrong.get(&by).is_some_and(|(times, since)| *times >= MOST && since.elapsed() < PER);
        drop(wrong);
        if often { None } else { self.room.try_acquire().ok() }
    }

    /// It was wrong.
    pub fn fail(&self, by: IpAddr) {
        let mut wrong = self.wrong.lock();
        if wrong.len() >= MOST_ADDRESSES {
            wrong.retain(|_, (_, since)| since.elapsed() < PER);
        }
        if wrong.len() >= MOST_ADDRESSES {
            // Many addresses at once: whoever has them is not slowed down by this anyway.
            wrong.clear();
        }
        let (times, since) = wrong.entry(by).or_insert_with(|| (0, Instant::now()));
        if since.elapsed() >= PER {
            (*times, *since) = (0, Instant::now());
        }
        *times += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_wrong_passwords_from_one_address_are_enough_for_a_minute() {
        let (attempts, by, other) =
            (Attempts::default(), IpAddr::from([192, 0, 2, 1]), IpAddr::from([192, 0, 2, 2]));
        for _ in 0..MOST {
            assert!(attempts.begin(by).is_some());
            attempts.fail(by);
        }
        assert!(attempts.begin(by).is_none());
        assert!(attempts.begin(other).is_some());
    }

    #[test]
    fn only_a_few_are_checked_at_a_time() {
        let (attempts, by) = (Attempts::default(), IpAddr::from([192, 0, 2, 1]));
        let _under_way: Vec<_> = (0..AT_ONCE).map(|_| attempts.begin(by).unwrap()).collect();
        assert!(attempts.begin(by).is_none());
    }
}
