//! How a hub treats its clients, and what it takes from them.

use std::time::Duration;

use axum::extract::ws::WebSocketUpgrade;

/// Bytes that a websocket reads at once. Each keeps so many, and clears them whenever it reads.
const READ_AT_ONCE: usize = 4096;

/// How a hub treats its clients.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manners {
    /// How long a connect is held while there is nothing to say, unless the client asks for less. Clients are told. On a
    /// websocket that is silent for so long, the server asks whether anybody is there.
    pub hold: Duration,
    /// How long a client may hold no connect before it is gone, on a websocket too.
    pub idle: Duration,
    /// How long a client may take to come back after its connection was lost; also how long a websocket may take to swallow
    /// a frame, beyond `hold`.
    pub grace: Duration,
    /// What a message of a client that is not known is answered.
    pub unknown: Unknown,
    /// What a hub takes.
    pub limits: Limits,
}

/// What a message of a client that is not known is answered, since its time is over or the server was started again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unknown {
    /// An error with the advice to handshake anew (Bayeux 1.0, section 3.6.1): CometD's clients do, and subscribe again.
    Handshake,
    /// HTTP status of the whole request; a websocket is closed. For clients that would handshake and then not subscribe
    /// again, such as coweb's: it makes them tell their user.
    Status(u16),
}

/// What a hub takes from its clients, and keeps for each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a request's body or a websocket's message.
    pub bytes: usize,
    /// Messages in it. Clients send what they have said during one request with the next, so be generous: to those of coweb
    /// a refusal is the end of the session.
    pub batch: usize,
    /// Subscriptions of a client.
    pub subscriptions: usize,
    /// Messages that may wait for a client, with those that it has not acknowledged.
    pub queue: usize,
    /// Bytes of them.
    pub queue_bytes: usize,
    /// Clients of the hub. Each has at most one connect held, so this bounds those too.
    pub clients: usize,
}

impl Default for Manners {
    fn default() -> Self {
        Self {
            hold: Duration::from_secs(15),
            idle: Duration::from_secs(30),
            grace: Duration::from_secs(5),
            unknown: Unknown::Handshake,
            limits: Limits::default(),
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 1 << 20,
            batch: 1024,
            subscriptions: 64,
            queue: 4096,
            queue_bytes: 8 << 20,
            clients: 256,
        }
    }
}

impl Limits {
    /// Bounds what a websocket takes before it is parsed, and what it keeps ready for that. Whoever accepts one for a hub
    /// must have passed it through this: a socket cannot be bounded any more once it is open.
    pub fn bound(&self, upgrade: WebSocketUpgrade) -> WebSocketUpgrade {
        upgrade.max_message_size(self.bytes).max_frame_size(self.bytes).read_buffer_size(READ_AT_ONCE)
    }
}
