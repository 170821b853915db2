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

mod bridges;
mod queue;
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
}

thread_local! {
    static RELAY: RefCell<Relay> = RefCell::default();
    static ALARM: RefCell<Alarm> = const { RefCell::new(Alarm::new()) };
}

fn start() -> Handled {
    let bridges = Bridges::read(&config::require("bridges")?)?;
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
    let queues = bridges.ends().into_iter().map(|end| (end.clone(), Queue::default())).collect();
    RELAY.set(Relay { bridges, joins, queues });
    Ok(())
}

fn hear(message: &Message) -> Handled {
    let Some(room) = message.room().filter(|_| !message.delayed) else { return Ok(()) };
    RELAY.with_borrow_mut(|relay| {
        if speech::carried_from(&message.body).is_some_and(|network| relay.bridges.knows(network)) {
            return Ok(());
        }
        let text = speech::quote(message.sender.name(), &message.network, &message.body);
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
