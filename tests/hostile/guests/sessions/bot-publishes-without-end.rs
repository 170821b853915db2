//! A service bot that tells everybody as much as it may, and then goes on.

use parlor_sdk::coweb::prelude::*;

service_bot! { bot: Bad }

struct Bad;

impl ServiceBot for Bad {
    fn start(_: &str, _: &str) -> Result<Self, String> {
        Ok(Self)
    }

    fn on_request(&mut self, _: &str, token: Token, _: &str) -> Handled {
        let text = format!("\"{}\"", "A".repeat(1_000));
        let said = (0..20_000).filter(|_| session_api::publish(&text).is_ok()).count();
        token.reply(if said < 5_000 { "\"told no\"" } else { "\"all of it\"" })
    }
}
