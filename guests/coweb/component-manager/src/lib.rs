//! Speaks with service bots that are components of the same server.
//!
//! It takes no configuration and no grants, and serves where none else is configured as `manager`. Its id is
//! `component`, and a bot needs nothing to reach it: the connection info is `{}`. `component-launcher` is the launcher
//! that fits it.
//!
//! A bot is let in by the token that it was launched with, and listens from then on. One whose token is refused is
//! ended. That a bot has ended is told to the session, which answers those who still wait and launches it again when
//! somebody needs it.

mod letter;

use letter::Letter;
use parlor_sdk::coweb::prelude::*;

manager! { manager: Components, on_component: Components::hear }

/// There is nothing to remember: the session names the service at each call, and has one bot of each.
struct Components;

impl Components {
    fn hear(&mut self, service: &str, event: ComponentEvent) -> Handled {
        match event {
            ComponentEvent::Started(token) => welcome(service, &token).map_err(|why| {
                components::terminate(service);
                format!("{service} is not let in, and ended: {}", why.words())
            }),
            ComponentEvent::Reply(token, data) => Ok(bridge::on_bot_response(service, &token, &data)?),
            ComponentEvent::Publish(data) => Ok(bridge::on_bot_publish(service, &data)?),
            // The host has told the log why, if it failed.
            ComponentEvent::Exit(_) => Ok(bridge::deactivate_bot(service)?),
        }
    }
}

/// Lets a bot in, which listens from then on.
fn welcome(service: &str, token: &str) -> Result<(), bridge::Error> {
    // The service alone says which bot it is.
    bridge::auth_bot(service, token, &[])?;
    bridge::mark_bot_subscribed(service)
}

impl Manager for Components {
    fn start() -> Result<Self, String> {
        Ok(Self)
    }

    fn connection_info(&mut self) -> Result<String, String> {
        Ok("{}".to_owned())
    }

    fn manager_id(&mut self) -> Result<String, String> {
        Ok("component".to_owned())
    }

    fn on_shutdown_request(&mut self, _: &str) -> Result<BotMessage, String> {
        Letter::Shutdown.write()
    }

    fn on_user_request(
        &mut self,
        _: &str,
        username: &str,
        token: &str,
        value: &str,
    ) -> Result<BotMessage, String> {
        Letter::Request { value, token, username }.write()
    }

    fn on_user_subscribe(&mut self, _: &str, username: &str) -> Result<BotMessage, String> {
        Letter::Subscribe { username }.write()
    }

    fn on_user_unsubscribe(&mut self, _: &str, username: &str) -> Result<BotMessage, String> {
        Letter::Unsubscribe { username }.write()
    }

    fn on_user_sync(&mut self, _: &str, username: &str, data: &str) -> Result<BotMessage, String> {
        Letter::Sync { data, username }.write()
    }

    fn send_message(&mut self, service: &str, what: BotMessage, _: &[u8]) -> Handled {
        components::deliver(service, &Letter::read(&what)?.into())
    }
}

#[cfg(test)]
mod tests {
    use parlor_sdk::testing::Host;

    use super::*;

    #[test]
    fn a_bot_that_shows_its_token_is_let_in_and_listens() {
        let host = Host::new();
        Components.hear("clock", ComponentEvent::Started("token".into())).unwrap();
        assert_eq!(host.heard(), ["auth-bot clock token []", "mark-bot-subscribed clock"]);
    }

    #[test]
    fn a_bot_whose_token_is_refused_is_ended() {
        let host = Host::new();
        host.refuse("auth-bot", "it was used already");
        let why = Components.hear("clock", ComponentEvent::Started("token".into())).unwrap_err();
        assert!(why.starts_with("clock is not let in, and ended: the launch token is wrong"), "{why}");
        assert_eq!(host.heard(), ["terminate clock"]);
    }

    #[test]
    fn what_a_bot_says_reaches_its_session() {
        let host = Host::new();
        for event in [
            ComponentEvent::Reply("7".into(), r#"{"a":1}"#.into()),
            ComponentEvent::Publish("[2]".into()),
            ComponentEvent::Exit(Some("it trapped".into())),
        ] {
            Components.hear("clock", event).unwrap();
        }
        assert_eq!(
            host.heard(),
            [r#"on-bot-response clock 7 {"a":1}"#, "on-bot-publish clock [2]", "deactivate-bot clock"]
        );
    }

    #[test]
    fn a_bot_hears_why_its_answer_does_not_arrive() {
        let host = Host::new();
        host.refuse("on-bot-response", "its user has left");
        let why = Components.hear("clock", ComponentEvent::Reply("7".into(), "1".into())).unwrap_err();
        assert_eq!(why, "nobody waits for this answer");
    }

    #[test]
    fn what_happens_to_a_bot_is_delivered_as_it_happened() {
        let host = Host::new();
        let mut it = Components;
        for message in [
            it.on_user_subscribe("clock", "ann"),
            it.on_user_request("clock", "ann", "7", r#"{"ask":"time"}"#),
            it.on_user_sync("clock", "ben", r#"{"topic":"t"}"#),
            it.on_user_unsubscribe("clock", "ann"),
            it.on_shutdown_request("clock"),
        ] {
            it.send_message("clock", message.unwrap(), &[]).unwrap();
        }
        assert_eq!(
            host.heard(),
            [
                r#"deliver clock BotEvent::Subscribe("ann")"#,
                r#"deliver clock BotEvent::Request(("{\"ask\":\"time\"}", "7", "ann"))"#,
                r#"deliver clock BotEvent::Sync(("{\"topic\":\"t\"}", "ben"))"#,
                r#"deliver clock BotEvent::Unsubscribe("ann")"#,
                "deliver clock BotEvent::Shutdown",
            ]
        );
    }

    #[test]
    fn what_it_did_not_write_is_not_delivered() {
        let host = Host::new();
        assert!(Components.send_message("clock", b"{\"topic\":1}".to_vec(), &[]).is_err());
        assert_eq!(host.heard(), [""; 0]);
    }
}
