//! Counts the time that a guest computes, apart from the time that it waits.

use std::{
    future::Future,
    pin::Pin,
    sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed},
    task::{Context, Poll},
    time::{Duration, Instant},
};

use wasmtime::UpdateDeadline;

use super::engine::{Pulse, TICK};

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
