//! What a session knows of its services: which bots run, what waits for them, who listens, and who waits for an answer.
//!
//! Nothing here waits or calls anybody; what must be told to others is handed back.

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    mem,
    sync::Arc,
    time::{Duration, Instant},
};

use subtle::ConstantTimeEq;

use super::{budget::Budget, pending::Pending};
use crate::coweb::{bindings::parlor::coweb::bridge::Error, session::state::Recipient};

/// How long a bot may take from its launch until it is subscribed.
pub const START_PATIENCE: Duration = Duration::from_secs(10);
/// How long a bot that must stop alone may take.
pub const STOP_PATIENCE: Duration = Duration::from_secs(3);
/// How long a request may wait for its answer.
pub const ANSWER_PATIENCE: Duration = Duration::from_secs(60);
/// So many failures within [`FAILURES_WITHIN`], and a bot is not launched again before that time is over.
const MOST_FAILURES: usize = 5;
const FAILURES_WITHIN: Duration = Duration::from_secs(30);
/// The most services of a session.
const MOST_SERVICES: usize = 64;
/// The most messages that wait for a bot which is not subscribed yet, and bytes of them.
const MOST_WAITING: usize = 1_024;
const MOST_WAITING_BYTES: usize = 4 << 20;
/// The most requests of a session that wait for their answers.
const MOST_PENDING: usize = 4_096;
/// The longest handle of a bot, in bytes: `services.bot-handle`.
const LONGEST_HANDLE: usize = 256;

/// What a manager remembers of a bot's connection.
pub type Handle = Arc<Vec<u8>>;

/// The services of a session, by name; `C` is a client.
pub struct Roll<C> {
    services: BTreeMap<Box<str>, Service<C>>,
    /// By the tokens that answer them.
    pending: HashMap<Box<str>, Pending<C>>,
}

/// One service, from the first time that its bot was launched.
struct Service<C> {
    standing: Standing,
    since: Instant,
    /// Serves once.
    token: Option<Box<str>>,
    handle: Handle,
    waiting: VecDeque<Letter>,
    waiting_bytes: usize,
    listeners: Vec<C>,
    hears_syncs: bool,
    failures: VecDeque<Instant>,
    /// What its bot may still hand its manager, and its manager the session.
    said: Budget,
    published: Budget,
}

/// How far a bot has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    /// There is none.
    Idle,
    /// It was launched, and has not shown its token.
    Starting,
    /// It was let in, and does not listen yet.
    Authed,
    /// It takes messages.
    Subscribed,
    /// It was asked to go.
    Stopping,
}

/// A message to a bot, in its manager's own form.
pub struct Letter {
    /// What the manager made.
    pub message: Vec<u8>,
    /// The token of the request that it carries, if it does.
    pub request: Option<Box<str>>,
}

/// What becomes of a message to a bot.
pub enum Sending {
    /// It goes out now, to the bot with this handle.
    Now(Letter, Handle),
    /// It waits until the bot is subscribed.
    Queued,
    /// There is no bot that would get it, or too much waits.
    Refused,
}

/// Why a bot cannot be launched now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Hindrance {
    /// There are enough.
    #[error("the session has {MOST_SERVICES} services already")]
    TooMany,
    /// It failed again and again.
    #[error(
        "its bot failed {MOST_FAILURES} times within {}; it is not launched again for a while",
        humantime::format_duration(FAILURES_WITHIN)
    )]
    Failing,
}

/// What has taken too long.
pub struct Overdue<C> {
    /// Services whose bots were given up; each must be stopped.
    pub services: Vec<Box<str>>,
    /// Requests that are answered with an error.
    pub requests: Vec<Pending<C>>,
}

impl<C> Default for Roll<C> {
    fn default() -> Self {
        Self { services: BTreeMap::new(), pending: HashMap::new() }
    }
}

impl<C: Recipient> Roll<C> {
    fn running(&mut self, name: &str) -> Option<&mut Service<C>> {
        self.services.get_mut(name).filter(|service| {
            matches!(service.standing, Standing::Starting | Standing::Authed | Standing::Subscribed)
        })
    }

