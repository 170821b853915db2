//! One client: what waits for it, what it hears, and the line on which it is reached.

use std::{
    sync::Arc,
    task::{Context, Poll, Waker},
    time::Duration,
};

use axum::extract::ws::Utf8Bytes;
use parking_lot::{Mutex, MutexGuard};
use serde_json::value::RawValue;
use tokio::{
    sync::{Mutex as AsyncMutex, OwnedMutexGuard},
    time::Instant,
};

use super::{
    answer::{Answers, write_advice, write_id},
    application::{Application, Departure},
    census::Seat,
    channel::Channel,
    delivery::Delivery,
    manners::Manners,
    outbox::Outbox,
};

/// Somebody who has shaken hands with a hub, until it is gone.
pub struct Client<A: Application> {
    id: Box<str>,
    data: A::Client,
    manners: Arc<Manners>,
    state: Mutex<State>,
    /// Held while the application is called for this client.
    turn: Arc<AsyncMutex<()>>,
}

struct State {
    life: Life,
    outbox: Outbox,
    subscriptions: Vec<Channel>,
    presence: Presence,
    /// On which line the client is reached: that of its last connect, or of its websocket.
    line: Line,
    /// Whether that is a websocket on which data is pushed at once.
    pushed: bool,
    /// Whoever serves the line, while there is nothing to do.
    waker: Option<Waker>,
    /// Its place in the census, until it is gone.
    seat: Option<Seat>,
}

/// One connect over HTTP, or one websocket. No two of a hub are the same.
pub(super) type Line = u64;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Life {
    Alive,
    /// Nothing is taken from it or for it; the application is yet to be told.
    Leaving(Departure),
    /// The application was told.
    Gone(Departure),
}

/// Whether the client is there.
#[derive(Debug, Clone, Copy)]
enum Presence {
    /// It holds a connect.
    Connected,
    /// It has held none since then.
    Away(Instant),
    /// Its line was lost then.
    Lost(Instant),
}

/// What there is to do on a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cue {
    /// Something is to be sent.
    Send,
    /// The client is reached on another line now: this one is none of its business any more.
    Elsewhere,
    /// The client leaves or is gone.
    Over(Departure),
}

impl<A: Application> Client<A> {
    pub(super) fn new(id: String, data: A::Client, acks: bool, manners: Arc<Manners>, seat: Seat) -> Self {
        let state = State {
            life: Life::Alive,
            outbox: Outbox::new(acks),
            subscriptions: Vec::new(),
            presence: Presence::Away(Instant::now()),
            line: 0,
            pushed: false,
            waker: None,
            seat: Some(seat),
        };
        Self { id: id.into(), data, manners, state: Mutex::new(state), turn: Arc::default() }
    }

    /// 32 hexadecimal digits that nobody can guess: whoever knows them speaks for the client.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What the application keeps for the client.
    pub fn data(&self) -> &A::Client {
        &self.data
    }

    /// Sends the client a message, whatever it has subscribed to. Never waits, and never calls the application: if more is
    /// waiting than [`Limits`](super::Limits) allow, the client is marked as gone, and the application hears so soon after
    /// (at the next [`sweep`](super::Hub::sweep) at the latest). What is delivered to a client that is gone is dropped.
    pub fn deliver(&self, delivery: Delivery) {
        let mut state = self.state.lock();
        if state.life != Life::Alive {
            return;
        }
        if state.outbox.push(delivery, &self.manners.limits).is_err() {
            state.outbox.clear();
            state.life = Life::Leaving(Departure::Overflow);
        } else if !state.pushed && !matches!(state.presence, Presence::Connected) {
            return;
        }
        wake(state);
    }

    /// Whether the client has subscribed to a channel, or to a pattern that it fits.
    pub fn hears(&self, channel: &str) -> bool {
        self.state.lock().subscriptions.iter().any(|subscription| subscription.matches(channel))
    }

    /// Ends the client. What was delivered before still goes out if a connect is held, which is answered with the advice
    /// not to reconnect; a websocket is closed then. Never waits, and never calls the application, which hears that the
    /// client is gone soon after (at the next [`sweep`](super::Hub::sweep) at the latest).
    pub fn end(&self) {
        self.leave(Departure::Ended);
    }

    /// Whether the client is neither gone nor about to be.
    pub fn is_alive(&self) -> bool {
        self.state.lock().life == Life::Alive
    }

    /// How long the client has held no connect; `None` while it holds one.
    pub fn idle(&self) -> Option<Duration> {
        match self.state.lock().presence {
            Presence::Connected => None,
            Presence::Away(since) | Presence::Lost(since) => {
                Some(Instant::now().saturating_duration_since(since))
            }
        }
    }

    /// Marks it as gone, if it is not. The hub settles the rest.
    pub(super) fn leave(&self, how: Departure) {
        let mut state = self.state.lock();
        if state.life == Life::Alive {
            state.life = Life::Leaving(how);
            wake(state);
        }
    }

    /// Marks it as gone if it has been away for too long.
    pub(super) fn expire(&self, now: Instant) {
        let mut state = self.state.lock();
        let how = match state.presence {
            Presence::Away(since) if now.saturating_duration_since(since) >= self.manners.idle => {
                Departure::Idle
            }
            Presence::Lost(since) if now.saturating_duration_since(since) >= self.manners.grace => {
                Departure::Aborted
            }
            _ => return,
        };
        if state.life == Life::Alive {
            state.life = Life::Leaving(how);
            wake(state);
        }
    }

