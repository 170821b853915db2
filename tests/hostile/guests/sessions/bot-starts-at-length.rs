//! A service bot that says in a megabyte why it does not start.

use parlor_sdk::coweb::prelude::*;

service_bot! { bot: Bad }

struct Bad;

impl ServiceBot for Bad {
    fn start(_: &str, _: &str) -> Result<Self, String> {
        Err("no \x1b[2J\u{202e}".repeat(100_000))
    }

    fn on_request(&mut self, _: &str, token: Token, _: &str) -> Handled {
        token.reply("1")
    }
}
