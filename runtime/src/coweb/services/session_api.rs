//! `parlor:coweb/session-api`: what a service bot can do in its session.

use std::{sync::Arc, time::Instant};

use wasmtime::component::{HasSelf, Linker};

use super::{Services, factory::Post};
use crate::{
    coweb::bindings::parlor::coweb::{bridge::Error, session_api},
    imports::State,
};

const TOO_SLOW: &str = "the session's service manager does not keep up, or has failed";

const NO_SESSION: &str = "this instance serves no session";

impl Services {
    /// Why a bot's words are not taken, for its author.
    fn words(&self, error: Error) -> String {
        match error {
            Error::TooLarge => format!(
                "this is more than the session takes: {} bytes at once, and so much a second",
                self.most_bytes
            ),
            Error::NotJson => "this is no JSON".into(),
            Error::UnknownRequest => "nobody waits for this answer (any more)".into(),
            _ => "the service does not run (any more)".into(),
        }
    }

    fn reply(self: &Arc<Self>, service: &str, token: String, data: String) -> Result<(), String> {
        self.check(&data).map_err(|error| self.words(error))?;
        if !self.roll.lock().answers(service, &token) {
            return Err(self.words(Error::UnknownRequest));
        }
        if self.bot_replies(service, token, data) { Ok(()) } else { Err(TOO_SLOW.into()) }
    }

    fn publish(self: &Arc<Self>, service: &str, data: String) -> Result<(), String> {
        let allowed = self
            .check(&data)
            .and_then(|()| self.roll.lock().may_publish(service, data.len(), Instant::now()));
        allowed.map_err(|error| self.words(error))?;
        if self.bot_publishes(service, data) { Ok(()) } else { Err(TOO_SLOW.into()) }
    }
}

impl State {
    /// The services that this instance is a bot of, and which of them it is; none if it serves no session, as an instance
    /// of the same component may that is a chat bot.
    fn serves(&self) -> Option<(Arc<Services>, &str)> {
        let post = self.layers.get::<Arc<Post>>()?;
        Some((post.services.upgrade()?, post.bot.as_deref()?))
    }
}

impl session_api::Host for State {
    fn session(&mut self) -> wasmtime::Result<String> {
        Ok(self.serves().map(|(services, _)| services.session.id.clone()).unwrap_or_default())
    }

    fn service_name(&mut self) -> wasmtime::Result<String> {
        Ok(self.serves().map(|(_, service)| service.to_owned()).unwrap_or_default())
    }

    fn reply(&mut self, token: String, data: String) -> wasmtime::Result<Result<(), String>> {
        let Some((services, service)) = self.serves() else { return Ok(Err(NO_SESSION.into())) };
        self.common.traffic.says(1);
        Ok(services.reply(service, token, data))
    }

    fn publish(&mut self, data: String) -> wasmtime::Result<Result<(), String>> {
        let Some((services, service)) = self.serves() else { return Ok(Err(NO_SESSION.into())) };
        self.common.traffic.says(1);
        Ok(services.publish(service, data))
    }
}

pub(super) fn add_to_linker(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    session_api::add_to_linker::<_, HasSelf<State>>(linker, |state| state)
}
