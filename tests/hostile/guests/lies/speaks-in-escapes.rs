//! Logs, prints, warns, fails and answers with what would command a terminal, or pass for another line.

use parlor_sdk::prelude::*;

bot! { commands: [command("attack", attack)], on_message: fail }

const ESCAPES: &str = "\x1b]0;owned\x07\x1b[2J\u{9b}31m\u{202e}txt.exe\r\nINFO parlor: all is well\u{2028}";

fn attack(_: &Invocation) -> Reply {
    log::info(ESCAPES);
    println!("{ESCAPES}");
    eprintln!("{ESCAPES}");
    let _ = chat::warn_admins(ESCAPES);
    let _ = chat::send(ESCAPES, &Recipient::Room(ESCAPES.into()), ESCAPES);
    let _ = Connection::open(ESCAPES);
    let _ = Connection::open(&format!("tcp://{ESCAPES}:1"));
    let _ = fetch::Request::get(format!("https://{ESCAPES}/")).send();
    let _ = fetch::Request::get("https://192.0.2.1").header(ESCAPES, "{secret:\x1b[2J}").send();
    let _ = Store::bucket(ESCAPES);
    hostile::told("all of it")
}

fn fail(_: &Message) -> Handled {
    Err(ESCAPES.into())
}
