//! One configured network: its backend, its life, its rooms, and the bots that hear it.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Weak},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use arc_swap::{ArcSwap, ArcSwapOption, Guard};
use parking_lot::Mutex;
use tokio::{
    sync::watch,
    time::{sleep, timeout},
};
use tokio_util::task::AbortOnDropHandle;

use super::{
    backend::{Backend, RoomAnswer, RoomRequest, words},
    bindings::{
        Error, Identifier, Message, Presence, Reaction, Recipient, RoomEvent, handlers::backend::Capabilities,
    },
    occasion::Occasion,
    people::People,
    router::{Router, Routes},
    settings::Flood,
};
use crate::sandbox::under_way::Token;

/// The first pause before connecting again, and how it grows: slowly enough to be back within 3 s of a server's return …
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const GROWTH: f64 = 1.5;
const LONGEST_PAUSE: Duration = Duration::from_millis(2200);
/// … for so long. A network that stays away longer is asked more and more seldom.
const SOON: Duration = Duration::from_secs(600);
/// The first pause after the service turned the bot away: asking at once again is what gets bots banned.
const TURNED_AWAY_PAUSE: Duration = Duration::from_secs(5);
/// The longest pause of all.
const LAST_PAUSE: Duration = Duration::from_secs(300);
/// A connection that lasted no longer was there for a moment only.
const BRIEF: Duration = Duration::from_secs(10);
/// How long a service may take to let the bot in; backends may know better why it does not, and say so before.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(90);
/// The pause before coming back into a configured room that somebody put the bot out of; it doubles up to [`LAST_PAUSE`].
const REJOIN_PAUSE: Duration = Duration::from_secs(3);
/// How often a minute it is said that the network came, that it went, or that the bot was put out of a room: a backend may
/// say such things as often as it likes.
const MOST_NEWS: u32 = 10;
/// The longest that the bot is called in any way, in bytes: it is kept, and looked for in what people say.
const LONGEST_IDENTITY: usize = 1 << 10;
/// So much of what a backend calls people is logged, in characters.
const LONGEST_NAME: usize = 200;

/// What a network is configured to be, besides its backend.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// The rooms that it is in, each time that it is connected.
    pub rooms: Vec<Room>,
    /// People here may give commands without bound: they are the owner, at the terminal.
    pub unlimited: bool,
}

/// A room to be in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Room {
    /// Its name on the network.
    pub name: String,
    /// What the bot is called in it, where that can be chosen.
    pub username: Option<String>,
    /// The key to it.
    pub password: Option<String>,
}

/// Whether the network is there.
#[derive(Clone, Debug, PartialEq)]
enum Link {
    Connecting,
    Up,
    Down { reason: String, turned_away: bool },
}

/// A network. Its backend reports what happens by the `on_…` methods, none of which waits.
pub struct Network {
    /// Its configured name.
    pub name: Arc<str>,
    backend: Arc<dyn Backend>,
    router: Weak<Router>,
    plan: Plan,
    people: People,
    me: ArcSwapOption<Identifier>,
    link: watch::Sender<Link>,
    routes: ArcSwap<Routes>,
    /// Configured rooms that the bot was put out of, with the pause before it comes back; none if it left on purpose.
    away: Mutex<HashMap<String, Option<Duration>>>,
    /// Those of them that it is about to come back into.
    returning: Mutex<HashSet<String>>,
    /// When it was told that the network came.
    came: Occasion,
    /// When it was told why it is not there.
    went: Occasion,
    /// Comes into the configured rooms.
    joining: Mutex<Option<AbortOnDropHandle<()>>>,
    /// Why the bot was turned away, as far as that was told since it was last connected.
    told: Mutex<Option<String>>,
}

impl Network {
    pub(super) fn new(
        name: Arc<str>,
        backend: Arc<dyn Backend>,
        router: Weak<Router>,
        flood: Flood,
        plan: Plan,
    ) -> Self {
        Self {
            name,
            backend,
            router,
            plan,
            people: People::new(flood),
            me: ArcSwapOption::empty(),
            link: watch::Sender::new(Link::Connecting),
            routes: ArcSwap::default(),
            away: Mutex::default(),
            returning: Mutex::default(),
            came: Occasion::new(MOST_NEWS),
            went: Occasion::new(MOST_NEWS),
            joining: Mutex::default(),
            told: Mutex::default(),
        }
    }

