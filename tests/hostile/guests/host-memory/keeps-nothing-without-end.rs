//! Keeps nothing at all, under a key of nothing, in one bucket after the other: a thousand bytes are granted.

use hostile::told;
use parlor_sdk::prelude::*;

bot! { commands: [command("attack", attack)] }

fn attack(_: &Invocation) -> Reply {
    for number in 0.. {
        if let Err(error) = Store::bucket(&format!("{number:0128}"))?.set("", "") {
            return told(error);
        }
    }
    Ok(().into())
}
