//! Counts what a guest uses: the time that it computes, apart from the time that it waits; how long its calls take; the
//! memory that it and the host hold.

use std::{
    future::Future,
    pin::Pin,
    sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering::Relaxed},
    task::{Context, Poll},
    time::{Duration, Instant},
};

use hdrhistogram::Histogram;
use parking_lot::Mutex;
use wasmtime::UpdateDeadline;

use super::engine::{Pulse, TICK};

/// What the times of calls are counted in.
const GRAIN: Duration = Duration::from_nanos(100);
/// The longest time that is told from a longer one.
const LONGEST: Duration = Duration::from_secs(600);

/// The CPU clock of one extension, shared between its task (which writes) and whoever reads its figures.
///
/// A guest is charged for the time in which its call is being polled: while it waits in a host call it is not.
/// Against a machine that takes the processor away in the middle, it is never charged more than one tick of
/// the epoch for each time that the epoch's end was noticed.
#[derive(Debug)]
pub struct Meter {
    born: Instant,
    /// When the poll now under way began, in nanoseconds since `born`.
    polled_at: AtomicU64,
    /// Nanoseconds polled in this call, the poll under way left out.
    spent: AtomicU64,
    /// Epoch ends noticed in this call.
    ticks: AtomicU32,
    total: AtomicU64,
    calls: AtomicU64,
    /// When the call under way began, in nanoseconds since `born`.
    begun: AtomicU64,
    /// How long calls took; none before the first, since most of very many extensions may never be called.
    times: Mutex<Option<Histogram<u32>>>,
    memory: AtomicUsize,
    held: AtomicUsize,
    failures: AtomicU64,
}

/// What an extension has used since it was first started, all of its instances together, and what it holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Used {
    /// Time that it computed.
    pub cpu_time: Duration,
    /// Calls, each first one of an instance being the making of it.
    pub calls: u64,
    /// Half of the calls were over within this time, waiting included; to within a tenth of it.
    pub p50: Duration,
    /// Ninety-nine of a hundred were.
    pub p99: Duration,
    /// Bytes of its linear memories, as after the last call.
    pub memory: usize,
    /// Bytes that the host keeps on its behalf, as after the last call and without what waits in its mailbox: see
    /// [`HostState::held`](super::instance::HostState::held).
    pub host_memory: usize,
    /// Instances of it that failed.
    pub failures: u64,
}

impl Default for Meter {
    fn default() -> Self {
        Self {
            born: Instant::now(),
            polled_at: AtomicU64::new(0),
            spent: AtomicU64::new(0),
            ticks: AtomicU32::new(0),
            total: AtomicU64::new(0),
            calls: AtomicU64::new(0),
            begun: AtomicU64::new(0),
            times: Mutex::default(),
            memory: AtomicUsize::new(0),
            held: AtomicUsize::new(0),
            failures: AtomicU64::new(0),
        }
    }
}

/// The error of a guest that computed for longer than `limits.cpu-per-call`.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("it computed for longer than its limit of {} in one call; a larger one is `limits = {{ cpu-per-call = \"…\" }}`", humantime::format_duration(*.0))]
pub struct CpuExceeded(pub Duration);

impl Meter {
    /// A new call begins.
    pub(super) fn begin(&self) {
        self.spent.store(0, Relaxed);
        self.ticks.store(0, Relaxed);
        self.calls.fetch_add(1, Relaxed);
        self.begun.store(self.now(), Relaxed);
    }

    /// The call that began last is over.
    pub(super) fn end(&self) {
        self.took(Duration::from_nanos(self.now().saturating_sub(self.begun.load(Relaxed))));
    }

    fn took(&self, time: Duration) {
        let mut times = self.times.lock();
        if times.is_none() {
            // One digit: a time is told from one that is a tenth longer, in less than 2 KiB.
            *times = Histogram::new_with_bounds(1, (LONGEST.as_nanos() / GRAIN.as_nanos()) as u64, 1).ok();
        }
        if let Some(times) = times.as_mut() {
            times.saturating_record((time.as_nanos() / GRAIN.as_nanos()) as u64);
        }
    }

    /// What is held now: by the guest in its memories, and by the host for it.
    pub(super) fn holds(&self, memory: usize, host_memory: usize) {
        self.memory.store(memory, Relaxed);
        self.held.store(host_memory, Relaxed);
    }

    /// An instance has failed, and what it held is gone.
    pub(super) fn failed(&self) {
        self.failures.fetch_add(1, Relaxed);
        self.holds(0, 0);
    }

