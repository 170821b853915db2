//! What managers and service bots export, found once when a component is linked.

use std::sync::Arc;

use wasmtime::component::InstancePre;

use super::bindings::handlers::{
    access, auth, component_events, launcher, manager, process_handler, service_bot, socket_handler,
    updater_type_matcher,
};
use crate::{
    imports::{State, handlers::optional},
    sandbox::{InterfaceName, Live},
};

/// Declares the exports of this layer: how each is found in a component, and how it is loaded into an instance.
macro_rules! exports {
    ($($(#[$doc:meta])* $field:ident: $module:ident = $interface:literal,)*) => {
        /// Where a component's exports are.
        pub struct ExportIndices {
            $($field: Option<$module::GuestIndices>,)*
        }

        /// The exports of one instance; those that its component does not have are none.
        pub struct Exports {
            $($(#[$doc])* pub $field: Option<$module::Guest>,)*
        }

        impl ExportIndices {
            /// Finds this layer's interfaces among a component's `exports`.
            ///
            /// # Errors
            /// If one has another shape than the contract says.
            pub fn new(pre: &InstancePre<State>, exports: &[InterfaceName]) -> wasmtime::Result<Self> {
                let package = ("parlor:coweb", super::VERSION);
                Ok(Self {
                    $($field: optional(exports, package, $interface, || $module::GuestIndices::new(pre))?,)*
                })
            }

            /// Takes the exports of a new instance into its state, where [`of`] finds them.
            ///
            /// # Errors
            /// Never for an instance of the component that these were found in.
            pub fn load(&self, live: &mut Live<State>) -> wasmtime::Result<()> {
                let (store, instance) = (&mut live.store, &live.instance);
                let exports = Arc::new(Exports {
                    $($field: self.$field.as_ref().map(|found| found.load(&mut *store, instance)).transpose()?,)*
                });
                store.data_mut().layers.insert(exports);
                Ok(())
            }
        }
    };
}

exports! {
    /// Says who people are.
    auth: auth = "auth",
    /// Decides who may do what.
    access: access = "access",
    /// Chooses updaters.
    updater: updater_type_matcher = "updater-type-matcher",
    /// Starts service bots.
    launcher: launcher = "launcher",
    /// Hears how the programs end that it started.
    processes: process_handler = "process-handler",
    /// Speaks with service bots.
    manager: manager = "manager",
    /// Hears from those in this server.
    component_events: component_events = "component-events",
    /// Hears from those elsewhere.
    sockets: socket_handler = "socket-handler",
    /// Is a service bot.
    service_bot: service_bot = "service-bot",
}

/// The exports of a running instance.
///
/// # Errors
/// If the extension was never started as one of this layer: a fault of the host.
pub fn of(live: &Live<State>) -> wasmtime::Result<Arc<Exports>> {
    let exports = live.store.data().layers.get::<Arc<Exports>>();
    exports.cloned().ok_or_else(|| wasmtime::Error::msg("the extension has no coweb exports"))
}
