//! Says something again when its time has come: `remind 10m tea`, `remind at 17:30 go home`.
//!
//! Timers of the host end with the instance, and there are only so many. So reminders are kept in the store, and one
//! [`Alarm`] is set for the next of them.

mod reminders;
mod when;

use std::{cell::RefCell, time::Duration};

use parlor_sdk::prelude::*;
use reminders::{Reminder, Reminders};

const REMIND: &str = "TIME TEXT";
const CANCEL: &str = "N";
/// The pause before something is tried again, in milliseconds.
const PAUSE: u64 = 30_000;
/// How long it is tried.
const LONGEST_WAIT: u64 = 24 * 60 * 60_000;

bot! {
    summary: "says something again when its time has come",
    commands: [
        command("remind", remind).usage(REMIND).summary("says TEXT in TIME (`10m`, `2h30m`) or at a time (`at 17:30`, UTC)"),
        command("remind list", list).summary("what you have asked to be reminded of"),
        command("remind cancel", cancel).usage(CANCEL).summary("forgets the N-th of them"),
    ],
    on_start: start,
    on_timer: |_| say_what_is_due(),
    on_network: follow,
}

thread_local! {
    static REMINDERS: RefCell<Reminders> = RefCell::default();
    static ALARM: RefCell<Alarm> = const { RefCell::new(Alarm::new()) };
}

fn start() -> Handled {
    let stored = Store::open()?.all_json::<Reminder>("")?;
    // A key that is no number is not ours.
    let stored = stored.into_iter().filter_map(|(key, reminder)| Some((key.parse().ok()?, reminder)));
    REMINDERS.set(Reminders::new(stored));
    set_alarm()
}

fn set_alarm() -> Handled {
    let next = REMINDERS.with_borrow(Reminders::next);
    ALARM.with_borrow_mut(|alarm| alarm.set(next))
}

fn remind(call: &Invocation) -> Reply {
    let mut args = call.read(REMIND);
    let due = when::read(&mut args, now())?;
    let text = args.rest();
    if text.is_empty() {
        return Err(args.wrong("TEXT is missing"));
    }
    let (who, room) = (call.message.sender.clone(), call.message.room().map(str::to_owned));
    let reminder = Reminder { due, text, who, room, held_until: 0 };
    let number = REMINDERS.with_borrow_mut(|all| all.add(reminder.clone()))?;
    let kept = Store::open().and_then(|store| store.set_json(&key(number), &reminder));
    if kept.is_err() {
        REMINDERS.with_borrow_mut(|all| all.remove(number));
    }
    kept?;
    set_alarm()?;
    Ok(format!("Gladly, in {}.", until(due)).into())
}

fn list(call: &Invocation) -> Reply {
    call.read("").finish()?;
    let line = |(at, (_, reminder)): (usize, (u64, &Reminder))| {
        format!("{}. in {}: {}", at + 1, until(reminder.due), markdown::escape(&reminder.text))
    };
    let lines: Vec<_> =
        REMINDERS.with_borrow(|all| all.of(&call.message.sender).enumerate().map(line).collect());
    match lines.is_empty() {
        true => Ok("You have asked for nothing: `remind 10m tea` would.".into()),
        false => Ok(lines.join("\n").into()),
    }
}

fn cancel(call: &Invocation) -> Reply {
    let mut args = call.read(CANCEL);
    let wanted: usize = args.next("N")?;
    args.finish()?;
    let nth = |all: &Reminders| {
        let mut all = all.of(&call.message.sender);
        all.nth(wanted.checked_sub(1)?).map(|(number, _)| number)
    };
    let number = REMINDERS
        .with_borrow(nth)
        .ok_or_else(|| format!("you have no reminder {wanted}; `remind list` numbers them"))?;
    let forgotten = forget(number)?.map_or_else(String::new, |reminder| reminder.text);
    set_alarm()?;
    Ok(format!("Forgotten: {}", markdown::escape(&forgotten)).into())
}

/// What the store does not let go is said once more after a restart: better than never.
fn forget(number: u64) -> Result<Option<Reminder>, String> {
    let forgotten = REMINDERS.with_borrow_mut(|all| all.remove(number));
    Store::open()?.delete(&key(number))?;
    Ok(forgotten)
}

fn follow(network: &str, event: NetworkEvent) -> Handled {
    if event == NetworkEvent::Connected {
        REMINDERS.with_borrow_mut(|all| all.release(network));
        say_what_is_due()?;
    }
    Ok(())
}

fn say_what_is_due() -> Handled {
    let now = now();
    let hold = |number, until| REMINDERS.with_borrow_mut(|all| all.hold(number, until));
    for (number, reminder) in REMINDERS.with_borrow(|all| all.due(now)) {
        let patient = now.saturating_sub(reminder.due) < LONGEST_WAIT;
        match say(&reminder, now, patient) {
            // Said when the network is back.
            Err(chat::Error::NotConnected) => hold(number, u64::MAX),
            // The bot comes back into its rooms a little later than to the network.
            Err(chat::Error::Full | chat::Error::RoomNotJoined(_)) if patient => hold(number, now + PAUSE),
            said => {
                if let Err(error) = said {
                    log::warn(format!("a reminder for {} is lost: {}", reminder.who.name(), error.words()));
                }
                if let Err(error) = forget(number) {
                    log::warn(error);
                }
            }
        }
    }
    set_alarm()
}

/// Says it where it was asked for; to the person alone where that room is gone for good.
fn say(reminder: &Reminder, now: u64, patient: bool) -> Result<(), chat::Error> {
    use chat::Error::{Full, NotConnected, RoomNotJoined};

    let send = |to| chat::send(&reminder.who.network, &to, &reminder.body(now));
    let alone = || send(Recipient::Person(reminder.who.clone()));
    match &reminder.room {
        None => alone(),
        Some(room) => match send(Recipient::Room(room.clone())) {
            wait @ Err(NotConnected | Full) => wait,
            wait @ Err(RoomNotJoined(_)) if patient => wait,
            Err(_) => alone(),
            Ok(()) => Ok(()),
        },
    }
}

fn until(due: u64) -> String {
    span::words(Duration::from_millis(due.saturating_sub(now())))
}

/// Where a reminder is stored.
fn key(number: u64) -> String {
    number.to_string()
}
