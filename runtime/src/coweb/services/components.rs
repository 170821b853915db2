//! `parlor:coweb/components`: bots that run in this server, each in a sandbox of its own.

use std::{
    sync::{Arc, atomic::Ordering::Relaxed},
    time::Duration,
};

use wasmtime::component::{HasSelf, Linker};

use super::{
    LONGEST_APP_DATA, Pending, Resident, Services,
    factory::{Hired, Position, Post},
    is_json,
};
use crate::{
    coweb::{
        bindings::{
            handlers::component_events,
            parlor::coweb::{
                components::{self, BotEvent},
                services::LaunchError,
            },
        },
        exports,
    },
    imports::State,
    sandbox::{Call, Class, Live, Status, supervisor::Step},
};

/// How long a bot may take for its last call and what came before it.
const GOODBYE: Duration = Duration::from_secs(2);

/// What the manager hears of a bot.
enum Heard {
    Started { token: String },
    Reply { token: String, data: String },
    Publish { data: String },
    Exit { reason: Option<String> },
}

impl Services {
    fn launch_component(
        self: &Arc<Self>,
        service: &str,
        token: String,
        app_data: String,
    ) -> Result<(), LaunchError> {
        if app_data.len() > LONGEST_APP_DATA || !is_json(&app_data) {
            return Err(LaunchError::Failed("its data are no JSON, or too long".into()));
        }
        let mut bots = self.bots.lock();
        if bots.contains_key(service) {
            return Err(LaunchError::Failed("it runs already".into()));
        }
        let number = self.numbers.fetch_add(1, Relaxed);
        let post = Post { services: Arc::downgrade(self), bot: Some(service.into()), number };
        let (told, name): (_, Box<str>) = (Arc::downgrade(self), service.into());
        let changed = move |status: &Status| {
            let Some(services) = told.upgrade() else { return };
            match status {
                Status::Running => services.hears(&name, Heard::Started { token: token.clone() }),
                Status::Stopped => services.left_us(&name, number, None),
                Status::Failed(why) | Status::Quarantined(why) => {
                    services.left_us(&name, number, Some(why.clone()));
                }
                Status::Starting | Status::Restarting(_) => {}
            }
        };
        let hired = Hired {
            post,
            start: first_call(service, app_data),
            stop: last_call(),
            changed: Box::new(changed),
        };
        let extension = Arc::new(self.factory.hire(Position::Bot(service), hired)?);
        bots.insert(service.into(), Resident { extension, number });
        Ok(())
    }

    /// A bot has ended by itself.
    fn left_us(self: &Arc<Self>, service: &str, number: u64, reason: Option<String>) {
        let mut bots = self.bots.lock();
        let same = bots.get(service).is_some_and(|resident| resident.number == number);
        let gone = if same { bots.remove(service) } else { None };
        drop(bots);
        if gone.is_some() {
            if let Some(why) = &reason {
                tracing::warn!(session = %self.session.id, service, why, "a service bot failed; it is launched again when it is used");
            }
            self.hears(service, Heard::Exit { reason });
        }
    }

    fn terminate(&self, service: &str) {
        let gone = self.bots.lock().remove(service);
        // Outside the lock: it ends the instance.
        drop(gone);
    }

    fn deliver(self: &Arc<Self>, service: &str, what: BotEvent) -> Result<(), String> {
        let bots = self.bots.lock();
        let Some(resident) = bots.get(service) else { return Err("it does not run".into()) };
        let extension = Arc::clone(&resident.extension);
        drop(bots);
        let class = match &what {
            BotEvent::Shutdown => {
                // Lets it finish what waits for it and make its last call; then it hears nothing more.
                tokio::spawn(async move { extension.stop(GOODBYE).await });
                return Ok(());
            }
            BotEvent::Request(_) => Class::Request,
            BotEvent::Sync(_) => Class::Event,
            BotEvent::Subscribe(_) | BotEvent::Unsubscribe(_) => Class::Own,
        };
        let size = match &what {
            BotEvent::Request((data, token, user)) => data.len() + token.len() + user.len(),
            BotEvent::Sync((data, user)) => data.len() + user.len(),
            BotEvent::Subscribe(user) | BotEvent::Unsubscribe(user) => user.len(),
            BotEvent::Shutdown => 0,
        };
        let services = Arc::downgrade(self);
        let call: Call<State> = Box::new(move |live| {
            Box::pin(async move {
                let exports = exports::of(live)?;
                let Some(bot) = &exports.service_bot else { return Ok(()) };
                let store = &mut live.store;
                let (name, done) = match &what {
                    BotEvent::Request((data, token, user)) => {
                        let done = bot.call_on_request(store, data, token, user).await?;
                        if done.is_err()
                            && let Some(services) = services.upgrade()
                        {
                            let failed = services.roll.lock().refuse(token);
                            failed.into_iter().for_each(Pending::fail);
                        }
                        ("on-request", done)
                    }
                    BotEvent::Subscribe(user) => ("on-subscribe", bot.call_on_subscribe(store, user).await?),
                    BotEvent::Unsubscribe(user) => {
                        ("on-unsubscribe", bot.call_on_unsubscribe(store, user).await?)
                    }
                    BotEvent::Sync((data, user)) => ("on-sync", bot.call_on_sync(store, data, user).await?),
                    BotEvent::Shutdown => return Ok(()),
                };
                if let Err(words) = done {
                    live.store.data().common.log.failed(name, &words);
                }
                Ok(())
            })
        });
        extension.mailbox().push_sized(class, size, call).map_err(|full| full.to_string())
    }

