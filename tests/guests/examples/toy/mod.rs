//! A backend for a toy service that speaks in lines, with one fault or none: what `parlor conform` is tried on.
//!
//! | the service says | and hears |
//! |---|---|
//! | `WELCOME NICK` | `NICK parlor` |
//! | `SAY WHO ROOM TEXT`, in private `SAY WHO * TEXT` | `SAY ROOM TEXT`, `SAY @WHO TEXT` |
//! | `JOIN WHO ROOM`, `PART WHO ROOM` | `JOIN ROOM`, `PART ROOM` |

use std::collections::{BTreeMap, BTreeSet};

use parlor_sdk::{
    backend::{Capabilities, Description, Markup},
    chat::Error,
    prelude::*,
};

/// What is wrong with a backend.
#[allow(dead_code, reason = "each guest has one of them")]
#[derive(Clone, Copy, PartialEq)]
pub enum Fault {
    /// Nothing.
    None,
    /// It sends on what ends a line.
    Injects,
    /// It does not report that its connection is lost.
    ForgetsLoss,
    /// It reports whoever comes as often as the service says so.
    ReportsTwice,
    /// It falls over bytes that are no text.
    Traps,
}

use super::FAULT;

backend! { backend: Toy, on_connection: Toy::on_connection }

/// The longest line that it takes.
const LONGEST: usize = 4_096;
const LIMIT: u32 = 400;

/// The backend.
#[derive(Default)]
pub struct Toy {
    line: Option<Connection>,
    me: Option<String>,
    begun: Vec<u8>,
    skipping: bool,
    rooms: BTreeMap<String, BTreeSet<String>>,
}

fn identifier(name: &str, room: Option<&str>) -> Identifier {
    Identifier {
        network: String::new(),
        person: name.to_owned(),
        client: None,
        nick: Some(name.to_owned()),
        display_name: None,
        room: room.map(str::to_owned),
        access_id: name.to_owned(),
    }
}

fn named(text: &str) -> Result<&str, Error> {
    let is_name = |text: &str| {
        (1..=64).contains(&text.len()) && text.chars().all(|c| c.is_alphanumeric() || "-_.".contains(c))
    };
    if is_name(text.strip_prefix('#').unwrap_or(text)) {
        return Ok(text);
    }
    Err(Error::Malformed(
        "a name has 1 to 64 letters, digits, - _ and .; that of a room begins with #".into(),
    ))
}

impl Toy {
    fn on_connection(&mut self, line: Connection, event: ConnectionEvent) -> Handled {
        match event {
            ConnectionEvent::Open => line.send("NICK parlor\n")?,
            ConnectionEvent::Data(bytes) => bytes.into_iter().for_each(|byte| self.take(byte)),
            ConnectionEvent::Closed(_) => {
                *self = Self::default();
                if FAULT != Fault::ForgetsLoss {
                    events::disconnected("the toy is gone", false);
                }
            }
        }
        Ok(())
    }

    fn take(&mut self, byte: u8) {
        if byte != b'\n' {
            self.skipping |= self.begun.len() >= LONGEST;
            return if !self.skipping {
                self.begun.push(byte)
            };
        }
        let bytes = std::mem::take(&mut self.begun);
        if std::mem::take(&mut self.skipping) {
            return;
        }
        let text = if FAULT == Fault::Traps {
            String::from_utf8(bytes).expect("text")
        } else {
            String::from_utf8_lossy(&bytes).into_owned()
        };
        self.hear(text.trim_end_matches('\r'));
    }

