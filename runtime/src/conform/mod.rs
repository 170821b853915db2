//! The conformance kit: what the contract demands of an extension, tried one behaviour at a time and told as a list.
//!
//! A [`behaviour`] is a sentence and the trial that shows whether it holds; each role has a file of them, in the order of
//! the contract. A [`trial`] is a new instance of the extension, in which everything outside is the kit's: connections lead to a
//! scripted [`peer`], managers' calls are answered, and clock and chance stand still. What a stranger cannot know, such as how a
//! service speaks, stands in a [`sheet`]. A [`report`] tells what passed, what failed, and what was seen then.

mod access;
mod auth;
mod backend;
mod behaviour;
mod bot;
mod launcher;
mod manager;
mod odd;
mod peer;
mod report;
mod service_bot;
mod shape;
mod sheet;
mod trial;
mod updater;

pub use behaviour::{Behaviour, Seen};
pub use report::{Outcome, Report, Verdict};
pub use sheet::{Sheet, SheetError};
pub use trial::Bench;

use crate::role::Role;

/// The behaviours of a role.
pub fn behaviours(role: Role) -> &'static [Behaviour] {
    match role {
        Role::Backend => backend::BEHAVIOURS,
        Role::Bot => bot::BEHAVIOURS,
        Role::Auth => auth::BEHAVIOURS,
        Role::Access => access::BEHAVIOURS,
        Role::Updater => updater::BEHAVIOURS,
        Role::Launcher => launcher::BEHAVIOURS,
        Role::Manager => manager::BEHAVIOURS,
        Role::ServiceBot => service_bot::BEHAVIOURS,
    }
}
