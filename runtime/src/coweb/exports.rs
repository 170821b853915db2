//! What managers and service bots export, found once when a component is linked.

use std::sync::Arc;

use wasmtime::component::InstancePre;

use super::bindings::handlers::{access, auth, updater_type_matcher};
use crate::{
    imports::{State, handlers::optional},
    sandbox::{InterfaceName, Live},
};

/// Where a component's exports are.
pub struct ExportIndices {
    auth: Option<auth::GuestIndices>,
    access: Option<access::GuestIndices>,
    updater: Option<updater_type_matcher::GuestIndices>,
}

/// The exports of one instance; those that its component does not have are none.
pub struct Exports {
    /// Says who people are.
    pub auth: Option<auth::Guest>,
    /// Decides who may do what.
    pub access: Option<access::Guest>,
    /// Chooses updaters.
    pub updater: Option<updater_type_matcher::Guest>,
}

impl ExportIndices {
    /// Finds this layer's interfaces among a component's `exports`.
    ///
    /// # Errors
    /// If one has another shape than the contract says.
    pub fn new(pre: &InstancePre<State>, exports: &[InterfaceName]) -> wasmtime::Result<Self> {
        let package = ("parlor:coweb", super::VERSION);
        Ok(Self {
            auth: optional(exports, package, "auth", || auth::GuestIndices::new(pre))?,
            access: optional(exports, package, "access", || access::GuestIndices::new(pre))?,
            updater: optional(exports, package, "updater-type-matcher", || {
                updater_type_matcher::GuestIndices::new(pre)
            })?,
        })
    }

    /// Takes the exports of a new instance into its state, where [`of`] finds them.
    ///
    /// # Errors
    /// Never for an instance of the component that these were found in.
    pub fn load(&self, live: &mut Live<State>) -> wasmtime::Result<()> {
        let (store, instance) = (&mut live.store, &live.instance);
        let exports = Arc::new(Exports {
            auth: self.auth.as_ref().map(|found| found.load(&mut *store, instance)).transpose()?,
            access: self.access.as_ref().map(|found| found.load(&mut *store, instance)).transpose()?,
            updater: self.updater.as_ref().map(|found| found.load(&mut *store, instance)).transpose()?,
        });
        store.data_mut().layers.insert(exports);
        Ok(())
    }
}

/// The exports of a running instance.
///
/// # Errors
/// If the extension was never started as one of this layer: a fault of the host.
pub fn of(live: &Live<State>) -> wasmtime::Result<Arc<Exports>> {
    let exports = live.store.data().layers.get::<Arc<Exports>>();
    exports.cloned().ok_or_else(|| wasmtime::Error::msg("the extension has no coweb exports"))
}
