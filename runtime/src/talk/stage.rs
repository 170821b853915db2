//! A chat network without a network: people and rooms as a script has them, and what bots do there as its lines.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use parking_lot::Mutex;

use super::transcript::Transcript;
use crate::{
    chat::{
        Backend, Network,
        backend::{Answer, RoomAnswer, RoomRequest},
        bindings::{
            Card, Error, Identifier, Message, Presence, Reaction, Recipient, RoomEvent, Status,
            handlers::backend::{Capabilities, Description, Markup},
            parlor::chat::types::Renaming,
        },
        turn::Manner,
    },
    imports::clock::ScriptedClock,
};

/// What the bot is called.
pub const ME: &str = "parlor";
/// What the network is called.
pub const NETWORK: &str = "net";

/// The service behind the network.
pub struct Service {
    transcript: Transcript,
    rooms: Mutex<BTreeMap<String, Room>>,
    network: Mutex<Option<Arc<Network>>>,
}

#[derive(Default)]
struct Room {
    topic: Option<String>,
    occupants: BTreeSet<String>,
    joined: bool,
}

/// The network from the people's side.
pub struct Stage {
    service: Arc<Service>,
    network: Arc<Network>,
    clock: Arc<ScriptedClock>,
    /// Messages that were said: their text and their ids are each other's.
    said: Mutex<Vec<Message>>,
}

impl Service {
    /// A service that writes what bots do into this.
    pub fn new(transcript: Transcript) -> Arc<Self> {
        Arc::new(Self { transcript, rooms: Mutex::default(), network: Mutex::default() })
    }

    fn send_to(&self, to: &Recipient, body: &str, marks: &str) {
        let to = match to {
            Recipient::Person(person) => &person.person,
            Recipient::Room(room) => room,
        };
        self.transcript.line(format_args!("{to}{marks}: {body}"));
    }

    fn tell(&self, room: &str, event: RoomEvent) {
        let network = self.network.lock().clone();
        if let Some(network) = network {
            network.on_room(room.to_owned(), event);
        }
    }

    fn ask(&self, name: &str, request: RoomRequest) -> Result<RoomAnswer, Error> {
        let mut rooms = self.rooms.lock();
        let inside = |rooms: &BTreeMap<String, Room>| {
            let room = rooms.get(name).filter(|room| room.joined);
            room.map(|_| ()).ok_or_else(|| Error::RoomNotJoined(name.to_owned()))
        };
        match request {
            RoomRequest::Exists => return Ok(RoomAnswer::Is(rooms.contains_key(name))),
            RoomRequest::Joined => return Ok(RoomAnswer::Is(inside(&rooms).is_ok())),
            RoomRequest::Join { .. } => {
                let room = rooms.entry(name.to_owned()).or_default();
                if !std::mem::replace(&mut room.joined, true) {
                    room.occupants.insert(ME.to_owned());
                    self.transcript.line(format_args!("joins {name}"));
                    drop(rooms);
                    self.tell(name, RoomEvent::Joined(person(ME, Some(name))));
                }
            }
            RoomRequest::Leave(_) => {
                if inside(&rooms).is_ok() {
                    let room = rooms.entry(name.to_owned()).or_default();
                    room.joined = false;
                    room.occupants.remove(ME);
                    self.transcript.line(format_args!("leaves {name}"));
                    drop(rooms);
                    self.tell(name, RoomEvent::Left(person(ME, Some(name))));
                }
            }
            RoomRequest::Create => {
                rooms.entry(name.to_owned()).or_default();
                self.transcript.line(format_args!("creates {name}"));
            }
            RoomRequest::Destroy => {
                rooms.remove(name);
                self.transcript.line(format_args!("destroys {name}"));
                drop(rooms);
                self.tell(name, RoomEvent::Left(person(ME, Some(name))));
            }
            RoomRequest::Topic => {
                inside(&rooms)?;
                return Ok(RoomAnswer::Topic(rooms.get(name).and_then(|room| room.topic.clone())));
            }
            RoomRequest::SetTopic(topic) => {
                inside(&rooms)?;
                rooms.entry(name.to_owned()).or_default().topic = Some(topic.clone());
                self.transcript.line(format_args!("topic of {name}: {topic}"));
                drop(rooms);
                self.tell(name, RoomEvent::Topic(Some(topic)));
            }
            RoomRequest::Occupants => {
                inside(&rooms)?;
                let occupants = rooms.get(name).map(|room| room.occupants.clone()).unwrap_or_default();
                let people = occupants.iter().map(|who| person(who, Some(name))).collect();
                return Ok(RoomAnswer::Occupants(people));
            }
            RoomRequest::Invite(people) => {
                inside(&rooms)?;
                for who in people {
                    self.transcript.line(format_args!("invites {} to {name}", who.person));
                }
            }
        }
        Ok(RoomAnswer::Done)
    }
}

