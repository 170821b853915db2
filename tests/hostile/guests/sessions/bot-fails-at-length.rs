//! A service bot that says in a megabyte, in terminal escapes, why it does not answer.

use parlor_sdk::coweb::prelude::*;

service_bot! { bot: Bad }

struct Bad;

impl ServiceBot for Bad {
    fn start(_: &str, _: &str) -> Result<Self, String> {
        Ok(Self)
    }

    fn on_request(&mut self, _: &str, token: Token, _: &str) -> Handled {
        drop(token);
        Err("no \x1b[2J\u{202e}".repeat(100_000))
    }
}
