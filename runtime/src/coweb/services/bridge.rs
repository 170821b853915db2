//! `parlor:coweb/bridge`: what a session gives its launcher and its service manager.

use std::{cell::OnceCell, sync::Arc, time::Instant};

use wasmtime::component::{HasSelf, Linker};

use super::{Field, Pending, Services, factory::Post, is_json};
use crate::{
    coweb::{
        bayeux::Delivery,
        bindings::parlor::coweb::bridge::{self, Error},
        session::{
            channels::{SyncStyle, service_channel},
            state::Recipient,
        },
    },
    imports::State,
};

impl Services {
    /// What a bot says, checked.
    pub(super) fn check(&self, data: &str) -> Result<(), Error> {
        if data.len() > self.most_bytes {
            return Err(Error::TooLarge);
        }
        if is_json(data) { Ok(()) } else { Err(Error::NotJson) }
    }

    fn auth_bot(&self, service: &str, token: &str, handle: Vec<u8>) -> Result<(), Error> {
        self.roll.lock().auth(service, token, handle)
    }

    fn mark_bot_subscribed(self: &Arc<Self>, service: &str) -> Result<(), Error> {
        let waits = self.roll.lock().subscribed(service)?;
        if waits {
            self.flush(service);
        }
        Ok(())
    }

    fn on_bot_response(self: &Arc<Self>, service: &str, token: &str, data: &str) -> Result<(), Error> {
        self.check(data)?;
        let waiting: Pending<_> = self.roll.lock().answer(service, token)?;
        waiting.answer(data);
        self.stop_unused(service);
        Ok(())
    }

    fn on_bot_publish(&self, service: &str, data: &str) -> Result<(), Error> {
        self.check(data)?;
        let mut roll = self.roll.lock();
        let listeners = roll.publish(service, data.len(), Instant::now())?;
        let written = |field: Field| {
            Delivery::written(&service_channel(service), &format!(r#"{{"{}":{data}}}"#, field.as_str()))
        };
        let [value, event_data] = [OnceCell::new(), OnceCell::new()];
        for listener in listeners {
            // Clients of 0.4 are known by where they hear operations.
            let delivery = match listener.hears().app {
                Some(SyncStyle::One) => event_data.get_or_init(|| written(Field::EventData)),
                _ => value.get_or_init(|| written(Field::Value)),
            };
            // Queues only, so it may be done under the lock; this is the order in which they hear it.
            listener.deliver(delivery.clone());
        }
        Ok(())
    }
}

impl State {
    /// The services that this instance is launcher or manager of. A trap for anything else: there is no session that it
    /// could mean.
    pub(super) fn crews(&self) -> wasmtime::Result<Arc<Services>> {
        let post = self.layers.get::<Arc<Post>>().filter(|post| post.bot.is_none());
        let services = post.and_then(|post| post.services.upgrade());
        services.ok_or_else(|| {
            wasmtime::Error::msg("only the launcher and the service manager of a session may ask for this")
        })
    }
}

impl bridge::Host for State {
    fn auth_bot(
        &mut self,
        service: String,
        token: String,
        handle: Vec<u8>,
    ) -> wasmtime::Result<Result<(), Error>> {
        let done = self.crews()?.auth_bot(&service, &token, handle);
        if done.is_err() {
            // Among its own lines, of which there are so many a second: it may try as often as it likes.
            self.common.log.line(tracing::Level::WARN, "bridge", &format!("a bot was not let in: {service}"));
        }
        Ok(done)
    }

    fn deactivate_bot(&mut self, service: String) -> wasmtime::Result<Result<(), Error>> {
        Ok(if self.crews()?.deactivate(&service) { Ok(()) } else { Err(Error::UnknownService) })
    }

    fn get_session_id(&mut self) -> wasmtime::Result<String> {
        Ok(self.crews()?.session.id.clone())
    }

    fn mark_bot_subscribed(&mut self, service: String) -> wasmtime::Result<Result<(), Error>> {
        Ok(self.crews()?.mark_bot_subscribed(&service))
    }

    fn on_bot_response(
        &mut self,
        service: String,
        token: String,
        data: String,
    ) -> wasmtime::Result<Result<(), Error>> {
        Ok(self.crews()?.on_bot_response(&service, &token, &data))
    }

    fn on_bot_publish(&mut self, service: String, data: String) -> wasmtime::Result<Result<(), Error>> {
        Ok(self.crews()?.on_bot_publish(&service, &data))
    }
}

pub(super) fn add_to_linker(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    bridge::add_to_linker::<_, HasSelf<State>>(linker, |state| state)
}
