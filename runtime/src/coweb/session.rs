//! A session: what its clients may say on which channel, and what becomes of it.

pub mod broadcast;
mod cache;
pub mod channels;
mod late_join;
pub mod operation;
pub mod state;
#[cfg(test)]
mod tests;

use std::{
    sync::{
        Arc,
        atomic::{
            AtomicBool, AtomicU32,
            Ordering::{Relaxed, SeqCst},
        },
    },
    time::Instant,
};

use parking_lot::Mutex;
use serde::Deserialize;
use serde_json::value::RawValue;

use self::{
    broadcast::Hears,
    channels::{Place, SyncKind, SyncStyle},
    operation::{Malformed, Operation},
    state::{Next, Recipient, Refused, State},
};
use super::{
    bayeux::{Application, Channel, Client, Delivery, Departure, Message, Refusal, Unknown},
    bindings,
    caller::{Caller, Proof},
    managers::{Managers, Unanswered},
    services::{Factory, Services, Trouble},
    sessions::Left,
    settings::Settings,
};

/// What applications meet under.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    /// The application's name for it.
    pub key: Arc<str>,
    /// Whether it carries cooperative events.
    pub collab: bool,
    /// Whether the last state is kept for the next who join.
    pub cache_state: bool,
}

/// A session, for the hub of its clients.
pub struct Session {
    /// 32 hexadecimal digits.
    pub id: Arc<str>,
    /// What applications met under.
    pub key: Key,
    managers: Arc<Managers>,
    settings: Arc<Settings>,
    /// Whether somebody has come in since it was prepared last.
    pub(super) entered: AtomicBool,
    state: Mutex<State<Arc<Client<Session>>>>,
    services: Arc<Services>,
    left: Arc<Left>,
}

/// What the session keeps for each client.
pub struct Peer {
    /// The user's name.
    pub user: Arc<str>,
    /// How the handshake proved it.
    proof: Proof,
    /// 0 before it has one.
    site: AtomicU32,
    hears: Mutex<Hears>,
}

impl Recipient for Arc<Client<Session>> {
    fn deliver(&self, what: Delivery) {
        Client::deliver(self, what);
    }

    fn hears(&self) -> Hears {
        *self.data().hears.lock()
    }

    fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(self, other)
    }

    fn end(&self) {
        Client::end(self);
    }
}

/// `ext` of the original's clients; what else is in it stays here.
#[derive(Default, Deserialize)]
struct Ext {
    #[serde(default)]
    coweb: CowebExt,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct CowebExt {
    #[serde(default)]
    updater_type: Option<String>,
}

/// The longest type of an updater, in bytes.
const LONGEST_TYPE: usize = 256;

/// An updater's answer.
#[derive(Deserialize)]
struct Answer<'a> {
    token: String,
    #[serde(borrow)]
    state: &'a RawValue,
}

type Done = Result<(), Refusal>;

impl Session {
    /// A session in which nobody is.
    pub fn new(
        id: Arc<str>,
        key: Key,
        managers: Arc<Managers>,
        settings: Arc<Settings>,
        (factory, url): (Arc<dyn Factory>, Arc<str>),
        left: Arc<Left>,
    ) -> Self {
        let state = State::new(Arc::clone(&id), key.collab, key.cache_state, settings.updater_timeout);
        let most_bytes = settings.manners.limits.bytes;
        let services = Services::new(described(&id, &key), Arc::clone(&managers), factory, most_bytes, url);
        let (entered, state) = (AtomicBool::new(false), Mutex::new(state));
        Self { id, key, managers, settings, entered, state, services, left }
    }

    /// As managers see it.
    pub fn described(&self) -> bindings::Session {
        described(&self.id, &self.key)
    }

    /// The bots that serve in it.
    pub fn services(&self) -> &Arc<Services> {
        &self.services
    }

    /// Looks after what waits too long.
    pub fn tick(&self, now: Instant) {
        self.state.lock().tick(now);
        self.services.tick(now);
    }

    /// The sites and users that are here.
    pub fn sites(&self) -> Vec<(u32, Arc<str>)> {
        self.state.lock().sites()
    }

    async fn join(&self, client: &Arc<Client<Self>>, message: &Message<'_>) -> Done {
        let ext = message.ext.and_then(|ext| serde_json::from_str::<Ext>(ext.get()).ok()).unwrap_or_default();
        let updater_type: Arc<str> = match ext.coweb.updater_type {
            Some(kind) if kind.len() <= LONGEST_TYPE => kind.into(),
            _ => "default".into(),
        };
        let peer = client.data();
        let (site, next) = {
            let mut state = self.state.lock();
            if state.sits(peer.site.load(Relaxed), client) {
                return Err(not_allowed(client));
            }
            let joined =
                state.join(client, Arc::clone(&peer.user), Arc::clone(&updater_type), Instant::now());
            let (site, next) = joined.map_err(|why| refused(client, why))?;
            peer.site.store(site, Relaxed);
            (site, next)
        };
        if let Next::Choose(available) = next {
            let available = available.iter().map(|kind| kind.to_string()).collect();
            let chosen = self.managers.updater.match_updater_type(updater_type.to_string(), available).await;
            let mut state = self.state.lock();
            // It may have left meanwhile, and another have its seat.
            if state.sits(site, client) {
                state.assign(site, chosen.as_deref(), Instant::now());
            }
        }
        Ok(())
    }