    /// Waits until the application may be called for this client.
    pub(super) async fn turn(&self) -> OwnedMutexGuard<()> {
        Arc::clone(&self.turn).lock_owned().await
    }

    /// If it leaves and the application is not busy with it: how. Only the first who asks is told, and must tell the
    /// application while it holds the turn.
    pub(super) fn settle(&self) -> Option<(Departure, OwnedMutexGuard<()>)> {
        if !matches!(self.state.lock().life, Life::Leaving(_)) {
            return None;
        }
        let turn = Arc::clone(&self.turn).try_lock_owned().ok()?;
        let mut state = self.state.lock();
        let Life::Leaving(how) = state.life else { return None };
        state.life = Life::Gone(how);
        state.seat = None;
        state.subscriptions = Vec::new();
        // Whoever serves the line still sends the last words.
        if !state.pushed && !matches!(state.presence, Presence::Connected) {
            state.outbox.clear();
        }
        Some((how, turn))
    }

    /// Records a subscription.
    pub(super) fn subscribed(&self, channel: Channel) {
        let mut state = self.state.lock();
        if !state.subscriptions.contains(&channel) {
            state.subscriptions.push(channel);
        }
    }

    pub(super) fn unsubscribed(&self, channel: &Channel) {
        self.state.lock().subscriptions.retain(|subscription| subscription != channel);
    }

    pub(super) fn has_subscribed(&self, channel: &Channel) -> bool {
        self.state.lock().subscriptions.contains(channel)
    }

    /// Whether it may subscribe to `channel` too.
    pub(super) fn has_room_for(&self, channel: &Channel) -> bool {
        let state = self.state.lock();
        state.subscriptions.len() < self.manners.limits.subscriptions || state.subscriptions.contains(channel)
    }

    /// From now on, it is reached on a websocket.
    pub(super) fn attach(&self, line: Line) {
        let mut state = self.state.lock();
        let before = std::mem::replace(&mut state.line, line);
        state.pushed = !state.outbox.acks();
        if before != line {
            wake(state);
        }
    }

    /// It connects on a line, and acknowledges what it has. If it holds a connect on another line, that one is over.
    pub(super) fn connect(&self, line: Line, websocket: bool, ack: Option<i64>) {
        let mut state = self.state.lock();
        let before = std::mem::replace(&mut state.line, line);
        state.pushed = websocket && !state.outbox.acks();
        state.presence = Presence::Connected;
        state.outbox.connect(ack);
        if before != line {
            wake(state);
        }
    }

    /// The line is lost.
    pub(super) fn lose(&self, line: Line) {
        let mut state = self.state.lock();
        if state.line == line {
            state.presence = Presence::Lost(Instant::now());
            (state.pushed, state.waker) = (false, None);
            if state.life != Life::Alive {
                state.outbox.clear();
            }
        }
    }

    /// What there is to do on a line.
    pub(super) fn poll(&self, line: Line, context: &Context<'_>) -> Poll<Cue> {
        let mut state = self.state.lock();
        if state.line != line {
            return Poll::Ready(Cue::Elsewhere);
        }
        if let Life::Leaving(how) | Life::Gone(how) = state.life {
            return Poll::Ready(Cue::Over(how));
        }
        if state.outbox.ready() && (state.pushed || matches!(state.presence, Presence::Connected)) {
            return Poll::Ready(Cue::Send);
        }
        if !state.waker.as_ref().is_some_and(|waker| waker.will_wake(context.waker())) {
            state.waker = Some(context.waker().clone());
        }
        Poll::Pending
    }

    /// Answers the connect that is held on a line, with all that waits. Nothing, if the client is reached elsewhere by now.
    pub(super) fn answer(
        &self,
        line: Line,
        id: Option<&RawValue>,
        advice: &str,
        answers: &mut Answers,
    ) -> bool {
        let mut state = self.state.lock();
        if state.line != line || !matches!(state.presence, Presence::Connected) {
            return false;
        }
        state.presence = Presence::Away(Instant::now());
        let over = state.life != Life::Alive;
        let text = answers.next();
        text.reserve(state.outbox.size() + advice.len() + id.map_or(0, |id| id.get().len()) + 128);
        text.push_str(r#"{"channel":"/meta/connect","#);
        write_id(text, id);
        write_advice(text, advice);
        text.push_str(r#""successful":true"#);
        let number = state.outbox.number();
        if let Some(number) = number {
            text.push_str(r#","ext":{"ack":"#);
            text.push_str(&number.to_string());
            text.push('}');
        }
        text.push('}');
        state.outbox.take(number, |delivery| answers.next().push_str(delivery.as_str()));
        if over {
            state.outbox.clear();
        }
        true
    }

    /// What is pushed on a websocket: a frame of all that waits.
    pub(super) fn push(&self, line: Line) -> Option<Utf8Bytes> {
        let mut state = self.state.lock();
        if state.line != line || !state.pushed || !state.outbox.ready() {
            return None;
        }
        if let Some(only) = state.outbox.take_only() {
            return Some(only.framed().clone());
        }
        let mut answers = Answers::with_capacity(state.outbox.size() + 2);
        state.outbox.take(None, |delivery| answers.next().push_str(delivery.as_str()));
        Some(answers.finish().into())
    }
}

/// Wakes whoever serves the line, without the lock.
fn wake(mut state: MutexGuard<'_, State>) {
    let waker = state.waker.take();
    drop(state);
    if let Some(waker) = waker {
        waker.wake();
    }
}