    /// The glue to the service.
    pub fn backend(&self) -> &dyn Backend {
        &*self.backend
    }

    /// What is known of the people here.
    pub fn people(&self) -> &People {
        &self.people
    }

    /// Something is under way here, until the token is dropped.
    pub(super) fn under_way(&self) -> Option<Token> {
        self.router.upgrade().map(|router| router.under_way.token())
    }

    /// Whether one person may give so many commands only.
    pub(super) fn limited(&self) -> bool {
        !self.plan.unlimited
    }

    /// Who the bot is here, while connected.
    pub fn me(&self) -> Option<Arc<Identifier>> {
        self.me.load_full()
    }

    /// The same, for a look at it only.
    pub(super) fn myself(&self) -> Guard<Option<Arc<Identifier>>> {
        self.me.load()
    }

    /// Whether the service has let the bot in.
    pub fn connected(&self) -> bool {
        *self.link.borrow() == Link::Up
    }

    /// Why it is not connected, if it was tried.
    pub fn reason(&self) -> Option<String> {
        match &*self.link.borrow() {
            Link::Down { reason, .. } => Some(reason.clone()),
            _ => None,
        }
    }

    /// Whether the service has all of this.
    pub fn can(&self, needs: Capabilities) -> bool {
        self.backend.description().is_some_and(|about| about.can.contains(needs))
    }

    /// Which bots there are now, and their commands.
    pub(super) fn routes(&self) -> Guard<Arc<Routes>> {
        if let Some(router) = self.router.upgrade() {
            router.reroute();
        }
        self.routes.load()
    }

    /// The same as it was when it was last asked for.
    pub(super) fn old_routes(&self) -> Guard<Arc<Routes>> {
        self.routes.load()
    }

    pub(super) fn set_routes(&self, routes: Routes) {
        self.routes.store(Arc::new(routes));
    }

    /// Says something of the bot's own.
    ///
    /// # Errors
    /// `NotConnected`, or what the backend says.
    pub async fn say(&self, recipient: Recipient, body: String) -> Result<(), Error> {
        let me = self.me().ok_or(Error::NotConnected)?;
        self.backend.send(self.message(&me, recipient, body)).await
    }

    /// A message from the bot itself, now.
    pub(super) fn message(&self, me: &Identifier, recipient: Recipient, body: String) -> Message {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Message {
            id: None,
            network: String::from(&*self.name),
            sender: me.clone(),
            recipient,
            body,
            parent: None,
            timestamp: now.as_millis() as u64,
            delayed: false,
            extras: Vec::new(),
        }
    }

    /// Asks for something in the room of this name. A configured room that the bot is told to leave stays left until it is
    /// told to join, or the network is connected again.
    ///
    /// # Errors
    /// What the backend says.
    pub async fn room(&self, name: String, request: RoomRequest) -> Result<RoomAnswer, Error> {
        let on_purpose = matches!(request, RoomRequest::Leave(_) | RoomRequest::Destroy);
        if on_purpose {
            if self.configured(&name).is_some() {
                self.away.lock().insert(key(&name), None);
            }
        } else if matches!(request, RoomRequest::Join { .. }) {
            self.away.lock().remove(&key(&name));
        }
        self.backend.room(name, request).await
    }

    /// What is configured of a room.
    fn configured(&self, name: &str) -> Option<&Room> {
        self.plan.rooms.iter().find(|room| key(&room.name) == key(name))
    }

