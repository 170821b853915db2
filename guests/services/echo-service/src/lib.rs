//! The least that a service bot does: each request is answered with `{"success":true}`, and what was asked is published
//! to all who listen.
//!
//! It takes no configuration and no grants. This file is a whole service bot, to begin one's own with.

use parlor_sdk::coweb::prelude::*;

service_bot! { bot: Echo }

struct Echo;

impl ServiceBot for Echo {
    fn start(_: &str, _: &str) -> Result<Self, String> {
        Ok(Self)
    }

    fn on_request(&mut self, data: &str, token: Token, _: &str) -> Handled {
        token.reply(r#"{"success":true}"#)?;
        session_api::publish(data)
    }
}

#[cfg(test)]
mod tests {
    use parlor_sdk::testing::Host;

    use super::*;

    fn ask(data: &str) -> Handled {
        Echo::start("echo", "{}").unwrap().on_request(data, Token("7".into()), "ann")
    }

    #[test]
    fn who_asks_is_answered_and_then_all_hear_it() {
        let host = Host::new();
        ask(r#"{"say":["hello"]}"#).unwrap();
        assert_eq!(host.heard(), [r#"reply 7 {"success":true}"#, r#"publish {"say":["hello"]}"#]);
    }

    #[test]
    fn what_nobody_waits_for_nobody_hears() {
        let host = Host::new();
        host.refuse("reply", "nobody waits for it");
        assert_eq!(ask("1"), Err("nobody waits for it".into()));
        assert_eq!(host.heard(), [""; 0]);
    }
}
