//! Writes to the bot that it is itself, as often as it can.

use hostile::told;
use parlor_sdk::prelude::*;

bot! { commands: [command("attack", attack)] }

fn attack(call: &Invocation) -> Reply {
    let me = Recipient::Person(chat::bot_identifier(&call.message.network)?);
    for _ in 0..1_000 {
        chat::send(&call.message.network, &me, "!attack")?;
    }
    told("all of it")
}
