//! Carries what is said in a room over to rooms of other networks, as `<ann@libera> hello`.
//!
//! ```toml
//! [bot.relay]
//! component = "relay.wasm"
//! grant = { networks = ["libera", "office"] }
//! config = { bridges = [["libera/#parlor", "office/#lobby"]], joins = true }
//! ```
//!
//! `bridges` lists which rooms belong together; with `joins`, who comes and goes is told too. The relay comes into
//! these rooms by itself.
//!
//! It makes no echo: the host does not report what the bot itself said, and what another relay carried over from one
//! of the same networks is not carried back.
//!
//! As a service it joins the chat of a session to a room, for as long as the session lasts:
//!
//! ```toml
//! [coweb.service.chat]
//! component = "relay.wasm"
//! grant = { networks = ["libera"] }
//! config = { session-room = "libera/#parlor" }
//!
//! [coweb.access.config]
//! rules = [{ services = ["chat"], acls = ["sync"] }]
//! ```
//!
//! It begins when somebody first uses the service. What people say in the session is said in the room, as
//! `<ann> hello`: cooperative events of the topic `session-topic` or one below it (by default `coweb.sync.chat`, and
//! `coweb.sync.change.chat`, which Parlor's own page has), whose value is JSON text such as
//! `{"name":"ann","text":"hello"}`. `name` can be called `user`; without either it is the name that the user is known
//! by. An `id` beside them tells what was said from what is only sent again. What is said in the room is published as
//! `{"from":"bob","room":"#parlor","text":"hello"}`, and whoever asks the service is told where it is:
//! `{"network":"libera","room":"#parlor"}`.
//!
//! Several sessions can have the same room: then what is said in one of them is not heard in the others, since the bot
//! does not hear itself. Neither does a relay of the same Parlor carry it over.

mod bridges;
mod queue;
mod said;
mod service;
mod speech;

use std::{cell::RefCell, collections::BTreeMap};

use bridges::{Bridges, End};
use parlor_sdk::prelude::*;
use queue::Queue;

/// The pause where too much is waiting to be sent, in milliseconds.
const PAUSE: u64 = 5_000;

bot! {
    summary: "carries what is said in a room over to rooms of other networks",
    on_start: start,
    on_message: hear,
    on_room: follow,
    on_network: arrive,
    on_timer: |_| flush_all(),
}

/// What is configured, and what waits for each room.
#[derive(Default)]
struct Relay {
    bridges: Bridges,
    joins: bool,
    queues: BTreeMap<End, Queue>,
    /// The room of the session that this is a service in, once that has begun.
    session: Option<End>,
}

thread_local! {
    static RELAY: RefCell<Relay> = RefCell::default();
    static ALARM: RefCell<Alarm> = const { RefCell::new(Alarm::new()) };
}

fn start() -> Handled {
    let session_room = service::room()?;
    let bridges = match (config::get("bridges")?, &session_room) {
        (Some(bridges), None) => Bridges::read(&bridges)?,
        (None, Some(_)) => Bridges::default(),
        (None, None) => {
            return Err(format!("`bridges` is not configured; for a service, {}", service::REMEDY));
        }
        // Each session has a relay of its own, and each of them would carry everything over.
        (Some(_), Some(_)) => {
            return Err(
                "`bridges` belongs to a bot, `session-room` to a service: configure both, apart".into()
            );
        }
    };
    let joins = match config::get("joins")?.as_deref() {
        None | Some("false") => false,
        Some("true") => true,
        Some(other) => return Err(format!("`joins` must be true or false, and {other:?} is neither")),
    };
    let granted = chat::networks();
    if let Some(end) = bridges.ends().into_iter().find(|end| !granted.contains(&end.network)) {
        let network = &end.network;
        return Err(format!(
            "`bridges` names the network {network:?}; add it to: grant = {{ networks = … }}"
        ));
    }
    RELAY.with_borrow_mut(|relay| {
        for end in bridges.ends().into_iter().chain(&session_room) {
            relay.queues.entry(end.clone()).or_default();
        }
        (relay.bridges, relay.joins) = (bridges, joins);
    });
    Ok(())
}

