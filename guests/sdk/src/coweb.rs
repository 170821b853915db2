//! What decides about collaboration sessions, and the bots that serve in them.
//!
//! A coweb server asks *managers*: components whose type has one of the traits here, and whose macro says so. A whole
//! one, which lets nobody in but Ann:
//!
//! ```no_run
//! //! Lets Ann in.
//! use parlor_sdk::coweb::prelude::*;
//!
//! access! { access: OnlyAnn }
//!
//! struct OnlyAnn;
//!
//! impl Access for OnlyAnn {
//!     fn start() -> Result<Self, String> {
//!         Ok(Self)
//!     }
//!
//!     fn on_admin_request(&mut self, username: &str, key: &str, _: bool) -> Result<Admission, String> {
//!         if username == "ann" {
//!             return Ok(Admission::Welcome("{}".into()));
//!         }
//!         Ok(Admission::refused(403, format!("{key} is Ann's")))
//!     }
//!
//!     fn on_session_request(&mut self, _: &Session, username: &str) -> Result<bool, String> {
//!         Ok(username == "ann")
//!     }
//!
//!     fn on_service_use(&mut self, _: &Session, _: &str, _: &str) -> Result<bool, String> {
//!         Ok(true)
//!     }
//! }
//! ```
//!
//! - [`auth!`](crate::auth!) and [`Auth`] say who people are; [`access!`](crate::access!) and [`Access`] what they may;
//!   [`updater!`](crate::updater!) and [`Updater`] choose who brings late joiners up to date. The server has one of each.
//! - [`launcher!`](crate::launcher!) and [`Launcher`] start service bots, [`manager!`](crate::manager!) and [`Manager`]
//!   speak with them: one of each for each session, which reach it by [`bridge`].
//! - [`service_bot!`](crate::service_bot!) and [`ServiceBot`] are such a bot; it has [`session_api`].
//! - An error of a manager denies what was asked for. Its words are for the log; no user sees them.
//! - The type's `start` makes the one that there is: when the server or the bot starts, else at the first call.
//! - JSON goes in and out as text: the server sees to it that what comes in is well-formed, and refuses what goes out
//!   if it is not.
//! - What a bot wants to find again in the next life of its session it keeps in [`Store::of_session`](crate::Store).
//!
//! What the rest of this crate gives ([`config`](crate::config), [`log`](crate::log), [`Store`](crate::Store) and so on)
//! is there for managers too.

pub mod access;
pub mod auth;
mod events;
pub mod launcher;
pub mod manager;
mod request;
mod resident;
pub mod service_bot;
mod session_store;
pub mod updater;

#[cfg(any(target_family = "wasm", doc))]
pub use crate::bindings::coweb_imports::parlor::coweb::{bridge, components, session_api};
pub use crate::bindings::coweb_imports::parlor::coweb::{
    services::{LaunchError, ManagerInfo},
    types::{Refusal, Request, Session},
};
#[cfg(not(any(target_family = "wasm", doc)))]
pub use crate::testing::{bridge, components, session_api};
pub use access::{Access, Acls, Admission};
pub use auth::{Auth, Cookie, Identity};
pub use events::{ComponentEvent, Process, Socket, SocketEvent};
pub use launcher::Launcher;
pub use manager::{BotMessage, Manager};
pub use service_bot::{ServiceBot, Token};
pub use updater::Updater;

#[doc(hidden)]
pub use resident::Resident;

/// What most managers and service bots want to have at hand.
pub mod prelude {
    pub use super::{
        Access, Acls, Admission, Auth, BotMessage, ComponentEvent, Cookie, Identity, LaunchError, Launcher,
        Manager, ManagerInfo, Process, Refusal, Request, ServiceBot, Session, Socket, SocketEvent, Token,
        Updater, bridge, components, session_api,
    };
    pub use crate::{
        Handled, Store, Timer, access, auth, config, launcher, log, manager, now, service_bot, updater,
    };
}
