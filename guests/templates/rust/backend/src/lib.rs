//! The glue to a chat service whose protocol is lines of text over TCP.
//!
//! It sends `NICK me`, `JOIN #room`, `PART #room` and `SAY #room text` (or `SAY @somebody text`), and hears
//! `WELCOME me`, `SAY somebody #room text` (`*` for a room: to the bot alone), `JOIN somebody #room` and
//! `PART somebody #room`. The setting `server` is the `host:port` to connect to; that must be granted too.

use std::collections::{BTreeMap, BTreeSet};

use parlor_sdk::{
    backend::{Capabilities, Description, Markup},
    chat::Error,
    prelude::*,
};

backend! { backend: Lines, on_connection: Lines::on_connection }

/// The longest line that the server may send, in bytes.
const LONGEST_LINE: usize = 4096;

/// The backend, connected or not.
#[derive(Default)]
struct Lines {
    connection: Option<Connection>,
    /// What came of a line whose end did not come yet.
    unread: Vec<u8>,
    /// What the server calls the bot, once it has let it in.
    nick: Option<String>,
    /// The rooms that the bot is in, and who else was seen there.
    rooms: BTreeMap<String, BTreeSet<String>>,
}

impl Lines {
    fn on_connection(&mut self, connection: Connection, event: ConnectionEvent) -> Handled {
        match event {
            ConnectionEvent::Open => Ok(connection.send("NICK parlor\n")?),
            ConnectionEvent::Data(data) => {
                self.read(connection, &data);
                Ok(())
            }
            ConnectionEvent::Closed(reason) => {
                *self = Self::default();
                let reason = reason.map_or_else(
                    || "the server closed the connection".to_owned(),
                    String::from,
                );
                events::disconnected(&reason, false);
                Ok(())
            }
        }
    }

    /// Reads the lines that are whole now. Data comes in pieces of any size.
    fn read(&mut self, connection: Connection, data: &[u8]) {
        for piece in data.split_inclusive(|byte| *byte == b'\n') {
            self.unread.extend_from_slice(piece);
            // A server that never ends a line must not fill the memory.
            let line = self.unread.strip_suffix(b"\n").unwrap_or(&self.unread);
            if line.len() > LONGEST_LINE {
                log::warn("the server's line is too long");
                self.unread.clear();
                return connection.close();
            }
            if self.unread.ends_with(b"\n") {
                let line = std::mem::take(&mut self.unread);
                self.hear(String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']));
            }
        }
    }

    /// Tells the host what a line says. A line that is not known says nothing.
    fn hear(&mut self, line: &str) {
        let mut words = line.splitn(4, ' ');
        let mut word = || words.next().unwrap_or_default();
        let (verb, who, room, text) = (word(), word(), word(), word());
        if verb == "WELCOME" && is_name(who) {
            self.nick = Some(who.to_owned());
            events::connected(&person(who));
        }
        let Some(me) = self.nick.clone().filter(|_| is_name(who) && is_name(room)) else {
            return;
        };
        match verb {
            "SAY" => {
                let recipient = match room {
                    "*" => Recipient::Person(person(&me)),
                    room => Recipient::Room(room.to_owned()),
                };
                events::message_received(&Message {
                    id: None,
                    // The host knows under which name this backend was configured, and fills it in.
                    network: String::new(),
                    sender: person(who),
                    recipient,
                    body: text.to_owned(),
                    parent: None,
                    timestamp: now(),
                    delayed: false,
                    extras: Vec::new(),
                });
            }
            "JOIN" => {
                if who == me {
                    self.rooms.insert(room.to_owned(), BTreeSet::new());
                }
                if let Some(people) = self.rooms.get_mut(room) {
                    people.insert(who.to_owned());
                }
                events::room_changed(room, &RoomEvent::Joined(person(who)));
            }
            "PART" => {
                if who == me {
                    self.rooms.remove(room);
                }
                if let Some(people) = self.rooms.get_mut(room) {
                    people.remove(who);
                }
                events::room_changed(room, &RoomEvent::Left(person(who)));
            }
            _ => {}
        }
    }

    fn send(&self, line: &str) -> Result<(), Error> {
        let connection = self
            .connection
            .filter(|_| self.nick.is_some())
            .ok_or(Error::NotConnected)?;
        Ok(connection.send(format!("{line}\n"))?)
    }
}

/// Names are one word: what is sent must not become two words, or two lines.
fn is_name(text: &str) -> bool {
    !text.is_empty() && !text.contains(|c: char| c.is_whitespace() || c.is_control())
}

fn checked(name: &str) -> Result<&str, Error> {
    if is_name(name) {
        Ok(name)
    } else {
        Err(Error::Malformed("a name has no spaces".to_owned()))
    }
}

/// Who goes by this name.
fn person(name: &str) -> Identifier {
    Identifier {
        network: String::new(),
        person: name.to_owned(),
        client: None,
        nick: Some(name.to_owned()),
        display_name: None,
        room: None,
        // Access rules go by this. A service where people choose their names freely needs something better.
        access_id: name.to_owned(),
    }
}

impl Backend for Lines {
    fn describe(&mut self) -> Result<Description, String> {
        Ok(Description {
            mode: "lines".to_owned(),
            can: Capabilities::ROOMS,
            markup: Markup::Plain,
        })
    }

