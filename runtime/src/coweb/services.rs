//! The services of a session: bots that its clients ask and listen to, run by a launcher and a service manager.
//!
//! The order of calls stands in `wit/coweb`. [`roll`] knows who runs, waits and listens; [`crew`] are the two components
//! that serve this session alone; [`bridge`], [`components`], [`sockets`], [`processes`] and [`session_api`] are what they
//! and the bots are given. Whoever makes instances is a [`Factory`].

pub mod bridge;
mod budget;
pub mod components;
mod crew;
pub mod factory;
mod news;
mod pending;
pub mod processes;
pub mod roll;
pub mod session_api;
pub mod sockets;
#[cfg(test)]
mod tests;

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use parking_lot::Mutex;
use serde::Deserialize;
use serde_json::value::RawValue;
use tokio::{
    sync::{Notify, OnceCell},
    time::timeout,
};
use wasmtime::component::Linker;

use self::{
    crew::Crew,
    news::News,
    pending::{Field, Pending},
    processes::Processes,
    roll::Roll,
    sockets::Sockets,
};
use super::{
    bayeux::{Client, Message},
    bindings::{self, handlers::access::Acls, parlor::coweb::services::LaunchError},
    json::is_json,
    managers::{Managers, Unanswered},
    session::{Session, channels::service_name},
    token,
};
use crate::{
    imports::{State, printable::printable_words},
    sandbox::Extension,
};

pub use factory::Factory;

/// How long bots may take for their last words when the session ends.
const LAST_WORDS: Duration = Duration::from_millis(2_500);
/// How long launcher and manager may take for their last calls then, together.
const LAST_CALLS: Duration = Duration::from_millis(2_000);
/// How long a client's use of a service may take until it is answered: less than the ten seconds that clients wait.
const USE: Duration = Duration::from_secs(8);
/// The longest topic of a request, in bytes.
const LONGEST_TOPIC: usize = 1_024;
/// The longest that an access manager gives a bot, in bytes.
const LONGEST_APP_DATA: usize = 64 << 10;

/// The services of one session.
pub struct Services {
    session: bindings::Session,
    managers: Arc<Managers>,
    factory: Arc<dyn Factory>,
    /// The most bytes of what a bot says at once.
    most_bytes: usize,
    crew: OnceCell<Option<Arc<Crew>>>,
    roll: Mutex<Roll<Arc<Client<Session>>>>,
    /// Whether some bot is shown the session's events: asked for each of them.
    shows_syncs: AtomicBool,
    /// Bots that are components of this server, by service.
    bots: Mutex<HashMap<Box<str>, Resident>>,
    /// Connections of bots elsewhere.
    sockets: Mutex<Sockets>,
    /// Programs that run for this session.
    processes: Mutex<Processes>,
    /// What the addresses of sessions' services begin with: `ws://…/services/`.
    url: Arc<str>,
    numbers: AtomicU64,
    /// Held while a bot is launched.
    launching: tokio::sync::Mutex<()>,
    /// Some bot has come or gone.
    change: Notify,
    /// Why nothing is served any more.
    over: Mutex<Option<Over>>,
}

/// A bot that runs in this server.
struct Resident {
    extension: Arc<Extension<State>>,
    number: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Over {
    /// Launcher or manager failed.
    Failed,
    /// The session has ended.
    Ended,
}

/// Why a service cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// There is none of this name.
    NotFound,
    /// There is, and it does not work. The log has heard why.
    Failed,
    /// What it is asked is no question.
    Malformed,
}

/// What a client publishes to ask a service; those of 0.4 call the value `eventData`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Question<'a> {
    #[serde(borrow)]
    value: Option<&'a RawValue>,
    #[serde(borrow)]
    event_data: Option<&'a RawValue>,
    #[serde(borrow)]
    topic: Option<&'a RawValue>,
}