    fn hear(&mut self, line: &str) {
        let words: Vec<_> = line.splitn(4, ' ').collect();
        match words[..] {
            ["WELCOME", nick] => {
                self.me = Some(nick.to_owned());
                events::connected(&identifier(nick, None));
            }
            ["SAY", who, room, text] => {
                let room = Some(room).filter(|room| *room != "*");
                let me = self.me.clone().unwrap_or_default();
                events::message_received(&Message {
                    id: None,
                    network: String::new(),
                    sender: identifier(who, room),
                    recipient: match room {
                        Some(room) => Recipient::Room(room.to_owned()),
                        None => Recipient::Person(identifier(&me, None)),
                    },
                    body: text.to_owned(),
                    parent: None,
                    timestamp: parlor_sdk::now(),
                    delayed: false,
                    extras: Vec::new(),
                });
            }
            ["JOIN", who, room] => {
                let own = self.me.as_deref() == Some(who);
                if own {
                    self.rooms.entry(room.to_owned()).or_default();
                }
                let Some(people) = self.rooms.get_mut(room) else { return };
                if people.insert(who.to_owned()) || FAULT == Fault::ReportsTwice && !own {
                    events::room_changed(room, &RoomEvent::Joined(identifier(who, Some(room))));
                }
            }
            ["PART", who, room] => {
                let gone = self.rooms.get_mut(room).is_some_and(|people| people.remove(who));
                if self.me.as_deref() == Some(who) {
                    self.rooms.remove(room);
                }
                if gone {
                    events::room_changed(room, &RoomEvent::Left(identifier(who, Some(room))));
                }
            }
            _ => {}
        }
    }

    fn send(&mut self, text: &str) -> Result<(), Error> {
        let line = self.line.filter(|_| self.me.is_some()).ok_or(Error::NotConnected)?;
        let text: String = match FAULT {
            Fault::Injects => text.to_owned(),
            _ => text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect(),
        };
        Ok(line.send(format!("{text}\n"))?)
    }

    fn must_be_in(&self, room: &str) -> Result<&BTreeSet<String>, Error> {
        self.rooms.get(room).ok_or_else(|| Error::RoomNotJoined(room.to_owned()))
    }
}

impl Backend for Toy {
    fn describe(&mut self) -> Result<Description, String> {
        Ok(Description { mode: "toy".into(), can: Capabilities::ROOMS, markup: Markup::Plain })
    }

    fn connect(&mut self) -> Result<(), Error> {
        self.line = Some(Connection::open("tcp://toy.example.org:7000")?);
        Ok(())
    }

    fn disconnect(&mut self) -> Handled {
        if let Some(line) = self.line {
            line.close();
        }
        Ok(())
    }

    fn bot_identifier(&mut self) -> Option<Identifier> {
        self.me.as_deref().map(|me| identifier(me, None))
    }

    fn build_identifier(&mut self, text: &str) -> Result<Identifier, Error> {
        Ok(match text.split_once('/') {
            Some((room, name)) => identifier(named(name)?, Some(named(room)?)),
            None => identifier(named(text)?, None),
        })
    }

    fn format_identifier(&mut self, who: &Identifier) -> Result<String, Error> {
        let name = named(&who.person)?;
        who.room.as_deref().map_or_else(|| Ok(name.to_owned()), |room| Ok(format!("{}/{name}", named(room)?)))
    }

    fn message_limit(&mut self, _: &Recipient) -> u32 {
        LIMIT
    }

    fn send_message(&mut self, what: &Message) -> Result<(), Error> {
        let to = match &what.recipient {
            Recipient::Room(room) => {
                self.must_be_in(room)?;
                room.clone()
            }
            Recipient::Person(person) => format!("@{}", named(&person.person)?),
        };
        self.send(&format!("SAY {to} {}", what.body))
    }
}

impl Rooms for Toy {
    fn rooms(&mut self) -> Result<Vec<String>, Error> {
        Ok(self.rooms.keys().cloned().collect())
    }

    fn query_room(&mut self, text: &str) -> Result<String, Error> {
        named(text).map(str::to_owned)
    }

    fn join(&mut self, room: &str, _: Option<&str>, _: Option<&str>) -> Result<(), Error> {
        if self.rooms.contains_key(room) { Ok(()) } else { self.send(&format!("JOIN {room}")) }
    }

    fn leave(&mut self, room: &str, _: Option<&str>) -> Result<(), Error> {
        if self.rooms.contains_key(room) { self.send(&format!("PART {room}")) } else { Ok(()) }
    }

    fn exists(&mut self, room: &str) -> Result<bool, Error> {
        Ok(self.rooms.contains_key(room))
    }

    fn joined(&mut self, room: &str) -> bool {
        self.rooms.contains_key(room)
    }

    fn occupants(&mut self, room: &str) -> Result<Vec<Identifier>, Error> {
        Ok(self.must_be_in(room)?.iter().map(|who| identifier(who, Some(room))).collect())
    }
}
