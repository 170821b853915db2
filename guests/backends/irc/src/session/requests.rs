//! What the bot wants.

use std::time::Duration;

use parlor_sdk::{Identifier, Message, Recipient, Status, chat::Error};

use super::{MOST_INVITED, News, Session, Stage, talk::AUDIENCE};
use crate::{
    command::{Command, one_line},
    crowd::{MOST_ROOMS, Room},
    ctcp,
    isupport::Isupport,
    lane::Lane,
    name::{self, Address},
    person::Person,
};

/// Who asked for a message, among its extras: this backend's own, from [`Session::build_reply`] to [`Session::send`].
const ASKER: &str = "asker";

/// How long an answer to JOIN can take before it is worth asking again.
const JOIN_PATIENCE: Duration = Duration::from_secs(30);

/// The longest nick that is common.
const LONGEST_NICK: usize = 30;

/// The longest user and host that a server gives; what is assumed until they are known. The mark in front of the user
/// says that nobody has checked it.
const LONGEST_FROM: usize = "~".len() + 10 + "@".len() + 63;

impl Session {
    /// Messages of the bot. Each is one line; the host has seen to it that it fits.
    pub fn send(&mut self, message: &Message) -> Result<(), Error> {
        self.must_be_ready()?;
        let target = match &message.recipient {
            Recipient::Room(room) => self.must_be_in(room)?.name.clone(),
            Recipient::Person(person)
                if name::is_service(&person.person) && !self.settings.allow_services =>
            {
                return Err(Error::Denied(format!(
                    "{} is a network service, to which every bot here is the same account: set `allow-services = true` in \
                     the configuration of the irc backend if bots may speak to it",
                    person.person
                )));
            }
            Recipient::Person(person) if name::is_nick(&person.person) => person.person.clone(),
            Recipient::Person(person) => {
                return Err(Error::Malformed(format!("{:?} is nobody: {}", person.person, name::NICK_RULE)));
            }
        };
        let body = one_line(&ctcp::written(&message.body));
        if body.trim().is_empty() {
            return Ok(());
        }
        let line = Command::new("PRIVMSG").word(&target).text(&body);
        if line.len() > self.server.line_length {
            let limit = self.message_limit(&message.recipient);
            return Err(Error::Other(format!("the message is too long: {limit} bytes fit into one line")));
        }
        let asker = message.extras.iter().find(|(key, _)| key == ASKER).map(|(_, asker)| asker.clone());
        let lane = Lane { asker, ..self.lane(&target) };
        self.enqueue(lane, line)
    }

    /// Addresses an answer, and notes who asked: each asker's answers wait in a lane of their own. What was said to
    /// some of a room alone (`STATUSMSG`) is not answered before all of it.
    pub fn build_reply(
        &self,
        to: &Message,
        body: &str,
        private: bool,
        threaded: bool,
    ) -> Result<Message, Error> {
        let private = private || to.extras.iter().any(|(key, _)| key == AUDIENCE);
        let recipient = match &to.recipient {
            Recipient::Room(room) if !private => Recipient::Room(room.clone()),
            _ => Recipient::Person(to.sender.clone()),
        };
        Ok(Message {
            id: None,
            network: to.network.clone(),
            sender: self.identifier().ok_or(Error::NotConnected)?,
            recipient,
            body: body.to_owned(),
            parent: if threaded { to.parent.clone().or_else(|| to.id.clone()) } else { None },
            timestamp: self.now.unix,
            delayed: false,
            extras: vec![(ASKER.to_owned(), json(&self.fold(&to.sender.person)))],
        })
    }

    pub fn message_limit(&self, to: &Recipient) -> u32 {
        let (nick, from) = self.mask_length();
        limit(self.server.line_length, nick, from, to)
    }

    /// How long the bot's nick is, and how long its user and host: the line that others get begins with them. It may
    /// have its old nick or the wished one then.
    pub(super) fn mask_length(&self) -> (usize, usize) {
        let nick = self.me.nick.len().max(self.settings.nick.len());
        let from = |(user, host): &(String, String)| user.len() + "@".len() + host.len();
        (nick, self.me.from.as_ref().map_or(LONGEST_FROM, from))
    }

    pub fn joined_rooms(&self) -> Vec<String> {
        self.crowd.rooms().map(|room| room.name.clone()).collect()
    }

    pub fn joined(&self, room: &str) -> bool {
        self.room(room).is_some()
    }

    /// Reads a room's name. A room has many spellings on IRC, and one here, so that rules that name it mean it however
    /// it is written: small letters.
    pub fn query_room(&self, text: &str) -> Result<String, Error> {
        Ok(self.fold(name::room(text, &self.server).map_err(Error::Malformed)?))
    }

