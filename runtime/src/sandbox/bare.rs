//! A store without a host's side: for a component whose imports are answered by somebody else, under the limits of all.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use wasmtime::Store;

use super::{
    engine::Sandbox,
    instance::{HostState, limited_store},
    limits::{Limiter, Limits},
    meter::Meter,
};

/// The data of such a store.
pub struct Bare {
    limiter: Limiter,
}

impl HostState for Bare {
    fn limiter(&mut self) -> &mut Limiter {
        &mut self.limiter
    }

    fn held(&mut self) -> usize {
        0
    }

    fn take_over(&mut self, _: &mut Self) {}

    fn finish(&mut self) -> BoxFuture<'_, ()> {
        Box::pin(async {})
    }
}

impl Bare {
    /// A store under these limits. [`arm`](Self::arm) it before each call.
    pub fn store(sandbox: &Sandbox, limits: &Limits, meter: &Arc<Meter>) -> Store<Self> {
        limited_store(sandbox, limits, meter, Self { limiter: Limiter::new(limits) })
    }

    /// Lets the limit of computing time begin anew, for one call.
    pub fn arm(store: &mut Store<Self>, sandbox: &Sandbox, meter: &Meter) {
        meter.begin();
        sandbox.pulse().touch();
        store.set_epoch_deadline(1);
    }
}
