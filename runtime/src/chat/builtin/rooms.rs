//! `room …`: what admins can do with the rooms of the network that they are on.

use crate::chat::{
    arguments::words,
    backend::{self, RoomAnswer, RoomRequest},
    bindings::handlers::backend::Capabilities,
    network::Network,
};

/// What is wanted of rooms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Request {
    /// Come in.
    Join,
    /// Go out.
    Leave,
    /// Make one.
    Create,
    /// End one.
    Destroy,
    /// Which is the bot in?
    List,
    /// What is it about?
    Topic,
    /// Who is in it?
    Occupants,
    /// Ask people in.
    Invite,
}

impl Request {
    /// Name, arguments, what it does.
    pub(super) fn says(self) -> [&'static str; 3] {
        match self {
            Self::Join => ["room join", "ROOM [PASSWORD]", "has the bot come into a room"],
            Self::Leave => ["room leave", "ROOM [REASON]", "has the bot leave a room"],
            Self::Create => ["room create", "ROOM", "makes a room"],
            Self::Destroy => ["room destroy", "ROOM", "ends a room for everybody"],
            Self::List => ["room list", "", "lists the rooms that the bot is in"],
            Self::Topic => ["room topic", "ROOM [TOPIC]", "shows or sets a topic"],
            Self::Occupants => ["room occupants", "ROOM", "lists who is in a room"],
            Self::Invite => ["room invite", "ROOM PERSON…", "asks people into a room"],
        }
    }

    fn needs(self) -> Capabilities {
        match self {
            Self::Topic => Capabilities::TOPICS,
            Self::Invite => Capabilities::INVITES,
            _ => Capabilities::ROOMS,
        }
    }
}

/// Does it on a network, and says what came of it.
pub(super) async fn run(wanted: Request, network: &Network, arguments: &str) -> Result<String, String> {
    let usage = || super::usage(super::Builtin::Room(wanted));
    if !network.can(wanted.needs()) {
        return Err(format!("the network {} has no such thing", network.name));
    }
    if wanted == Request::List {
        let rooms = network.backend().rooms().await.map_err(|error| backend::words(&error))?;
        return Ok(if rooms.is_empty() { "The bot is in no room.".into() } else { rooms.join("\n") });
    }
    let mut words = words(arguments)?.into_iter();
    let room = words.next().ok_or_else(usage)?;
    let rest: Vec<_> = words.collect();
    let alone = rest.is_empty();
    let text = || Some(rest.join(" ")).filter(|text| !text.is_empty());
    let (request, done) = match wanted {
        Request::Join if rest.len() < 2 => {
            (RoomRequest::Join { username: None, password: text() }, format!("Joining {room}."))
        }
        Request::Leave => (RoomRequest::Leave(text()), format!("Leaving {room}.")),
        Request::Create if alone => (RoomRequest::Create, format!("{room} is there.")),
        Request::Destroy if alone => (RoomRequest::Destroy, format!("{room} is ended.")),
        Request::Topic => match text() {
            Some(topic) => (RoomRequest::SetTopic(topic), format!("The topic of {room} is being set.")),
            None => (RoomRequest::Topic, String::new()),
        },
        Request::Occupants if alone => (RoomRequest::Occupants, String::new()),
        Request::Invite if !alone => {
            let mut people = Vec::with_capacity(rest.len());
            for name in rest {
                let person = network.backend().build_identifier(name).await;
                people.push(person.map_err(|error| backend::words(&error))?);
            }
            (RoomRequest::Invite(people), format!("They are asked into {room}."))
        }
        _ => return Err(usage()),
    };
    match network.room(room.clone(), request).await.map_err(|error| backend::words(&error))? {
        RoomAnswer::Topic(None) => Ok(format!("{room} has no topic.")),
        RoomAnswer::Topic(Some(topic)) => Ok(topic),
        RoomAnswer::Occupants(people) => {
            let mut names: Vec<_> =
                people.into_iter().map(|person| person.nick.unwrap_or(person.person)).collect();
            names.sort();
            Ok(format!("{} in {room}: {}", names.len(), names.join(" ")))
        }
        _ => Ok(done),
    }
}