    fn sync(&self, client: &Arc<Client<Self>>, kind: Option<SyncKind>, data: &RawValue) -> Done {
        let malformed = |why: Malformed| Refusal::Error(format!("400:{}:{why}", client.id()));
        // 0.4 has one channel for both: an application's event has a topic.
        let (kind, operation) = match kind {
            Some(SyncKind::App) => (SyncKind::App, Operation::app(data).map_err(malformed)?),
            Some(SyncKind::Engine) => (SyncKind::Engine, Operation::engine(data).map_err(malformed)?),
            None => match Operation::app(data) {
                Ok(operation) => (SyncKind::App, operation),
                Err(why) => (SyncKind::Engine, Operation::engine(data).map_err(|_| malformed(why))?),
            },
        };
        let site = client.data().site.load(Relaxed);
        let user = &client.data().user;
        let shown = |data: &str| self.services.sync(user, data);
        let done = self.state.lock().sync(site, kind, &operation, shown);
        done.map_err(|why| refused(client, why))
    }

    fn navigate(&self, client: &Arc<Client<Self>>, data: &RawValue) -> Done {
        if !self.settings.navigation {
            return Err(not_allowed(client));
        }
        let site = client.data().site.load(Relaxed);
        let done = self.state.lock().navigate(site, data);
        done.map_err(|why| refused(client, why))
    }

    fn brings_up_to_date(&self, client: &Arc<Client<Self>>, data: &RawValue) -> Done {
        let bad = || Refusal::Error(format!("400:{}:no state", client.id()));
        let answer: Answer<'_> = serde_json::from_str(data.get()).map_err(|_| bad())?;
        if !answer.state.get().starts_with('[') {
            return Err(bad());
        }
        let site = client.data().site.load(Relaxed);
        let done = self.state.lock().state_from(site, &answer.token, answer.state, Instant::now());
        if done == Err(Refused::WrongToken) {
            // As the original does: it answers for others, or guesses.
            client.end();
        }
        done.map_err(|why| refused(client, why))
    }

    async fn uses_service(&self, client: &Arc<Client<Self>>, service: &str, how: Use) -> Done {
        let (at, user) = (self.described(), client.data().user.to_string());
        let (access, name) = (&self.managers.access, service.to_owned());
        let allowed = match how {
            Use::Subscribe => access.on_service_subscribe(at, user, name).await,
            Use::Unsubscribe => access.on_service_unsubscribe(at, user, name).await,
            Use::Ask => access.on_service_request(at, user, name).await,
        };
        match allowed {
            Ok(true) => Ok(()),
            Ok(false) => Err(not_allowed(client)),
            Err(why) => {
                tracing::warn!(session = %self.id, service, %why, "access was not decided, so it is denied");
                Err(Refusal::Error(format!("500:{}:server-error", client.id())))
            }
        }
    }
}

fn described(id: &str, key: &Key) -> bindings::Session {
    bindings::Session {
        id: id.to_owned(),
        key: key.key.to_string(),
        collab: key.collab,
        cache_state: key.cache_state,
    }
}

/// What a user wants of a service.
#[derive(Clone, Copy)]
enum Use {
    Subscribe,
    Unsubscribe,
    Ask,
}

fn not_allowed(client: &Client<Session>) -> Refusal {
    Refusal::Error(format!("402:{}:not-allowed", client.id()))
}

fn troubled(client: &Client<Session>, why: Trouble) -> Refusal {
    let (code, tag) = match why {
        Trouble::NotFound => (400, "not-found"),
        Trouble::Malformed => (400, "malformed"),
        Trouble::Failed => (500, "server-error"),
    };
    Refusal::Error(format!("{code}:{}:{tag}", client.id()))
}

fn refused(client: &Client<Session>, why: Refused) -> Refusal {
    match why {
        Refused::NotAllowed | Refused::Already | Refused::WrongToken => not_allowed(client),
        Refused::Full => Refusal::Status(503, "the session is full".into()),
    }
}

/// What a manager's failure means for whoever asked.
pub fn denied(why: &Unanswered) -> Refusal {
    tracing::warn!(%why, "denied, since a manager did not decide");
    Refusal::Status(503, "the server cannot decide about this now".into())
}

impl Application for Session {
    type Caller = Caller;
    type Client = Peer;

