//! Remembers when somebody was last there: `seen ann` is answered with when and where ann last spoke, came or went.
//!
//! It notes that somebody spoke in a room, never what they said, and of what is said in private nothing at all. A
//! busy room would wear a database out, so changes are stored together, now and then.
//!
//! Ten thousand people need a grant of about `store = "4 MiB"`.

mod people;

use std::{cell::RefCell, time::Duration};

use parlor_sdk::prelude::*;
use people::{Change, Deed, People, Sighting};

const SEEN: &str = "NAME";
/// How often changes are stored.
const PERIOD: Duration = Duration::from_secs(30);
/// The most that are stored at once while others want to be answered.
const MOST_AT_ONCE: usize = 500;

bot! {
    summary: "remembers when somebody was last there",
    commands: [command("seen", seen).usage(SEEN).summary("when and where NAME was last seen")],
    on_start: start,
    on_message: hear,
    on_room: follow,
    on_timer: |_| store(MOST_AT_ONCE),
    on_stop: || store(usize::MAX),
}

thread_local! {
    static PEOPLE: RefCell<People> = RefCell::default();
}

fn start() -> Handled {
    PEOPLE.set(People::new(Store::open()?.all_json("")?));
    Timer::every(PERIOD).map(drop)
}

fn seen(call: &Invocation) -> Reply {
    let mut args = call.read(SEEN);
    let name: String = args.next("NAME")?;
    args.finish()?;
    let sender = &call.message.sender;
    if name.trim_start_matches('@').eq_ignore_ascii_case(sender.name()) {
        return Ok("I can see you right now.".into());
    }
    Ok(PEOPLE.with_borrow(|people| people.describe(&sender.network, &name, now())).into())
}

fn hear(message: &Message) -> Handled {
    if let Some(room) = message.room()
        && !message.delayed
    {
        note(&message.sender, room, Deed::Said);
    }
    Ok(())
}

fn follow(network: &str, room: &str, event: RoomEvent) -> Handled {
    match event {
        RoomEvent::Joined(who) => note(&who, room, Deed::Joined),
        RoomEvent::Left(who) => note(&who, room, Deed::Left),
        RoomEvent::Renamed(Renaming { before, after }) => {
            PEOPLE.with_borrow_mut(|people| people.rename(network, room, before.name(), after.name(), now()))
        }
        RoomEvent::Topic(_) | RoomEvent::Invited(_) => {}
    }
    Ok(())
}

fn note(who: &Identifier, room: &str, deed: Deed) {
    let sighting = Sighting { name: who.name().to_owned(), room: room.to_owned(), at: now(), deed };
    PEOPLE.with_borrow_mut(|people| people.note(&who.network, sighting));
}

/// Stores what has changed, at most so many people.
fn store(most: usize) -> Handled {
    let changes = PEOPLE.with_borrow(|people| people.changes(most));
    if changes.is_empty() {
        return Ok(());
    }
    let (kept, gone): (Vec<Change>, Vec<Change>) = changes.into_iter().partition(|(_, kept)| kept.is_some());
    let store = Store::open()?;
    // First what makes room.
    for (key, _) in &gone {
        store.delete(key)?;
    }
    store.set_all_json(&kept)?;
    PEOPLE.with_borrow_mut(|people| [gone, kept].iter().for_each(|changes| people.stored(changes)));
    Ok(())
}
