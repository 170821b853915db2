//! What the host gives extensions: one file per interface of the contract, and below them what they are made of.
//!
//! | interface | here | made of |
//! |---|---|---|
//! | `parlor:host/net` | [`net`] | [`connection`], [`stdio`], [`dial`], [`address`] |
//! | `parlor:host/timers` | [`timers`] | |
//! | `parlor:host/fetch` | [`fetch`] | [`http_client`] |
//! | `wasi:http/outgoing-handler` | [`wasi_http`] | [`http_client`] |
//! | `wasi:keyvalue` | [`keyvalue`] | [`store`] |
//! | `wasi:logging`, `wasi:cli` output | [`logging`] | [`printable`] |
//! | `wasi:config` and the rest of WASI | [`wasi`] | [`clock`] |
//!
//! All of them hang on one [`State`], the data of an extension's store. What an extension was not granted is linked
//! all the same and refuses at the call, so that a component which merely could ask for something still runs.

pub mod address;
pub mod bindings;
pub mod clock;
pub mod connection;
pub mod dial;
pub mod error;
pub mod fetch;
pub mod figures;
pub mod handlers;
pub mod http_client;
pub mod keyvalue;
pub mod logging;
pub mod net;
pub mod printable;
pub mod resolver;
pub mod secrets;
pub mod state;
pub mod stdio;
pub mod store;
pub mod stream;
#[cfg(test)]
mod testing;
pub mod timers;
pub mod tls;
pub mod traffic;
pub mod wasi;
pub mod wasi_http;

use wasmtime::component::Linker;

pub use handlers::Handlers;
pub use state::{Layers, State};

use crate::sandbox::Sandbox;

/// A linker with every interface of this layer.
///
/// # Errors
/// Only if two of them clash, which would be a fault of ours.
pub fn linker(sandbox: &Sandbox) -> wasmtime::Result<Linker<State>> {
    let mut linker = Linker::new(sandbox.engine());
    wasi::add_to_linker(&mut linker)?;
    logging::add_to_linker(&mut linker)?;
    timers::add_to_linker(&mut linker)?;
    net::add_to_linker(&mut linker)?;
    fetch::add_to_linker(&mut linker)?;
    wasi_http::add_to_linker(&mut linker)?;
    keyvalue::add_to_linker(&mut linker)?;
    Ok(linker)
}