    /// Whether a service's bot runs, or is on its way.
    pub fn runs(&self, name: &str) -> bool {
        let standing = self.services.get(name).map(|service| service.standing);
        standing.is_some_and(|standing| !matches!(standing, Standing::Idle | Standing::Stopping))
    }

    /// Whether a bot was asked to go, and has not gone yet.
    pub fn stops(&self, name: &str) -> bool {
        self.services.get(name).is_some_and(|service| service.standing == Standing::Stopping)
    }

    /// Whether a service's bot may be launched.
    ///
    /// # Errors
    /// Why not.
    pub fn may_launch(&mut self, name: &str, now: Instant) -> Result<(), Hindrance> {
        let known = self.services.len();
        match self.services.get_mut(name) {
            None if known >= MOST_SERVICES => Err(Hindrance::TooMany),
            None => Ok(()),
            Some(service) => {
                let recent = |failure: &Instant| now.duration_since(*failure) < FAILURES_WITHIN;
                service.failures.retain(recent);
                if service.failures.len() < MOST_FAILURES { Ok(()) } else { Err(Hindrance::Failing) }
            }
        }
    }

    /// A bot is being launched, with this token.
    pub fn launch(&mut self, name: &str, token: &str, hears_syncs: bool, now: Instant) {
        let service = self.services.entry(name.into()).or_insert_with(|| Service {
            standing: Standing::Idle,
            since: now,
            token: None,
            handle: Arc::default(),
            waiting: VecDeque::new(),
            waiting_bytes: 0,
            listeners: Vec::new(),
            hears_syncs,
            failures: VecDeque::new(),
            said: Budget::new(now),
            published: Budget::new(now),
        });
        (service.standing, service.since) = (Standing::Starting, now);
        (service.token, service.hears_syncs) = (Some(token.into()), hears_syncs);
    }

    /// There is no such service after all.
    pub fn forget(&mut self, name: &str) {
        self.services.remove(name);
    }

    /// A bot shows its token.
    ///
    /// # Errors
    /// `WrongToken`, `UnknownService`, or `TooLarge` for the handle.
    pub fn auth(&mut self, name: &str, token: &str, handle: Vec<u8>) -> Result<(), Error> {
        if handle.len() > LONGEST_HANDLE {
            return Err(Error::TooLarge);
        }
        let service = self.services.get_mut(name).ok_or(Error::UnknownService)?;
        let expected = service.token.as_deref().filter(|_| service.standing == Standing::Starting);
        let right = expected.is_some_and(|expected| bool::from(expected.as_bytes().ct_eq(token.as_bytes())));
        if !right {
            return Err(Error::WrongToken);
        }
        (service.token, service.standing) = (None, Standing::Authed);
        service.handle = Arc::new(handle);
        Ok(())
    }

    /// A bot listens from now on. True if something waits for it.
    ///
    /// # Errors
    /// `UnknownService`, or `NotSubscribed` if it was not let in.
    pub fn subscribed(&mut self, name: &str) -> Result<bool, Error> {
        let service = self.services.get_mut(name).ok_or(Error::UnknownService)?;
        match service.standing {
            Standing::Authed => service.standing = Standing::Subscribed,
            Standing::Subscribed => {}
            _ => return Err(Error::NotSubscribed),
        }
        Ok(!service.waiting.is_empty())
    }

    /// Takes a message for a bot; messages keep their order.
    pub fn send(&mut self, name: &str, letter: Letter) -> Sending {
        let Some(service) = self.services.get_mut(name) else { return Sending::Refused };
        match service.standing {
            Standing::Subscribed | Standing::Stopping if service.waiting.is_empty() => {
                Sending::Now(letter, Arc::clone(&service.handle))
            }
            Standing::Starting | Standing::Authed | Standing::Subscribed | Standing::Stopping => {
                let bytes = service.waiting_bytes + letter.message.len();
                if service.waiting.len() >= MOST_WAITING || bytes > MOST_WAITING_BYTES {
                    return Sending::Refused;
                }
                service.waiting_bytes = bytes;
                service.waiting.push_back(letter);
                Sending::Queued
            }
            Standing::Idle => Sending::Refused,
        }
    }

