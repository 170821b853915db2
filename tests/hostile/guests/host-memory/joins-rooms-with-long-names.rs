//! Comes into rooms with names of a megabyte.

use hostile::told;
use parlor_sdk::prelude::*;

bot! { commands: [command("attack", attack)] }

fn attack(call: &Invocation) -> Reply {
    let name = "r".repeat(1 << 20);
    match chat::join_room(&call.message.network, &name, None, None) {
        Ok(_) => Ok("it is in".into()),
        Err(error) => told(error),
    }
}
