//! The handlers that extensions export for what this layer gives them.

use wasmtime::component::InstancePre;

use super::{
    bindings::host::exports::parlor::host::{fetch_handler, net_handler, timer_handler},
    state::State,
};
use crate::sandbox::{InterfaceName, Live};

/// Where a component's handlers are, found once when it is linked.
#[derive(Default)]
pub struct HandlerIndices {
    net: Option<net_handler::GuestIndices>,
    timers: Option<timer_handler::GuestIndices>,
    fetch: Option<fetch_handler::GuestIndices>,
}

/// The handlers of one instance; those that its component does not export are none.
#[derive(Default)]
pub struct Handlers {
    /// Hears of connections.
    pub net: Option<net_handler::Guest>,
    /// Hears of timers.
    pub timers: Option<timer_handler::Guest>,
    /// Hears of HTTP answers.
    pub fetch: Option<fetch_handler::Guest>,
}

/// The version of `parlor:host` that this host speaks.
pub const VERSION: &str = "0.1.0";

/// Looks an optional handler up: none if `exports` lack it, an error if it is there and not as the contract says.
pub fn optional<I>(
    exports: &[InterfaceName],
    (package, version): (&str, &str),
    interface: &str,
    find: impl FnOnce() -> wasmtime::Result<I>,
) -> wasmtime::Result<Option<I>> {
    if !exports.iter().any(|name| name.is(package, interface, version)) {
        return Ok(None);
    }
    find()
        .map(Some)
        .map_err(|error| error.context(format!("its {package}/{interface} is not the contract's")))
}

/// Declares a layer's optional exports: `ExportIndices`, which says where each is in a component, found once when that is
/// linked; and `Exports`, those of one instance.
///
/// `name: module = "interface"`, where `module` is what bindgen made of the interface.
macro_rules! exports {
    (($package:literal, $version:expr); $($(#[$doc:meta])* $field:ident: $module:ident = $interface:literal,)*) => {
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
            pub fn new(
                pre: &wasmtime::component::InstancePre<$crate::imports::State>,
                exports: &[$crate::sandbox::InterfaceName],
            ) -> wasmtime::Result<Self> {
                let package = ($package, $version);
                Ok(Self {
                    $($field: $crate::imports::handlers::optional(exports, package, $interface, || {
                        $module::GuestIndices::new(pre)
                    })?,)*
                })
            }

            /// Takes the exports of a new instance into its state, where `of` finds them.
            ///
            /// # Errors
            /// Never for an instance of the component that these were found in.
            pub fn load(
                &self,
                live: &mut $crate::sandbox::Live<$crate::imports::State>,
            ) -> wasmtime::Result<()> {
                let (store, instance) = (&mut live.store, &live.instance);
                let exports = std::sync::Arc::new(Exports {
                    $($field: self.$field.as_ref().map(|found| found.load(&mut *store, instance)).transpose()?,)*
                });
                store.data_mut().layers.insert(exports);
                Ok(())
            }
        }
    };
}

pub(crate) use exports;

impl HandlerIndices {
    /// Finds the handlers among a component's `exports`.
    ///
    /// # Errors
    /// If one has another shape than the contract says.
    pub fn new(pre: &InstancePre<State>, exports: &[InterfaceName]) -> wasmtime::Result<Self> {
        let package = ("parlor:host", VERSION);
        Ok(Self {
            net: optional(exports, package, "net-handler", || net_handler::GuestIndices::new(pre))?,
            timers: optional(exports, package, "timer-handler", || timer_handler::GuestIndices::new(pre))?,
            fetch: optional(exports, package, "fetch-handler", || fetch_handler::GuestIndices::new(pre))?,
        })
    }

    /// Takes the handlers of a new instance into its state.
    ///
    /// # Errors
    /// Never for an instance of the component that these were found in.
    pub fn load(&self, live: &mut Live<State>) -> wasmtime::Result<()> {
        let (store, instance) = (&mut live.store, &live.instance);
        let handlers = Handlers {
            net: self.net.as_ref().map(|found| found.load(&mut *store, instance)).transpose()?,
            timers: self.timers.as_ref().map(|found| found.load(&mut *store, instance)).transpose()?,
            fetch: self.fetch.as_ref().map(|found| found.load(&mut *store, instance)).transpose()?,
        };
        store.data_mut().handlers = handlers;
        Ok(())
    }
}