    /// The first of the messages that wait for a bot which is subscribed; and whether there are more.
    pub fn next_waiting(&mut self, name: &str) -> Option<(Letter, Handle, bool)> {
        let service = self.services.get_mut(name)?;
        if !matches!(service.standing, Standing::Subscribed | Standing::Stopping) {
            return None;
        }
        let letter = service.waiting.pop_front()?;
        service.waiting_bytes -= letter.message.len();
        Some((letter, Arc::clone(&service.handle), !service.waiting.is_empty()))
    }

    /// A client asks a service; `token` answers it.
    ///
    /// # Errors
    /// If too many wait.
    pub fn ask(&mut self, token: &str, request: Pending<C>) -> Result<(), Error> {
        if self.pending.len() >= MOST_PENDING {
            return Err(Error::TooLarge);
        }
        self.pending.insert(token.into(), request);
        Ok(())
    }

    /// Whether somebody waits for an answer of this service under this token: asked by the bot itself, once.
    pub fn answers(&mut self, name: &str, token: &str) -> bool {
        let pending = self.pending.get_mut(token).filter(|pending| *pending.service == *name);
        pending.is_some_and(|pending| !mem::replace(&mut pending.answered, true))
    }

    /// Whoever waits for the answer under this token, once.
    ///
    /// # Errors
    /// `UnknownService`, `NotSubscribed`, `UnknownRequest`.
    pub fn answer(&mut self, name: &str, token: &str) -> Result<Pending<C>, Error> {
        self.speaks(name)?;
        match self.pending.get(token) {
            Some(pending) if *pending.service == *name => {
                self.pending.remove(token).ok_or(Error::UnknownRequest)
            }
            _ => Err(Error::UnknownRequest),
        }
    }

    /// A service that may speak: subscribed, or saying its last words.
    fn speaks(&mut self, name: &str) -> Result<&mut Service<C>, Error> {
        let service = self.services.get_mut(name).ok_or(Error::UnknownService)?;
        match service.standing {
            Standing::Subscribed | Standing::Stopping => Ok(service),
            _ => Err(Error::NotSubscribed),
        }
    }

    /// Takes back a request that its bot refuses, unless it has answered it before.
    pub fn refuse(&mut self, token: &str) -> Option<Pending<C>> {
        if self.pending.get(token)?.answered { None } else { self.pending.remove(token) }
    }

    /// Takes back a request that cannot be answered.
    pub fn fail(&mut self, token: &str) -> Option<Pending<C>> {
        self.pending.remove(token)
    }

    /// Those who hear what a service publishes now.
    ///
    /// # Errors
    /// `UnknownService`, `NotSubscribed`, or `TooLarge` if it has published more than it may.
    pub fn publish(&mut self, name: &str, bytes: usize, now: Instant) -> Result<&[C], Error> {
        let service = self.speaks(name)?;
        if service.published.take(bytes, now) { Ok(&service.listeners) } else { Err(Error::TooLarge) }
    }

    /// Whether a bot of this server may publish so much now.
    ///
    /// # Errors
    /// `UnknownService`, or `TooLarge` if it has published more than it may.
    pub fn may_publish(&mut self, name: &str, bytes: usize, now: Instant) -> Result<(), Error> {
        let service = self.services.get_mut(name).ok_or(Error::UnknownService)?;
        if service.said.take(bytes, now) { Ok(()) } else { Err(Error::TooLarge) }
    }

    /// A bot has gone. Whoever waits for it is handed back, to be told; its listeners stay. True if it was asked to go.
    ///
    /// # Errors
    /// `UnknownService`.
    pub fn gone(&mut self, name: &str, now: Instant) -> Result<(bool, Vec<Pending<C>>), Error> {
        let service = self.services.get_mut(name).ok_or(Error::UnknownService)?;
        let before = mem::replace(&mut service.standing, Standing::Idle);
        service.since = now;
        service.token = None;
        service.waiting.clear();
        service.waiting_bytes = 0;
        if !matches!(before, Standing::Idle | Standing::Stopping) {
            service.failures.push_back(now);
            service.failures.truncate(MOST_FAILURES);
        }
        Ok((before == Standing::Stopping, self.take_pending(|pending| *pending.service == *name)))
    }