    /// Adds what another has counted, for the sum of several. What is under way in either is left out.
    pub fn absorb(&self, other: &Self) {
        for (mine, theirs) in
            [(&self.total, &other.total), (&self.calls, &other.calls), (&self.failures, &other.failures)]
        {
            mine.fetch_add(theirs.load(Relaxed), Relaxed);
        }
        self.memory.fetch_add(other.memory.load(Relaxed), Relaxed);
        self.held.fetch_add(other.held.load(Relaxed), Relaxed);
        let theirs = other.times.lock().clone();
        let mut mine = self.times.lock();
        match (mine.as_mut(), theirs) {
            // Both have the same bounds.
            (Some(mine), Some(theirs)) => drop(mine.add(theirs)),
            (None, theirs) => *mine = theirs,
            (Some(_), None) => {}
        }
    }

    /// What was used so far.
    pub fn used(&self) -> Used {
        let quantile = |of: f64| {
            let grains = self.times.lock().as_ref().map_or(0, |times| times.value_at_quantile(of));
            GRAIN.saturating_mul(u32::try_from(grains).unwrap_or(u32::MAX))
        };
        Used {
            cpu_time: self.cpu_time(),
            calls: self.calls(),
            p50: quantile(0.5),
            p99: quantile(0.99),
            memory: self.memory.load(Relaxed),
            host_memory: self.held.load(Relaxed),
            failures: self.failures.load(Relaxed),
        }
    }

    /// The epoch has ended while the guest was running: it must make room for others, or is over its budget.
    pub(super) fn tick(&self, budget: Duration) -> wasmtime::Result<UpdateDeadline> {
        let ticks = self.ticks.load(Relaxed) + 1;
        self.ticks.store(ticks, Relaxed);
        let slice = self.now().saturating_sub(self.polled_at.load(Relaxed));
        let polled = Duration::from_nanos(self.spent.load(Relaxed) + slice);
        if polled.min(TICK * ticks) >= budget {
            return Err(wasmtime::Error::new(CpuExceeded(budget)));
        }
        // The epoch that ends first began before this poll did; nobody else has waited for long.
        Ok(if Duration::from_nanos(slice) < TICK {
            UpdateDeadline::Continue(1)
        } else {
            UpdateDeadline::Yield(1)
        })
    }

    fn now(&self) -> u64 {
        self.born.elapsed().as_nanos() as u64
    }

    /// Time that the guest has computed so far, all calls together.
    pub fn cpu_time(&self) -> Duration {
        Duration::from_nanos(self.total.load(Relaxed))
    }

    /// Calls made so far, instantiations included.
    pub fn calls(&self) -> u64 {
        self.calls.load(Relaxed)
    }
}

/// A guest's call, with the meter running while it is polled and the pulse kept going.
pub(super) struct Metered<'a, F> {
    pub call: F,
    pub meter: &'a Meter,
    pub pulse: &'a Pulse,
}

impl<F: Future + Unpin> Future for Metered<'_, F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        self.pulse.touch();
        let begin = self.meter.now();
        self.meter.polled_at.store(begin, Relaxed);
        let result = Pin::new(&mut self.call).poll(context);
        let took = self.meter.now().saturating_sub(begin);
        // One task writes; whoever reads may see the two a moment apart.
        self.meter.spent.store(self.meter.spent.load(Relaxed) + took, Relaxed);
        self.meter.total.store(self.meter.total.load(Relaxed) + took, Relaxed);
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_right_to_within_a_tenth() {
        let meter = Meter::default();
        assert_eq!(meter.used().p99, Duration::ZERO);
        (1..=1_000).map(Duration::from_millis).for_each(|time| meter.took(time));
        let used = meter.used();
        for (seen, expected) in [(used.p50, 500.0), (used.p99, 990.0)] {
            let ratio = seen.as_secs_f64() * 1_000.0 / expected;
            assert!((0.9..1.1).contains(&ratio), "{seen:?} for {expected} ms");
        }
    }

    #[test]
    fn what_a_failed_instance_held_is_gone() {
        let meter = Meter::default();
        meter.holds(1 << 20, 100);
        assert_eq!((meter.used().memory, meter.used().host_memory), (1 << 20, 100));
        meter.failed();
        let used = meter.used();
        assert_eq!((used.memory, used.host_memory, used.failures), (0, 0, 1));
    }
}
