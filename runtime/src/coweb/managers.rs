//! The managers that a server asks: sandboxed components, each with a deadline.

mod access;
mod auth;
mod desk;
mod updater;

use std::time::Duration;

pub use access::Access;
pub use auth::{Auth, Cookie, Identity};
pub use desk::{Desk, Unanswered};
pub use updater::Updater;

/// How long a manager may take for an answer, waiting for its turn included. What is not answered then is denied.
pub const DEADLINE: Duration = Duration::from_millis(1_800);

/// The managers of a server, one instance of each.
#[derive(Default)]
pub struct Managers {
    /// Says who people are.
    pub auth: Auth,
    /// Decides who may do what.
    pub access: Access,
    /// Chooses updaters.
    pub updater: Updater,
}
