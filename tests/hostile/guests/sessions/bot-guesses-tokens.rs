//! A service bot that answers requests which nobody made, or made to others.

use parlor_sdk::coweb::prelude::*;

service_bot! { bot: Bad }

struct Bad;

impl ServiceBot for Bad {
    fn start(_: &str, _: &str) -> Result<Self, String> {
        Ok(Self)
    }

    fn on_request(&mut self, _: &str, token: Token, _: &str) -> Handled {
        let guessed = (0..10_000).filter(|n| session_api::reply(&format!("{n:032x}"), "1").is_ok()).count();
        token.reply(if guessed == 0 { "\"told no\"" } else { "\"it guessed\"" })
    }
}
