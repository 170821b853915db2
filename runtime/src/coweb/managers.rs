//! The managers that a server asks: sandboxed components, each with a deadline.

mod access;
mod auth;
mod desk;
mod updater;

use std::time::Duration;

use super::exports;
use crate::{
    imports::State,
    sandbox::{Live, Mailbox},
};

pub use access::Access;
pub use auth::{Auth, Cookie, Identity};
pub use desk::{Desk, Unanswered};
pub use updater::Updater;

/// How long a manager may take for an answer, waiting for its turn included. What is not answered then is denied.
pub const DEADLINE: Duration = Duration::from_millis(1_800);

/// Which of them a component is to a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Says who people are.
    Auth,
    /// Decides who may do what.
    Access,
    /// Chooses updaters.
    Updater,
}

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

impl Managers {
    /// Questions of this part go to this extension from now on.
    pub fn attach(&self, part: Part, mailbox: Mailbox<State>) {
        match part {
            Part::Auth => self.auth.desk.attach(mailbox),
            Part::Access => self.access.desk.attach(mailbox),
            Part::Updater => self.updater.desk.attach(mailbox),
        }
    }

    /// Makes a new instance ready for its part.
    ///
    /// # Errors
    /// The outer if it traps, the inner in the manager's own words.
    pub async fn begin(&self, part: Part, live: &mut Live<State>) -> wasmtime::Result<Result<(), String>> {
        let exports = exports::of(live)?;
        let store = &mut live.store;
        let started = match part {
            Part::Auth => match &exports.auth {
                Some(auth) => auth.call_start(&mut *store).await?,
                None => Err("it exports no parlor:coweb/auth".into()),
            },
            Part::Access => match &exports.access {
                Some(access) => access.call_start(&mut *store).await?,
                None => Err("it exports no parlor:coweb/access".into()),
            },
            Part::Updater => match &exports.updater {
                Some(updater) => updater.call_start(&mut *store).await?,
                None => Err("it exports no parlor:coweb/updater-type-matcher".into()),
            },
        };
        match (started, part) {
            (Ok(()), Part::Auth) => self.auth.begin(live).await,
            (started, _) => Ok(started),
        }
    }
}
