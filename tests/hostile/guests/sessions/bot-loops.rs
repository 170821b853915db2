//! A service bot that never comes back from a request.

use parlor_sdk::coweb::prelude::*;

service_bot! { bot: Bad }

struct Bad;

impl ServiceBot for Bad {
    fn start(_: &str, _: &str) -> Result<Self, String> {
        Ok(Self)
    }

    fn on_request(&mut self, _: &str, token: Token, _: &str) -> Handled {
        drop(token);
        hostile::for_ever()
    }
}
