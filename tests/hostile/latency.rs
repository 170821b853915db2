//! How long answers took, in a table that never grows: what counts memory must use none.

use std::{
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::Duration,
};

/// Steps between one power of two and the next: a figure is right to one sixteenth.
const STEPS: usize = 16;
/// Powers of two of nanoseconds: up to some minutes.
const POWERS: usize = 40;

/// A table of how many answers took how long.
pub struct Latency {
    counts: [AtomicU64; STEPS * POWERS],
}

impl Latency {
    /// Nothing yet.
    pub fn new() -> Self {
        Self { counts: [const { AtomicU64::new(0) }; STEPS * POWERS] }
    }

    /// One answer took so long.
    pub fn add(&self, took: Duration) {
        let nanoseconds = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX).max(STEPS as u64);
        let power = nanoseconds.ilog2() as usize;
        let step = (nanoseconds >> (power - 4)) as usize - STEPS;
        self.counts[(power * STEPS + step).min(STEPS * POWERS - 1)].fetch_add(1, Relaxed);
    }

    /// How many answers there were.
    pub fn count(&self) -> u64 {
        self.counts.iter().map(|count| count.load(Relaxed)).sum()
    }

    /// The time in which so many in a hundred were there; nothing if there was none.
    pub fn percentile(&self, percent: u64) -> Duration {
        let wanted = (self.count() * percent).div_ceil(100);
        let mut seen = 0;
        for (place, count) in self.counts.iter().enumerate() {
            seen += count.load(Relaxed);
            if seen >= wanted.max(1) {
                let (power, step) = (place / STEPS, place % STEPS);
                return Duration::from_nanos(((STEPS + step + 1) as u64) << power >> 4);
            }
        }
        Duration::ZERO
    }
}
