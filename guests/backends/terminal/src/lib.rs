//! The terminal as a chat network, to try bots without one: what is typed goes to the bot, what it says is printed.
//!
//! - `line` reads what is typed, `name` what stands for people and rooms.
//! - `session` is what happens in between, with `rooms` and who is in them; `screen` writes it down.
//! - This file ties them to the host, which keeps the terminal as the connection `stdio:`, a line a message.
//!
//! Configuration: `interactive` is `true` where somebody sits at the terminal, else nothing is printed but the bot's
//! words; `greeting` takes the place of the usual one.

mod line;
mod name;
mod rooms;
mod screen;
mod session;

use parlor_sdk::{
    backend::{Capabilities, Description, Markup},
    chat::Error,
    prelude::*,
};

use crate::{
    line::BOT,
    name::Address,
    session::{News, Session, identifier},
};

backend! { backend: Terminal, on_connection: Terminal::on_connection }

/// The terminal that started the host.
const URL: &str = "stdio:";

/// The backend, in or out of a session.
#[derive(Default)]
struct Terminal {
    session: Option<(Connection, Session)>,
}

impl Terminal {
    fn on_connection(&mut self, connection: Connection, event: ConnectionEvent) -> Handled {
        match event {
            ConnectionEvent::Open => self.start(connection)?,
            ConnectionEvent::Data(line) => self.act(|session| {
                session.hear(String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']));
                Ok(())
            })?,
            ConnectionEvent::Closed(reason) => {
                self.session = None;
                events::disconnected(&reason.map_or_else(|| "end of input".to_owned(), String::from), false);
            }
        }
        Ok(())
    }

    fn start(&mut self, connection: Connection) -> Result<(), Error> {
        let setting = |key| config::get(key).map_err(Error::Other);
        let interactive = setting("interactive")?.as_deref() == Some("true");
        let greeting = setting("greeting")?
            .map_or_else(|| screen::GREETING.to_owned(), |text| text.trim_end().to_owned() + "\n");
        self.session = Some((connection, Session::new(interactive, &greeting)));
        events::connected(&identifier(BOT, None));
        self.act(|_| Ok(()))
    }

    /// Does something in the session, and tells what came of it.
    fn act<T>(&mut self, work: impl FnOnce(&mut Session) -> Result<T, Error>) -> Result<T, Error> {
        let (connection, session) = self.session.as_mut().ok_or(Error::NotConnected)?;
        let mut done = work(session);
        for news in session.news.drain(..) {
            match news {
                News::Message(message) => events::message_received(&message),
                News::Room(name, what) => events::room_changed(&name, &what),
                News::Quit => connection.close(),
                News::Show(text) => {
                    if let Err(error) = connection.send(text) {
                        done = done.and(Err(error.into()));
                    }
                }
            }
        }
        done
    }
}

impl Backend for Terminal {
    fn describe(&mut self) -> Result<Description, String> {
        Ok(Description {
            mode: "terminal".to_owned(),
            can: Capabilities::ROOMS | Capabilities::TOPICS | Capabilities::INVITES | Capabilities::MULTILINE,
            markup: Markup::Markdown,
        })
    }

    fn connect(&mut self) -> Result<(), Error> {
        // After a reload the terminal is still open, and will not open again.
        match Connection::all().into_iter().find(|(_, url)| url == URL) {
            Some((connection, _)) => self.start(connection),
            None => Ok(Connection::open(URL).map(drop)?),
        }
    }

    fn disconnect(&mut self) -> Handled {
        if let Some((connection, _)) = &self.session {
            connection.close();
        }
        Ok(())
    }

    fn bot_identifier(&mut self) -> Option<Identifier> {
        self.session.as_ref().map(|_| identifier(BOT, None))
    }

    fn build_identifier(&mut self, text: &str) -> Result<Identifier, Error> {
        let Address { person, room } = name::address(text).map_err(Error::Malformed)?;
        Ok(identifier(person, room))
    }

    fn format_identifier(&mut self, who: &Identifier) -> Result<String, Error> {
        let text = match &who.room {
            Some(room) => format!("{room}/{}", who.person),
            None => who.person.clone(),
        };
        // An identifier comes from a bot, and can be anything.
        let Address { person, room } = name::address(&text).map_err(Error::Malformed)?;
        Ok(match room {
            Some(room) => format!("{room}/{person}"),
            None => format!("@{person}"),
        })
    }

    fn send_message(&mut self, what: &Message) -> Result<(), Error> {
        self.act(|session| session.send(what))
    }
}

/// The bot is `parlor` in every room, whatever it asks to be called; no room has a password.
impl Rooms for Terminal {
    fn rooms(&mut self) -> Result<Vec<String>, Error> {
        self.act(|session| Ok(session.joined_rooms()))
    }

    fn query_room(&mut self, text: &str) -> Result<String, Error> {
        name::room(text).map(str::to_owned).map_err(Error::Malformed)
    }

    fn join(&mut self, room: &str, _username: Option<&str>, _password: Option<&str>) -> Result<(), Error> {
        self.act(|session| session.join(room))
    }

    fn leave(&mut self, room: &str, reason: Option<&str>) -> Result<(), Error> {
        self.act(|session| {
            session.leave(room, reason);
            Ok(())
        })
    }

    fn create(&mut self, room: &str) -> Result<(), Error> {
        self.act(|session| session.create(room))
    }

    fn destroy(&mut self, room: &str) -> Result<(), Error> {
        self.act(|session| session.destroy(room))
    }

    fn exists(&mut self, room: &str) -> Result<bool, Error> {
        self.act(|session| Ok(session.exists(room)))
    }

    fn joined(&mut self, room: &str) -> bool {
        self.session.as_ref().is_some_and(|(_, session)| session.joined(room))
    }

    fn topic(&mut self, room: &str) -> Result<Option<String>, Error> {
        self.act(|session| session.topic(room))
    }

    fn set_topic(&mut self, room: &str, topic: &str) -> Result<(), Error> {
        self.act(|session| session.set_topic(room, topic))
    }

    fn occupants(&mut self, room: &str) -> Result<Vec<Identifier>, Error> {
        self.act(|session| session.occupants(room))
    }

    fn invite(&mut self, room: &str, who: &[Identifier]) -> Result<(), Error> {
        self.act(|session| session.invite(room, who))
    }
}
