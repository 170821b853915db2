//! Keeps the topics of rooms: shows and sets them, adds to them, takes changes back, and locks them.
//!
//! In a room the commands are about that room. To the bot alone one names the room first: `topic set #lobby hello`.

mod record;

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
};

use parlor_sdk::prelude::*;
use record::{Record, Todo};

/// The most rooms that are remembered.
const MOST_ROOMS: usize = 500;

const ROOM: &str = "[ROOM]";
const TEXT: &str = "[ROOM] TEXT";

bot! {
    summary: "keeps the topics of rooms",
    commands: [
        command("topic", show).usage(ROOM).summary("what the topic is; to the bot alone, name the ROOM"),
        command("topic set", set).usage(TEXT).summary("makes TEXT the topic").admin_only(),
        command("topic add", add).usage(TEXT).summary("adds TEXT to the topic").admin_only(),
        command("topic undo", undo).usage(ROOM).summary("makes the topic before this one the topic").admin_only(),
        command("topic lock", lock).usage(ROOM).summary("sets the topic back when somebody changes it").admin_only(),
        command("topic unlock", unlock).usage(ROOM).summary("lets others change the topic").admin_only(),
    ],
    on_start: start,
    on_room: follow,
    on_timer: |_| set_back_what_is_due(),
}

/// The rooms, by their keys in the store, and when which topics are to be set back.
#[derive(Default)]
struct Topics {
    rooms: BTreeMap<String, Record>,
    due: BTreeSet<(u64, String)>,
}

thread_local! {
    static TOPICS: RefCell<Topics> = RefCell::default();
    static ALARM: RefCell<Alarm> = const { RefCell::new(Alarm::new()) };
}

fn start() -> Handled {
    let rooms = Store::open()?.all_json("")?.into_iter().collect();
    TOPICS.set(Topics { rooms, due: BTreeSet::new() });
    Ok(())
}

/// Where a room is kept. Names of networks have no slash in them.
fn key(network: &str, room: &str) -> String {
    format!("{network}/{room}")
}

/// The room that a command is about, and what is known of it.
fn about(call: &Invocation, args: &mut Arguments<'_>) -> Result<(MucRoom, Record), String> {
    let name = match call.message.room() {
        Some(room) => room.to_owned(),
        None => args.next("ROOM")?,
    };
    let room = chat::query_room(&call.message.network, &name)?;
    let topic = room.topic()?.unwrap_or_default();
    let key = key(&room.network(), &room.name());
    let mut record = TOPICS.with_borrow(|topics| topics.rooms.get(&key).cloned()).unwrap_or_default();
    if !record.locked() {
        // It may have been changed while the bot was away.
        record.remember(&topic);
    }
    Ok((room, record))
}

/// The text that a command has after the room. A topic is one line.
fn text(args: &mut Arguments<'_>) -> Result<String, String> {
    let text = args.rest().split_whitespace().collect::<Vec<_>>().join(" ");
    if text.is_empty() { Err(args.wrong("TEXT is missing")) } else { Ok(text) }
}

fn show(call: &Invocation) -> Reply {
    let mut args = call.read(ROOM);
    let (room, record) = about(call, &mut args)?;
    args.finish()?;
    let lock = if record.locked() { " (locked)" } else { "" };
    let topic = match room.topic()? {
        Some(topic) => markdown::escape(&topic),
        None => format!("{} has no topic.", markdown::escape(&room.name())),
    };
    Ok(format!("{topic}{lock}").into())
}

fn set(call: &Invocation) -> Reply {
    let mut args = call.read(TEXT);
    let (room, mut record) = about(call, &mut args)?;
    record.set(&text(&mut args)?)?;
    put(call, &room, record)
}

fn add(call: &Invocation) -> Reply {
    let mut args = call.read(TEXT);
    let (room, mut record) = about(call, &mut args)?;
    record.set(&record.with(&text(&mut args)?))?;
    put(call, &room, record)
}

fn undo(call: &Invocation) -> Reply {
    let mut args = call.read(ROOM);
    let (room, mut record) = about(call, &mut args)?;
    args.finish()?;
    if !record.undo() {
        return Err("I remember no topic before this one".to_owned());
    }
    put(call, &room, record)
}

/// Makes the present topic of the record that of the room, which shows it: there is nothing to say there.
fn put(call: &Invocation, room: &MucRoom, mut record: Record) -> Reply {
    room.set_topic(record.topic())?;
    record.set_by_bot(now());
    keep(&key(&room.network(), &room.name()), record)?;
    Ok(if call.message.room().is_some() { ().into() } else { "Done.".into() })
}

fn lock(call: &Invocation) -> Reply {
    set_lock(call, true)?;
    Ok("The topic is locked: when somebody changes it, I set it back.".into())
}

fn unlock(call: &Invocation) -> Reply {
    set_lock(call, false)?;
    Ok("The topic is unlocked.".into())
}

fn set_lock(call: &Invocation, locked: bool) -> Handled {
    let mut args = call.read(ROOM);
    let (room, mut record) = about(call, &mut args)?;
    args.finish()?;
    record.lock(locked);
    keep(&key(&room.network(), &room.name()), record)
}

fn keep(key: &str, record: Record) -> Handled {
    TOPICS.with_borrow_mut(|topics| {
        if topics.rooms.len() >= MOST_ROOMS && !topics.rooms.contains_key(key) {
            return Err(format!("I know {MOST_ROOMS} rooms already, and can remember no more"));
        }
        Store::open()?.set_json(key, &record)?;
        topics.rooms.insert(key.to_owned(), record);
        Ok(())
    })
}

fn follow(network: &str, room: &str, event: RoomEvent) -> Handled {
    let RoomEvent::Topic(topic) = event else { return Ok(()) };
    let key = key(network, room);
    let mut record = TOPICS.with_borrow(|topics| topics.rooms.get(&key).cloned()).unwrap_or_default();
    let todo = record.changed(&topic.unwrap_or_default(), now());
    TOPICS.with_borrow_mut(|topics| {
        if let Some(known) = topics.rooms.get_mut(&key) {
            known.clone_from(&record);
        }
        topics.due.retain(|(_, other)| *other != key);
        if let Todo::SetBack(at) = todo {
            topics.due.insert((at, key.clone()));
        }
    });
    if todo == Todo::Keep {
        keep(&key, record)?;
    }
    set_back_what_is_due()
}

fn set_back_what_is_due() -> Handled {
    let now = now();
    let next = TOPICS.with_borrow_mut(|topics| {
        while let Some((at, key)) = topics.due.pop_first() {
            if at > now {
                topics.due.insert((at, key));
                return Some(at);
            }
            let Some((record, (network, room))) = topics.rooms.get_mut(&key).zip(key.split_once('/')) else {
                continue;
            };
            // It may have been unlocked meanwhile.
            if record.locked() {
                record.set_back(now);
                let set = chat::query_room(network, room).and_then(|room| room.set_topic(record.topic()));
                if let Err(error) = set {
                    log::warn(format!("cannot set the topic of {room} back: {}", error.words()));
                }
            }
        }
        None
    });
    ALARM.with_borrow_mut(|alarm| alarm.set(next))
}
