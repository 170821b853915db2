//! A manager that remembers one token only: of two who ask at once, both are answered as the last.

#![allow(missing_docs)]

use parlor_sdk::coweb::{components::BotEvent, prelude::*};

manager! { manager: Swaps, on_component: Swaps::hear }

#[derive(Default)]
struct Swaps {
    token: String,
}

impl Swaps {
    fn hear(&mut self, service: &str, event: ComponentEvent) -> Handled {
        match event {
            ComponentEvent::Started(token) => {
                let let_in = bridge::auth_bot(service, &token, &[]);
                let let_in = let_in.and_then(|()| bridge::mark_bot_subscribed(service));
                let_in.map_err(|why| {
                    components::terminate(service);
                    why.words()
                })?;
            }
            ComponentEvent::Reply(token, data) => bridge::on_bot_response(service, &token, &data)?,
            ComponentEvent::Publish(data) => bridge::on_bot_publish(service, &data)?,
            ComponentEvent::Exit(_) => bridge::deactivate_bot(service)?,
        }
        Ok(())
    }
}

/// A message: what happened, and texts behind it.
fn message(parts: &[&str]) -> Result<BotMessage, String> {
    serde_json::to_vec(parts).map_err(|error| error.to_string())
}

impl Manager for Swaps {
    fn start() -> Result<Self, String> {
        Ok(Self::default())
    }

    fn connection_info(&mut self) -> Result<String, String> {
        Ok("{}".to_owned())
    }

    fn manager_id(&mut self) -> Result<String, String> {
        Ok("component".to_owned())
    }

    fn on_shutdown_request(&mut self, _: &str) -> Result<BotMessage, String> {
        message(&["shutdown"])
    }

    fn on_user_request(
        &mut self,
        _: &str,
        username: &str,
        token: &str,
        value: &str,
    ) -> Result<BotMessage, String> {
        token.clone_into(&mut self.token);
        message(&["request", value, username])
    }

    fn on_user_subscribe(&mut self, _: &str, username: &str) -> Result<BotMessage, String> {
        message(&["subscribe", username])
    }

    fn on_user_unsubscribe(&mut self, _: &str, username: &str) -> Result<BotMessage, String> {
        message(&["unsubscribe", username])
    }

    fn on_user_sync(&mut self, _: &str, username: &str, data: &str) -> Result<BotMessage, String> {
        message(&["sync", data, username])
    }

    fn send_message(&mut self, service: &str, what: BotMessage, _: &[u8]) -> Handled {
        let parts: Vec<String> = serde_json::from_slice(&what).map_err(|error| error.to_string())?;
        let parts: Vec<_> = parts.iter().map(String::as_str).collect();
        let event = match parts[..] {
            ["shutdown"] => BotEvent::Shutdown,
            ["request", value, user] => BotEvent::Request((value.into(), self.token.clone(), user.into())),
            ["subscribe", user] => BotEvent::Subscribe(user.into()),
            ["unsubscribe", user] => BotEvent::Unsubscribe(user.into()),
            ["sync", data, user] => BotEvent::Sync((data.into(), user.into())),
            _ => return Err("this is no message of mine".to_owned()),
        };
        components::deliver(service, &event)
    }
}
