//! Says in a megabyte why it does not start.

use parlor_sdk::prelude::*;

bot! { on_start: attack }

fn attack() -> Handled {
    Err("no \x1b[2J\u{202e}".repeat(100_000))
}
