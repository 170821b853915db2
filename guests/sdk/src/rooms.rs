//! Chatrooms, as a backend has them. (A bot holds [`MucRoom`](crate::MucRoom).)

use std::marker::PhantomData;

use crate::{
    Identifier, backend::Resident, bindings::backend::exports::parlor::chat::rooms as contract, chat::Error,
};

/// The rooms of a backend, each by its name. A service without rooms implements none of these.
///
/// What changes is told to the host by [`events::room_changed`](crate::events::room_changed), once each.
#[allow(unused_variables, reason = "by default there are no rooms")]
pub trait Rooms {
    /// The rooms that the bot is in.
    fn rooms(&mut self) -> Result<Vec<String>, Error> {
        Ok(Vec::new())
    }

    /// The name of the room that a human means by this text; `malformed` says what a valid one looks like. The room
    /// need not exist: nothing changes.
    fn query_room(&mut self, text: &str) -> Result<String, Error> {
        Err(no_rooms())
    }

    /// Creates the room first where it does not exist. Joining twice is no error.
    fn join(&mut self, room: &str, username: Option<&str>, password: Option<&str>) -> Result<(), Error> {
        Err(no_rooms())
    }

    /// Leaving a room that one is not in is no error.
    fn leave(&mut self, room: &str, reason: Option<&str>) -> Result<(), Error> {
        Err(no_rooms())
    }

    /// Makes the room, without joining it. Creating twice is no error.
    fn create(&mut self, room: &str) -> Result<(), Error> {
        Err(no_rooms())
    }

    /// Ends the room for everybody.
    fn destroy(&mut self, room: &str) -> Result<(), Error> {
        Err(no_rooms())
    }

    /// Whether the service has such a room, as far as is known.
    fn exists(&mut self, room: &str) -> Result<bool, Error> {
        Err(no_rooms())
    }

    /// Whether the bot is in it.
    fn joined(&mut self, room: &str) -> bool {
        false
    }

    /// The topic; none where none is set. `room-not-joined` outside.
    fn topic(&mut self, room: &str) -> Result<Option<String>, Error> {
        Err(no_rooms())
    }

    /// Sets the topic.
    fn set_topic(&mut self, room: &str, topic: &str) -> Result<(), Error> {
        Err(no_rooms())
    }

    /// Who is in the room now, the bot too. `room-not-joined` outside.
    fn occupants(&mut self, room: &str) -> Result<Vec<Identifier>, Error> {
        Err(no_rooms())
    }

    /// Asks people to come in.
    fn invite(&mut self, room: &str, who: &[Identifier]) -> Result<(), Error> {
        Err(no_rooms())
    }
}

fn no_rooms() -> Error {
    Error::NotSupported("rooms".to_owned())
}

/// What the host holds of a room: its name, and nothing that could go out of date.
#[doc(hidden)]
pub struct Handle<B> {
    name: String,
    backend: PhantomData<B>,
}

impl<B: Resident> Handle<B> {
    pub(crate) fn give(name: String) -> contract::MucRoom {
        contract::MucRoom::new(Self { name, backend: PhantomData })
    }
}

impl<B: Resident> contract::GuestMucRoom for Handle<B> {
    /// A backend does not know under which name it was configured; the host does.
    fn network(&self) -> String {
        String::new()
    }

    fn name(&self) -> String {
        self.name.clone()
    }

    fn join(&self, username: Option<String>, password: Option<String>) -> Result<(), Error> {
        B::with(|it| it.join(&self.name, username.as_deref(), password.as_deref()))
    }

    fn leave(&self, reason: Option<String>) -> Result<(), Error> {
        B::with(|it| it.leave(&self.name, reason.as_deref()))
    }

    fn create(&self) -> Result<(), Error> {
        B::with(|it| it.create(&self.name))
    }

    fn destroy(&self) -> Result<(), Error> {
        B::with(|it| it.destroy(&self.name))
    }

    fn exists(&self) -> Result<bool, Error> {
        B::with(|it| it.exists(&self.name))
    }

    fn joined(&self) -> bool {
        B::with(|it| it.joined(&self.name))
    }

    fn topic(&self) -> Result<Option<String>, Error> {
        B::with(|it| it.topic(&self.name))
    }

    fn set_topic(&self, topic: String) -> Result<(), Error> {
        B::with(|it| it.set_topic(&self.name, &topic))
    }

    fn occupants(&self) -> Result<Vec<Identifier>, Error> {
        B::with(|it| it.occupants(&self.name))
    }

    fn invite(&self, who: Vec<Identifier>) -> Result<(), Error> {
        B::with(|it| it.invite(&self.name, &who))
    }
}
