//! A service bot that never comes back from its start.

use parlor_sdk::coweb::prelude::*;

service_bot! { bot: Bad }

struct Bad;

impl ServiceBot for Bad {
    fn start(_: &str, _: &str) -> Result<Self, String> {
        hostile::for_ever()
    }

    fn on_request(&mut self, _: &str, token: Token, _: &str) -> Handled {
        token.reply("1")
    }
}
