//! Lets a room vote: `poll new "Lunch?" pizza sushi "no lunch" --for 10m`, then `vote 2`.
//!
//! A room has one poll at a time. Each poll is a value of the store, and closes by itself: one [`Alarm`] is set for
//! the next that does.

mod ballot;

use std::{cell::RefCell, collections::BTreeMap, time::Duration};

use ballot::Ballot;
use parlor_sdk::prelude::*;

const NEW: &str = "QUESTION CHOICE CHOICE… [--for TIME]";
const VOTE: &str = "N";
/// How long a poll is open: unless its maker says otherwise, at least, and at most.
const WEEK: Duration = Duration::from_secs(7 * 24 * 60 * 60);
const SHORTEST: Duration = Duration::from_secs(10);
const LONGEST: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// The most polls that are open at a time.
const MOST: usize = 100;
/// The pause before results that could not be told are tried again, in milliseconds, and how long they are tried.
const PAUSE: u64 = 30_000;
const LONGEST_WAIT: u64 = 24 * 60 * 60_000;

bot! {
    summary: "lets a room vote",
    commands: [
        command("poll", show).summary("the poll of this room, and how it stands"),
        command("poll new", new).usage(NEW).summary("asks the room; quotes keep words together"),
        command("poll vote", vote).usage(VOTE).summary("votes for the N-th choice, in place of your last vote"),
        command("vote", vote).usage(VOTE).summary("the same, shorter"),
        command("poll close", close).summary("ends your poll and tells how it went"),
    ],
    on_start: start,
    on_timer: |_| close_what_is_due(),
    on_network: follow,
}

/// The open polls, by network and room.
type Polls = BTreeMap<(String, String), Open>;

/// A poll, and the earliest moment to tell its results where that could not be done when it closed.
struct Open {
    ballot: Ballot,
    held_until: u64,
}

thread_local! {
    static POLLS: RefCell<Polls> = const { RefCell::new(Polls::new()) };
    static ALARM: RefCell<Alarm> = const { RefCell::new(Alarm::new()) };
}

impl Open {
    fn next(&self) -> u64 {
        self.ballot.closes.max(self.held_until)
    }
}

/// Where a poll is stored. Names of networks have no slash in them.
fn key((network, room): &(String, String)) -> String {
    format!("{network}/{room}")
}

fn start() -> Handled {
    let stored = Store::open()?.all_json::<Ballot>("")?.into_iter();
    let polls = stored.filter_map(|(key, ballot)| {
        let (network, room) = key.split_once('/')?;
        Some(((network.to_owned(), room.to_owned()), Open { ballot, held_until: 0 }))
    });
    POLLS.set(polls.collect());
    set_alarm()
}

fn set_alarm() -> Handled {
    let next = POLLS.with_borrow(|polls| polls.values().map(Open::next).filter(|at| *at < u64::MAX).min());
    ALARM.with_borrow_mut(|alarm| alarm.set(next))
}

/// The room that a command was given in.
fn place(call: &Invocation) -> Result<(String, String), String> {
    let room = call.message.room().ok_or("a poll belongs to a room: say that there")?;
    Ok((call.message.network.clone(), room.to_owned()))
}

fn none() -> String {
    "there is no poll here; `poll new \"Lunch?\" pizza sushi` makes one".to_owned()
}

fn show(call: &Invocation) -> Reply {
    call.read("").finish()?;
    let place = place(call)?;
    POLLS.with_borrow(|polls| {
        let open = polls.get(&place).ok_or_else(none)?;
        Ok(open.ballot.show(now()).into())
    })
}

fn new(call: &Invocation) -> Reply {
    let place = place(call)?;
    let mut args = call.read(NEW);
    let time = args.option("--for")?.unwrap_or(WEEK);
    if !(SHORTEST..=LONGEST).contains(&time) {
        let (shortest, longest) = (span::words(SHORTEST), span::words(LONGEST));
        return Err(args.wrong(&format!("TIME is from {shortest} to {longest}")));
    }
    let question = args.next("QUESTION")?;
    let closes = now() + time.as_millis() as u64;
    let ballot = Ballot::new(question, args.words()?, &call.message.sender.access_id, closes)?;
    POLLS.with_borrow_mut(|polls| {
        if polls.contains_key(&place) {
            return Err("there is a poll here already; whoever made it can `poll close` it".to_owned());
        }
        if polls.len() >= MOST {
            return Err(format!("{MOST} polls are open already; try again later"));
        }
        Store::open()?.set_json(&key(&place), &ballot)?;
        polls.insert(place, Open { ballot: ballot.clone(), held_until: 0 });
        Ok(())
    })?;
    set_alarm()?;
    Ok(ballot.show(now()).into())
}

fn vote(call: &Invocation) -> Reply {
    let place = place(call)?;
    let mut args = call.read(VOTE);
    let number = args.next("N")?;
    args.finish()?;
    POLLS.with_borrow_mut(|polls| {
        let open = polls.get_mut(&place).ok_or_else(none)?;
        let mut ballot = open.ballot.clone();
        let choice = ballot.vote(&call.message.sender.access_id, number)?;
        let answer = format!("Noted: {}", markdown::escape(choice));
        // What is not stored does not count.
        Store::open()?.set_json(&key(&place), &ballot)?;
        open.ballot = ballot;
        Ok(answer.into())
    })
}

fn close(call: &Invocation) -> Reply {
    call.read("").finish()?;
    let place = place(call)?;
    let results = POLLS.with_borrow(|polls| {
        let ballot = &polls.get(&place).ok_or_else(none)?.ballot;
        if ballot.maker != call.message.sender.access_id {
            return Err("only whoever made the poll can close it".to_owned());
        }
        Ok(ballot.results())
    })?;
    forget(&place)?;
    set_alarm()?;
    Ok(results.into())
}

/// What the store does not let go is told once more after a restart: better than never.
fn forget(place: &(String, String)) -> Handled {
    POLLS.with_borrow_mut(|polls| polls.remove(place));
    Store::open()?.delete(&key(place))
}

fn follow(network: &str, event: NetworkEvent) -> Handled {
    if event == NetworkEvent::Connected {
        POLLS.with_borrow_mut(|polls| {
            let theirs = polls.iter_mut().filter(|((other, _), _)| other == network);
            theirs.for_each(|(_, open)| open.held_until = 0);
        });
        close_what_is_due()?;
    }
    Ok(())
}

fn close_what_is_due() -> Handled {
    let now = now();
    let due: Vec<_> = POLLS.with_borrow(|polls| {
        let due = polls.iter().filter(|(_, open)| open.next() <= now);
        due.map(|(place, open)| (place.clone(), open.ballot.clone())).collect()
    });
    for (place, ballot) in due {
        let hold = |until| {
            POLLS.with_borrow_mut(|polls| {
                polls.entry(place.clone()).and_modify(|open| open.held_until = until);
            });
        };
        let patient = now.saturating_sub(ballot.closes) < LONGEST_WAIT;
        match chat::send(&place.0, &Recipient::Room(place.1.clone()), &ballot.results()) {
            // Told when the network is back.
            Err(chat::Error::NotConnected) => hold(u64::MAX),
            // The bot comes back into its rooms a little later than to the network.
            Err(chat::Error::Full | chat::Error::RoomNotJoined(_)) if patient => hold(now + PAUSE),
            told => {
                if let Err(error) = told {
                    log::warn(format!("the results of a poll in {} are lost: {}", place.1, error.words()));
                }
                if let Err(error) = forget(&place) {
                    log::warn(error);
                }
            }
        }
    }
    set_alarm()
}
