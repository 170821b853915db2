//! Holds rooms with names of a megabyte until it is told no, and lets none of them go.

use std::mem;

use hostile::told;
use parlor_sdk::prelude::*;

bot! { commands: [command("attack", attack)] }

fn attack(call: &Invocation) -> Reply {
    let name = "r".repeat(1 << 20);
    loop {
        match chat::query_room(&call.message.network, &name) {
            Ok(room) => mem::forget(room),
            Err(error) => return told(error),
        }
    }
}
