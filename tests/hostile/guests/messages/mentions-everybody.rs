//! Names everybody whom it can think of, in each message.

use parlor_sdk::prelude::*;

bot! { commands: [command("attack", attack)] }

fn attack(call: &Invocation) -> Reply {
    let room = Recipient::Room("#flood".into());
    let all = "@neighbour @parlor @ann ".repeat(500);
    for _ in 0..200 {
        chat::send(&call.message.network, &room, &all)?;
    }
    hostile::told("all of it")
}