    /// A bot answers.
    pub(super) fn bot_replies(self: &Arc<Self>, service: &str, token: String, data: String) -> bool {
        self.heard(service, Class::Request, Heard::Reply { token, data })
    }

    /// A bot publishes.
    pub(super) fn bot_publishes(self: &Arc<Self>, service: &str, data: String) -> bool {
        self.heard(service, Class::Request, Heard::Publish { data })
    }

    fn hears(self: &Arc<Self>, service: &str, what: Heard) {
        self.heard(service, Class::Own, what);
    }

    /// Tells the manager; false if it cannot be told.
    fn heard(self: &Arc<Self>, service: &str, class: Class, what: Heard) -> bool {
        let Some(crew) = self.at_work() else { return false };
        let size = match &what {
            Heard::Reply { data, .. } | Heard::Publish { data } => data.len(),
            Heard::Started { .. } | Heard::Exit { .. } => 0,
        };
        let service = service.to_owned();
        let call: Call<State> = Box::new(move |live| {
            Box::pin(async move {
                let exports = exports::of(live)?;
                let Some(events) = &exports.component_events else { return Ok(()) };
                let (name, done) = tell(events, live, &service, what).await?;
                if let Err(words) = done {
                    live.store.data().common.log.failed(name, &words);
                }
                Ok(())
            })
        });
        crew.manager().push_sized(class, size, call).is_ok()
    }
}

async fn tell(
    events: &component_events::Guest,
    live: &mut Live<State>,
    service: &str,
    what: Heard,
) -> wasmtime::Result<(&'static str, Result<(), String>)> {
    let store = &mut live.store;
    Ok(match what {
        Heard::Started { token } => ("on-started", events.call_on_started(store, service, &token).await?),
        Heard::Reply { token, data } => {
            ("on-reply", events.call_on_reply(store, service, &token, &data).await?)
        }
        Heard::Publish { data } => ("on-publish", events.call_on_publish(store, service, &data).await?),
        Heard::Exit { reason } => ("on-exit", events.call_on_exit(store, service, reason.as_deref()).await?),
    })
}

const NO_BOT: &str = "it exports no parlor:coweb/service-bot";

fn first_call(service: &str, app_data: String) -> Step<State> {
    let (service, app_data): (Arc<str>, _) = (service.into(), Arc::new(app_data));
    Arc::new(move |live| {
        let (service, app_data) = (Arc::clone(&service), Arc::clone(&app_data));
        Box::pin(async move {
            match &exports::of(live)?.service_bot {
                Some(bot) => bot.call_start(&mut live.store, &service, &app_data).await,
                None => Ok(Err(NO_BOT.into())),
            }
        })
    })
}

fn last_call() -> Step<State> {
    Arc::new(|live| {
        Box::pin(async move {
            match &exports::of(live)?.service_bot {
                Some(bot) => bot.call_on_shutdown(&mut live.store).await,
                None => Ok(Err(NO_BOT.into())),
            }
        })
    })
}

impl components::Host for State {
    fn launch(
        &mut self,
        service: String,
        token: String,
        app_data: String,
    ) -> wasmtime::Result<Result<(), LaunchError>> {
        Ok(self.crews()?.launch_component(&service, token, app_data))
    }

    fn terminate(&mut self, service: String) -> wasmtime::Result<()> {
        self.crews()?.terminate(&service);
        Ok(())
    }

    fn deliver(&mut self, service: String, what: BotEvent) -> wasmtime::Result<Result<(), String>> {
        Ok(self.crews()?.deliver(&service, what))
    }
}

pub(super) fn add_to_linker(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    components::add_to_linker::<_, HasSelf<State>>(linker, |state| state)
}
