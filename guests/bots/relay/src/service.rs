//! The relay as a service: between the chat of one session and one room.

use parlor_sdk::{coweb::prelude::*, prelude::*};
use serde_json::json;

use crate::{
    RELAY,
    bridges::End,
    said::{Recent, Said, Topics},
    speech,
};

/// What to write where no room is named.
pub const REMEDY: &str = "name the session's room: config = { session-room = \"libera/#parlor\" }";

service_bot! { bot: Service }

/// What it must remember of a session.
struct Service {
    room: End,
    topics: Topics,
    recent: Recent,
}

impl ServiceBot for Service {
    fn start(_: &str, _: &str) -> Result<Self, String> {
        let room = room()?.ok_or_else(|| format!("`session-room` is not configured; {REMEDY}"))?;
        let topics = Topics::read(config::get("session-topic")?)?;
        RELAY.with_borrow_mut(|relay| relay.session = Some(room.clone()));
        Ok(Self { room, topics, recent: Recent::default() })
    }

    fn on_request(&mut self, _: &str, token: Token, _: &str) -> Handled {
        token.reply(json!({ "network": self.room.network, "room": self.room.room }).to_string())
    }

    fn on_sync(&mut self, data: &str, username: &str) -> Handled {
        let Some(said) = Said::read(data, username, &self.topics) else { return Ok(()) };
        let text = speech::quote(&said.name, None, &said.text);
        if text.is_empty() || !self.recent.is_new(said.id) {
            return Ok(());
        }
        RELAY.with_borrow_mut(|relay| relay.say(text))
    }

    fn on_shutdown(&mut self) -> Handled {
        RELAY.with_borrow_mut(|relay| relay.session = None);
        Ok(())
    }
}

/// The room that is configured, if one is.
pub fn room() -> Result<Option<End>, String> {
    let Some(text) = config::get("session-room")? else { return Ok(None) };
    let end = End::read(&text).ok_or_else(|| format!("{text:?} is no room and its network; {REMEDY}"))?;
    let network = &end.network;
    if !chat::networks().contains(network) {
        return Err(format!(
            "`session-room` names the network {network:?}; add it to: grant = {{ networks = … }}"
        ));
    }
    Ok(Some(end))
}

/// Tells the session what was said in its room.
pub fn tell(nick: &str, room: &str, body: &str) -> Handled {
    session_api::publish(&publication(nick, room, body))
}

fn publication(nick: &str, room: &str, body: &str) -> String {
    json!({ "from": nick, "room": room, "text": speech::beginning(body) }).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_in_the_room_is_told_with_who_and_where_and_not_without_end() {
        assert_eq!(
            publication("bob\"", "#parlor", "<i>hello</i>\n"),
            r##"{"from":"bob\"","room":"#parlor","text":"<i>hello</i>\n"}"##
        );
        assert!(publication("bob", "#parlor", &"ü".repeat(99_999)).chars().count() < 5_000);
    }
}