impl Stage {
    /// The network that this service is behind; the bot is in it at once.
    pub fn new(service: Arc<Service>, network: Arc<Network>, clock: Arc<ScriptedClock>) -> Self {
        *service.network.lock() = Some(Arc::clone(&network));
        Self { service, network, clock, said: Mutex::default() }
    }

    /// The service lets the bot in.
    pub fn connect(&self) {
        self.network.on_connected(person(ME, None));
    }

    /// The service is gone.
    pub fn disconnect(&self) {
        self.network.on_disconnected("the network went".to_owned(), false);
    }

    /// Somebody says something.
    pub fn say(&self, who: &str, room: Option<&str>, text: &str) {
        let recipient = match room {
            Some(room) => {
                self.enter(who, room, false);
                Recipient::Room(room.to_owned())
            }
            None => Recipient::Person(person(ME, None)),
        };
        let mut said = self.said.lock();
        let message = Message {
            id: Some(format!("m{}", said.len() + 1)),
            network: NETWORK.to_owned(),
            sender: person(who, room),
            recipient,
            body: text.to_owned(),
            parent: None,
            timestamp: self.clock.now(),
            delayed: false,
            extras: Vec::new(),
        };
        said.push(message.clone());
        drop(said);
        self.network.on_message(message);
    }

    /// Somebody is in a room from now on, and the bot too: rooms that a script names are rooms that it is in.
    pub fn enter(&self, who: &str, room: &str, told: bool) {
        let new = {
            let mut rooms = self.service.rooms.lock();
            let place = rooms.entry(room.to_owned()).or_default();
            if !std::mem::replace(&mut place.joined, true) {
                place.occupants.insert(ME.to_owned());
            }
            place.occupants.insert(who.to_owned())
        };
        if new && told {
            self.network.on_room(room.to_owned(), RoomEvent::Joined(person(who, Some(room))));
        }
    }

    /// Somebody leaves a room.
    pub fn leave(&self, who: &str, room: &str) {
        if let Some(place) = self.service.rooms.lock().get_mut(room) {
            place.occupants.remove(who);
        }
        self.network.on_room(room.to_owned(), RoomEvent::Left(person(who, Some(room))));
    }

    /// Somebody has another name from now on, in every room that they are in.
    pub fn rename(&self, before: &str, after: &str) {
        let mut renamed = Vec::new();
        for (name, room) in self.service.rooms.lock().iter_mut() {
            if room.occupants.remove(before) {
                room.occupants.insert(after.to_owned());
                renamed.push(name.clone());
            }
        }
        for room in renamed {
            let (before, after) = (person(before, Some(&room)), person(after, Some(&room)));
            self.network.on_room(room, RoomEvent::Renamed(Renaming { before, after }));
        }
    }

    /// Somebody sets a topic.
    pub fn topic(&self, who: &str, room: &str, topic: &str) {
        self.enter(who, room, false);
        if let Some(place) = self.service.rooms.lock().get_mut(room) {
            place.topic = Some(topic.to_owned());
        }
        self.network.on_room(room.to_owned(), RoomEvent::Topic(Some(topic.to_owned())));
    }

    /// Somebody asks the bot in.
    pub fn invite(&self, who: &str, room: &str) {
        self.network.on_room(room.to_owned(), RoomEvent::Invited(person(who, None)));
    }

    /// Somebody is there, or not.
    pub fn presence(&self, who: &str, status: &str, note: Option<String>) {
        let status = match status {
            "away" => Status::Away,
            "busy" => Status::DoNotDisturb,
            "offline" => Status::Offline,
            _ => Status::Online,
        };
        self.network.on_presence(Presence { who: person(who, None), status, note });
    }

