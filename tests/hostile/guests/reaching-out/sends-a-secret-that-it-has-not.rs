//! Sends a secret that it was not granted.

use parlor_sdk::prelude::*;

bot! { commands: [command("attack", attack)], on_response: hear }

static ASKED: std::sync::Mutex<Option<Message>> = std::sync::Mutex::new(None);

fn attack(call: &Invocation) -> Reply {
    *ASKED.lock().unwrap() = Some(call.message.clone());
    if let Err(error) = fetch::Request::get(config::require("url")?).header("x", "{secret:other}").send() {
        return hostile::told(error);
    }
    Ok(().into())
}

fn hear(_: fetch::RequestId, answer: fetch::Answer) -> Handled {
    let text = answer.map_or_else(String::from, |answer| format!("{} {}", answer.status, answer.text()));
    let asked = ASKED.lock().unwrap().take().ok_or("nobody asked")?;
    Ok(asked.reply(&format!("told: {text}"))?)
}