    /// Connects, and connects again whenever the network is gone. Never ends by itself.
    pub async fn live(&self) {
        let mut link = self.link.subscribe();
        let mut pause = FIRST_PAUSE;
        // When it was there last, and how often in a row it was there for a moment only.
        let (mut up, mut brief) = (Instant::now(), 0_u32);
        loop {
            self.link.send_replace(Link::Connecting);
            if let Err(error) = self.backend.connect().await {
                // What keeps a backend from even trying (its configuration, its grants) is not mended by trying again soon.
                let for_now = matches!(error, Error::NotConnected | Error::Full);
                self.on_disconnected(words(&error), !for_now);
            }
            // The sender is `self`, so waiting for it cannot fail.
            let settled =
                timeout(CONNECT_TIMEOUT, link.wait_for(|link| *link != Link::Connecting)).await.is_ok();
            if !settled {
                self.on_disconnected("the service did not let the bot in".into(), true);
            }
            let since = self.connected().then(Instant::now);
            let down = link.wait_for(|link| matches!(link, Link::Down { .. })).await.map(|link| link.clone());
            let Ok(Link::Down { reason, turned_away }) = down else { return };
            if let Some(since) = since {
                brief = if since.elapsed() < BRIEF { brief + 1 } else { 0 };
                up = Instant::now();
                // One that lets the bot in and then does not keep it is not called again and again.
                pause = FIRST_PAUSE.saturating_mul(1 << brief.saturating_sub(1).min(16)).min(LAST_PAUSE);
            }
            if turned_away {
                pause = pause.max(TURNED_AWAY_PAUSE);
            }
            let jittered = pause.mul_f64(0.9 + fastrand::f64() / 5.0);
            tracing::info!(network = %self.name, reason, again_in = ?jittered, "not connected");
            sleep(jittered).await;
            pause = if turned_away || pause > LONGEST_PAUSE || up.elapsed() > SOON {
                (pause * 2).min(LAST_PAUSE)
            } else {
                pause.mul_f64(GROWTH).min(LONGEST_PAUSE)
            };
        }
    }

    /// The service has let the bot in as `who`, or calls it so from now on.
    pub fn on_connected(self: &Arc<Self>, mut who: Identifier) {
        who.network.clear();
        who.network.push_str(&self.name);
        let names =
            [&mut who.client, &mut who.nick, &mut who.display_name, &mut who.room].into_iter().flatten();
        for name in names.chain([&mut who.person, &mut who.access_id]) {
            name.truncate(name.floor_char_boundary(LONGEST_IDENTITY));
            name.shrink_to_fit();
        }
        let person: String = who.person.chars().take(LONGEST_NAME).collect();
        self.me.store(Some(Arc::new(who)));
        if self.link.send_replace(Link::Up) == Link::Up {
            return;
        }
        if let Some(others) = self.came.arises() {
            tracing::info!(network = %self.name, who = person, others, "connected");
        }
        self.away.lock().clear();
        self.told.lock().take();
        self.routes().each(|bot| bot.on_connected(Arc::clone(&self.name)));
        self.deliver_warnings();
        if !self.plan.rooms.is_empty() {
            let network = Arc::downgrade(self);
            // In the place of whoever came for an earlier connection and is not done.
            let joining = tokio::spawn(async move {
                if let Some(network) = network.upgrade() {
                    for room in &network.plan.rooms {
                        network.join(room).await;
                    }
                }
            });
            *self.joining.lock() = Some(AbortOnDropHandle::new(joining));
        }
    }

    /// Says what waited for the admins here.
    fn deliver_warnings(&self) {
        if let Some(router) = self.router.upgrade() {
            router.deliver_warnings(Some(&self.name));
        }
    }

    /// Comes into a configured room; one that cannot be had is told in the log.
    async fn join(&self, room: &Room) {
        let Room { name, username, password } = room.clone();
        if let Err(error) = self.room(name, RoomRequest::Join { username, password }).await {
            tracing::warn!(network = %self.name, room = room.name, why = words(&error), "cannot join");
        }
    }

    /// The service is gone; or it turned the bot away.
    pub fn on_disconnected(&self, reason: String, turned_away: bool) {
        self.me.store(None);
        // A reason is a service's own words, or of a backend that nobody need trust.
        let reason = crate::imports::printable::printable_line(&reason).chars().take(400).collect::<String>();
        let was = self.link.send_replace(Link::Down { reason: reason.clone(), turned_away });
        // Said once, however often it is tried again. A loss is only logged, since it is often mended at once.
        if (turned_away || was != Link::Up)
            && self.told.lock().replace(reason.clone()).as_ref() != Some(&reason)
            && self.went.arises().is_some()
        {
            let warning = format!("{}: not connected: {reason}", self.name);
            tracing::warn!("{warning}. It is tried again, and the others go on.");
            if let Some(router) = self.router.upgrade() {
                router.warn_admins(warning);
            }
        }
        if was == Link::Up {
            let reason: Arc<str> = reason.into();
            self.routes().each(|bot| bot.on_disconnected(Arc::clone(&self.name), Arc::clone(&reason)));
        }
    }