    /// As far as was seen: the server is not asked.
    pub fn exists(&self, room: &str) -> bool {
        self.joined(room) || self.known.contains(&self.fold(room))
    }

    pub fn join(&mut self, room: &str, key: Option<&str>) -> Result<(), Error> {
        self.must_be_ready()?;
        let room = &self.query_room(room)?;
        if self.room(room).is_some_and(|room| !room.leaving) {
            return Ok(());
        }
        let now = self.now.since;
        self.joining.retain(|_, since| now.saturating_sub(*since) < JOIN_PATIENCE);
        if self.joining.contains_key(room) {
            return Ok(());
        }
        if self.crowd.rooms().count() + self.joining.len() >= MOST_ROOMS {
            return Err(Error::Other(format!("the bot is in {MOST_ROOMS} rooms: it must leave one first")));
        }
        let mut command = Command::new("JOIN").word(room);
        if let Some(key) = key.filter(|key| !key.is_empty()) {
            command = command.word(checked_key(key)?);
        }
        self.queue(room, command.done())?;
        self.joining.insert(room.clone(), now);
        Ok(())
    }

    /// What the bot has just asked to join it leaves as soon as it is in.
    pub fn leave(&mut self, room: &str, reason: Option<&str>) -> Result<(), Error> {
        self.must_be_ready()?;
        let room = &self.query_room(room)?;
        let asked = self.joining.contains_key(room);
        if !asked && self.room(room).is_none_or(|room| room.leaving) {
            return Ok(());
        }
        self.queue(room, Command::new("PART").word(room).text(cut(reason.unwrap_or_default(), 300)))?;
        self.joining.remove(room);
        if let Some(room) = self.crowd.room_mut(room, self.server.case) {
            room.leaving = true;
        }
        Ok(())
    }

    pub fn topic(&self, room: &str) -> Result<Option<String>, Error> {
        Ok(self.must_be_in(room)?.topic.clone())
    }

    pub fn set_topic(&mut self, room: &str, topic: &str) -> Result<(), Error> {
        self.must_be_ready()?;
        let name = self.must_be_in(room)?.name.clone();
        let line = Command::new("TOPIC").word(&name).text(topic);
        let fits = |limit| topic.len() <= limit;
        if !self.server.topic_length.is_none_or(fits) || line.len() > self.server.line_length {
            let room = self.server.line_length.saturating_sub(line.len().saturating_sub(topic.len()));
            let limit = self.server.topic_length.map_or(room, |limit| limit.min(room));
            return Err(Error::Other(format!("the topic is too long: {name} takes {limit} bytes")));
        }
        self.queue(&name, line)
    }

    pub fn occupants(&self, room: &str) -> Result<Vec<Identifier>, Error> {
        let room = self.must_be_in(room)?;
        let people = self.crowd.occupants(room);
        Ok(people.map(|person| person.identifier(Some(&room.name), self.server.case)).collect())
    }

    pub fn invite(&mut self, room: &str, who: &[Identifier]) -> Result<(), Error> {
        self.must_be_ready()?;
        let room = self.must_be_in(room)?.name.clone();
        if let Some(nobody) = who.iter().find(|who| !name::is_nick(&who.person)) {
            return Err(Error::Malformed(format!("{:?} is nobody: {}", nobody.person, name::NICK_RULE)));
        }
        for person in who {
            // In the lane of whom it is for: who takes their nick next is not asked in.
            self.queue(&person.person, Command::new("INVITE").word(&person.person).word(&room).done())?;
            if self.inviting.len() < MOST_INVITED {
                let nick = self.fold(&person.person);
                self.inviting.insert(nick);
            }
        }
        Ok(())
    }

    /// IRC knows away, and nothing finer (RFC 2812, section 4.1).
    pub fn change_presence(&mut self, status: &Status, note: Option<&str>) -> Result<(), Error> {
        self.must_be_ready()?;
        let usual = match status {
            Status::Online => return self.queue("", Command::new("AWAY").done()),
            Status::Offline => {
                return Err(Error::NotSupported("to look offline while being there".to_owned()));
            }
            Status::Away => "away",
            Status::DoNotDisturb => "do not disturb",
            Status::Other(word) => word.as_str(),
        };
        let note = note.filter(|note| !note.trim().is_empty()).unwrap_or(usual);
        self.queue("", Command::new("AWAY").text(cut(note, 200)))
    }

    /// Says goodbye, before all that waits. The connection is to be closed then.
    pub fn leave_network(&mut self) {
        let open = !matches!(self.stage, Stage::Opening | Stage::Leaving | Stage::Over);
        if self.stage != Stage::Over {
            self.stage = Stage::Leaving;
            self.login.retry = None;
        }
        if open {
            self.send_now(Command::new("QUIT").text("goodbye"));
        }
    }

