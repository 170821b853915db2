//! A service bot that answers each request twice, in case the first answer is lost.

#![allow(missing_docs)]

use parlor_sdk::coweb::prelude::*;

service_bot! { bot: Twice }

struct Twice;

impl ServiceBot for Twice {
    fn start(_: &str, _: &str) -> Result<Self, String> {
        Ok(Self)
    }

    fn on_request(&mut self, _: &str, token: Token, _: &str) -> Handled {
        Token(token.0.clone()).reply("{}")?;
        // It is answered already where this fails.
        let _ = token.reply("{}");
        Ok(())
    }
}
