//! What a network needs of its backend, whether that is a component or built into the host.

use futures_util::future::BoxFuture;

use super::{
    bindings::{Card, Error, Identifier, Message, Status, handlers::backend::Description},
    turn::Manner,
};

/// An answer that takes its time.
pub type Answer<'a, T> = BoxFuture<'a, Result<T, Error>>;

/// An error in words, for logs and people.
pub fn words(error: &Error) -> String {
    match error {
        Error::RoomNotJoined(room) => format!("the bot is not in {room}"),
        Error::RoomDoesNotExist(room) => format!("there is no room {room}"),
        Error::UserDoesNotExist(name) => format!("there is nobody called {name}"),
        Error::UserNotUnique(name) => format!("there are several called {name}"),
        Error::NotConnected => "the network is not connected".into(),
        Error::Full => "too much is waiting to be sent, or the backend has failed".into(),
        Error::Malformed(words) | Error::NotSupported(words) | Error::Denied(words) | Error::Other(words) => {
            words.clone()
        }
    }
}

/// A request about one room.
#[derive(Clone, Debug, PartialEq)]
pub enum RoomRequest {
    /// Come in, making the room where there is none.
    Join {
        /// Under this name.
        username: Option<String>,
        /// With this key.
        password: Option<String>,
    },
    /// Go out.
    Leave(Option<String>),
    /// Make the room.
    Create,
    /// End the room.
    Destroy,
    /// Is there such a room?
    Exists,
    /// Is the bot in it?
    Joined,
    /// What is its topic?
    Topic,
    /// Change its topic.
    SetTopic(String),
    /// Who is in it?
    Occupants,
    /// Ask people in.
    Invite(Vec<Identifier>),
}

/// The answer to a [`RoomRequest`], in the form that the request calls for.
#[derive(Clone, Debug, PartialEq)]
pub enum RoomAnswer {
    /// It is done.
    Done,
    /// Yes or no.
    Is(bool),
    /// The topic.
    Topic(Option<String>),
    /// The people.
    Occupants(Vec<Identifier>),
}

/// The glue to one chat service. What happens there is reported to the network, by its `on_…` methods.
///
/// Nothing here waits for the service, only for the backend to have taken the request.
pub trait Backend: Send + Sync {
    /// What the service can do, once the backend has been started.
    fn description(&self) -> Option<Description>;
    /// Starts to connect.
    fn connect(&self) -> Answer<'_, ()>;
    /// Says goodbye.
    fn disconnect(&self) -> Answer<'_, ()>;
    /// Queues answers to a message, in order, without waiting: what cannot be queued is logged and gone.
    fn answer(&self, to: Message, bodies: Vec<String>, manner: Manner);
    /// Answers a message: to the sender alone if `private`, in its thread if `threaded`.
    fn reply(&self, to: Message, body: String, private: bool, threaded: bool) -> Answer<'_, ()>;
    /// Queues a message.
    fn send(&self, what: Message) -> Answer<'_, ()>;
    /// Queues a card.
    fn send_card(&self, what: Message, card: Card) -> Answer<'_, ()>;
    /// Marks a message.
    fn react(&self, to: Message, name: String, add: bool) -> Answer<'_, ()>;
    /// Reads a person's or occupant's name.
    fn build_identifier(&self, text: String) -> Answer<'_, Identifier>;
    /// Writes it.
    fn format_identifier(&self, who: Identifier) -> Answer<'_, String>;
    /// Tells the service how available the bot is.
    fn change_presence(&self, status: Status, note: Option<String>) -> Answer<'_, ()>;
    /// The names of the rooms that the bot is in.
    fn rooms(&self) -> Answer<'_, Vec<String>>;
    /// Asks for something in the room of this name.
    fn room(&self, name: String, request: RoomRequest) -> Answer<'_, RoomAnswer>;
}
