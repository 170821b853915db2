//! What a session knows: who is there, the one order of events, and who brings whom up to date.
//!
//! Nothing here waits, and nothing is lost between two calls: everybody's deliveries are made under one lock, in one
//! order. What must be asked of a manager is asked outside, and the answer comes back as another call.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
    time::{Duration, Instant},
};

use serde_json::value::RawValue;

use super::{
    broadcast::{Broadcast, Hears},
    cache::{Cached, Roster},
    channels::SyncKind,
    late_join::{Held, Joining, Stand},
    operation::Operation,
};
use crate::coweb::bayeux::Delivery;

/// A client, as the state knows it.
pub trait Recipient: Clone {
    /// Queues a message for it. Must not call back.
    fn deliver(&self, what: Delivery);
    /// What it listens to.
    fn hears(&self) -> Hears;
    /// Whether this is the same client.
    fn is(&self, other: &Self) -> bool;
    /// Cuts it off.
    fn end(&self);
}

/// A client of a session that has taken its seat.
pub(super) struct Member<R> {
    pub to: R,
    pub user: Arc<str>,
    pub updater_type: Arc<str>,
    pub phase: Phase,
    /// Tokens that it was given as an updater and need not answer any more: an answer that comes late is no offence.
    pub recalled: VecDeque<Box<str>>,
}

/// How far a member has come.
pub(super) enum Phase {
    /// It waits for the session's state.
    Joining(Joining),
    /// It was given the state; the first of all the empty one. Until it is an updater, it cannot bring others up to date.
    Joined { first: bool },
    /// It can bring others up to date.
    Updater,
}

/// Why something was not done. Becomes an error of the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// Not in this state, or never.
    NotAllowed,
    /// A token that was never given to this client.
    WrongToken,
    /// It has a seat already.
    Already,
    /// The session is full.
    Full,
}

/// What remains to be done for a joiner.
#[derive(Debug, PartialEq, Eq)]
pub enum Next {
    /// Nothing.
    Nothing,
    /// A late joiner: the types of the updaters, to choose among, and then [`State::assign`].
    Choose(Vec<Arc<str>>),
}

/// The most members of a session.
const MOST_MEMBERS: usize = 4_096;
/// The most recalled tokens that are remembered.
const MOST_RECALLED: usize = 64;

/// A session's state.
pub struct State<R> {
    pub(super) id: Arc<str>,
    collab: bool,
    cache_state: bool,
    patience: Duration,
    /// The place of the last event in the order; the first has 1, since clients take 0 for none.
    pub(super) order: u64,
    /// By site, from 1; 0 is nobody's.
    pub(super) seats: Vec<Option<Member<R>>>,
    /// The sites of updaters, in the order of their joining.
    pub(super) updaters: Vec<u32>,
    /// How many wait for the state.
    pub(super) joining: usize,
    cached: Option<Cached>,
}

impl<R: Recipient> State<R> {
    /// A session in which nobody is. An updater has `patience` to bring a joiner up to date.
    pub fn new(id: Arc<str>, collab: bool, cache_state: bool, patience: Duration) -> Self {
        Self {
            id,
            collab,
            cache_state,
            patience,
            order: 0,
            seats: Vec::new(),
            updaters: Vec::new(),
            joining: 0,
            cached: None,
        }
    }

    pub(super) fn member(&mut self, site: u32) -> Option<&mut Member<R>> {
        self.seats.get_mut((site as usize).checked_sub(1)?)?.as_mut()
    }

    fn members(&self) -> impl Iterator<Item = (u32, &Member<R>)> {
        (1..).zip(&self.seats).filter_map(|(site, seat)| Some((site, seat.as_ref()?)))
    }

    /// Whether somebody has the seat.
    pub fn sits(&self, site: u32, who: &R) -> bool {
        let seat = (site as usize).checked_sub(1).and_then(|at| self.seats.get(at));
        seat.and_then(Option::as_ref).is_some_and(|member| member.to.is(who))
    }

    /// The lowest site that is free, or none if the session is full.
    fn free_site(&self) -> Option<u32> {
        let free = self.seats.iter().position(Option::is_none).unwrap_or(self.seats.len());
        (free < MOST_MEMBERS).then_some(free as u32 + 1)
    }

