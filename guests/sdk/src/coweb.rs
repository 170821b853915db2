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
//! - An error of theirs denies what was asked for. Its words are for the log; no user sees them.
//! - The type's `start` makes the one that there is, when the server starts. If something is called before, then.
//! - JSON goes in and out as text: the server sees to it that what comes in is well-formed, and refuses what goes out
//!   if it is not.
//!
//! What the rest of this crate gives ([`config`](crate::config), [`log`](crate::log), [`Store`](crate::Store) and so on)
//! is there for managers too.

pub mod access;
pub mod auth;
mod request;
mod resident;
pub mod updater;

pub use crate::bindings::coweb_imports::parlor::coweb::types::{Refusal, Request, Session};
pub use access::{Access, Acls, Admission};
pub use auth::{Auth, Cookie, Identity};
pub use updater::Updater;

#[doc(hidden)]
pub use resident::Resident;

/// What most managers and service bots want to have at hand.
pub mod prelude {
    pub use super::{Access, Acls, Admission, Auth, Cookie, Identity, Refusal, Request, Session, Updater};
    pub use crate::{Handled, Store, Timer, access, auth, config, log, now, updater};
}
