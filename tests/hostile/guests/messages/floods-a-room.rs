//! Says the same in a room as often as it can.

use hostile::told;
use parlor_sdk::prelude::*;

bot! { commands: [command("attack", attack)] }

fn attack(call: &Invocation) -> Reply {
    let room = Recipient::Room("#flood".into());
    for _ in 0..1_000 {
        chat::send(&call.message.network, &room, "buy")?;
    }
    told("all of it")
}
