//! Replies to messages that it made up, on networks that it is not on.

use hostile::told;
use parlor_sdk::prelude::*;

bot! { commands: [command("attack", attack)] }

fn attack(call: &Invocation) -> Reply {
    let sender = Identifier { network: "bad".into(), ..call.message.sender.clone() };
    let made_up = Message { network: "bad".into(), sender, id: Some("1".into()), ..call.message.clone() };
    match made_up.reply("hello") {
        Ok(()) => Ok("replied".into()),
        Err(error) => told(error),
    }
}