impl Services {
    /// None run yet. A bot says `most_bytes` at once at most; `url` is what the addresses begin with where bots elsewhere
    /// connect.
    pub fn new(
        session: bindings::Session,
        managers: Arc<Managers>,
        factory: Arc<dyn Factory>,
        most_bytes: usize,
        url: Arc<str>,
    ) -> Arc<Self> {
        Arc::new(Self {
            session,
            managers,
            factory,
            most_bytes,
            crew: OnceCell::new(),
            roll: Mutex::default(),
            shows_syncs: AtomicBool::new(false),
            bots: Mutex::default(),
            sockets: Mutex::default(),
            processes: Mutex::default(),
            url,
            numbers: AtomicU64::new(1),
            launching: tokio::sync::Mutex::default(),
            change: Notify::new(),
            over: Mutex::default(),
        })
    }

    /// The session was prepared for the first time: its launcher and manager begin, where there is anything to launch.
    pub async fn prepare(self: &Arc<Self>) {
        self.crew().await;
    }

    /// Launcher and manager, unless there are none or one has failed.
    async fn crew(self: &Arc<Self>) -> Option<Arc<Crew>> {
        if self.factory.is_idle() || self.over.lock().is_some() {
            return None;
        }
        let begun = self.crew.get_or_init(|| async {
            let begun = Crew::begin(self).await;
            begun.inspect_err(|why| self.crew_failed("manager", why)).ok()
        });
        begun.await.clone().filter(|_| self.over.lock().is_none())
    }

    /// The crew, if it has begun and nothing is over.
    fn at_work(&self) -> Option<Arc<Crew>> {
        self.crew.get().cloned().flatten().filter(|_| *self.over.lock() != Some(Over::Failed))
    }

    /// Launcher or manager has failed: the session goes on without services.
    fn crew_failed(&self, who: &str, why: &str) {
        if self.over.lock().replace(Over::Failed).is_some() {
            return;
        }
        tracing::warn!(session = %self.session.id, "the {who} of its services failed: {why}. The session goes on without them.");
        self.cut_off();
    }

    /// Ends all that runs, and tells those who wait.
    fn cut_off(&self) {
        let waiting = self.roll.lock().end();
        waiting.into_iter().for_each(Pending::fail);
        self.shows_syncs.store(false, Relaxed);
        let bots = std::mem::take(&mut *self.bots.lock());
        drop(bots);
        self.close_sockets();
        self.kill_processes();
        self.change.notify_waiters();
    }

    /// A client wants to hear what a service publishes.
    ///
    /// # Errors
    /// Why it cannot.
    pub async fn listen(
        self: &Arc<Self>,
        client: &Arc<Client<Session>>,
        service: &str,
    ) -> Result<(), Trouble> {
        self.within_time(service, async {
            self.ensure(service).await?;
            // From now on: the bot may answer its coming with a publication.
            if !self.roll.lock().listen(service, client) {
                return Ok(());
            }
            let told = self.tell(service, News::Subscribe(Arc::clone(&client.data().user))).await;
            told.inspect_err(|_| {
                self.roll.lock().unlisten(service, client);
            })
        })
        .await
    }

    /// A client wants to hear a service's answers to it.
    ///
    /// # Errors
    /// Why it cannot.
    pub async fn await_answers(self: &Arc<Self>, service: &str) -> Result<(), Trouble> {
        self.within_time(service, self.ensure(service)).await
    }

    /// A client does not want to hear what a service publishes any more.
    pub fn unlisten(self: &Arc<Self>, client: &Arc<Client<Session>>, service: &str) {
        if self.roll.lock().unlisten(service, client) {
            self.left(service, &client.data().user);
        }
    }

    /// A client is gone.
    pub fn leave(self: &Arc<Self>, client: &Arc<Client<Session>>) {
        let listened_to = self.roll.lock().leave(client);
        for service in listened_to {
            self.left(&service, &client.data().user);
        }
    }

    fn left(self: &Arc<Self>, service: &str, user: &Arc<str>) {
        // A bot that is gone need not hear it.
        if self.roll.lock().runs(service) {
            self.say(service, News::Unsubscribe(Arc::clone(user)));
        }
        self.stop_unused(service);
    }

