//! A service bot that answers with brackets, as deep as a message may be.

use parlor_sdk::coweb::prelude::*;

service_bot! { bot: Bad }

struct Bad;

impl ServiceBot for Bad {
    fn start(_: &str, _: &str) -> Result<Self, String> {
        Ok(Self)
    }

    fn on_request(&mut self, _: &str, token: Token, _: &str) -> Handled {
        let deep = 400_000;
        let text = "[".repeat(deep) + &"]".repeat(deep);
        let _ = session_api::publish(&text);
        let _ = session_api::publish(&text[..deep]);
        match session_api::reply(&token.0, &text) {
            Ok(()) => Ok(()),
            Err(_) => token.reply("\"told no\""),
        }
    }
}
