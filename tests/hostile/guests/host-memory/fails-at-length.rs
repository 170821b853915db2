//! Says in a megabyte why it did not hear, each time.

use parlor_sdk::prelude::*;

bot! { on_message: attack }

fn attack(_: &Message) -> Handled {
    Err("no \x1b[2J\u{202e}".repeat(100_000))
}
