//! Speaks with service bots that are components of the same server.
//!
//! What happens in the session becomes a letter, which the server keeps until the bot is there, and gives back in order.
//! A letter is a list of texts in JSON: `["request", data, token, user]`, `["subscribe", user]`, `["unsubscribe", user]`,
//! `["sync", data, user]` or `["shutdown"]`.

use parlor_sdk::coweb::{components::BotEvent, prelude::*};

manager! { manager: Components, on_component: Components::hear }

/// There is nothing to remember: each session has a manager of its own, and one bot of each service.
struct Components;

impl Components {
    /// What a bot did.
    fn hear(&mut self, service: &str, event: ComponentEvent) -> Handled {
        match event {
            ComponentEvent::Started(token) => {
                // The handle is given back with each letter. The name of the service says enough.
                let let_in = bridge::auth_bot(service, &token, &[]);
                let_in
                    .and_then(|()| bridge::mark_bot_subscribed(service))
                    .map_err(|_| {
                        components::terminate(service);
                        format!("{service} is not let in, and ended")
                    })
            }
            ComponentEvent::Reply(token, data) => {
                Ok(bridge::on_bot_response(service, &token, &data)?)
            }
            ComponentEvent::Publish(data) => Ok(bridge::on_bot_publish(service, &data)?),
            ComponentEvent::Exit(_) => Ok(bridge::deactivate_bot(service)?),
        }
    }
}

fn write(letter: &[&str]) -> Result<BotMessage, String> {
    serde_json::to_vec(letter).map_err(|error| error.to_string())
}

fn read(letter: &[u8]) -> Result<BotEvent, String> {
    let texts: Vec<String> = serde_json::from_slice(letter).unwrap_or_default();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    Ok(match texts[..] {
        ["request", data, token, user] => {
            BotEvent::Request((data.into(), token.into(), user.into()))
        }
        ["subscribe", user] => BotEvent::Subscribe(user.into()),
        ["unsubscribe", user] => BotEvent::Unsubscribe(user.into()),
        ["sync", data, user] => BotEvent::Sync((data.into(), user.into())),
        ["shutdown"] => BotEvent::Shutdown,
        _ => return Err("this is no letter of this manager's".to_owned()),
    })
}

impl Manager for Components {
    fn start() -> Result<Self, String> {
        Ok(Self)
    }

    /// What a bot needs to reach this manager: nothing.
    fn connection_info(&mut self) -> Result<String, String> {
        Ok("{}".to_owned())
    }

    /// By this the launcher knows what kind of bots it is to start.
    fn manager_id(&mut self) -> Result<String, String> {
        Ok("component".to_owned())
    }

    fn on_shutdown_request(&mut self, _: &str) -> Result<BotMessage, String> {
        write(&["shutdown"])
    }

    fn on_user_request(
        &mut self,
        _: &str,
        username: &str,
        token: &str,
        value: &str,
    ) -> Result<BotMessage, String> {
        write(&["request", value, token, username])
    }

    fn on_user_subscribe(&mut self, _: &str, username: &str) -> Result<BotMessage, String> {
        write(&["subscribe", username])
    }

    fn on_user_unsubscribe(&mut self, _: &str, username: &str) -> Result<BotMessage, String> {
        write(&["unsubscribe", username])
    }

    fn on_user_sync(&mut self, _: &str, username: &str, data: &str) -> Result<BotMessage, String> {
        write(&["sync", data, username])
    }

    /// A letter's turn has come.
    fn send_message(&mut self, service: &str, what: BotMessage, _to: &[u8]) -> Handled {
        components::deliver(service, &read(&what)?)
    }
}