    fn take_pending(&mut self, which: impl Fn(&Pending<C>) -> bool) -> Vec<Pending<C>> {
        self.pending.extract_if(|_, pending| which(pending)).map(|(_, pending)| pending).collect()
    }

    /// A client listens to what a service publishes. False if it does already.
    pub fn listen(&mut self, name: &str, who: &C) -> bool {
        let Some(service) = self.services.get_mut(name) else { return false };
        if service.listeners.iter().any(|listener| listener.is(who)) {
            return false;
        }
        service.listeners.push(who.clone());
        true
    }

    /// A client does not listen any more. False if it did not.
    pub fn unlisten(&mut self, name: &str, who: &C) -> bool {
        let Some(service) = self.services.get_mut(name) else { return false };
        let before = service.listeners.len();
        service.listeners.retain(|listener| !listener.is(who));
        service.listeners.len() < before
    }

    /// Those who listen to a service.
    pub fn listeners(&self, name: &str) -> Vec<C> {
        self.services.get(name).map(|service| service.listeners.clone()).unwrap_or_default()
    }

    /// A client is gone: the services that it listened to.
    pub fn leave(&mut self, who: &C) -> Vec<Box<str>> {
        self.pending.retain(|_, pending| !pending.client.is(who));
        let names: Vec<_> = self.services.keys().cloned().collect();
        names.into_iter().filter(|name| self.unlisten(name, who)).collect()
    }

    /// Whether nobody listens to a service or waits for it, whose bot is subscribed.
    pub fn is_unused(&self, name: &str) -> bool {
        let Some(service) = self.services.get(name) else { return false };
        let asked = || self.pending.values().any(|pending| *pending.service == *name);
        service.standing == Standing::Subscribed && service.listeners.is_empty() && !asked()
    }

    /// A bot is asked to go. False if there is none that could hear it.
    pub fn stop(&mut self, name: &str, now: Instant) -> bool {
        let Some(service) = self.running(name).filter(|service| service.standing == Standing::Subscribed)
        else {
            return false;
        };
        (service.standing, service.since) = (Standing::Stopping, now);
        true
    }

    /// The services whose bots run, on their way and going ones included.
    pub fn all_running(&self) -> Vec<Box<str>> {
        let running = self.services.iter().filter(|(_, service)| service.standing != Standing::Idle);
        running.map(|(name, _)| name.clone()).collect()
    }

    /// The services whose bots are shown the session's events.
    pub fn hearing_syncs(&self) -> impl Iterator<Item = &str> {
        let hears = |service: &Service<C>| {
            service.hears_syncs && !matches!(service.standing, Standing::Idle | Standing::Stopping)
        };
        self.services.iter().filter(move |(_, service)| hears(service)).map(|(name, _)| &**name)
    }

    /// Gives up what takes too long.
    pub fn overdue(&mut self, now: Instant) -> Overdue<C> {
        let late = |service: &Service<C>| {
            let patience = match service.standing {
                Standing::Starting | Standing::Authed => START_PATIENCE,
                Standing::Stopping => STOP_PATIENCE,
                Standing::Idle | Standing::Subscribed => return false,
            };
            now.duration_since(service.since) >= patience
        };
        let services: Vec<_> =
            self.services.iter().filter(|(_, service)| late(service)).map(|(name, _)| name.clone()).collect();
        let mut requests = self.take_pending(|pending| now.duration_since(pending.since) >= ANSWER_PATIENCE);
        for name in &services {
            if let Ok((_, failed)) = self.gone(name, now) {
                requests.extend(failed);
            }
        }
        Overdue { services, requests }
    }

    /// Ends everything: whoever waits is handed back.
    pub fn end(&mut self) -> Vec<Pending<C>> {
        self.services.clear();
        self.pending.drain().map(|(_, pending)| pending).collect()
    }
}
