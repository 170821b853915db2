//! All sessions of a server: prepared, found, and ended when nobody is left.

use std::{
    collections::HashMap,
    sync::{Arc, atomic::Ordering::SeqCst},
    time::{Duration, Instant},
};

use parking_lot::Mutex;
use tokio::sync::Notify;
use tokio_util::task::TaskTracker;

use super::{
    bayeux::{Census, Hub},
    managers::Managers,
    secret::Secret,
    services::Factory,
    session::{Key, Session},
    settings::Settings,
};

/// How long a prepared session waits for whoever prepared it.
const PREPARED: Duration = Duration::from_secs(60);
/// The longest key of a session, in bytes.
pub const LONGEST_KEY: usize = 1_024;

/// All sessions of a server.
pub struct Sessions {
    managers: Arc<Managers>,
    settings: Arc<Settings>,
    secret: Secret,
    factory: Arc<dyn Factory>,
    services_url: Arc<str>,
    census: Arc<Census>,
    all: Mutex<All>,
    /// Those that somebody has left since they were looked after.
    left: Arc<Left>,
    /// What is left of those that have ended.
    ending: TaskTracker,
}

/// Sessions that somebody has left: whether anybody is still there, is to be seen.
#[derive(Default)]
pub struct Left {
    ids: Mutex<Vec<Arc<str>>>,
    news: Notify,
}

impl Left {
    /// Somebody has left this session.
    pub fn tell(&self, session: &Arc<str>) {
        self.ids.lock().push(Arc::clone(session));
        self.news.notify_one();
    }
}

#[derive(Default)]
struct All {
    by_key: HashMap<Key, Arc<str>>,
    by_id: HashMap<Arc<str>, Entry>,
}

struct Entry {
    hub: Arc<Hub<Session>>,
    /// When it was prepared last.
    prepared: Instant,
}

impl Entry {
    /// Whether nobody is there, and nobody is expected.
    fn is_over(&self, now: Instant) -> bool {
        // Asked first: whoever has entered by then is on the way in or there.
        let entered = self.hub.application().entered.load(SeqCst);
        let expected = !entered && now < self.prepared + PREPARED;
        !expected && self.hub.is_deserted()
    }
}

/// There are as many sessions as the settings allow.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("there are too many sessions")]
pub struct Full;

impl Sessions {
    /// No sessions yet.
    pub fn new(
        managers: Arc<Managers>,
        settings: Arc<Settings>,
        secret: Secret,
        factory: Arc<dyn Factory>,
        services_url: String,
    ) -> Self {
        let census = Census::new(settings.clients);
        let (all, ending) = (Mutex::default(), TaskTracker::new());
        let (services_url, left) = (services_url.into(), Arc::default());
        Self { managers, settings, secret, factory, services_url, census, all, left, ending }
    }

    /// The session of a key, made if there is none; then its services begin.
    ///
    /// # Errors
    /// If there are too many.
    pub async fn prepare(&self, key: Key) -> Result<Arc<Hub<Session>>, Full> {
        let hub = self.find_or_make(key)?;
        hub.application().services().prepare().await;
        Ok(hub)
    }

    fn find_or_make(&self, key: Key) -> Result<Arc<Hub<Session>>, Full> {
        let now = Instant::now();
        let all = &mut *self.all.lock();
        if let Some(entry) = all.by_key.get(&key).and_then(|id| all.by_id.get_mut(id)) {
            entry.prepared = now;
            entry.hub.application().entered.store(false, SeqCst);
            return Ok(Arc::clone(&entry.hub));
        }
        if all.by_id.len() >= self.settings.sessions {
            return Err(Full);
        }
        let id = self.id(&key);
        let (managers, settings) = (Arc::clone(&self.managers), Arc::clone(&self.settings));
        let services = (Arc::clone(&self.factory), Arc::clone(&self.services_url));
        let left = Arc::clone(&self.left);
        let session = Session::new(Arc::clone(&id), key.clone(), managers, settings, services, left);
        let hub = Hub::new(session, Arc::new(self.settings.manners.clone()), Arc::clone(&self.census));
        all.by_key.insert(key, Arc::clone(&id));
        all.by_id.insert(id, Entry { hub: Arc::clone(&hub), prepared: now });
        Ok(hub)
    }

    /// The id of a key's session. Nobody guesses it who has not prepared one; and where the server's secret is
    /// configured, it is the same after a restart, so that clients find their session again once it is prepared.
    fn id(&self, key: &Key) -> Arc<str> {
        let Key { key, collab, cache_state } = key;
        let flags = [u8::from(*collab), u8::from(*cache_state)];
        self.secret.digest(&[b"session", &flags, key.as_bytes()]).into()
    }

    /// The session of this id.
    pub fn find(&self, id: &str) -> Option<Arc<Hub<Session>>> {
        self.all.lock().by_id.get(id).map(|entry| Arc::clone(&entry.hub))
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.all.lock().by_id.len()
    }

    /// Looks after what waits too long, and ends sessions that nobody is in. The server calls it a few times a second.
    pub fn sweep(&self) {
        let now = Instant::now();
        let hubs: Vec<_> = self.all.lock().by_id.values().map(|entry| Arc::clone(&entry.hub)).collect();
        for hub in hubs {
            hub.sweep();
            hub.application().tick(now);
        }
        let mut over = Vec::new();
        let all = &mut *self.all.lock();
        all.by_id.retain(|_, entry| {
            let ended = entry.is_over(now);
            if ended {
                over.push(Arc::clone(&entry.hub));
            }
            !ended
        });
        for hub in over {
            all.by_key.remove(&hub.application().key);
            self.end(&hub);
        }
    }

    /// Waits until somebody has left a session.
    pub async fn somebody_leaves(&self) {
        self.left.news.notified().await;
    }

    /// Ends those sessions that everybody has left: at once, and not with the next sweep, since their services have
    /// instances of which there are so many.
    pub fn end_left(&self) {
        let now = Instant::now();
        let ids = std::mem::take(&mut *self.left.ids.lock());
        for id in ids {
            let all = &mut *self.all.lock();
            if all.by_id.get(&id).is_some_and(|entry| entry.is_over(now))
                && let Some(entry) = all.by_id.remove(&id)
            {
                all.by_key.remove(&entry.hub.application().key);
                self.end(&entry.hub);
            }
        }
    }

    fn end(&self, hub: &Hub<Session>) {
        tracing::debug!(session = %hub.application().id, "the session has ended");
        // Whoever is on the way in meanwhile finds it closed.
        hub.close();
        self.ending.spawn(Arc::clone(hub.application().services()).end());
    }

    /// Ends all of them, and waits until nothing is left of any: five seconds at most.
    pub async fn close(&self) {
        let all = std::mem::take(&mut *self.all.lock());
        all.by_id.values().for_each(|entry| self.end(&entry.hub));
        drop(all);
        self.ending.close();
        self.ending.wait().await;
    }
}