    /// Returns at once: `on_connection` hears what becomes of it.
    fn connect(&mut self) -> Result<(), Error> {
        let server = config::require("server").map_err(Error::Other)?;
        self.connection = Some(Connection::open(&format!("tcp://{server}"))?);
        Ok(())
    }

    fn disconnect(&mut self) -> Handled {
        if let Some(connection) = self.connection {
            connection.close();
        }
        Ok(())
    }

    fn bot_identifier(&mut self) -> Option<Identifier> {
        self.nick.as_deref().map(person)
    }

    fn build_identifier(&mut self, text: &str) -> Result<Identifier, Error> {
        checked(text).map(person)
    }

    fn format_identifier(&mut self, who: &Identifier) -> Result<String, Error> {
        checked(&who.person).map(str::to_owned)
    }

    /// The host cuts what is longer.
    fn message_limit(&mut self, _: &Recipient) -> u32 {
        400
    }

    fn send_message(&mut self, what: &Message) -> Result<(), Error> {
        let to = match &what.recipient {
            Recipient::Room(room) => checked(room)?.to_owned(),
            Recipient::Person(who) => format!("@{}", checked(&who.person)?),
        };
        self.send(&format!(
            "SAY {to} {}",
            what.body.replace(['\r', '\n'], " ")
        ))
    }
}

impl Rooms for Lines {
    fn rooms(&mut self) -> Result<Vec<String>, Error> {
        Ok(self.rooms.keys().cloned().collect())
    }

    fn query_room(&mut self, text: &str) -> Result<String, Error> {
        checked(text).map(str::to_owned)
    }

    fn join(&mut self, room: &str, _: Option<&str>, _: Option<&str>) -> Result<(), Error> {
        self.send(&format!("JOIN {room}"))
    }

    fn leave(&mut self, room: &str, _: Option<&str>) -> Result<(), Error> {
        self.send(&format!("PART {room}"))
    }

    fn create(&mut self, _: &str) -> Result<(), Error> {
        Err(Error::NotSupported("rooms that nobody is in".to_owned()))
    }

    fn destroy(&mut self, _: &str) -> Result<(), Error> {
        Err(Error::NotSupported("the end of rooms".to_owned()))
    }

    fn exists(&mut self, room: &str) -> Result<bool, Error> {
        Ok(self.joined(room))
    }

    fn joined(&mut self, room: &str) -> bool {
        self.rooms.contains_key(room)
    }

    fn topic(&mut self, room: &str) -> Result<Option<String>, Error> {
        self.occupants(room).map(|_| None)
    }

    fn set_topic(&mut self, _: &str, _: &str) -> Result<(), Error> {
        Err(Error::NotSupported("topics".to_owned()))
    }

    fn occupants(&mut self, room: &str) -> Result<Vec<Identifier>, Error> {
        let people = self
            .rooms
            .get(room)
            .ok_or_else(|| Error::RoomNotJoined(room.to_owned()))?;
        Ok(people.iter().map(|name| person(name)).collect())
    }

    fn invite(&mut self, _: &str, _: &[Identifier]) -> Result<(), Error> {
        Err(Error::NotSupported("invitations".to_owned()))
    }
}