    /// Somebody marks what was said.
    ///
    /// # Errors
    /// If nobody said so.
    pub fn react(&self, who: &str, mark: &str, text: &str, added: bool) -> Result<(), String> {
        let said = self.said.lock().iter().rev().find(|message| message.body == text).cloned();
        let message = said.ok_or_else(|| format!("nobody said \"{text}\""))?;
        self.network.on_reaction(Reaction {
            who: person(who, None),
            name: mark.to_owned(),
            added,
            message_id: message.id.unwrap_or_default(),
            recipient: message.recipient,
        });
        Ok(())
    }
}

fn person(name: &str, room: Option<&str>) -> Identifier {
    Identifier {
        network: NETWORK.to_owned(),
        person: name.to_owned(),
        client: None,
        nick: Some(name.to_owned()),
        display_name: None,
        room: room.map(str::to_owned),
        access_id: name.to_owned(),
    }
}

fn answer<'a, T: Send + 'a>(result: Result<T, Error>) -> Answer<'a, T> {
    Box::pin(async { result })
}

impl Backend for Service {
    fn description(&self) -> Option<Description> {
        Some(Description { mode: "script".into(), can: Capabilities::all(), markup: Markup::Markdown })
    }

    fn connect(&self) -> Answer<'_, ()> {
        answer(Ok(()))
    }

    fn disconnect(&self) -> Answer<'_, ()> {
        answer(Ok(()))
    }

    fn answer(&self, to: Message, bodies: Vec<String>, manner: Manner) {
        for mut body in bodies {
            if manner.named && matches!(to.recipient, Recipient::Room(_)) && !manner.private {
                body.insert_str(0, &format!("{}: ", to.sender.person));
            }
            self.send_back(&to, &body, manner.private, manner.threaded);
        }
    }

    fn reply(&self, to: Message, body: String, private: bool, threaded: bool) -> Answer<'_, ()> {
        self.send_back(&to, &body, private, threaded);
        answer(Ok(()))
    }

    fn send(&self, what: Message) -> Answer<'_, ()> {
        self.send_to(&what.recipient, &what.body, "");
        answer(Ok(()))
    }

    fn send_card(&self, what: Message, card: Card) -> Answer<'_, ()> {
        let title = card.title.as_deref().or(card.summary.as_deref()).unwrap_or_default();
        let fields: String = card.fields.iter().map(|(name, value)| format!("\n{name}: {value}")).collect();
        self.send_to(&what.recipient, &format!("{title}\n{}{fields}", card.body), " (card)");
        answer(Ok(()))
    }

    fn react(&self, to: Message, name: String, add: bool) -> Answer<'_, ()> {
        let verb = if add { format!("reacts with {name} to") } else { format!("takes {name} from") };
        self.transcript.line(format_args!("{verb} \"{}\"", to.body));
        answer(Ok(()))
    }

    fn build_identifier(&self, text: String) -> Answer<'_, Identifier> {
        let name = text.trim_start_matches('@');
        answer(if name.is_empty() || name.contains(char::is_whitespace) {
            Err(Error::Malformed("a person is written by their name, without spaces".into()))
        } else {
            Ok(person(name, None))
        })
    }

    fn format_identifier(&self, who: Identifier) -> Answer<'_, String> {
        answer(Ok(who.person))
    }

    fn change_presence(&self, status: Status, note: Option<String>) -> Answer<'_, ()> {
        let status = match status {
            Status::Online => "online".to_owned(),
            Status::Away => "away".to_owned(),
            Status::DoNotDisturb => "busy".to_owned(),
            Status::Offline => "offline".to_owned(),
            Status::Other(other) => other,
        };
        let note = note.map(|note| format!(": {note}")).unwrap_or_default();
        self.transcript.line(format_args!("is {status}{note}"));
        answer(Ok(()))
    }

    fn rooms(&self) -> Answer<'_, Vec<String>> {
        let rooms = self.rooms.lock();
        let joined = rooms.iter().filter(|(_, room)| room.joined).map(|(name, _)| name.clone()).collect();
        answer(Ok(joined))
    }

    fn room(&self, name: String, request: RoomRequest) -> Answer<'_, RoomAnswer> {
        answer(self.ask(&name, request))
    }
}

impl Service {
    fn send_back(&self, to: &Message, body: &str, private: bool, threaded: bool) {
        let thread = if threaded { " (in the thread)" } else { "" };
        match &to.recipient {
            room @ Recipient::Room(_) if !private => self.send_to(room, body, thread),
            _ => self.send_to(&Recipient::Person(to.sender.clone()), body, thread),
        }
    }
}