    /// Gives a client its seat: it is told its site and the roster, and the state if that can be had at once.
    ///
    /// # Errors
    /// If the session is full.
    pub fn join(
        &mut self,
        to: &R,
        user: Arc<str>,
        updater_type: Arc<str>,
        now: Instant,
    ) -> Result<(u32, Next), Refused> {
        if !self.collab {
            // Everybody is alone.
            to.deliver(Delivery::written("/service/session/join/siteid", "1"));
            to.deliver(Delivery::written("/service/session/join/roster", "{}"));
            self.give_state(to, None);
            return Ok((0, Next::Nothing));
        }
        let site = self.free_site().ok_or(Refused::Full)?;
        to.deliver(Delivery::written("/service/session/join/siteid", &site.to_string()));
        to.deliver(Delivery::written("/service/session/join/roster", &self.roster()));
        let alone = self.seats.iter().all(Option::is_none);
        let cached = self.cached.clone();
        let (phase, next) = if alone {
            self.give_state(to, None);
            (Phase::Joined { first: true }, Next::Nothing)
        } else if let Some(Cached { state, knew }) = cached {
            self.give_state(to, Some(&state));
            for (comes, other, user) in knew.until(&self.known(), site) {
                let mut broadcast = Broadcast::roster(&self.id, comes, other, &user);
                broadcast.for_those_who(to.hears()).into_iter().for_each(|told| to.deliver(told));
            }
            (Phase::Joined { first: false }, Next::Nothing)
        } else {
            self.joining += 1;
            let choose = &*updater_type != "default" && !self.updaters.is_empty();
            let next = if choose { Next::Choose(self.updater_types()) } else { Next::Nothing };
            (Phase::Joining(Joining::new(choose, now)), next)
        };
        let member = Member { to: to.clone(), user, updater_type, phase, recalled: VecDeque::new() };
        let at = site as usize - 1;
        if at == self.seats.len() {
            self.seats.push(Some(member));
        } else {
            self.seats[at] = Some(member);
        }
        if next == Next::Nothing {
            self.settle(now);
        }
        Ok((site, next))
    }

    /// Those that can bring others up to date.
    fn known(&self) -> Roster {
        let named = |site: &u32| {
            let member = self.seats.get(*site as usize - 1)?.as_ref()?;
            Some((*site, Arc::clone(&member.user)))
        };
        Roster(self.updaters.iter().filter_map(named).collect())
    }

    /// The same as JSON.
    fn roster(&self) -> String {
        let Roster(known) = self.known();
        let roster: BTreeMap<u32, &str> = known.iter().map(|(site, user)| (*site, &**user)).collect();
        // Numbers and text can always be written.
        serde_json::to_string(&roster).unwrap_or_else(|_| "{}".into())
    }

    fn updater_types(&self) -> Vec<Arc<str>> {
        let of = |site: &u32| Some(Arc::clone(&self.seats.get(*site as usize - 1)?.as_ref()?.updater_type));
        self.updaters.iter().filter_map(of).collect()
    }

    pub(super) fn give_state(&self, to: &R, state: Option<&RawValue>) {
        // Never null: clients drop that.
        to.deliver(Delivery::written("/service/session/join/state", state.map_or("[]", RawValue::get)));
    }

    /// A member says that it can bring others up to date. Everybody hears that it is here. The first is silent, as long
    /// as it has nobody to tell.
    ///
    /// # Errors
    /// If it has not been given the state yet.
    pub fn become_updater(&mut self, site: u32, now: Instant) -> Result<(), Refused> {
        let member = self.member(site).ok_or(Refused::NotAllowed)?;
        let first = match member.phase {
            Phase::Joined { first } => first,
            Phase::Updater => return Ok(()),
            Phase::Joining(_) => return Err(Refused::NotAllowed),
        };
        member.phase = Phase::Updater;
        let user = Arc::clone(&member.user);
        self.updaters.push(site);
        // The roster that somebody was given before this, has it not.
        if !first || self.members().count() > 1 {
            self.tell_roster(site, &user, true);
        }
        self.settle(now);
        Ok(())
    }

