//! Keeps a value of a megabyte.

use hostile::told;
use parlor_sdk::prelude::*;

bot! { commands: [command("attack", attack)] }

fn attack(_: &Invocation) -> Reply {
    match Store::open()?.set("k", vec![0; 1 << 20]) {
        Ok(()) => Ok("kept".into()),
        Err(error) => told(error),
    }
}
