//! Collaboration sessions: a server that coweb's JavaScript clients use, which asks sandboxed managers.
//!
//! [`server`] speaks HTTP and knows who a request's maker is ([`caller`], [`cookies`]); [`bayeux`] is the wire, and knows
//! nothing of sessions; [`sessions`] has them all, and [`session`] is one of them; [`managers`] are the components that
//! are asked who people are and what they may do; [`services`] are the bots of a session, and what runs them.

pub mod bayeux;
pub mod bindings;
pub mod caller;
pub mod cookies;
pub mod exports;
mod json;
pub mod managers;
pub mod secret;
pub mod server;
pub mod services;
pub mod session;
pub mod sessions;
pub mod settings;

pub use managers::Managers;
pub use server::Server;
pub use settings::Settings;

/// The version of `parlor:coweb` that this host speaks.
pub const VERSION: &str = "0.1.0";

/// 128 random bits as 32 hexadecimal digits, from the operating system: nobody guesses another's.
pub(crate) fn token() -> String {
    format!("{:032x}", rand::random::<u128>())
}
