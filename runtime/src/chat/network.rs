//! One configured network: its backend, its life, and the bots that hear it.

use std::{
    sync::{Arc, Weak},
    time::Duration,
};

use arc_swap::{ArcSwap, ArcSwapOption, Guard};
use tokio::{
    sync::watch,
    time::{sleep, timeout},
};

use super::{
    backend::{Backend, words},
    bindings::{Identifier, Message, Presence, Reaction, RoomEvent},
    router::{Router, Routes},
};

/// The first pause before connecting again; it doubles up to [`LONGEST_PAUSE`], each time with some jitter.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// The longest pause between two attempts.
const LONGEST_PAUSE: Duration = Duration::from_secs(300);
/// How long a service may take to let the bot in.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(60);

/// Whether the network is there.
#[derive(Clone, Debug, PartialEq)]
enum Link {
    Connecting,
    Up,
    Down(String),
}

/// A network. Its backend reports what happens by the `on_…` methods, none of which waits.
pub struct Network {
    /// Its configured name.
    pub name: Arc<str>,
    backend: Arc<dyn Backend>,
    router: Weak<Router>,
    me: ArcSwapOption<Identifier>,
    link: watch::Sender<Link>,
    routes: ArcSwap<Routes>,
}

impl Network {
    pub(super) fn new(name: Arc<str>, backend: Arc<dyn Backend>, router: Weak<Router>) -> Self {
        let link = watch::Sender::new(Link::Connecting);
        Self { name, backend, router, me: ArcSwapOption::empty(), link, routes: ArcSwap::default() }
    }

    /// The glue to the service.
    pub fn backend(&self) -> &dyn Backend {
        &*self.backend
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

    pub(super) fn routes(&self) -> Guard<Arc<Routes>> {
        self.routes.load()
    }

    pub(super) fn set_routes(&self, routes: Routes) {
        self.routes.store(Arc::new(routes));
    }

    /// Connects, and connects again whenever the network is gone. Never ends by itself.
    pub async fn live(&self) {
        let mut link = self.link.subscribe();
        let mut pause = FIRST_PAUSE;
        loop {
            self.link.send_replace(Link::Connecting);
            if let Err(error) = self.backend.connect().await {
                self.on_disconnected(words(&error));
            }
            // The sender is `self`, so waiting for it cannot fail.
            let settled =
                timeout(CONNECT_TIMEOUT, link.wait_for(|link| *link != Link::Connecting)).await.is_ok();
            if !settled {
                self.on_disconnected("the service did not let the bot in".into());
            }
            if self.connected() {
                pause = FIRST_PAUSE;
            }
            let reason =
                match link.wait_for(|link| matches!(link, Link::Down(_))).await.map(|link| link.clone()) {
                    Ok(Link::Down(reason)) => reason,
                    _ => return,
                };
            let jittered = pause.mul_f64(0.75 + fastrand::f64() / 2.0);
            tracing::info!(network = %self.name, reason, again_in = ?jittered, "not connected");
            sleep(jittered).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// The service has let the bot in, as `who`.
    pub fn on_connected(&self, mut who: Identifier) {
        who.network.clear();
        who.network.push_str(&self.name);
        tracing::info!(network = %self.name, who = who.person, "connected");
        self.me.store(Some(Arc::new(who)));
        if self.link.send_replace(Link::Up) != Link::Up {
            self.routes().each(|bot| bot.on_connected(Arc::clone(&self.name)));
        }
    }

    /// The service is gone.
    pub fn on_disconnected(&self, reason: String) {
        self.me.store(None);
        let was = self.link.send_replace(Link::Down(reason.clone()));
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
    pub fn on_room(&self, room: String, mut what: RoomEvent) {
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
        let news = Arc::new((String::from(&*self.name), room, what));
        self.routes().each(|bot| bot.on_room(Arc::clone(&news)));
    }

    /// A backend speaks for its own network and for no other, whatever it writes.
    fn own(&self, network: &mut String) {
        if **network != *self.name {
            network.clear();
            network.push_str(&self.name);
        }
    }
}
