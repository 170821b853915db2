//! What admins are told without having asked: written to the log, and said where they want to hear it.

use std::{collections::VecDeque, sync::Arc};

use parking_lot::Mutex;

use super::{
    backend::words,
    bindings::Recipient,
    network::Network,
    occasion::Occasion,
    router::Router,
    settings::{Desk, Whom},
};

/// So many warnings a minute are said; what is beyond stands in the log only.
const MOST: u32 = 20;
/// So many wait for a place that cannot be reached now; the oldest makes room.
const MOST_WAITING: usize = 20;
/// The longest that is said, in bytes; the rest of it is left out.
const LONGEST: usize = 2 << 10;

/// The warnings of this minute, and those that wait.
pub(super) struct Warnings {
    occasion: Occasion,
    /// For each place in the order of the configuration.
    waiting: Mutex<Vec<VecDeque<String>>>,
}

impl Default for Warnings {
    fn default() -> Self {
        Self { occasion: Occasion::new(MOST), waiting: Mutex::default() }
    }
}

impl Warnings {
    fn wait(&self, desk: usize, what: String) {
        let mut waiting = self.waiting.lock();
        if waiting.len() <= desk {
            waiting.resize_with(desk + 1, VecDeque::new);
        }
        let waiting = &mut waiting[desk];
        if waiting.len() == MOST_WAITING {
            waiting.pop_front();
        }
        waiting.push_back(what);
    }

    fn waiting(&self, desk: usize) -> VecDeque<String> {
        self.waiting.lock().get_mut(desk).map(std::mem::take).unwrap_or_default()
    }
}

impl Router {
    /// Tells the admins, wherever they asked to be told; where that is not possible now, once it is. What is to be logged
    /// about it was logged. Never waits; must be called within a Tokio runtime.
    pub fn warn_admins(self: &Arc<Self>, mut what: String) {
        let desks = &self.settings().tell_admins;
        if desks.is_empty() || self.warnings.occasion.arises().is_none() {
            return;
        }
        what.truncate(what.floor_char_boundary(LONGEST));
        what.shrink_to_fit();
        for desk in 0..desks.len() {
            self.warnings.wait(desk, what.clone());
        }
        self.deliver_warnings(None);
    }

    /// Says what waits for admins, on one network or on all.
    pub(super) fn deliver_warnings(self: &Arc<Self>, network: Option<&str>) {
        for (number, desk) in self.settings().tell_admins.iter().enumerate() {
            if network.is_some_and(|name| name != desk.network) {
                continue;
            }
            let Some(network) = self.network(&desk.network).filter(|network| network.connected()) else {
                continue;
            };
            let waiting = self.warnings.waiting(number);
            if waiting.is_empty() {
                continue;
            }
            let (router, under_way) = (Arc::clone(self), self.under_way.token());
            tokio::spawn(async move {
                let desk = &router.settings().tell_admins[number];
                for what in waiting {
                    if let Err(why) = say(&network, desk, &what).await {
                        tracing::debug!(network = desk.network, why, "the admins cannot be told yet");
                        router.warnings.wait(number, what);
                    }
                }
                drop(under_way);
            });
        }
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
