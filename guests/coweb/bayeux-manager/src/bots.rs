//! The bots, and who may still become one.

use std::{collections::BTreeMap, time::Duration};

use parlor_sdk::coweb::prelude::*;

use crate::{
    answer::{self, Answer},
    message::{self, Message},
    server::Server,
};

/// The most connections of one session that have not said yet who they are.
const MOST_STRANGERS: usize = 8;
/// How long each of them has for that.
const PATIENCE: Duration = Duration::from_secs(5);

/// Everybody who is connected to one session.
pub struct Bots<S> {
    server: S,
    peers: BTreeMap<Socket, Peer>,
}

enum Peer {
    /// Nobody yet, and gone when this timer is due.
    Stranger(Timer),
    /// The bot of a service.
    Bot { service: String, listens: bool },
}

/// What becomes of a connection after a message.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Stays,
    Closed,
}

impl<S: Server> Bots<S> {
    /// Nobody.
    pub fn new(server: S) -> Self {
        Self { server, peers: BTreeMap::new() }
    }

    /// Somebody has connected.
    pub fn open(&mut self, socket: Socket) {
        let strangers = self.peers.values().filter(|peer| matches!(peer, Peer::Stranger(_))).count();
        if strangers >= MOST_STRANGERS {
            return self.server.close(socket);
        }
        match self.server.remind(PATIENCE) {
            Ok(timer) => {
                self.peers.insert(socket, Peer::Stranger(timer));
            }
            Err(why) => {
                self.server.note(&format!("a bot was not let in, since there is no timer left: {why}"));
                self.server.close(socket);
            }
        }
    }

    /// A timer is due: whoever it is of has had their time.
    pub fn late(&mut self, timer: Timer) {
        let late = self.peers.iter().find(|(_, peer)| matches!(peer, Peer::Stranger(of) if *of == timer));
        if let Some((&socket, _)) = late {
            self.server.note("a connection for bots was closed: it did not say in time who it is");
            self.hang_up(socket);
        }
    }

    /// Somebody says something.
    pub fn hear(&mut self, socket: Socket, frame: &str) {
        if !self.peers.contains_key(&socket) {
            // It was closed from here, and this was under way.
            return;
        }
        let mut answers = Vec::new();
        let mut fate = Fate::Stays;
        match message::read(frame) {
            Ok(messages) => {
                for message in messages {
                    // Nothing is heard from one who is gone.
                    if fate == Fate::Closed {
                        break;
                    }
                    let (answer, next) = match message {
                        Some(message) => self.take(socket, &message),
                        None => (Answer::to_nothing("400::no message"), self.fate_of_nonsense(socket)),
                    };
                    answers.push(answer);
                    fate = next;
                }
            }
            Err(error) => {
                answers.push(Answer::to_nothing(error));
                fate = self.fate_of_nonsense(socket);
            }
        }
        let sent = match serde_json::to_string(&answers) {
            Ok(_) if answers.is_empty() => Ok(()),
            Ok(text) => self.server.send(socket, &text),
            Err(error) => Err(error.to_string()),
        };
        if let Err(why) = sent {
            self.server.note(&format!("a bot cannot be answered, and is cut off: {why}"));
            fate = Fate::Closed;
        }
        if fate == Fate::Closed {
            self.hang_up(socket);
        }
    }

    /// A connection is closed.
    pub fn closed(&mut self, socket: Socket) {
        match self.peers.remove(&socket) {
            Some(Peer::Stranger(timer)) => self.server.forget(timer),
            Some(Peer::Bot { service, .. }) => self.server.deactivate(&service),
            None => {}
        }
    }

    /// Sends a frame to the bot that was let in with this handle. One that does not take it is cut off: it would miss
    /// something, and whoever waits for it would wait for nothing.
    pub fn send(&mut self, service: &str, frame: BotMessage, handle: &[u8]) -> Handled {
        let gone = || format!("the bot of `{service}` has gone");
        let socket = Socket(u32::from_le_bytes(handle.try_into().map_err(|_| gone())?));
        let is_it = matches!(self.peers.get(&socket), Some(Peer::Bot { service: of, .. }) if of == service);
        if !is_it {
            return Err(gone());
        }
        let text = String::from_utf8(frame).map_err(|error| error.to_string())?;
        self.server.send(socket, &text).map_err(|why| {
            self.hang_up(socket);
            format!("the bot of `{service}` is cut off: {why}")
        })
    }

    /// The session is over.
    pub fn end(&mut self) {
        for (socket, peer) in std::mem::take(&mut self.peers) {
            if let Peer::Stranger(timer) = peer {
                self.server.forget(timer);
            }
            self.server.close(socket);
        }
    }

