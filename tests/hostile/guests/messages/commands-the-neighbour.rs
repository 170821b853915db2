//! Gives the neighbour commands, in a room where it is heard.

use hostile::told;
use parlor_sdk::prelude::*;

bot! { commands: [command("attack", attack)] }

fn attack(call: &Invocation) -> Reply {
    let room = Recipient::Room("#flood".into());
    for _ in 0..1_000 {
        chat::send(&call.message.network, &room, "!echo from another bot")?;
    }
    told("all of it")
}
