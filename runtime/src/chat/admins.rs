//! What admins are told without having asked: written to the log, and said where they want to hear it.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use parking_lot::Mutex;

use super::{
    backend::words,
    bindings::Recipient,
    network::Network,
    router::Router,
    settings::{Desk, Whom},
};

/// So many warnings are said in each [`PERIOD`]; what is beyond stands in the log only.
const MOST: u32 = 20;
/// One minute.
const PERIOD: Duration = Duration::from_secs(60);

/// The warnings of this minute.
pub(super) struct Warnings(Mutex<(Instant, u32)>);

impl Default for Warnings {
    fn default() -> Self {
        Self(Mutex::new((Instant::now(), 0)))
    }
}

impl Warnings {
    fn admit(&self) -> bool {
        let mut warnings = self.0.lock();
        if warnings.0.elapsed() >= PERIOD {
            *warnings = (Instant::now(), 0);
        }
        warnings.1 += 1;
        warnings.1 <= MOST
    }
}

impl Router {
    /// Tells the admins, wherever they asked to be told, as far as those networks are there. What is to be logged about it
    /// was logged. Never waits; must be called within a Tokio runtime.
    pub fn warn_admins(self: &Arc<Self>, what: String) {
        if self.settings().tell_admins.is_empty() || !self.warnings.admit() {
            return;
        }
        let router = Arc::clone(self);
        let under_way = self.under_way.token();
        tokio::spawn(async move {
            for desk in &router.settings().tell_admins {
                if let Some(network) = router.network(&desk.network).filter(|network| network.connected())
                    && let Err(why) = say(&network, desk, &what).await
                {
                    tracing::warn!(network = desk.network, why, "the admins cannot be told");
                }
            }
            drop(under_way);
        });
    }
}

async fn say(network: &Network, desk: &Desk, what: &str) -> Result<(), String> {
    let recipient = match &desk.to {
        Whom::Room(name) => Recipient::Room(name.clone()),
        Whom::Person(name) => {
            let person = network.backend().build_identifier(name.clone()).await;
            Recipient::Person(person.map_err(|error| words(&error))?)
        }
    };
    network.say(recipient, what.to_owned()).await.map_err(|error| words(&error))
}