    /// A client asks a service.
    ///
    /// # Errors
    /// Why it cannot.
    pub async fn ask(
        self: &Arc<Self>,
        client: &Arc<Client<Session>>,
        service: &str,
        message: &Message<'_>,
    ) -> Result<(), Trouble> {
        let question = message.data.and_then(|data| serde_json::from_str::<Question<'_>>(data.get()).ok());
        let Some(Question { value, event_data, topic }) = question else { return Err(Trouble::Malformed) };
        let field = if value.is_some() { Field::Value } else { Field::EventData };
        let value = value.or(event_data).ok_or(Trouble::Malformed)?;
        if topic.is_some_and(|topic| topic.get().len() > LONGEST_TOPIC) {
            return Err(Trouble::Malformed);
        }
        let token: Box<str> = token().into();
        let mut waits = false;
        let asked = self.within_time(service, async {
            self.ensure(service).await?;
            let pending = Pending {
                service: service.into(),
                client: Arc::clone(client),
                id: message.id.map(ToOwned::to_owned),
                topic: topic.map(ToOwned::to_owned),
                field,
                since: Instant::now(),
                answered: false,
            };
            self.roll.lock().ask(&token, pending).map_err(|_| Trouble::Failed)?;
            waits = true;
            let user = Arc::clone(&client.data().user);
            let asked = News::Request { token: token.clone(), user, value: value.get().to_owned() };
            self.tell(service, asked).await
        });
        let asked = asked.await;
        // Where it is not pending any more, its client is told already what became of it.
        if asked.is_err() && waits && self.roll.lock().fail(&token).is_none() { Ok(()) } else { asked }
    }

    async fn within_time(
        &self,
        service: &str,
        what: impl Future<Output = Result<(), Trouble>>,
    ) -> Result<(), Trouble> {
        timeout(USE, what).await.unwrap_or_else(|_| {
            tracing::warn!(session = %self.session.id, service, "a service could not be used in time");
            Err(Trouble::Failed)
        })
    }

    /// A cooperative event of a user, for the bots that are shown them. Called in the session's order.
    pub fn sync(self: &Arc<Self>, user: &Arc<str>, data: &str) {
        if !self.shows_syncs.load(Relaxed) {
            return;
        }
        let data = Arc::new(data.to_owned());
        let hearing: Vec<Box<str>> = self.roll.lock().hearing_syncs().map(Into::into).collect();
        for service in hearing {
            self.say(&service, News::Sync { user: Arc::clone(user), data: Arc::clone(&data) });
        }
    }

    /// Sees to it that the bot of a service runs, or is on its way.
    async fn ensure(self: &Arc<Self>, service: &str) -> Result<(), Trouble> {
        if self.roll.lock().runs(service) {
            return Ok(());
        }
        if self.factory.is_idle() || !service_name(service) {
            return Err(Trouble::NotFound);
        }
        let crew = self.crew().await.ok_or(Trouble::Failed)?;
        let _alone = self.launching.lock().await;
        while self.roll.lock().stops(service) {
            // It is given up in time.
            let change = self.change.notified();
            if !self.roll.lock().stops(service) {
                break;
            }
            change.await;
        }
        if self.roll.lock().runs(service) {
            return Ok(());
        }
        let may = self.roll.lock().may_launch(service, Instant::now());
        may.map_err(|why| self.failed(service, &why))?;
        let (at, name) = (self.session.clone(), service.to_owned());
        let acls = self.managers.access.on_service_acls(at, name).await;
        let acls = acls.map_err(|why| self.failed(service, &why))?;
        let app_data = self.app_data(service).await.map_err(|why| self.failed(service, &why))?;
        let (token, before) = (token(), self.roll.lock().listeners(service));
        self.roll.lock().launch(service, &token, acls.contains(Acls::SERVICE_SYNC), Instant::now());
        self.shows_syncs.store(self.roll.lock().hearing_syncs().next().is_some(), Relaxed);
        let started = crew.start_service(service, &token, app_data).await;
        let trouble = match started {
            Ok(Ok(())) => {
                // Whoever listened to one that failed, listens to this one.
                for listener in before {
                    self.say(service, News::Subscribe(Arc::clone(&listener.data().user)));
                }
                return Ok(());
            }
            Ok(Err(LaunchError::NotFound)) => Trouble::NotFound,
            Ok(Err(LaunchError::Failed(why))) => self.failed(service, &printable_words(&why)),
            Err(why) => self.failed(service, &why),
        };
        self.deactivate(service);
        if trouble == Trouble::NotFound {
            self.roll.lock().forget(service);
        }
        Err(trouble)
    }

    async fn app_data(&self, service: &str) -> Result<String, Unanswered> {
        let config = self.managers.access.on_service_config(self.session.clone(), service.to_owned()).await?;
        if config.len() > LONGEST_APP_DATA || !is_json(&config) {
            return Err(Unanswered::Wrong("what it gives the bot is no JSON, or too long".into()));
        }
        Ok(config)
    }

    fn failed(&self, service: &str, why: &dyn std::fmt::Display) -> Trouble {
        tracing::warn!(session = %self.session.id, service, %why, "the service cannot be used");
        Trouble::Failed
    }

    /// A bot has gone: those who wait for it are told. True if it was known.
    fn deactivate(self: &Arc<Self>, service: &str) -> bool {
        let gone = self.roll.lock().gone(service, Instant::now());
        let Ok((asked_to, waiting)) = gone else { return false };
        if !waiting.is_empty() {
            tracing::debug!(session = %self.session.id, service, waiting = waiting.len(), "a bot has gone while it was waited for");
        }
        waiting.into_iter().for_each(Pending::fail);
        self.shows_syncs.store(self.roll.lock().hearing_syncs().next().is_some(), Relaxed);
        if asked_to && self.over.lock().is_none() {
            self.stop_service(service.into());
        }
        self.change.notify_waiters();
        true
    }

    /// Has the launcher stop a bot.
    fn stop_service(&self, service: Box<str>) {
        if let Some(crew) = self.at_work() {
            crew.stop_service(service);
        }
    }

    /// Stops a bot that nobody uses, where that is configured.
    fn stop_unused(self: &Arc<Self>, service: &str) {
        if !self.factory.stops_unused(service) {
            return;
        }
        let mut roll = self.roll.lock();
        let stops = roll.is_unused(service) && roll.stop(service, Instant::now());
        drop(roll);
        // After that: a bot that obeys at once has not failed.
        if stops {
            self.say(service, News::Shutdown);
        }
    }

    /// Looks after what takes too long.
    pub fn tick(self: &Arc<Self>, now: Instant) {
        let overdue = self.roll.lock().overdue(now);
        if overdue.services.is_empty() && overdue.requests.is_empty() {
            return;
        }
        overdue.requests.into_iter().for_each(Pending::fail);
        for service in overdue.services {
            tracing::warn!(session = %self.session.id, service = &*service, "its bot was given up: it took too long to come, or to go");
            self.stop_service(service);
        }
        self.change.notify_waiters();
    }

    /// The session has ended: bots have their last words, and everything goes. Takes five seconds at most.
    pub async fn end(self: Arc<Self>) {
        self.over.lock().get_or_insert(Over::Ended);
        let Some(crew) = self.at_work() else { return };
        let last_words = async {
            let running = self.roll.lock().all_running();
            for service in running {
                // One that is still on its way hears it when it has come.
                self.roll.lock().stop(&service, Instant::now());
                self.say(&service, News::Shutdown);
            }
            loop {
                let change = self.change.notified();
                if self.roll.lock().all_running().is_empty() {
                    break;
                }
                change.await;
            }
        };
        // Whoever is not done has had its time.
        let _ = timeout(LAST_WORDS, last_words).await;
        if timeout(LAST_CALLS, crew.end()).await.is_err() {
            tracing::warn!(session = %self.session.id, "its launcher and manager did not end in time and are cut off");
        }
        self.cut_off();
    }
}

impl Drop for Services {
    fn drop(&mut self) {
        self.cut_off();
    }
}

/// Adds what this part gives extensions.
///
/// # Errors
/// Only if two interfaces clash, which would be a fault of ours.
pub fn add_to_linker(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    bridge::add_to_linker(linker)?;
    components::add_to_linker(linker)?;
    sockets::add_to_linker(linker)?;
    processes::add_to_linker(linker)?;
    session_api::add_to_linker(linker)
}
