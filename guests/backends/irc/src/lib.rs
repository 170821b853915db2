//! IRC as a chat network.
//!
//! - `reader` cuts what comes into lines, `message` reads one and `command` writes one; `text` and `ctcp` are about
//!   what people write in them.
//! - `capabilities`, `isupport` and `case` are what the server is like.
//! - `name` is what stands for people and rooms, `person` is somebody, and `crowd` is who is where.
//! - `queue` is what waits to be sent, each line in its `lane`, at the pace of its `bucket`.
//! - `session` is a connection from its first line to its last; it knows nothing of the host.
//! - This file ties it to the host: one connection, and one timer for whatever is due next.
//!
//! Configuration, of which only `server` must be there:
//!
//! | key | is | else |
//! |---|---|---|
//! | `server` | host and port: `irc.example.org:6697` | |
//! | `tls` | whether to use TLS | where the port is 6697 |
//! | `nick` | what the bot is called; if that is taken, for a while something like it | `parlor` |
//! | `user`, `realname` | what else it tells of itself | `parlor`, `Parlor` |
//! | `password-secret` | the name of the secret with the server's password | none |
//! | `sasl-user`, `sasl-secret` | the account to log in to, and the name of the secret with its password | none |
//! | `sasl-required` | whether to stay away if that fails | `true` |
//! | `send-burst`, `send-per-second` | how many lines may go at once, and how many a second after them | 5 and 0.5 |
//! | `ping-timeout` | how many seconds the server may be silent | 120 |
//! | `version` | what is told whoever asks for it | Parlor's |
//! | `allow-services` | whether bots may speak to network services, as the account that they share | `false` |
//!
//! All bots share one connection and one account. So none may speak to network services (NickServ, ChanServ, MemoServ,
//! OperServ, HostServ, BotServ, SaslServ, AuthServ, Q and X) unless that is allowed: it could change the password, or
//! give rooms away.
//!
//! What access rules see of somebody is `account:NAME`, as the server's services write the name, or `nick!user@host`
//! in small letters. Rooms' names, too, are in small letters throughout.

mod bucket;
mod capabilities;
mod case;
mod command;
mod config;
mod crowd;
mod ctcp;
mod isupport;
mod lane;
mod message;
mod name;
mod person;
mod queue;
mod reader;
mod session;
mod text;

use std::time::{Duration, Instant};

use parlor_sdk::{
    backend::{Capabilities, Description, Markup},
    chat::Error,
    net,
    prelude::*,
};

use crate::{
    config::Settings,
    isupport::Isupport,
    session::{Moment, News, Session},
};

backend! { backend: Irc, on_connection: Irc::on_connection, on_timer: Irc::on_timer }

/// The backend, on or off the network.
#[derive(Default)]
struct Irc {
    link: Option<Link>,
    /// The log has it that nobody's account is known: that does not change with every connection.
    told_of_accounts: bool,
}

/// A connection, and all that ends with it.
struct Link {
    connection: Connection,
    session: Session,
    opened: Instant,
    /// The timer that is set, and for when.
    timer: Option<(Timer, Duration)>,
}

impl Irc {
    fn on_connection(&mut self, connection: Connection, event: ConnectionEvent) -> Handled {
        // What a connection that was given up still has to say is nobody's concern.
        if self.link.as_ref().is_none_or(|link| link.connection != connection) {
            if !matches!(event, ConnectionEvent::Closed(_)) {
                connection.close();
            }
            return Ok(());
        }
        self.act(|session| {
            match event {
                ConnectionEvent::Open => session.open(),
                ConnectionEvent::Data(data) => session.hear(&data),
                ConnectionEvent::Closed(reason) => session.closed(reason.map(String::from)),
            }
            Ok(())
        })?;
        Ok(())
    }

    fn on_timer(&mut self, timer: Timer) -> Handled {
        let Some(link) = &mut self.link else {
            return Ok(());
        };
        if link.timer.is_some_and(|(set, _)| set == timer) {
            link.timer = None;
            self.act(|session| {
                session.tick();
                Ok(())
            })?;
        }
        Ok(())
    }

