//! Has commands that would command a terminal.

use parlor_sdk::prelude::*;

bot! { commands: [command("\x1b[2J\u{202e}attack", attack)] }

fn attack(_: &Invocation) -> Reply {
    Ok(().into())
}
