//! Timers, which call `on_timer` when they are due.

use std::time::Duration;

#[cfg(target_family = "wasm")]
use crate::bindings::imports::parlor::host::timers;
#[cfg(not(target_family = "wasm"))]
use crate::testing::timers;

/// One timer of this extension. It runs on when it goes out of scope, and ends with the extension.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Timer(pub u32);

impl Timer {
    /// Calls `on_timer` once.
    pub fn once(after: Duration) -> Result<Self, String> {
        timers::once(milliseconds(after)).map(Self)
    }

    /// Calls `on_timer` again and again, the first time one period from now.
    pub fn every(period: Duration) -> Result<Self, String> {
        timers::every(milliseconds(period)).map(Self)
    }

    /// Forgets it; one that is gone is ignored.
    pub fn cancel(self) {
        timers::cancel(self.0);
    }
}

fn milliseconds(time: Duration) -> u64 {
    time.as_millis().try_into().unwrap_or(u64::MAX)
}