    /// Somebody said something.
    pub fn on_message(self: &Arc<Self>, mut what: Message) {
        self.own(&mut what.network);
        self.own(&mut what.sender.network);
        if let super::Recipient::Person(person) = &mut what.recipient {
            self.own(&mut person.network);
        }
        if let Some(router) = self.router.upgrade() {
            router.message(self, what);
        }
    }

    /// Somebody came, went or changed.
    pub fn on_presence(&self, mut what: Presence) {
        self.own(&mut what.who.network);
        let what = Arc::new(what);
        self.routes().each(|bot| bot.on_presence(Arc::clone(&what)));
    }

    /// Somebody marked a message.
    pub fn on_reaction(&self, mut what: Reaction) {
        self.own(&mut what.who.network);
        let what = Arc::new(what);
        self.routes().each(|bot| bot.on_reaction(Arc::clone(&what)));
    }

    /// Something happened in a room.
    pub fn on_room(self: &Arc<Self>, room: String, mut what: RoomEvent) {
        match &mut what {
            RoomEvent::Joined(who) | RoomEvent::Left(who) | RoomEvent::Invited(who) => {
                self.own(&mut who.network)
            }
            RoomEvent::Renamed(renaming) => {
                self.own(&mut renaming.before.network);
                self.own(&mut renaming.after.network);
            }
            RoomEvent::Topic(_) => {}
        }
        let mine = |who: &Identifier| self.myself().as_ref().is_some_and(|me| me.person == who.person);
        match &what {
            RoomEvent::Left(who) if mine(who) => self.come_back(&room),
            RoomEvent::Joined(who) if mine(who) => self.deliver_warnings(),
            _ => {}
        }
        let news = Arc::new((String::from(&*self.name), room, what));
        self.routes().each(|bot| bot.on_room(Arc::clone(&news)));
    }

    /// Comes back into a configured room that it was put out of, after a pause.
    fn come_back(self: &Arc<Self>, name: &str) {
        let Some(room) = self.configured(name).cloned() else { return };
        // Whoever is put out again before they are back is on their way already.
        if !self.returning.lock().insert(key(name)) {
            return;
        }
        let pause = {
            let mut away = self.away.lock();
            let next = match away.get(&key(name)) {
                // It left on purpose.
                Some(None) => {
                    self.returning.lock().remove(&key(name));
                    return;
                }
                Some(Some(pause)) => (*pause * 2).min(LAST_PAUSE),
                None => REJOIN_PAUSE,
            };
            away.insert(key(name), Some(next));
            next
        };
        tracing::warn!(network = %self.name, room = name, back_in = ?pause, "the bot was put out of a room");
        let network = Arc::downgrade(self);
        tokio::spawn(async move {
            sleep(pause).await;
            let Some(network) = network.upgrade() else { return };
            network.returning.lock().remove(&key(&room.name));
            if network.connected() && network.away.lock().get(&key(&room.name)) == Some(&Some(pause)) {
                let Room { name, username, password } = room.clone();
                // Not by `room`, which would forget how often this was so.
                if let Err(error) = network.backend.room(name, RoomRequest::Join { username, password }).await
                {
                    tracing::warn!(network = %network.name, room = room.name, why = words(&error), "cannot join");
                }
            }
        });
    }

    /// A backend speaks for its own network and for no other, whatever it writes.
    fn own(&self, network: &mut String) {
        if **network != *self.name {
            network.clear();
            network.push_str(&self.name);
        }
    }
}

/// How names of rooms are compared: services differ, and none has two that differ in the case of ASCII letters only.
fn key(room: &str) -> String {
    room.to_ascii_lowercase()
}