    /// An event of a member: everybody gets it, itself included, in the one order. `first` is shown those of applications
    /// before that, in the same order.
    ///
    /// # Errors
    /// If it has not been given the state yet.
    pub fn sync(
        &mut self,
        site: u32,
        kind: SyncKind,
        operation: &Operation<'_>,
        first: impl FnOnce(&str),
    ) -> Result<(), Refused> {
        match self.member(site).map(|member| &member.phase) {
            Some(Phase::Joined { .. } | Phase::Updater) => {}
            _ => return Err(Refused::NotAllowed),
        }
        let order = match kind {
            SyncKind::App => {
                self.order += 1;
                self.cached = None;
                Some(self.order)
            }
            SyncKind::Engine => None,
        };
        let data = operation.sent_by(site, order);
        if order.is_some() {
            first(&data);
        }
        let skipped = (kind == SyncKind::App && !operation.typed).then_some(site);
        let mut broadcast = Broadcast::sync(&self.id, kind, data);
        for (at, seat) in self.seats.iter_mut().enumerate() {
            let Some(member) = seat else { continue };
            let Some(delivery) = broadcast.for_those_who(member.to.hears()) else { continue };
            match &mut member.phase {
                Phase::Joining(joining) => {
                    if !joining.hold(Held { delivery, sync: true, untyped_of: skipped }) {
                        tracing::warn!(session = %self.id, site = at + 1, "too much waits for a joiner, which is cut off");
                        member.to.end();
                    }
                }
                Phase::Joined { .. } | Phase::Updater => member.to.deliver(delivery),
            }
        }
        Ok(())
    }

    /// A member sends everybody somewhere else. Those who have not been given the state yet stay.
    ///
    /// # Errors
    /// If it has not been given the state itself.
    pub fn navigate(&mut self, site: u32, data: &RawValue) -> Result<(), Refused> {
        match self.member(site).map(|member| &member.phase) {
            Some(Phase::Joined { .. } | Phase::Updater) => {}
            _ => return Err(Refused::NotAllowed),
        }
        let delivery = Delivery::written(&format!("/session/{}/admin", self.id), data.get());
        for (_, member) in self.members() {
            if member.to.hears().admin && !matches!(member.phase, Phase::Joining(_)) {
                member.to.deliver(delivery.clone());
            }
        }
        Ok(())
    }

    fn tell_roster(&mut self, site: u32, user: &str, available: bool) {
        let mut broadcast = Broadcast::roster(&self.id, available, site, user);
        for seat in &mut self.seats {
            let Some(member) = seat else { continue };
            let Some(delivery) = broadcast.for_those_who(member.to.hears()) else { continue };
            match &mut member.phase {
                Phase::Joining(joining) => {
                    if !joining.hold(Held { delivery, sync: false, untyped_of: None }) {
                        member.to.end();
                    }
                }
                Phase::Joined { .. } | Phase::Updater => member.to.deliver(delivery),
            }
        }
    }

    /// An updater answers: the joiner that waits under this token gets the state, and then what happened since.
    ///
    /// # Errors
    /// `WrongToken` if that was never the updater's.
    pub fn state_from(
        &mut self,
        site: u32,
        token: &str,
        state: &RawValue,
        now: Instant,
    ) -> Result<(), Refused> {
        if !matches!(self.member(site).map(|member| &member.phase), Some(Phase::Updater)) {
            return Err(Refused::NotAllowed);
        }
        let waits = |member: &Member<R>| match &member.phase {
            Phase::Joining(joining) => joining.waits_for(site, token),
            _ => false,
        };
        let joiner = self.members().find(|(_, member)| waits(member)).map(|(site, _)| site);
        let Some(joiner) = joiner else {
            let recalled = self
                .member(site)
                .is_some_and(|member| member.recalled.iter().any(|recalled| **recalled == *token));
            return if recalled { Ok(()) } else { Err(Refused::WrongToken) };
        };
        let order = self.order;
        let Some(member) = self.member(joiner) else { return Ok(()) };
        let to = member.to.clone();
        let before = std::mem::replace(&mut member.phase, Phase::Joined { first: false });
        let Phase::Joining(joining) = before else { return Ok(()) };
        self.joining -= 1;
        self.give_state(&to, Some(state));
        // The updater made the state before it knew what was ordered since its token was sent. So that is not in it,
        // and a state that lacks something is not kept.
        if self.cache_state && joining.asked_at(order) {
            let state = RawValue::from_string(state.get().to_owned()).ok().map(Arc::from);
            self.cached = state.map(|state| Cached { state, knew: joining.knew() });
        }
        for held in joining.since_asked(site) {
            to.deliver(held);
        }
        self.settle(now);
        Ok(())
    }

