//! A bot with a command for every way to be a bad guest, and some to see what a guest can reach.

use std::{
    collections::HashMap,
    hint::black_box,
    mem,
    net::TcpStream,
    sync::{
        Mutex,
        atomic::{AtomicU32, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use parlor_sdk::prelude::*;
use test_guests::{argument, words};

bot! {
    summary: "misbehaves on command",
    commands: [
        // What ends an instance.
        command("trap", trap),
        command("panic", panics).usage("TEXT"),
        command("spin", spin),
        command("grow-forever", grow_forever),
        command("deep", deep),
        // What costs.
        command("burn", burn).usage("MS"),
        command("eat", eat).usage("MIB"),
        command("flood", flood).usage("N"),
        command("shout", shout).usage("N"),
        command("random", random).usage("N"),
        command("rooms", rooms).usage("N"),
        command("timers", timers).usage("N"),
        command("replies", replies).usage("N"),
        // What it says.
        command("keep", keep),
        command("print", print).usage("TEXT"),
        command("escape", escape),
        // What it remembers.
        command("count", count),
        command("remember", remember).usage("KEY VALUE"),
        command("recall", recall).usage("KEY"),
        // What it reaches.
        command("env", env),
        command("secret", secret),
        command("fetch", fetches).usage("URL"),
        command("bearer", bearer).usage("SECRET URL"),
        command("dial", dial).usage("URL"),
        command("pass", pass).usage("SECRET"),
        command("say", say).usage("NETWORK ROOM TEXT"),
        command("sleep", sleep).usage("MS"),
    ],
    on_message: hear,
    on_timer: wake,
    on_response: answered,
    on_connection: connected,
}

const MIB: usize = 1 << 20;

/// Who waits for a timer, an answer or a connection, by its number.
type Waiting = Mutex<Option<HashMap<u32, Message>>>;

fn wait(waiting: &Waiting, number: u32, call: &Invocation) {
    waiting.lock().unwrap().get_or_insert_default().insert(number, call.message.clone());
}

fn waiter(waiting: &Waiting, number: u32) -> Option<Message> {
    waiting.lock().unwrap().as_ref()?.get(&number).cloned()
}

/// Traps.
fn trap(_: &Invocation) -> Reply {
    std::process::abort()
}

/// Panics with TEXT.
fn panics(call: &Invocation) -> Reply {
    panic!("{}", call.arguments)
}

/// Never comes back.
fn spin(_: &Invocation) -> Reply {
    loop {
        std::hint::spin_loop();
    }
}

/// Takes memory until there is no more.
fn grow_forever(_: &Invocation) -> Reply {
    loop {
        mem::forget(black_box(vec![1_u8; MIB]));
    }
}

/// Recurses until there is no more stack.
fn deep(call: &Invocation) -> Reply {
    #[expect(unconditional_recursion, reason = "that is the point")]
    fn down(level: u64) -> u64 {
        black_box(down(black_box(level + 1))) + 1
    }
    Ok(down(call.arguments.len() as u64).to_string().into())
}

/// Uses the processor for MS milliseconds.
fn burn(call: &Invocation) -> Reply {
    let time = Duration::from_millis(argument(call)?);
    let start = Instant::now();
    while start.elapsed() < time {
        std::hint::spin_loop();
    }
    Ok(format!("burnt {} ms", time.as_millis()).into())
}

/// Takes MIB mebibytes, uses them, and gives them back to its own heap.
fn eat(call: &Invocation) -> Reply {
    let size: usize = argument(call)?;
    black_box(vec![1_u8; size.saturating_mul(MIB)]);
    Ok(format!("ate {size} MiB").into())
}

/// Logs N lines.
fn flood(call: &Invocation) -> Reply {
    let lines: u32 = argument(call)?;
    for line in 1..=lines {
        log::info(format!("line {line} of {lines}"));
    }
    Ok(format!("logged {lines} lines").into())
}

/// Hands the host one line of N bytes.
fn shout(call: &Invocation) -> Reply {
    let bytes: usize = argument(call)?;
    log::info("A".repeat(bytes));
    Ok(format!("shouted {bytes} bytes").into())
}

/// Asks the host for N random bytes at once.
fn random(call: &Invocation) -> Reply {
    let bytes = wasip2::random::random::get_random_bytes(argument(call)?);
    Ok(format!("got {} bytes", bytes.len()).into())
}

/// Holds N rooms, and never lets them go.
fn rooms(call: &Invocation) -> Reply {
    let rooms: u32 = argument(call)?;
    for number in 0..rooms {
        mem::forget(chat::query_room(&call.message.network, &format!("#room{number}"))?);
    }
    Ok(format!("holds {rooms} rooms").into())
}

/// Sets N timers for an hour from now.
fn timers(call: &Invocation) -> Reply {
    let timers: u32 = argument(call)?;
    for _ in 0..timers {
        Timer::once(Duration::from_secs(3600))?;
    }
    Ok(format!("set {timers} timers").into())
}

/// Answers N times.
fn replies(call: &Invocation) -> Reply {
    let replies: u32 = argument(call)?;
    Ok((1..=replies).map(|number| number.to_string()).collect::<Vec<_>>().into())
}

/// Fails.
fn keep(_: &Invocation) -> Reply {
    Err("I keep it to myself".into())
}

/// Prints TEXT.
fn print(call: &Invocation) -> Reply {
    println!("{}", call.arguments);
    Ok(().into())
}

/// Prints, logs and answers what would command a terminal.
fn escape(_: &Invocation) -> Reply {
    const ESCAPES: &str = "\x1b]0;owned\x07\x1b[2Jhere\rthere\u{9b}31m";
    println!("{ESCAPES}");
    log::info(ESCAPES);
    Ok(ESCAPES.into())
}

/// Counts in memory: a new instance starts again.
fn count(_: &Invocation) -> Reply {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    Ok((COUNT.fetch_add(1, Relaxed) + 1).to_string().into())
}

/// Stores VALUE at KEY.
fn remember(call: &Invocation) -> Reply {
    let [key, value] = words(call)?;
    Store::open()?.set(key, value)?;
    Ok("remembered".into())
}

/// Says what is stored at KEY.
fn recall(call: &Invocation) -> Reply {
    let key: String = argument(call)?;
    Ok(Store::open()?.get(&key)?.unwrap_or_else(|| "nothing".into()).into())
}

/// Says what of the machine it sees: `env=0 files=no net=no` in a sandbox.
fn env(_: &Invocation) -> Reply {
    let yes = |found: bool| if found { "yes" } else { "no" };
    let variables = std::env::vars_os().count();
    let files = yes(std::fs::read_dir("/").is_ok());
    let net = yes(TcpStream::connect(("127.0.0.1", 1)).is_ok_and(|stream| stream.peer_addr().is_ok()));
    Ok(format!("env={variables} files={files} net={net}").into())
}

/// Says all that it was configured with, by whatever way.
fn secret(_: &Invocation) -> Reply {
    let pairs = config::all()?.into_iter().chain(std::env::vars());
    let found: Vec<_> = pairs.map(|(key, value)| format!("{key}={value}")).collect();
    Ok(format!("found: {}", found.join(" ")).into())
}

static FETCHING: Waiting = Mutex::new(None);

/// Fetches URL, and says with which status it answered.
fn fetches(call: &Invocation) -> Reply {
    let url: String = argument(call)?;
    wait(&FETCHING, fetch::Request::get(url).send()?, call);
    Ok(().into())
}

/// Fetches URL with SECRET in a header, and says with which status it answered.
fn bearer(call: &Invocation) -> Reply {
    let [secret, url] = words(call)?;
    let request = fetch::Request::get(url).header("Authorization", format!("Bearer {{secret:{secret}}}"));
    wait(&FETCHING, request.send()?, call);
    Ok(().into())
}

fn answered(request: fetch::RequestId, answer: fetch::Answer) -> Handled {
    let Some(message) = waiter(&FETCHING, request) else {
        return Ok(());
    };
    let text =
        answer.map_or_else(|error| format!("error: {}", error.words()), |answer| answer.status.to_string());
    Ok(message.reply(&text)?)
}

static DIALLING: Waiting = Mutex::new(None);

/// Connects to URL, and says what becomes of it.
fn dial(call: &Invocation) -> Reply {
    let url: String = argument(call)?;
    wait(&DIALLING, Connection::open(&url)?.0, call);
    Ok(().into())
}

/// Sends SECRET on every connection that is open.
fn pass(call: &Invocation) -> Reply {
    let secret = net::Piece::Secret(argument(call)?);
    let line = net::Part {
        pieces: vec![net::Piece::Bytes(b"PASS ".into()), secret, net::Piece::Bytes(b"\n".into())],
        encoding: net::Encoding::Plain,
    };
    for (connection, _) in Connection::all() {
        connection.send_filled(std::slice::from_ref(&line))?;
    }
    Ok("passed".into())
}

fn connected(connection: Connection, event: ConnectionEvent) -> Handled {
    let Some(message) = waiter(&DIALLING, connection.0) else {
        return Ok(());
    };
    let text = match event {
        ConnectionEvent::Open => "opened".to_owned(),
        ConnectionEvent::Data(data) => format!("data: {}", String::from_utf8_lossy(&data)),
        ConnectionEvent::Closed(None) => "closed".to_owned(),
        ConnectionEvent::Closed(Some(reason)) => format!("error: {}", reason.words()),
    };
    Ok(message.reply(&text)?)
}

/// Says TEXT in ROOM on NETWORK, wherever that is.
fn say(call: &Invocation) -> Reply {
    let [network, room, text] = words(call)?;
    chat::send(network, &Recipient::Room(room.into()), text)?;
    Ok("sent".into())
}

static SLEEPING: Waiting = Mutex::new(None);

/// Says `awake` after MS milliseconds.
fn sleep(call: &Invocation) -> Reply {
    let Timer(number) = Timer::once(Duration::from_millis(argument(call)?))?;
    wait(&SLEEPING, number, call);
    Ok(().into())
}

fn wake(timer: Timer) -> Handled {
    let Some(message) = waiter(&SLEEPING, timer.0) else {
        return Ok(());
    };
    Ok(message.reply("awake")?)
}

/// Answers to whoever whispers.
fn hear(message: &Message) -> Handled {
    match message.body.strip_prefix("psst") {
        Some(rest) => Ok(message.reply(&format!("heard: {}", rest.trim()))?),
        None => Ok(()),
    }
}
