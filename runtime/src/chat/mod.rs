//! Chat: networks, the bots on them, and what passes between.
//!
//! A message comes in through a [`backend`] (its [`events`]), belongs to a [`network`], and the [`router`] hands it
//! to the [`bot`]s that were granted that network: as a command where [`commands`] finds one, else as talk. Answers
//! go back through the network's backend. What bots ask for on their own comes in through [`api`] and [`rooms`].

pub mod access;
pub mod admins;
pub mod api;
pub mod arguments;
pub mod backend;
pub mod bindings;
pub mod bot;
pub mod builtin;
pub mod commands;
pub mod component;
pub mod events;
pub mod exports;
pub mod network;
mod occasion;
pub mod people;
pub mod rooms;
pub mod router;
pub mod settings;
mod size;
pub mod steward;
pub mod text;
pub mod turn;

use std::sync::Arc;

use wasmtime::component::Linker;

pub use backend::Backend;
pub use bindings::{Error, Identifier, Message, Recipient};
pub use bot::Bot;
pub use network::Network;
pub use router::Router;
pub use settings::Settings;
pub use steward::Steward;

use crate::imports::State;

/// The version of `parlor:chat` that this host speaks.
pub const VERSION: &str = "0.1.0";

/// What this layer keeps in an instance's state.
#[derive(Clone)]
pub struct Place {
    /// The house that the extension is in.
    pub router: Arc<Router>,
    /// The network that the extension is, if it is a backend.
    pub network: Option<Arc<Network>>,
}

/// Adds what this layer gives extensions.
///
/// # Errors
/// Only if two interfaces clash, which would be a fault of ours.
pub fn add_to_linker(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    api::add_to_linker(linker)?;
    rooms::add_to_linker(linker)?;
    events::add_to_linker(linker)
}
