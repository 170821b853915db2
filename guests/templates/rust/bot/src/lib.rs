//! Greets people and counts them, says good morning back, and comes back after a minute.
//!
//! It needs two grants: a network to talk on and a store to count in.

use std::{sync::Mutex, time::Duration};

use parlor_sdk::prelude::*;

bot! {
    summary: "greets people",
    commands: [
        command("hello", hello).usage("[NAME]").summary("greets NAME, or you"),
        command("later", later).summary("says so in a minute"),
    ],
    on_message: hear,
    on_timer: come_back,
}

/// What is returned is the answer; an error is shown to the sender as such.
fn hello(call: &Invocation) -> Reply {
    let name = match call.arguments.trim() {
        "" => call.message.sender.name(),
        name => name,
    };
    // The store outlives the bot. A `static` does not.
    let store = Store::open()?;
    let number = store
        .get("greeted")?
        .and_then(|text| text.parse().ok())
        .unwrap_or(0_u64)
        + 1;
    store.set("greeted", number.to_string())?;
    Ok(format!(
        "Hello, {}! You are number {number}.",
        markdown::escape(name)
    )
    .into())
}

/// Called with everything that people say and that is no command.
fn hear(message: &Message) -> Handled {
    let Some(room) = message.room() else {
        return Ok(());
    };
    // What is delayed was said while the bot was away: history, and no news.
    if !message.delayed && message.body.to_lowercase().contains("good morning") {
        let answer = format!("Good morning, {}!", markdown::escape(message.sender.name()));
        chat::send(&message.network, &Recipient::Room(room.to_owned()), &answer)?;
    }
    Ok(())
}

/// The timers that are under way, and the network and place where each was asked for.
static WAITING: Mutex<Vec<(Timer, String, Recipient)>> = Mutex::new(Vec::new());

/// Nothing waits here: the host keeps the time, and calls `come_back`.
fn later(call: &Invocation) -> Reply {
    let place = match &call.message.recipient {
        Recipient::Room(room) => Recipient::Room(room.clone()),
        Recipient::Person(_) => Recipient::Person(call.message.sender.clone()),
    };
    let timer = Timer::once(Duration::from_secs(60))?;
    let mut waiting = WAITING.lock().unwrap();
    waiting.push((timer, call.message.network.clone(), place));
    Ok("See you in a minute.".into())
}

fn come_back(timer: Timer) -> Handled {
    let mut waiting = WAITING.lock().unwrap();
    let Some(at) = waiting.iter().position(|(other, ..)| *other == timer) else {
        return Ok(());
    };
    let (_, network, place) = waiting.remove(at);
    Ok(chat::send(&network, &place, "Here I am again.")?)
}
