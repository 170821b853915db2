//! Time and chance as extensions have them through WASI: the machine's own, or a script's.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use sha2::{Digest, Sha256};
use wasmtime_wasi::{Deterministic, HostMonotonicClock, HostWallClock, WasiCtxBuilder};

/// When scripts begin: 2026-01-01T00:00:00Z, in milliseconds since 1970.
pub const SCRIPTS_BEGIN: u64 = 1_767_225_600_000;

/// A clock that stands still until it is put on, and chance that is the same each time.
#[derive(Debug)]
pub struct ScriptedClock {
    now: AtomicU64,
}

impl Default for ScriptedClock {
    fn default() -> Self {
        Self { now: AtomicU64::new(SCRIPTS_BEGIN) }
    }
}

impl ScriptedClock {
    /// Milliseconds since 1970.
    pub fn now(&self) -> u64 {
        self.now.load(Relaxed)
    }

    /// Puts the clock to so many milliseconds since 1970.
    pub fn set(&self, now: u64) {
        self.now.store(now, Relaxed);
    }
}

struct Wall(Arc<ScriptedClock>);

impl HostWallClock for Wall {
    fn resolution(&self) -> Duration {
        Duration::from_millis(1)
    }

    fn now(&self) -> Duration {
        Duration::from_millis(self.0.now())
    }
}

struct Monotonic(Arc<ScriptedClock>);

impl HostMonotonicClock for Monotonic {
    fn resolution(&self) -> u64 {
        1_000_000
    }

    fn now(&self) -> u64 {
        self.0.now().saturating_sub(SCRIPTS_BEGIN).saturating_mul(1_000_000)
    }
}

/// Gives an instance the script's time and chance.
pub(super) fn give(clock: &Arc<ScriptedClock>, builder: &mut WasiCtxBuilder) {
    builder
        .wall_clock(Wall(Arc::clone(clock)))
        .monotonic_clock(Monotonic(Arc::clone(clock)))
        .secure_random(Deterministic::new(chance("secure")))
        .insecure_random(Deterministic::new(chance("insecure")))
        .insecure_random_seed(0);
}

/// Bytes that look like chance and are the same each time: 8 KiB, which come again after that.
fn chance(kind: &str) -> Vec<u8> {
    (0..256_u32).flat_map(|number| Sha256::digest(format!("{kind} {number}"))).collect()
}
