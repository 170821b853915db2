//! What people say.

use std::time::UNIX_EPOCH;

use parlor_sdk::{Identifier, Message, Recipient};

use super::{News, Session};
use crate::{
    command::Command,
    ctcp::{self, Body},
    message::Message as Line,
    name,
    person::Person,
    text,
};

/// Timestamps are below this, so that every language can hold them.
const LATEST: u64 = 1 << 53;

/// What is for some of a room alone has their mark under this name among its extras.
pub(super) const AUDIENCE: &str = "audience";

impl Session {
    /// PRIVMSG and NOTICE. A notice must never be answered automatically (RFC 2812, section 3.3.2), and what is
    /// replayed is no news: both are marked as such.
    pub(super) fn hear_said(&mut self, line: &Line<'_>, notice: bool, replayed: bool) {
        let Some(sender) = self.sender(line, replayed) else {
            return;
        };
        let own = self.is_me(&sender.nick);
        let case = self.server.case;
        let (audience, target) = self.audience(line.param(0));
        let mut extras = Vec::new();
        let (sender_room, recipient) = if self.server.is_room(target) {
            // What does not come from a room that the bot is in could be from anywhere.
            let Some(room) = self.crowd.room(target, case).map(|room| room.name.clone()) else {
                return;
            };
            let status = self.crowd.status(&room, &sender.nick, case);
            if !status.is_empty() {
                extras.push(("status".to_owned(), format!("\"{status}\"")));
            }
            if let Some(audience) = audience {
                extras.push((AUDIENCE.to_owned(), format!("\"{audience}\"")));
            }
            (Some(room.clone()), Recipient::Room(room))
        } else {
            (None, Recipient::Person(self.addressee(target, own)))
        };

        let body = match ctcp::read(line.param(1)) {
            Body::Said(body) => body,
            Body::Action(body) => {
                extras.push(("action".to_owned(), "true".to_owned()));
                body
            }
            Body::Query(query, argument) => {
                if !(notice || own || replayed) && sender_room.is_none() {
                    self.answer_query(&sender.nick, query, argument);
                }
                return;
            }
        };
        let body = text::plain(body);
        if body.trim().is_empty() {
            return;
        }
        if notice {
            extras.push(("notice".to_owned(), "true".to_owned()));
        }
        let message = Message {
            id: line.tag("msgid").map(|id| text::plain(&id)).filter(|id| !id.is_empty()),
            network: String::new(),
            sender: sender.identifier(sender_room.as_deref(), case),
            recipient,
            body,
            parent: None,
            timestamp: self.timestamp(line),
            delayed: notice || replayed,
            extras,
        };
        if own && message.id.is_some() {
            self.news.push(News::Sent(Box::new(message.clone())));
        }
        self.news.push(News::Message(Box::new(message)));
    }

    /// Who sent it. Where the server tags accounts, no tag means that there is none (IRCv3 account-tag). What is
    /// replayed is by whoever had the nick then, so that nothing known of its holder now applies.
    fn sender(&mut self, line: &Line<'_>, replayed: bool) -> Option<Person> {
        let mut sender = Person::sent(line.source)?;
        let tells_account = self.capabilities.has("account-tag");
        if tells_account {
            sender.account = line.tag("account").as_deref().and_then(name::account).map(str::to_owned);
        }
        if replayed {
            return Some(sender);
        }
        let sender = self.known_as(sender, tells_account);
        self.update(&sender);
        if let Some((user, host)) = sender.from.as_ref().filter(|_| self.is_me(&sender.nick)) {
            self.me.is_from(user, host);
        }
        Some(sender)
    }

    /// A target without the mark of those in the room whom alone it is for (`STATUSMSG`), and that mark.
    fn audience<'a>(&self, target: &'a str) -> (Option<char>, &'a str) {
        let mut letters = target.chars();
        match letters.next() {
            Some(mark)
                if self.server.status_messages.contains(mark)
                    && self.server.is_status(mark)
                    && self.server.is_room(letters.as_str()) =>
            {
                (Some(mark), letters.as_str())
            }
            _ => (None, target),
        }
    }

    /// Whom a message to one person is for. What others send and the bot hears is for it, whatever the server calls it
    /// there; what it sent itself may be for somebody else.
    fn addressee(&self, target: &str, own: bool) -> Identifier {
        let case = self.server.case;
        if own && name::is_nick(target) && !self.is_me(target) {
            return self.known_as(Person::named(target), false).identifier(None, case);
        }
        self.me.identifier(None, case)
    }

    /// As the server says (IRCv3 server-time), or now.
    fn timestamp(&self, line: &Line<'_>) -> u64 {
        let time = line.tag("time").and_then(|time| humantime::parse_rfc3339(&time).ok());
        let since = time.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        since
            .and_then(|since| u64::try_from(since.as_millis()).ok())
            .filter(|time| *time < LATEST)
            .unwrap_or(self.now.unix)
    }

    /// Answers another program's question, now and then: whoever asks all the time must not make the bot flood.
    fn answer_query(&mut self, nick: &str, query: &str, argument: &str) {
        let answer = ctcp::answer(query, argument, &self.settings.version, self.now.unix);
        if let Some(answer) = answer.filter(|_| self.answers.take(self.now.since)) {
            // Nobody misses the answer when there is too much to say already.
            let _ = self.enqueue(self.lane(nick), Command::new("NOTICE").word(nick).text(&answer));
        }
    }
}
