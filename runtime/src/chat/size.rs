//! How much memory a message or a piece of news holds while it waits: what mailboxes count.

use super::bindings::{
    Identifier, Message, Presence, Reaction, Recipient, RoomEvent, Status,
    handlers::command_handler::Invocation,
};

/// Something that is kept for a while.
pub(super) trait Size {
    /// Bytes of its text, and of what holds it together.
    fn size(&self) -> usize;
}

impl Size for String {
    fn size(&self) -> usize {
        self.len() + size_of::<Self>()
    }
}

impl<T: Size> Size for Option<T> {
    fn size(&self) -> usize {
        self.as_ref().map_or(0, Size::size)
    }
}

impl<T: Size> Size for [T] {
    fn size(&self) -> usize {
        self.iter().map(Size::size).sum()
    }
}

impl<A: Size, B: Size> Size for (A, B) {
    fn size(&self) -> usize {
        self.0.size() + self.1.size()
    }
}

impl Size for Identifier {
    fn size(&self) -> usize {
        let Self { network, person, client, nick, display_name, room, access_id } = self;
        let named = client.size() + nick.size() + display_name.size() + room.size();
        network.size() + person.size() + access_id.size() + named
    }
}

impl Size for Recipient {
    fn size(&self) -> usize {
        match self {
            Self::Person(person) => person.size(),
            Self::Room(name) => name.size(),
        }
    }
}

impl Size for Message {
    fn size(&self) -> usize {
        let Self { id, network, sender, recipient, body, parent, timestamp: _, delayed: _, extras } = self;
        let about = id.size() + network.size() + parent.size() + extras.as_slice().size();
        about + sender.size() + recipient.size() + body.size()
    }
}

impl Size for Invocation {
    fn size(&self) -> usize {
        self.command.size() + self.arguments.size() + self.message.size()
    }
}

impl Size for Presence {
    fn size(&self) -> usize {
        let status = if let Status::Other(words) = &self.status { words.size() } else { 0 };
        self.who.size() + self.note.size() + status
    }
}

impl Size for Reaction {
    fn size(&self) -> usize {
        self.who.size() + self.name.size() + self.message_id.size() + self.recipient.size()
    }
}

impl Size for RoomEvent {
    fn size(&self) -> usize {
        match self {
            Self::Joined(who) | Self::Left(who) | Self::Invited(who) => who.size(),
            Self::Renamed(renaming) => renaming.before.size() + renaming.after.size(),
            Self::Topic(topic) => topic.size(),
        }
    }
}
