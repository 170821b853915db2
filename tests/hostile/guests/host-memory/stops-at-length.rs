//! Says goodbye in a megabyte.

use parlor_sdk::prelude::*;

bot! { on_stop: attack }

fn attack() -> Handled {
    Err("no \x1b[2J\u{202e}".repeat(100_000))
}
