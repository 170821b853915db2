//! What clients make of what a session tells them, whatever happens in between.

mod joining;
mod sequence;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use parking_lot::Mutex;
use serde_json::{Value, value::RawValue};

use super::{
    broadcast::Hears,
    channels::{RosterStyle, SyncKind, SyncStyle},
    operation::Operation,
    state::{Next, Recipient, Refused, State},
};
use crate::coweb::bayeux::Delivery;

const PATIENCE: Duration = Duration::from_secs(10);

/// A client's end of the wire.
#[derive(Clone)]
struct Wire {
    inner: Arc<Inner>,
}

struct Inner {
    queue: Mutex<Vec<(String, Value)>>,
    hears: Hears,
    ended: AtomicBool,
}

impl Wire {
    fn new() -> Self {
        Self::hearing(SyncStyle::Named, RosterStyle::Named)
    }

    fn hearing(sync: SyncStyle, roster: RosterStyle) -> Self {
        let hears = Hears { app: Some(sync), engine: Some(sync), roster: Some(roster), admin: true };
        Self { inner: Arc::new(Inner { queue: Mutex::default(), hears, ended: AtomicBool::new(false) }) }
    }

    /// What has come since the last time: the last part of each channel, and the data.
    fn heard(&self) -> Vec<(String, Value)> {
        std::mem::take(&mut *self.inner.queue.lock())
    }

    /// The next message, if there is one.
    fn next(&self) -> Option<(String, Value)> {
        let mut queue = self.inner.queue.lock();
        (!queue.is_empty()).then(|| queue.remove(0))
    }

    fn ended(&self) -> bool {
        self.inner.ended.load(Relaxed)
    }
}

impl Recipient for Wire {
    fn deliver(&self, what: Delivery) {
        let message: Value = serde_json::from_str(what.as_str()).unwrap();
        self.inner.queue.lock().push((message["channel"].as_str().unwrap().into(), message["data"].clone()));
    }

    fn hears(&self) -> Hears {
        self.inner.hears
    }

    fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.inner, &other.inner)
    }

    fn end(&self) {
        self.inner.ended.store(true, Relaxed);
    }
}

fn session() -> State<Wire> {
    State::new("s".into(), true, false, PATIENCE)
}

fn raw(text: &str) -> Box<RawValue> {
    RawValue::from_string(text.into()).unwrap()
}

/// An event of an application; with a type where it is `typed`.
fn event(name: &str, typed: bool) -> Box<RawValue> {
    let kind = if typed { r#""insert""# } else { "null" };
    raw(&format!(
        r#"{{"topic":"coweb.sync.{name}.x","value":"{name}","type":{kind},"position":0,"context":[0]}}"#
    ))
}

fn send(session: &mut State<Wire>, site: u32, name: &str, typed: bool) -> Result<(), Refused> {
    let data = event(name, typed);
    session.sync(site, SyncKind::App, &Operation::app(&data).unwrap(), |_| ())
}

fn join(session: &mut State<Wire>, wire: &Wire, now: Instant) -> u32 {
    let (site, next) = session
        .join(wire, format!("user{:p}", Arc::as_ptr(&wire.inner)).into(), "default".into(), now)
        .unwrap();
    assert_eq!(next, Next::Nothing);
    site
}

/// The last parts of the channels of what was heard, with the data.
fn short(heard: &[(String, Value)]) -> Vec<(&str, &Value)> {
    heard.iter().map(|(channel, data)| (channel.rsplit('/').next().unwrap_or_default(), data)).collect()
}

/// Only the last parts of the channels.
fn channels(heard: &[(String, Value)]) -> Vec<&str> {
    short(heard).into_iter().map(|(channel, _)| channel).collect()
}
