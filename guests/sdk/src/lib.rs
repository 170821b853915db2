//! Chat bots and backends for Parlor, in Rust; and in [`coweb`], what decides about collaboration sessions.
//!
//! An extension is a library (`crate-type = ["cdylib"]`) for the target `wasm32-wasip2`; what `cargo build` leaves is
//! the component that Parlor runs. A whole bot:
//!
//! ```no_run
//! //! Says again what it is told.
//! use parlor_sdk::prelude::*;
//!
//! bot! {
//!     summary: "says again what it is told",
//!     commands: [command("echo", echo).usage("TEXT").summary("says TEXT again")],
//! }
//!
//! fn echo(call: &Invocation) -> Reply {
//!     Ok(call.arguments.as_str().into())
//! }
//! ```
//!
//! - [`bot!`] declares a bot: its commands, and which of its functions hear what.
//! - [`backend!`] declares a backend, the glue to one chat service: a type with the traits [`Backend`] and [`Rooms`].
//! - [`Arguments`] reads what follows a command; [`markdown`] and [`span`] help to word the answer.
//! - What the host gives: [`chat`] and [`MucRoom`] for bots, [`events`] for backends; [`Connection`], [`Timer`],
//!   [`fetch`], [`Store`], [`config`] and [`log`] for both. An extension imports only what it calls, and the host
//!   asks its owner to grant only what it imports.
//! - [`bindings`] has the rest of the contract, as generated.
//!
//! Nothing here waits. A function of yours is called, does a little and returns; data, answers and timers come as
//! later calls. A component has one thread and one call at a time, so a `static` with a `Mutex` inside keeps what
//! must outlive a call (until the host starts a new instance: [`Store`] outlives that too).
//!
//! Clocks, randomness, `println!` and `eprintln!` are those of Rust's standard library; the host turns what is
//! printed into log lines. So does it with the message of a panic, which ends the instance: return an error instead.
//!
//! `cargo test` runs natively, where there is no Parlor; [`testing`] stands in for much of it.

mod alarm;
mod arguments;
pub mod backend;
pub mod bindings;
mod bot;
pub mod chat;
mod command;
pub mod config;
pub mod coweb;
pub mod fetch;
mod handler;
mod identifier;
pub mod log;
pub mod markdown;
mod message;
pub mod net;
pub mod rooms;
pub mod span;
pub mod store;
#[cfg(not(target_family = "wasm"))]
pub mod testing;
mod timer;

pub use alarm::Alarm;
pub use arguments::{Argument, Arguments};
pub use backend::Backend;
pub use bindings::imports::parlor::chat::{
    events,
    rooms::MucRoom,
    types::{Card, Identifier, Message, Presence, Reaction, Recipient, Renaming, RoomEvent, Status},
};
pub use bot::Bot;
pub use command::{Command, Invocation, Replies, Reply, command};
pub use handler::{Handled, NetworkEvent};
pub use message::now;
pub use net::{Connection, ConnectionEvent};
pub use rooms::Rooms;
pub use store::Store;
pub use timer::Timer;

/// What the macros name in other crates.
#[doc(hidden)]
pub mod __macros {
    pub use crate::{
        backend::{Component, Resident},
        bot::Declared,
    };
}

/// What most extensions want to have at hand.
pub mod prelude {
    pub use crate::{
        Alarm, Arguments, Backend, Card, Command, Connection, ConnectionEvent, Handled, Identifier,
        Invocation, Message, MucRoom, NetworkEvent, Presence, Reaction, Recipient, Renaming, Replies, Reply,
        RoomEvent, Rooms, Status, Store, Timer, backend, bot, chat, command, config, events, fetch, log,
        markdown, net, now, span,
    };
}
