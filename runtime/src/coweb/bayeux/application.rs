//! What a hub's clients are for.

use std::sync::Arc;

use super::{channel::Channel, client::Client, manners::Unknown, message::Message};

/// What a hub's clients are for. It decides who may come, what each may hear and say, and who is delivered what.
///
/// The methods of one client are called one at a time, in the order of its messages; those of different clients at once.
/// No lock is held meanwhile, so each may deliver to any client, the one being served among them. A call that has begun is
/// finished even if its HTTP request is aborted, except [`handshake`](Self::handshake), whose future is dropped then.
/// None has a deadline here: clients give up on an answer after ten seconds, so the application should be quicker.
pub trait Application: Send + Sync + Sized + 'static {
    /// Who made an HTTP request, as the server found out (a user's name, say).
    type Caller: Clone + Send + Sync + 'static;
    /// What the application keeps for each client.
    type Client: Send + Sync + 'static;

    /// Somebody wants to be a client. The answer is what is kept for it; it is dropped at once if the hub is full or was
    /// closed meanwhile, and no `gone` follows.
    fn handshake(
        &self,
        caller: &Self::Caller,
        message: &Message<'_>,
    ) -> impl Future<Output = Result<Self::Client, Refusal>> + Send;

    /// Whether a request of `caller` may speak for this client. If not, it is answered as if there were no such client.
    fn owns(&self, caller: &Self::Caller, client: &Client<Self>) -> bool;

    /// A client wants to hear a channel, or those that match a pattern. It is recorded once this has returned `Ok`, also
    /// if it was before. Never a channel under `/meta`.
    fn subscribe(
        &self,
        client: &Arc<Client<Self>>,
        channel: &Channel,
        message: &Message<'_>,
    ) -> impl Future<Output = Result<(), Refusal>> + Send;

    /// A client wants to hear it no more. Only for what was recorded; it is forgotten once this has returned `Ok`.
    fn unsubscribe(
        &self,
        client: &Arc<Client<Self>>,
        channel: &Channel,
        message: &Message<'_>,
    ) -> impl Future<Output = Result<(), Refusal>> + Send;

    /// A client says something: `message.data` is there, and `channel` is no pattern and not under `/meta`. Nobody hears it
    /// but whom the application delivers to.
    fn publish(
        &self,
        client: &Arc<Client<Self>>,
        channel: &Channel,
        message: &Message<'_>,
    ) -> impl Future<Output = Result<(), Refusal>> + Send;

    /// What a message of a client that is not known is answered, where that depends on the message: kinds of clients make
    /// different things of it. [`Manners::unknown`](super::Manners::unknown) where it does not.
    fn unknown(&self, _message: &Message<'_>) -> Option<Unknown> {
        None
    }

    /// The client is gone: called exactly once, while no other call for it is under way, and none comes after it. Must not
    /// block.
    fn gone(&self, client: &Arc<Client<Self>>, how: Departure);
}

/// Why a message is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The whole HTTP request is answered with this status and words as text; the rest of its batch is not looked at. On a
    /// websocket it is the error `<status>::<words>` of the message, and after a handshake the socket is closed.
    Status(u16, String),
    /// The Bayeux `error` of this message (`<code>:<arguments>:<words>`; Bayeux 1.0, section 3.14). A handshake is answered
    /// with the advice not to try again.
    Error(String),
}

/// How a client left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Departure {
    /// It said so.
    Disconnected,
    /// It held no connect, and sent none, for [`Manners::idle`](super::Manners::idle).
    Idle,
    /// Its connection was lost, and it came back by none within [`Manners::grace`](super::Manners::grace).
    Aborted,
    /// More waited for it than [`Limits`](super::Limits) allow.
    Overflow,
    /// [`Client::end`], or [`Hub::close`](super::Hub::close).
    Ended,
}
