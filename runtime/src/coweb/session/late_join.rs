//! A client that waits for the session's state.
//!
//! The original's clients lose what reaches them before the state. So whatever everybody gets meanwhile is held for a
//! joiner, and follows the state. What the updater knew when it was asked is in the state already: what was ordered
//! before that is left out, since clients do not survive an event twice. The updater's own events without a type,
//! which it applied when it sent them, are in its state too if they arrived here before it.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use super::cache::Roster;
use crate::coweb::{bayeux::Delivery, token};

/// The most messages that are held for one joiner.
const MOST_HELD: usize = 10_000;
/// The most bytes of them.
const MOST_HELD_BYTES: usize = 4 << 20;
/// For how many times an updater's patience a joiner waits, whomever it is for.
const ROUNDS: u32 = 4;

/// A message that follows the state.
pub(super) struct Held {
    pub delivery: Delivery,
    /// An event, not somebody's coming or going.
    pub sync: bool,
    /// The site whose event without a type it is.
    pub untyped_of: Option<u32>,
}

/// Who was asked for the state.
struct Asked {
    updater: u32,
    token: Box<str>,
    at: Instant,
    /// The place of the last event before that.
    order: u64,
    /// Whom it knew then.
    knew: Roster,
}

/// A joiner's wait.
pub(super) struct Joining {
    asked: Option<Asked>,
    /// Whose turn it is, is being asked of a manager.
    choosing: bool,
    held: VecDeque<Held>,
    bytes: usize,
    /// Updaters that have not answered, since all of them were tried.
    tried: Vec<u32>,
    since: Instant,
}

/// How a joiner's wait stands.
pub(super) enum Stand {
    /// Nothing is to be done.
    Waits,
    /// It waits for nobody, or for somebody who is gone or does not answer.
    Free,
    /// It has waited long enough.
    Over,
}

impl Joining {
    pub fn new(choosing: bool, since: Instant) -> Self {
        Self { asked: None, choosing, held: VecDeque::new(), bytes: 0, tried: Vec::new(), since }
    }

    /// Keeps a message for later; not if there are too many.
    pub fn hold(&mut self, what: Held) -> bool {
        self.bytes += what.delivery.as_str().len();
        self.held.push_back(what);
        self.held.len() <= MOST_HELD && self.bytes <= MOST_HELD_BYTES
    }

    pub fn waits_for(&self, site: u32, token: &str) -> bool {
        self.asked.as_ref().is_some_and(|asked| asked.updater == site && *asked.token == *token)
    }

    /// Whether nothing was ordered since the updater was asked.
    pub fn asked_at(&self, order: u64) -> bool {
        self.asked.as_ref().is_some_and(|asked| asked.order == order)
    }

    /// Whom the updater knew that was asked.
    pub fn knew(&self) -> Roster {
        self.asked.as_ref().map(|asked| asked.knew.clone()).unwrap_or_default()
    }

    pub fn stands(&self, updaters: &[u32], now: Instant, patience: Duration) -> Stand {
        match &self.asked {
            _ if self.choosing => Stand::Waits,
            _ if now >= self.since + ROUNDS * patience => Stand::Over,
            Some(asked) if updaters.contains(&asked.updater) && now < asked.at + patience => Stand::Waits,
            _ => Stand::Free,
        }
    }

    /// It does not wait for whom it waited for. Says who that was, and the token.
    pub fn recall(&mut self) -> Option<(u32, Box<str>)> {
        self.choosing = false;
        // What the next one knows when it is asked is in its state.
        self.bytes = 0;
        self.held.retain(|held| !held.sync);
        let asked = self.asked.take()?;
        self.tried.push(asked.updater);
        Some((asked.updater, asked.token))
    }

    /// Any of the updaters, rather one that was not tried yet.
    pub fn pick(&mut self, updaters: &[u32]) -> Option<u32> {
        let untried: Vec<u32> = updaters.iter().filter(|site| !self.tried.contains(site)).copied().collect();
        let among = if untried.is_empty() { updaters } else { &untried };
        if untried.is_empty() && !updaters.is_empty() {
            self.tried.clear();
        }
        fastrand::choice(among).copied()
    }

    /// It waits for this updater from now on, under a new token.
    pub fn ask(&mut self, updater: u32, order: u64, knew: Roster, now: Instant) -> Box<str> {
        let token: Box<str> = token().into();
        self.asked = Some(Asked { updater, token: token.clone(), at: now, order, knew });
        token
    }

    /// What follows the state of the updater that was asked.
    pub fn since_asked(self, updater: u32) -> impl Iterator<Item = Delivery> {
        let rest = self.held.into_iter().filter(move |held| held.untyped_of != Some(updater));
        rest.map(|held| held.delivery)
    }

    /// What follows the empty state.
    pub fn roster_only(self) -> impl Iterator<Item = Delivery> {
        self.held.into_iter().filter(|held| !held.sync).map(|held| held.delivery)
    }
}
