//! The state that an updater gave last, kept for joiners to come while nothing changes it.
//!
//! Who comes or goes does not change it; but an engine's state knows the sites of its updater's time, and one that takes
//! part without being known stops the engines of those who were given that state. So they are told what has changed.
//!
//! The engine of such a client has made up contexts for the sites below its own that it did not know: with nothing in
//! them, which no engine survives. A site that goes has the client's own context, and one that comes the least of all. So
//! they go, all of them, before any of them comes.

use std::sync::Arc;

use serde_json::value::RawValue;

/// A state, and whom its updater knew.
#[derive(Clone)]
pub(super) struct Cached {
    pub state: Arc<RawValue>,
    pub knew: Roster,
}

/// The updaters of a time: their sites, and their users as they were given their seats.
#[derive(Clone, Default)]
pub(super) struct Roster(pub Vec<(u32, Arc<str>)>);

impl Roster {
    /// What a client at this site is told, that was given the state of then, if it is so now: who goes, and who comes.
    pub fn until(&self, now: &Self, own: u32) -> Vec<(bool, u32, Arc<str>)> {
        let lacks = |roster: &Self, (site, user): &(u32, Arc<str>)| {
            !roster.0.iter().any(|(other, name)| other == site && Arc::ptr_eq(name, user))
        };
        let gone = self.0.iter().filter(|one| lacks(now, one));
        let come = now.0.iter().filter(|one| lacks(self, one));
        let known = |site: &u32| self.0.iter().any(|(other, _)| other == site);
        let made_up = come.clone().filter(|(site, _)| *site < own && !known(site));
        let goes = gone.chain(made_up).map(|one| (false, one));
        let told = goes.chain(come.map(|one| (true, one)));
        told.map(|(comes, (site, user))| (comes, *site, Arc::clone(user))).collect()
    }
}
