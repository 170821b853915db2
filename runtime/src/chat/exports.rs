//! What bots and backends export, found once when a component is linked.

use std::sync::Arc;

use wasmtime::component::InstancePre;

use super::bindings::handlers::{
    backend, bot, command_handler, mention_handler, message_handler, network_handler, presence_handler,
    reaction_handler, room_handler, rooms,
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
                let package = ("parlor:chat", super::VERSION);
                Ok(Self {
                    $($field: optional(exports, package, $interface, || $module::GuestIndices::new(pre))?,)*
                })
            }

            /// Takes the exports of a new instance into its state, where [`of`] finds them.
            ///
            /// # Errors
            /// Never for an instance of the component that these were found in.
            pub fn load(&self, live: &mut Live<State>) -> wasmtime::Result<Arc<Exports>> {
                let (store, instance) = (&mut live.store, &live.instance);
                let exports = Arc::new(Exports {
                    $($field: self.$field.as_ref().map(|found| found.load(&mut *store, instance)).transpose()?,)*
                });
                store.data_mut().layers.insert(Arc::clone(&exports));
                Ok(exports)
            }

            $($(#[$doc])* pub fn $field(&self) -> bool { self.$field.is_some() })*
        }
    };
}

exports! {
    /// Glue to a chat service.
    backend: backend = "backend",
    /// Its chatrooms.
    rooms: rooms = "rooms",
    /// What every bot is.
    bot: bot = "bot",
    /// Takes its commands.
    commands: command_handler = "command-handler",
    /// Hears what people say.
    messages: message_handler = "message-handler",
    /// Hears its name.
    mentions: mention_handler = "mention-handler",
    /// Hears of networks.
    networks: network_handler = "network-handler",
    /// Hears who is there.
    presences: presence_handler = "presence-handler",
    /// Hears of reactions.
    reactions: reaction_handler = "reaction-handler",
    /// Hears what happens in rooms.
    room_events: room_handler = "room-handler",
}

/// The exports of a running instance.
///
/// # Errors
/// If the extension was never started as a chat extension: a fault of the host.
pub fn of(live: &Live<State>) -> wasmtime::Result<Arc<Exports>> {
    let exports = live.store.data().layers.get::<Arc<Exports>>();
    exports.cloned().ok_or_else(|| wasmtime::Error::msg("the extension has no chat exports"))
}
