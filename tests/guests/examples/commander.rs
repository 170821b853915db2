//! A bot with commands of every kind, and ears for what is none.

use std::{sync::Mutex, time::Duration};

use parlor_sdk::prelude::*;

bot! {
    summary: "has commands of every kind",
    commands: [
        command("order", |call| Ok(format!("order<{}>", call.arguments).into())).usage("WHAT").summary("orders"),
        command("order tea", |call| Ok(format!("order tea<{}>", call.arguments).into())),
        command("order tea now", |call| Ok(format!("order tea now<{}>", call.arguments).into())),
        command("grüße", |call| Ok(format!("grüße<{}>", call.arguments).into())),
        command("several", |_| Ok(Replies(["one", "", "two", "three"].map(str::to_owned).to_vec()))),
        command("fail", fail),
        command("secret", |_| Ok("the cake".into())).admin_only().summary("tells a secret"),
        command("cellar", |_| Ok("you found it".into())).hidden(),
        command("warn", |call| Ok(chat::warn_admins(&call.arguments)?.into())).usage("TEXT"),
        command("whisper", |call| Ok(call.message.reply_privately(&call.arguments)?.into())),
        command("thread", |call| Ok(chat::reply(&call.message, &call.arguments, false, true)?.into())),
        command("stranger", stranger),
        command("build", build).usage("NAME"),
        command("muc", muc).usage("ROOM ACTION [TEXT]"),
        command("tick", tick).usage("MS TIMES"),
    ],
    on_message: words,
    on_timer: on_timer,
}

/// What is ticking: since which message, how often it did, how often it will.
static TICKING: Mutex<Option<(Message, u32, u32)>> = Mutex::new(None);

fn tick(call: &Invocation) -> Reply {
    let (period, times) = call.arguments.split_once(' ').ok_or("usage: tick MS TIMES")?;
    let [period, times] =
        [period, times].map(|number| number.parse::<u32>().map_err(|error| error.to_string()));
    *TICKING.lock().map_err(|_| "locked")? = Some((call.message.clone(), 0, times?));
    Timer::every(Duration::from_millis(period?.into()))?;
    Ok("ticking".into())
}

/// Says so at each tick, and fails at the second.
fn on_timer(timer: Timer) -> Handled {
    let mut ticking = TICKING.lock().map_err(|_| "locked")?;
    let (message, ticks, times) = ticking.as_mut().ok_or("nothing ticks")?;
    *ticks += 1;
    message.reply(&format!("tick {ticks}"))?;
    if ticks == times {
        timer.cancel();
    }
    if *ticks == 2 { Err("hiccup".into()) } else { Ok(()) }
}

fn fail(call: &Invocation) -> Reply {
    call.message.reply("before")?;
    Err("no luck".into())
}

/// Sends to somebody who is on no network of this bot's.
fn stranger(call: &Invocation) -> Reply {
    let elsewhere = Identifier { network: "elsewhere".into(), ..call.message.sender.clone() };
    chat::send(&call.message.network, &Recipient::Person(elsewhere), "hello")?;
    Ok("it was sent".into())
}

fn build(call: &Invocation) -> Reply {
    let who = chat::build_identifier(&call.message.network, &call.arguments)?;
    Ok(chat::format_identifier(&who)?.into())
}

/// Does something with a room, each time through a handle of its own.
fn muc(call: &Invocation) -> Reply {
    let mut words = call.arguments.splitn(3, ' ');
    let [name, action, text] = [(); 3].map(|()| words.next().unwrap_or_default());
    let network = &call.message.network;
    let room = chat::query_room(network, name)?;
    let done = |()| "done".to_owned();
    let answer = match action {
        "exists" => room.exists()?.to_string(),
        "joined" => room.joined().to_string(),
        "create" => room.create().map(done)?,
        "join" => room.join(None, None).map(done)?,
        "leave" => room.leave(None).map(done)?,
        "destroy" => room.destroy().map(done)?,
        "topic" => format!("{:?}", room.topic()?),
        "set-topic" => room.set_topic(text).map(done)?,
        "occupants" => room.occupants()?.iter().map(Identifier::name).collect::<Vec<_>>().join(" "),
        _ => return Err("there is no such action".into()),
    };
    Ok(answer.into())
}

/// Answers every `?word` in what people say.
fn words(message: &Message) -> Handled {
    for word in message.body.split_whitespace().filter_map(|word| word.strip_prefix('?')) {
        message.reply(&format!("what is {word}?"))?;
    }
    Ok(())
}