fn hear(message: &Message) -> Handled {
    let Some(room) = message.room().filter(|_| !message.delayed) else { return Ok(()) };
    RELAY.with_borrow_mut(|relay| {
        if relay.session.as_ref().is_some_and(|end| end.is(&message.network, room)) {
            service::tell(message.sender.name(), room, &message.body)?;
        }
        if speech::carried_from(&message.body).is_some_and(|network| relay.bridges.knows(network)) {
            return Ok(());
        }
        let text = speech::quote(message.sender.name(), Some(&message.network), &message.body);
        relay.carry_over(&message.network, room, &text)
    })
}

fn follow(network: &str, room: &str, event: RoomEvent) -> Handled {
    let myself = chat::bot_identifier(network).ok();
    let is_me = |who: &Identifier| myself.as_ref().is_some_and(|me| me.person == who.person);
    let name = |who: &Identifier| markdown::escape(&format!("{}@{network}", speech::name(who.name())));
    let text = match &event {
        // Only now can be said what waited for this room.
        RoomEvent::Joined(who) if is_me(who) => return flush_all(),
        RoomEvent::Joined(who) => format!("{} came in.", name(who)),
        RoomEvent::Left(who) if !is_me(who) => format!("{} left.", name(who)),
        RoomEvent::Renamed(Renaming { before, after }) if !is_me(after) => {
            format!("{} is {} now.", name(before), name(after))
        }
        _ => return Ok(()),
    };
    RELAY.with_borrow_mut(|relay| if relay.joins { relay.carry_over(network, room, &text) } else { Ok(()) })
}

/// Comes into the rooms of a network that is there.
fn arrive(network: &str, event: NetworkEvent) -> Handled {
    if event != NetworkEvent::Connected {
        return Ok(());
    }
    let ends: Vec<End> = RELAY.with_borrow(|relay| relay.queues.keys().cloned().collect());
    for end in ends.iter().filter(|end| end.network == network) {
        // One room that cannot be joined does not keep the relay from the others.
        if let Err(error) = chat::join_room(network, &end.room, None, None) {
            log::warn(format!("cannot come into {} of {network}: {}", end.room, error.words()));
        }
    }
    flush_all()
}

fn flush_all() -> Handled {
    RELAY.with_borrow_mut(|relay| relay.queues.iter_mut().try_for_each(|(end, queue)| flush(end, queue)))
}

impl Relay {
    /// Says a text in all rooms that belong to this one.
    fn carry_over(&mut self, network: &str, room: &str, text: &str) -> Handled {
        if text.is_empty() {
            return Ok(());
        }
        for end in self.bridges.others(network, room) {
            if let Some(queue) = self.queues.get_mut(end) {
                queue.push(text.to_owned());
                flush(end, queue)?;
            }
        }
        Ok(())
    }

    /// Says a text in the session's room.
    fn say(&mut self, text: String) -> Handled {
        let Some(end) = &self.session else { return Ok(()) };
        let queue = self.queues.entry(end.clone()).or_default();
        queue.push(text);
        flush(end, queue)
    }
}

/// Sends what waits for a room, as far as it goes.
fn flush(end: &End, queue: &mut Queue) -> Handled {
    let to = Recipient::Room(end.room.clone());
    while let Some(text) = queue.next(&end.network) {
        match chat::send(&end.network, &to, &text) {
            Ok(()) => queue.sent(),
            // It waits until the network is back, or the bot is in the room.
            Err(chat::Error::NotConnected | chat::Error::RoomNotJoined(_)) => return Ok(()),
            Err(chat::Error::Full) => return ALARM.with_borrow_mut(|alarm| alarm.set(Some(now() + PAUSE))),
            Err(error) => {
                log::warn(format!(
                    "{} of {} did not take a message: {}",
                    end.room,
                    end.network,
                    error.words()
                ));
                queue.sent();
            }
        }
    }
    Ok(())
}