    /// Reads what a human writes for somebody, and adds what is known of them.
    pub fn build_identifier(&self, text: &str) -> Result<Identifier, Error> {
        build_identifier(text, &self.server, Some(self))
    }

    pub fn format_identifier(&self, who: &Identifier) -> Result<String, Error> {
        format_identifier(who, &self.server)
    }

    fn room(&self, name: &str) -> Option<&Room> {
        self.crowd.room(name, self.server.case)
    }

    fn must_be_ready(&self) -> Result<(), Error> {
        if self.stage == Stage::Ready { Ok(()) } else { Err(Error::NotConnected) }
    }

    fn must_be_in(&self, room: &str) -> Result<&Room, Error> {
        self.room(room).ok_or_else(|| Error::RoomNotJoined(room.to_owned()))
    }

    /// What nobody in particular asked for waits in one lane for each target.
    fn queue(&mut self, target: &str, line: String) -> Result<(), Error> {
        self.enqueue(self.lane(target), line)
    }

    /// For the owner.
    pub(super) fn refuse(&mut self, why: String) {
        self.news.push(News::Refused(why));
    }
}

/// Without a session, as if the server were like most and the nick as long as it can be there.
pub fn message_limit(to: &Recipient) -> u32 {
    limit(Isupport::default().line_length, LONGEST_NICK, LONGEST_FROM, to)
}

/// What is left of a line when the server has put in front of it who it is from (RFC 2812, section 2.3). Any body can
/// turn out to be an action, which is a little longer on the wire.
fn limit(line: usize, nick: usize, from: usize, to: &Recipient) -> u32 {
    let target = match to {
        Recipient::Room(room) => room.len(),
        Recipient::Person(person) => person.person.len(),
    };
    let frame = ":!".len() + nick + from + " PRIVMSG ".len() + target + " :\r\n".len() + ctcp::ACTION_FRAME;
    // Never 0, which would mean that there is no bound.
    u32::try_from(line.saturating_sub(frame).max(1)).unwrap_or(u32::MAX)
}

/// Reads `alice`, `alice!user@host` or `#tea/alice`.
pub fn build_identifier(
    text: &str,
    server: &Isupport,
    session: Option<&Session>,
) -> Result<Identifier, Error> {
    let Address { nick, from, room } = name::address(text, server).map_err(Error::Malformed)?;
    let known = session.and_then(|session| session.crowd.person(nick, server.case));
    let person = match (from, known) {
        (None, Some(known)) => known.clone(),
        (Some((user, host)), _) => {
            Person { from: Some((user.to_owned(), host.to_owned())), ..Person::named(nick) }
        }
        (None, None) => Person::named(nick),
    };
    Ok(person.identifier(room.map(|room| server.case.fold(room)).as_deref(), server.case))
}

/// Writes `alice` or `#tea/alice`, where that can be read again.
pub fn format_identifier(who: &Identifier, server: &Isupport) -> Result<String, Error> {
    let text = match &who.room {
        Some(room) => format!("{room}/{}", who.person),
        None => who.person.clone(),
    };
    // An identifier comes from a bot, and can be anything.
    let read = name::address(&text, server).map_err(Error::Malformed)?;
    if (read.nick, read.from, read.room) == (who.person.as_str(), None, who.room.as_deref()) {
        return Ok(text);
    }
    Err(Error::Malformed(format!("{text:?} would be read as somebody else; {}", name::NICK_RULE)))
}

/// A room's key: one word, and no list (RFC 2812, section 2.3.1).
fn checked_key(key: &str) -> Result<&str, Error> {
    let forbidden = |letter: char| letter.is_control() || matches!(letter, ' ' | ',');
    if key.len() <= 100 && !key.starts_with(':') && !key.contains(forbidden) {
        return Ok(key);
    }
    Err(Error::Malformed(
        "this is no key of a room: a key has at most 100 bytes, no spaces, commas or control characters, and no colon \
         in front"
            .to_owned(),
    ))
}

/// The beginning of a text, of at most so many bytes.
fn cut(text: &str, most: usize) -> &str {
    let end =
        text.char_indices().map(|(start, letter)| start + letter.len_utf8()).take_while(|end| *end <= most);
    text.get(..end.last().unwrap_or(0)).unwrap_or_default()
}

/// A text as JSON.
fn json(text: &str) -> String {
    let mut json = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => json.extend(['\\', letter]),
            letter if letter.is_control() => json.push_str(&format!("\\u{:04x}", u32::from(letter))),
            letter => json.push(letter),
        }
    }
    json + "\""
}
