//! What managers and service bots export, found once when a component is linked.

use std::sync::Arc;

use super::bindings::handlers::{
    access, auth, component_events, launcher, manager, process_handler, service_bot, socket_handler,
    updater_type_matcher,
};
use crate::{
    imports::{State, handlers::exports},
    sandbox::Live,
};

exports! {
    ("parlor:coweb", super::VERSION);
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
