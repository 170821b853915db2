//! The state that an updater gave last, kept for joiners to come while nothing changes it.
//!
//! Who comes or goes does not change it; but an engine's state knows the sites of its updater's time, and one that takes
//! part without being known stops the engines of those who were given that state. So they are told what has changed.

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
    /// Who has gone since then and who has come, in that order: a site may have passed from one to the other.
    pub fn until(&self, now: &Self) -> Vec<(bool, u32, Arc<str>)> {
        let lacks = |roster: &Self, (site, user): &(u32, Arc<str>)| {
            !roster.0.iter().any(|(other, name)| other == site && Arc::ptr_eq(name, user))
        };
        let gone = self.0.iter().filter(|one| lacks(now, one)).map(|one| (false, one));
        let come = now.0.iter().filter(|one| lacks(self, one)).map(|one| (true, one));
        gone.chain(come).map(|(came, (site, user))| (came, *site, Arc::clone(user))).collect()
    }
}
