//! Parlor: chat bots, chat backends and collaboration-server managers as sandboxed WebAssembly components.
//!
//! From the bottom up: [`sandbox`] runs components and knows nothing of what they are for; [`imports`] is what the
//! host gives them; [`chat`] stands between networks and bots, and [`coweb`] serves sessions of browsers; neither of
//! these knows the other. [`program`] puts them together as `parlor.toml` says, and [`cli`] is the command line. Arrows point down only.

#![warn(missing_docs)]

pub mod bots;
pub mod chat;
pub mod cli;
pub mod components;
pub mod config;
pub mod conform;
pub mod coweb;
pub mod extension;
pub mod imports;
pub mod ledger;
pub mod program;
pub mod project;
pub mod recording;
pub mod role;
pub mod sandbox;
pub mod service_factory;
pub mod shipped;
pub mod talk;
