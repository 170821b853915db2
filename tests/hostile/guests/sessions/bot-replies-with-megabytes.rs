//! A service bot whose answers are larger than a session takes.

use parlor_sdk::coweb::prelude::*;

service_bot! { bot: Bad }

struct Bad;

impl ServiceBot for Bad {
    fn start(_: &str, _: &str) -> Result<Self, String> {
        Ok(Self)
    }

    fn on_request(&mut self, _: &str, token: Token, _: &str) -> Handled {
        let text = format!("\"{}\"", "A".repeat(3 << 20));
        match session_api::reply(&token.0, &text) {
            Ok(()) => Ok(()),
            Err(_) => token.reply("\"told no\""),
        }
    }
}
