//! Sends to somebody who takes nothing, until it is told no.

use parlor_sdk::prelude::*;

bot! { commands: [command("attack", attack)], on_connection: hear }

static ASKED: std::sync::Mutex<Option<Message>> = std::sync::Mutex::new(None);

fn attack(call: &Invocation) -> Reply {
    *ASKED.lock().unwrap() = Some(call.message.clone());
    Connection::open(&config::require("peer")?)?;
    Ok(().into())
}

fn hear(connection: Connection, _: ConnectionEvent) -> Handled {
    let piece = vec![0; 64 << 10];
    loop {
        if let Err(error) = connection.send(&piece) {
            let asked = ASKED.lock().unwrap().take().ok_or("nobody asked")?;
            return Ok(asked.reply(&format!("told: {}", String::from(error)))?);
        }
    }
}