    /// Closes a connection from here.
    fn hang_up(&mut self, socket: Socket) {
        self.closed(socket);
        self.server.close(socket);
    }

    /// A bot may stumble; who has not said who it is may not.
    fn fate_of_nonsense(&self, socket: Socket) -> Fate {
        match self.peers.get(&socket) {
            Some(Peer::Bot { .. }) => Fate::Stays,
            _ => Fate::Closed,
        }
    }

    /// Does what one message says.
    fn take<'a>(&mut self, socket: Socket, message: &Message<'a>) -> (Answer<'a>, Fate) {
        let Some(Peer::Bot { service, listens }) = self.peers.get_mut(&socket) else {
            if message.channel == "/meta/handshake" {
                return self.let_in(socket, message);
            }
            let answer = Answer::to(message).refused("402::unknown clientId".to_owned()).leaving();
            return (answer, Fate::Closed);
        };
        let id = client_id(socket);
        let answer = Answer::to(message).of(id.clone());
        let stays = |answer| (answer, Fate::Stays);
        if !message.is_of(&id) {
            return stays(Answer::to(message).refused("402::unknown clientId".to_owned()));
        }
        let (events, bot) = (format!("/service/bot/{service}/"), format!("/bot/{service}"));
        let own = |channel: &str| channel.strip_prefix(&events) == Some("*");
        match &*message.channel {
            "/meta/handshake" => stays(answer.refused(format!("403:{id}:it is let in already"))),
            "/meta/connect" => stays(answer.staying()),
            "/meta/subscribe" => {
                let wanted = message.subscription();
                let is_own = wanted.as_deref().is_some_and(own);
                let answer = answer.about(wanted);
                if !is_own {
                    let words = "a bot listens to its own service only, all of it at once";
                    return stays(answer.refused(format!("403:{id}:{words}")));
                }
                if !*listens {
                    if let Err(why) = self.server.subscribed(service) {
                        return stays(answer.refused(answer::error(&id, why)));
                    }
                    *listens = true;
                }
                stays(answer)
            }
            "/meta/unsubscribe" => {
                let wanted = message.subscription();
                let is_own = wanted.as_deref().is_some_and(own);
                let answer = answer.about(wanted);
                if !is_own || !*listens {
                    return stays(answer.refused(format!("403:{id}:it does not listen to that")));
                }
                // A bot that hears nothing cannot serve.
                (answer.leaving(), Fate::Closed)
            }
            "/meta/disconnect" => (answer, Fate::Closed),
            channel if channel == bot || channel.strip_prefix(&events) == Some("response") => {
                let Some(data) = message.data else {
                    return stays(answer.refused(format!("400:{id}:there is no data")));
                };
                let done = if channel == bot {
                    self.server.publish(service, data.get())
                } else {
                    let Some(token) = message.token() else {
                        let words = "a response has the id of its request, which is text";
                        return stays(answer.refused(format!("400:{id}:{words}")));
                    };
                    self.server.respond(service, &token, data.get())
                };
                stays(match done {
                    Ok(()) => answer,
                    Err(why) => answer.refused(answer::error(&id, why)),
                })
            }
            _ => stays(answer.refused(format!("403:{id}:a bot speaks for its own service only"))),
        }
    }

    /// Finds out who somebody is, who has one attempt.
    fn let_in<'a>(&mut self, socket: Socket, message: &Message<'a>) -> (Answer<'a>, Fate) {
        let Some(who) = message.credentials() else {
            self.server.note("somebody was turned away who came as a bot without a name or a token");
            return (Answer::turned_away(message), Fate::Closed);
        };
        if let Err(why) = self.server.auth(&who.service, &who.token, &socket.0.to_le_bytes()) {
            // Which name it gave is not for the log: anybody can write anything there.
            self.server.note(&format!("somebody was turned away who came as a bot: {}", why.words()));
            return (Answer::turned_away(message), Fate::Closed);
        }
        let service = who.service.into_owned();
        let is_it = |peer: &Peer| matches!(peer, Peer::Bot { service: of, .. } if *of == service);
        let before = self.peers.iter().find(|(_, peer)| is_it(peer)).map(|(socket, _)| *socket);
        if let Some(before) = before {
            // The service has another bot now. To say that this one has gone would be to end that one.
            self.peers.remove(&before);
            self.server.close(before);
        }
        if let Some(Peer::Stranger(timer)) = self.peers.insert(socket, Peer::Bot { service, listens: false })
        {
            self.server.forget(timer);
        }
        (Answer::welcome(message, client_id(socket)), Fate::Stays)
    }
}

/// What a bot is called in Bayeux. It is no secret: a bot is known by its connection.
fn client_id(socket: Socket) -> String {
    format!("bot{}", socket.0)
}
