//! What bots and backends export, found once when a component is linked.

use std::sync::Arc;

use super::bindings::handlers::{
    backend, bot, command_handler, mention_handler, message_handler, network_handler, presence_handler,
    reaction_handler, room_handler, rooms,
};
use crate::{
    imports::{State, handlers::exports},
    sandbox::Live,
};

exports! {
    ("parlor:chat", super::VERSION);
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
