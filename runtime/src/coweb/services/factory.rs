//! Who makes the instances that serve a session. What is configured, linked and granted is known above this layer.

use std::sync::Weak;

use super::Services;
use crate::{
    coweb::bindings::parlor::coweb::services::LaunchError,
    imports::State,
    sandbox::{Extension, Status, supervisor::Step},
};

/// What an instance is to its session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Position<'a> {
    /// It starts bots.
    Launcher,
    /// It speaks with them.
    Manager,
    /// It is the bot of this service.
    Bot(&'a str),
}

/// Which session an instance serves, and as what: kept in its state, in an `Arc`.
pub struct Post {
    /// The services of its session. Whoever ends them ends the instance.
    pub services: Weak<Services>,
    /// The service whose bot it is; none for the launcher and the manager.
    pub bot: Option<Box<str>>,
    /// Tells this instance from one that was there before it, under the same name.
    pub number: u64,
}

/// What a new instance is told, and who hears what becomes of it.
pub struct Hired {
    /// Its place.
    pub post: Post,
    /// Its first call.
    pub start: Step<State>,
    /// Its last call.
    pub stop: Step<State>,
    /// Hears what becomes of it; called in its task.
    pub changed: Box<dyn Fn(&Status) + Send + Sync>,
}

/// Makes the instances that serve sessions.
pub trait Factory: Send + Sync {
    /// Whether there is anything that a session could start. If not, its services are not looked for.
    fn is_idle(&self) -> bool;

    /// Whether the bot of this service stops when nobody uses it any more.
    fn stops_unused(&self, service: &str) -> bool;

    /// Makes an instance. It is not started again when it fails.
    ///
    /// # Errors
    /// If there is no such service, or its component cannot run.
    fn hire(&self, what: Position<'_>, hired: Hired) -> Result<Extension<State>, LaunchError>;
}

/// No services at all.
pub struct Nobody;

impl Factory for Nobody {
    fn is_idle(&self) -> bool {
        true
    }

    fn stops_unused(&self, _: &str) -> bool {
        false
    }

    fn hire(&self, _: Position<'_>, _: Hired) -> Result<Extension<State>, LaunchError> {
        Err(LaunchError::NotFound)
    }
}
