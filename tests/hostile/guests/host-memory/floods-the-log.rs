//! Logs as much as it can.

use parlor_sdk::prelude::*;

bot! { commands: [command("attack", attack)] }

fn attack(_: &Invocation) -> Reply {
    for line in 0..20_000 {
        log::warn(format!("line {line}"));
    }
    hostile::told("all of it")
}
