//! What a bot is told of: the manager makes a message of it, and the message goes out when its turn has come.

use std::sync::Arc;

use super::{
    Services, Trouble,
    crew::NO_MANAGER,
    roll::{Handle, Letter, Sending},
};
use crate::{
    coweb::exports,
    imports::{State, printable::printable_words},
    sandbox::{Class, Live},
};

/// What a bot is told of.
pub(super) enum News {
    /// Somebody asks.
    Request { token: Box<str>, user: Arc<str>, value: String },
    /// A user listens.
    Subscribe(Arc<str>),
    /// A user does not listen any more.
    Unsubscribe(Arc<str>),
    /// A cooperative event.
    Sync { user: Arc<str>, data: Arc<String> },
    /// It is to go.
    Shutdown,
}

impl News {
    /// The manager's message.
    async fn written(
        &self,
        live: &mut Live<State>,
        service: &str,
    ) -> wasmtime::Result<Result<Vec<u8>, String>> {
        let exports = exports::of(live)?;
        let Some(manager) = &exports.manager else { return Ok(Err(NO_MANAGER.into())) };
        let store = &mut live.store;
        match self {
            Self::Request { token, user, value } => {
                manager.call_on_user_request(store, service, user, token, value).await
            }
            Self::Subscribe(user) => manager.call_on_user_subscribe(store, service, user).await,
            Self::Unsubscribe(user) => manager.call_on_user_unsubscribe(store, service, user).await,
            Self::Sync { user, data } => manager.call_on_user_sync(store, service, user, data).await,
            Self::Shutdown => manager.call_on_shutdown_request(store, service).await,
        }
    }

    fn request(&self) -> Option<Box<str>> {
        match self {
            Self::Request { token, .. } => Some(token.clone()),
            _ => None,
        }
    }

    /// The bytes that it holds while it waits for the manager's turn.
    fn size(&self) -> usize {
        match self {
            Self::Request { token, user, value } => token.len() + user.len() + value.len(),
            Self::Sync { user, data } => user.len() + data.len(),
            Self::Subscribe(user) | Self::Unsubscribe(user) => user.len(),
            Self::Shutdown => 0,
        }
    }

    /// What it weighs against other calls of the manager.
    fn class(&self) -> Class {
        match self {
            Self::Sync { .. } => Class::Event,
            // Bounded by what clients have subscribed and bots that run.
            Self::Subscribe(_) | Self::Unsubscribe(_) | Self::Shutdown => Class::Own,
            Self::Request { .. } => Class::Request,
        }
    }
}

impl Services {
    /// Tells a bot, and waits until the manager has taken it.
    pub(super) async fn tell(self: &Arc<Self>, service: &str, news: News) -> Result<(), Trouble> {
        let crew = self.at_work().ok_or(Trouble::Failed)?;
        let (services, name) = (Arc::downgrade(self), service.to_owned());
        let told = crew.managing().ask(move |live| {
            Box::pin(async move {
                match services.upgrade() {
                    Some(services) => pass_on(&services, live, &name, &news).await,
                    None => Ok(Ok(())),
                }
            })
        });
        told.await.map_err(|why| self.failed(service, &why))
    }

    /// Tells a bot, in its turn.
    pub(super) fn say(self: &Arc<Self>, service: &str, news: News) {
        let Some(crew) = self.at_work() else { return };
        let (services, name) = (Arc::downgrade(self), service.to_owned());
        let (class, size) = (news.class(), news.size());
        let call: crate::sandbox::Call<State> = Box::new(move |live| {
            Box::pin(async move {
                let Some(services) = services.upgrade() else { return Ok(()) };
                if let Err(why) = pass_on(&services, live, &name, &news).await? {
                    tracing::warn!(session = %services.session.id, service = name, why = printable_words(&why), "a bot could not be told");
                }
                Ok(())
            })
        });
        // What a manager's mailbox does not take is counted there.
        let _ = crew.manager().push_sized(class, size, call);
    }

    /// Sends what waits for a bot that has just subscribed: one message in each of the manager's turns.
    pub(super) fn flush(self: &Arc<Self>, service: &str) {
        let Some(crew) = self.at_work() else { return };
        let (services, name) = (Arc::downgrade(self), service.to_owned());
        let call: crate::sandbox::Call<State> = Box::new(move |live| {
            Box::pin(async move {
                let Some(services) = services.upgrade() else { return Ok(()) };
                let next = services.roll.lock().next_waiting(&name);
                let Some((letter, handle, more)) = next else { return Ok(()) };
                let request = letter.request.clone();
                if let Err(why) = send(live, &name, &letter, &handle).await? {
                    tracing::warn!(session = %services.session.id, service = name, why = printable_words(&why), "a bot could not be told");
                    let failed = request.and_then(|token| services.roll.lock().fail(&token));
                    failed.into_iter().for_each(super::Pending::fail);
                }
                if more {
                    services.flush(&name);
                }
                Ok(())
            })
        });
        let _ = crew.manager().push(Class::Own, call);
    }
}

/// In the manager's turn: makes the message, and sends it or lets it wait.
async fn pass_on(
    services: &Arc<Services>,
    live: &mut Live<State>,
    service: &str,
    news: &News,
) -> wasmtime::Result<Result<(), String>> {
    let message = match news.written(live, service).await? {
        Ok(message) => message,
        Err(words) => return Ok(Err(words)),
    };
    let sending = services.roll.lock().send(service, Letter { message, request: news.request() });
    match sending {
        Sending::Now(letter, handle) => send(live, service, &letter, &handle).await,
        Sending::Queued => Ok(Ok(())),
        Sending::Refused => Ok(Err("its bot is gone, or too much waits for it".into())),
    }
}

async fn send(
    live: &mut Live<State>,
    service: &str,
    letter: &Letter,
    to: &Handle,
) -> wasmtime::Result<Result<(), String>> {
    let exports = exports::of(live)?;
    let Some(manager) = &exports.manager else { return Ok(Err(NO_MANAGER.into())) };
    manager.call_send_message(&mut live.store, service, &letter.message, to).await
}
