//! Whole sessions, with a server that says what a script says.

mod login;
mod people;
mod requests;
mod talk;
mod waiting;

use std::time::Duration;

use parlor_sdk::{
    Identifier, Message, Recipient, RoomEvent,
    net::{Encoding, Piece},
};

use super::{Moment, News, Session};
use crate::config::Settings;

/// A server on the other side, and what was told so far.
struct Scene(Session);

/// What most servers say when the bot has been let in.
const WELCOME: &str = ":irc.x 001 parlor :Welcome parlor!~parlor@bot.x\n\
                       :irc.x 005 parlor CASEMAPPING=rfc1459 CHANTYPES=# PREFIX=(ov)@+ CHANMODES=b,k,l,imnt \
                       STATUSMSG=@+ NICKLEN=30 TOPICLEN=20 :are supported\n\
                       :irc.x 376 parlor :End of MOTD";

impl Scene {
    fn configured(pairs: &[(&str, &str)]) -> Self {
        let server = [("server", "irc.x:6697")];
        let pairs = server.iter().chain(pairs).map(|(key, value)| (key.to_string(), value.to_string()));
        let mut session = Session::new(Settings::read(pairs).expect("settings"));
        session.open();
        Self(session)
    }

    /// One where lines are not held back.
    fn fast() -> Self {
        Self::configured(&[("send-burst", "100000")])
    }

    /// One that is in, with these capabilities.
    fn ready(capabilities: &str) -> Self {
        let mut scene = Self::fast();
        scene.server(&format!(":irc.x CAP * LS :{capabilities}\n:irc.x CAP * ACK :{capabilities}"));
        scene.server(WELCOME);
        scene
    }

    /// One that is in the room #tea, with al, and bo who is an operator.
    fn in_tea(capabilities: &str) -> Self {
        let mut scene = Self::ready(capabilities);
        scene.server(":parlor!~parlor@bot.x JOIN #Tea\n:irc.x 353 parlor = #Tea :parlor al @bo\n:irc.x 366 parlor #Tea :End");
        scene.told();
        scene
    }

    fn at(&mut self, seconds: f64) -> &mut Self {
        self.0.now = Moment { since: Duration::from_secs_f64(seconds), unix: 1_700_000_000_000 };
        self
    }

    /// The server says these lines. Returns what was told since the last time.
    fn server(&mut self, lines: &str) -> Vec<String> {
        self.0.hear(lines.as_bytes());
        self.0.hear(b"\r\n");
        self.told()
    }

    /// What is told and sent, in a few words each.
    fn told(&mut self) -> Vec<String> {
        self.0.flush();
        self.0.news.drain(..).map(words).collect()
    }

    fn messages(&mut self, lines: &str) -> Vec<Message> {
        self.0.hear(lines.as_bytes());
        self.0.hear(b"\n");
        let message = |news| if let News::Message(message) = news { Some(*message) } else { None };
        self.0.news.drain(..).filter_map(message).collect()
    }

    /// The access identity of whoever said this.
    fn access(&mut self, line: &str) -> String {
        self.messages(line).pop().expect("a message").sender.access_id
    }

    /// Answers a line.
    fn answer(&mut self, line: &str, body: &str) -> Result<(), parlor_sdk::chat::Error> {
        let question = self.messages(line).pop().expect("a message");
        let answer = self.0.build_reply(&question, body, false, false)?;
        self.0.send(&answer)
    }

    fn say(&mut self, to: &str, body: &str) -> Result<(), parlor_sdk::chat::Error> {
        self.0.send(&message(to, body))
    }
}

fn recipient(to: &str) -> Recipient {
    if to.starts_with('#') { Recipient::Room(to.to_owned()) } else { Recipient::Person(somebody(to)) }
}

fn somebody(nick: &str) -> Identifier {
    Identifier {
        network: String::new(),
        person: nick.to_owned(),
        client: None,
        nick: None,
        display_name: None,
        room: None,
        access_id: String::new(),
    }
}

fn message(to: &str, body: &str) -> Message {
    Message {
        id: None,
        network: String::new(),
        sender: somebody("parlor"),
        recipient: recipient(to),
        body: body.to_owned(),
        parent: None,
        timestamp: 0,
        delayed: false,
        extras: Vec::new(),
    }
}

fn words(news: News) -> String {
    match news {
        News::Connected(who) => format!("connected as {}", who.person),
        News::Over { reason, turned_away } => {
            format!("{}: {reason}", if turned_away { "turned away" } else { "over" })
        }
        News::Message(message) => {
            let to = match &message.recipient {
                Recipient::Room(room) => room,
                Recipient::Person(person) => &person.person,
            };
            assert_eq!(message.sender.room.as_deref(), message.room());
            format!("{} to {to}: {}", message.sender.person, message.body)
        }
        News::Sent(message) => format!("sent: {}", message.id.unwrap_or_default()),
        News::Presence(presence) => format!("{} {:?}", presence.who.person, presence.note),
        News::Room(room, what) => match *what {
            RoomEvent::Joined(who) => format!("{} in {room}", who.person),
            RoomEvent::Left(who) => format!("{} out of {room}", who.person),
            RoomEvent::Renamed(renaming) => {
                format!("{} is {} in {room}", renaming.before.person, renaming.after.person)
            }
            RoomEvent::Invited(by) => format!("invited to {room} by {}", by.person),
            RoomEvent::Topic(topic) => format!("{room} about {topic:?}"),
        },
        News::Refused(why) => format!("refused: {why}"),
        News::Warning(what) | News::NoAccounts(what) => format!("warning: {what}"),
        News::Line(line) => format!("> {}", line.strip_suffix("\r\n").expect("a whole line")),
        News::Filled(parts) => {
            let mut text = "> ".to_owned();
            for part in parts {
                let pieces = part.pieces.iter().map(|piece| match piece {
                    Piece::Bytes(bytes) => String::from_utf8_lossy(bytes).replace('\0', "."),
                    Piece::Secret(name) => format!("{{{name}}}"),
                });
                let pieces: String = pieces.collect();
                text += &match part.encoding {
                    Encoding::Base64 => format!("base64({pieces})"),
                    _ => pieces,
                };
            }
            text.trim_end().to_owned()
        }
    }
}

/// Whether some word that was told begins like this.
fn has(told: &[String], beginning: &str) -> bool {
    told.iter().any(|words| words.starts_with(beginning))
}
