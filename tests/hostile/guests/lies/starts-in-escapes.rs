//! Says in terminal escapes why it does not start.

use parlor_sdk::prelude::*;

bot! { on_start: attack }

fn attack() -> Handled {
    Err("\x1b]0;owned\x07\u{202e}\r\nINFO parlor: all is well".into())
}