    async fn handshake(&self, caller: &Caller, _message: &Message<'_>) -> Result<Peer, Refusal> {
        let identity = self.managers.auth.get_current_user(caller.request()).await;
        let identity = identity.map_err(|why| denied(&why))?;
        let Some(user) = identity.username else {
            return Err(Refusal::Status(403, "sign in first".into()));
        };
        match self.managers.access.on_session_request(self.described(), user.clone()).await {
            Ok(true) => {}
            Ok(false) => return Err(Refusal::Status(403, "this session is not for you".into())),
            Err(why) => return Err(denied(&why)),
        }
        self.entered.store(true, SeqCst);
        Ok(Peer {
            user: user.into(),
            proof: caller.proof(),
            site: AtomicU32::new(0),
            hears: Mutex::default(),
        })
    }

    fn owns(&self, caller: &Caller, client: &Client<Self>) -> bool {
        caller.proves(&client.data().proof)
    }

    fn unknown(&self, message: &Message<'_>) -> Option<Unknown> {
        // The original's clients say who they are in every message. Told to shake hands again, they do, and are then in no
        // session, which nobody notices; of an HTTP status they make an error that their users see.
        message.ext.is_some_and(|ext| ext.get().contains("\"coweb\"")).then_some(Unknown::Status(404))
    }

    async fn subscribe(&self, client: &Arc<Client<Self>>, channel: &Channel, message: &Message<'_>) -> Done {
        let Some(place) = channels::subscribed(&self.id, channel.as_str()) else {
            return Err(if channel.is_wild() {
                Refusal::Error(format!("409:{}:{} wildcard", client.id(), channel.as_str()))
            } else {
                not_allowed(client)
            });
        };
        let hears = |change: fn(&mut Hears, SyncStyle), style| change(&mut client.data().hears.lock(), style);
        match place {
            Place::Sync(style, kind) if self.key.collab => {
                if kind != Some(SyncKind::Engine) {
                    hears(|hears, style| hears.app = Some(style), style);
                }
                if kind != Some(SyncKind::App) {
                    hears(|hears, style| hears.engine = Some(style), style);
                }
                Ok(())
            }
            Place::Roster(style) if self.key.collab => {
                client.data().hears.lock().roster = Some(style);
                Ok(())
            }
            Place::Join => self.join(client, message).await,
            Place::Updater if self.key.collab => {
                let site = client.data().site.load(Relaxed);
                let done = self.state.lock().become_updater(site, Instant::now());
                done.map_err(|why| refused(client, why))
            }
            Place::Admin => {
                client.data().hears.lock().admin = true;
                Ok(())
            }
            // Their clients subscribe these whatever the session is.
            Place::Sync(..) | Place::Roster(_) | Place::Updater | Place::Errors => Ok(()),
            Place::Service(service) => {
                self.uses_service(client, service, Use::Subscribe).await?;
                self.services.listen(client, service).await.map_err(|why| troubled(client, why))
            }
            Place::Answers(service) => {
                self.uses_service(client, service, Use::Subscribe).await?;
                self.services.await_answers(service).await.map_err(|why| troubled(client, why))
            }
            Place::Question(_) => Err(not_allowed(client)),
        }
    }

    async fn unsubscribe(
        &self,
        client: &Arc<Client<Self>>,
        channel: &Channel,
        _message: &Message<'_>,
    ) -> Done {
        match channels::subscribed(&self.id, channel.as_str()) {
            Some(Place::Sync(..)) => {
                let mut hears = client.data().hears.lock();
                (hears.app, hears.engine) = (None, None);
            }
            Some(Place::Roster(_)) => client.data().hears.lock().roster = None,
            Some(Place::Admin) => client.data().hears.lock().admin = false,
            Some(Place::Service(service)) => {
                self.uses_service(client, service, Use::Unsubscribe).await?;
                self.services.unlisten(client, service);
            }
            _ => {}
        }
        Ok(())
    }

    async fn publish(&self, client: &Arc<Client<Self>>, channel: &Channel, message: &Message<'_>) -> Done {
        let (Some(place), Some(data)) = (channels::published(&self.id, channel.as_str()), message.data)
        else {
            return Err(not_allowed(client));
        };
        match place {
            Place::Question(service) => {
                self.uses_service(client, service, Use::Ask).await?;
                self.services.ask(client, service, message).await.map_err(|why| troubled(client, why))
            }
            _ if !self.key.collab => Err(not_allowed(client)),
            Place::Sync(_, kind) => self.sync(client, kind, data),
            Place::Updater => self.brings_up_to_date(client, data),
            Place::Admin => self.navigate(client, data),
            _ => Err(not_allowed(client)),
        }
    }

    fn gone(&self, client: &Arc<Client<Self>>, how: Departure) {
        let site = client.data().site.swap(0, Relaxed);
        tracing::debug!(session = %self.id, site, user = %client.data().user, ?how, "a client is gone");
        self.services.leave(client);
        if site != 0 {
            self.state.lock().leave(site, client, Instant::now());
        }
        self.left.tell(&self.id);
    }
}