    /// A client is gone. Those who listen hear of it, and joiners that waited for it wait for another.
    pub fn leave(&mut self, site: u32, who: &R, now: Instant) {
        if !self.sits(site, who) {
            return;
        }
        let Some(member) = self.seats.get_mut(site as usize - 1).and_then(Option::take) else { return };
        while self.seats.last().is_some_and(Option::is_none) {
            self.seats.pop();
        }
        match member.phase {
            Phase::Updater => {
                self.updaters.retain(|other| *other != site);
                self.tell_roster(site, &member.user, false);
            }
            Phase::Joining(mut joining) => {
                self.joining -= 1;
                self.forgive(joining.recall());
            }
            Phase::Joined { .. } => {}
        }
        if self.seats.is_empty() {
            // Nobody knows the state any more.
            self.cached = None;
        }
        self.settle(now);
    }

    /// Whether nobody is here.
    pub fn is_empty(&self) -> bool {
        self.seats.is_empty()
    }

    /// Whom the session shows to whom, by site: for the program's figures and tests.
    pub fn sites(&self) -> Vec<(u32, Arc<str>)> {
        self.members().map(|(site, member)| (site, Arc::clone(&member.user))).collect()
    }

    /// Looks after joiners whose updater does not answer.
    pub fn tick(&mut self, now: Instant) {
        if self.joining > 0 {
            self.settle(now);
        }
    }

    /// Sees to it that each joiner waits for an updater, as far as there are any.
    pub(super) fn settle(&mut self, now: Instant) {
        for site in 1..=self.seats.len() as u32 {
            if self.joining == 0 {
                return;
            }
            let updaters = &self.updaters;
            let patience = self.patience;
            let Some(member) = self.seats.get_mut(site as usize - 1).and_then(Option::as_mut) else {
                continue;
            };
            let Phase::Joining(joining) = &mut member.phase else { continue };
            match joining.stands(updaters, now, patience) {
                Stand::Waits => {}
                Stand::Over => {
                    tracing::warn!(session = %self.id, site, "no updater has answered for a joiner, which is cut off");
                    member.to.end();
                }
                Stand::Free => self.assign(site, None, now),
            }
        }
    }

    /// Remembers that an updater need not answer under a token any more, and may.
    fn forgive(&mut self, recalled: Option<(u32, Box<str>)>) {
        if let Some((updater, token)) = recalled
            && let Some(updater) = self.member(updater)
        {
            if updater.recalled.len() == MOST_RECALLED {
                updater.recalled.pop_front();
            }
            updater.recalled.push_back(token);
        }
    }

    /// Has an updater bring a joiner up to date: one of the type that was chosen, or any.
    pub fn assign(&mut self, site: u32, chosen: Option<&str>, now: Instant) {
        let recalled = match self.member(site).map(|member| &mut member.phase) {
            Some(Phase::Joining(joining)) => joining.recall(),
            _ => return,
        };
        self.forgive(recalled);
        let of_type = |updater: &&u32| {
            let member = self.seats.get(**updater as usize - 1).and_then(Option::as_ref);
            chosen.is_some_and(|chosen| member.is_some_and(|member| *member.updater_type == *chosen))
        };
        let by_type = self.updaters.iter().find(of_type).copied();
        let order = self.order;
        let updaters = self.updaters.clone();
        let knew = if self.cache_state { self.known() } else { Roster::default() };
        // Whoever was given the state is about to become an updater. Beginning anew beside it, the two would differ.
        let soon = self.members().any(|(_, member)| matches!(member.phase, Phase::Joined { .. }));
        let Some(member) = self.member(site) else { return };
        let Phase::Joining(joining) = &mut member.phase else { return };
        if let Some(updater) = by_type.or_else(|| joining.pick(&updaters)) {
            let token = joining.ask(updater, order, knew, now);
            if let Some(updater) = self.member(updater) {
                updater.to.deliver(Delivery::written("/service/session/updater", &format!("\"{token}\"")));
            }
        } else if !soon {
            // Nobody is left who has a state: it begins anew, with this one.
            let to = member.to.clone();
            let before = std::mem::replace(&mut member.phase, Phase::Joined { first: true });
            self.joining -= 1;
            self.give_state(&to, None);
            if let Phase::Joining(joining) = before {
                for held in joining.roster_only() {
                    to.deliver(held);
                }
            }
        }
    }
}
