//! A service bot that answers one request ten thousand times.

use parlor_sdk::coweb::prelude::*;

service_bot! { bot: Bad }

struct Bad;

impl ServiceBot for Bad {
    fn start(_: &str, _: &str) -> Result<Self, String> {
        Ok(Self)
    }

    fn on_request(&mut self, _: &str, token: Token, _: &str) -> Handled {
        let said = (0..10_000).filter(|_| session_api::reply(&token.0, "1").is_ok()).count();
        match said {
            1 => Ok(()),
            more => Err(format!("it could answer {more} times")),
        }
    }
}