    /// Does something in the session, tells and sends what came of it, and sees to it that it goes on in time.
    fn act<T>(&mut self, work: impl FnOnce(&mut Session) -> Result<T, Error>) -> Result<T, Error> {
        let link = self.link.as_mut().ok_or(Error::NotConnected)?;
        link.session.now = Moment { since: link.opened.elapsed(), unix: now() };
        let mut done = work(&mut link.session);
        link.session.flush();
        let mut over = None;
        let (mut lines, mut written) = (String::new(), Ok(()));
        for news in link.session.news.drain(..) {
            // Lines go together, but not past what the host fills in.
            if let News::Line(line) = &news {
                lines.push_str(line);
                continue;
            }
            if let News::Filled(_) | News::Over { .. } = &news {
                written = written.and_then(|()| write(link.connection, &mut lines));
            }
            match news {
                News::Filled(parts) => {
                    if let Err(error) = link.connection.send_filled(&parts) {
                        let reason = format!(
                            "the password cannot be sent ({}): grant the secret for this server",
                            error.words()
                        );
                        over.get_or_insert((reason, true));
                    }
                }
                News::Over { reason, turned_away } => over = over.or(Some((reason, turned_away))),
                News::Connected(who) => events::connected(&who),
                News::Message(message) => events::message_received(&message),
                News::Sent(message) => events::message_sent(&message),
                News::Presence(presence) => events::presence_changed(&presence),
                News::Room(room, what) => events::room_changed(&room, &what),
                News::Refused(why) => events::refused(&why),
                News::Warning(what) => log::warn(what),
                News::NoAccounts(what) => {
                    if !std::mem::replace(&mut self.told_of_accounts, true) {
                        log::warn(what);
                    }
                }
                News::Line(_) => {}
            }
        }
        match written.and_then(|()| write(link.connection, &mut lines)) {
            Ok(()) => {}
            // It would go on with every line from the server: so this is the end, told once.
            Err(net::Error::Full) => over = over.or(Some((CLOGGED.to_owned(), true))),
            Err(error) => done = done.and(Err(error.into())),
        }
        match over {
            Some((reason, turned_away)) => self.end(&reason, turned_away),
            None => link.set_timer().map_err(Error::Other)?,
        }
        done
    }

    /// Gives the connection up, and says why.
    fn end(&mut self, reason: &str, turned_away: bool) {
        if let Some(link) = self.link.take() {
            link.give_up();
            events::disconnected(reason, turned_away);
        }
    }

    /// What the server is like, as far as it is known: what can be said of names before it is.
    fn with_session<T>(&self, known: impl FnOnce(&Session) -> T, unknown: impl FnOnce(&Isupport) -> T) -> T {
        match &self.link {
            Some(link) => known(&link.session),
            None => unknown(&Isupport::unknown()),
        }
    }
}

impl Link {
    /// Sets the timer for whatever is due next, unless it is set for that or earlier.
    fn set_timer(&mut self) -> Result<(), String> {
        let Some(due) = self.session.wake() else {
            return Ok(());
        };
        if let Some((timer, set_for)) = self.timer {
            if set_for <= due {
                return Ok(());
            }
            timer.cancel();
            self.timer = None;
        }
        // Not before it is due: the host counts in milliseconds.
        let wait = due.saturating_sub(self.opened.elapsed()) + Duration::from_millis(1);
        self.timer = Some((Timer::once(wait)?, due));
        Ok(())
    }

    fn give_up(self) {
        if let Some((timer, _)) = self.timer {
            timer.cancel();
        }
        self.connection.close();
    }
}

/// Said when the host holds no more of what the server should get.
const CLOGGED: &str = "the server asks for more answers than it takes, and too much waits to be sent: the bot leaves, and \
                       comes back after a while";

/// Sends the lines that have gathered.
fn write(connection: Connection, lines: &mut String) -> Result<(), net::Error> {
    if lines.is_empty() { Ok(()) } else { connection.send(std::mem::take(lines)) }
}

