//! Prints a line that never ends.

use std::io::{Write, stdout};

use parlor_sdk::prelude::*;

bot! { commands: [command("attack", attack)] }

fn attack(_: &Invocation) -> Reply {
    let piece = [b'A'; 4096];
    for _ in 0..10_000 {
        stdout().write_all(&piece).map_err(|error| error.to_string())?;
    }
    hostile::told("all of it")
}