impl Backend for Irc {
    fn describe(&mut self) -> Result<Description, String> {
        Ok(Description {
            mode: "irc".to_owned(),
            can: Capabilities::ROOMS | Capabilities::TOPICS | Capabilities::INVITES | Capabilities::PRESENCE,
            markup: Markup::Irc,
        })
    }

    fn connect(&mut self) -> Result<(), Error> {
        let settings =
            Settings::read(parlor_sdk::config::all().map_err(Error::Other)?).map_err(Error::Other)?;
        let url = settings.url();
        if let Some(link) = self.link.take() {
            link.give_up();
        }
        // After a reload the old connection may still be open, but who was where is forgotten. So it begins anew.
        for (connection, _) in Connection::all().into_iter().filter(|(_, other)| *other == url) {
            log::info("closing the connection that was left behind by a reload: a new one takes its place");
            let _ = connection.send("QUIT :reloading\r\n");
            connection.close();
        }
        let connection = Connection::open(&url)?;
        let session = Session::new(settings);
        self.link = Some(Link { connection, session, opened: Instant::now(), timer: None });
        Ok(())
    }

    fn disconnect(&mut self) -> Handled {
        let said = self.act(|session| {
            session.leave_network();
            Ok(())
        });
        if let Some(link) = &self.link {
            link.connection.close();
        }
        match said {
            Err(Error::NotConnected) => Ok(()),
            said => Ok(said?),
        }
    }

    fn bot_identifier(&mut self) -> Option<Identifier> {
        self.link.as_ref().and_then(|link| link.session.identifier())
    }

    fn build_identifier(&mut self, text: &str) -> Result<Identifier, Error> {
        self.with_session(
            |session| session.build_identifier(text),
            |server| session::build_identifier(text, server, None),
        )
    }

    fn format_identifier(&mut self, who: &Identifier) -> Result<String, Error> {
        self.with_session(
            |session| session.format_identifier(who),
            |server| session::format_identifier(who, server),
        )
    }

    fn message_limit(&mut self, to: &Recipient) -> u32 {
        self.with_session(|session| session.message_limit(to), |_| session::message_limit(to))
    }

    fn send_message(&mut self, what: &Message) -> Result<(), Error> {
        self.act(|session| session.send(what))
    }

    fn build_reply(
        &mut self,
        to: &Message,
        body: &str,
        private: bool,
        threaded: bool,
    ) -> Result<Message, Error> {
        self.act(|session| session.build_reply(to, body, private, threaded))
    }

    fn change_presence(&mut self, status: &Status, note: Option<&str>) -> Result<(), Error> {
        self.act(|session| session.change_presence(status, note))
    }
}

/// On IRC somebody has one nick everywhere, so that a room cannot be joined under another.
impl Rooms for Irc {
    fn rooms(&mut self) -> Result<Vec<String>, Error> {
        self.act(|session| Ok(session.joined_rooms()))
    }

    fn query_room(&mut self, text: &str) -> Result<String, Error> {
        self.with_session(
            |session| session.query_room(text),
            |server| name::room(text, server).map(|room| server.case.fold(room)).map_err(Error::Malformed),
        )
    }

    fn join(&mut self, room: &str, _username: Option<&str>, password: Option<&str>) -> Result<(), Error> {
        self.act(|session| session.join(room, password))
    }

    fn leave(&mut self, room: &str, reason: Option<&str>) -> Result<(), Error> {
        self.act(|session| session.leave(room, reason))
    }

    fn create(&mut self, _room: &str) -> Result<(), Error> {
        Err(Error::NotSupported(
            "IRC makes a room when somebody joins it, and not before: join it".to_owned(),
        ))
    }

    fn destroy(&mut self, _room: &str) -> Result<(), Error> {
        Err(Error::NotSupported("on IRC a room ends when the last one leaves it: leave it".to_owned()))
    }

    fn exists(&mut self, room: &str) -> Result<bool, Error> {
        self.act(|session| Ok(session.exists(room)))
    }

    fn joined(&mut self, room: &str) -> bool {
        self.link.as_ref().is_some_and(|link| link.session.joined(room))
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
