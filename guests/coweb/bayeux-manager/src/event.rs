//! What a bot is told: each event is a frame with one message.

use parlor_sdk::coweb::prelude::*;
use serde::Serialize;
use serde_json::value::RawValue;

#[derive(Serialize)]
struct Message<'a> {
    channel: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    data: Data<'a>,
}

#[derive(Default, Serialize)]
struct Data<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<&'a RawValue>,
    #[serde(rename = "syncData", skip_serializing_if = "Option::is_none")]
    sync_data: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    username: Option<&'a str>,
}

/// Somebody asks.
pub fn request(service: &str, username: &str, token: &str, value: &str) -> Result<BotMessage, String> {
    let data = Data { value: Some(json(value)?), username: Some(username), ..Data::default() };
    frame(service, "request", Some(token), data)
}

/// Somebody listens.
pub fn subscribe(service: &str, username: &str) -> Result<BotMessage, String> {
    frame(service, "subscribe", None, Data { username: Some(username), ..Data::default() })
}

/// Somebody does not listen any more.
pub fn unsubscribe(service: &str, username: &str) -> Result<BotMessage, String> {
    frame(service, "unsubscribe", None, Data { username: Some(username), ..Data::default() })
}

/// A cooperative event.
pub fn sync(service: &str, username: &str, data: &str) -> Result<BotMessage, String> {
    let data = Data { sync_data: Some(json(data)?), username: Some(username), ..Data::default() };
    frame(service, "sync", None, data)
}

/// It is to end.
pub fn shutdown(service: &str) -> Result<BotMessage, String> {
    frame(service, "shutdown", None, Data::default())
}

/// JSON that goes on as it came, so that no number loses a digit.
fn json(text: &str) -> Result<&RawValue, String> {
    serde_json::from_str(text).map_err(|error| format!("what should be told to a bot is no JSON: {error}"))
}

fn frame(service: &str, what: &str, id: Option<&str>, data: Data<'_>) -> Result<BotMessage, String> {
    let message = Message { channel: format!("/service/bot/{service}/{what}"), id, data };
    serde_json::to_vec(&[message]).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_event_is_written_as_the_original_did() {
        for (event, json) in [
            (
                request("echo", "a\"nn", "t1", r#"{"n": 12345678901234567890.5}"#),
                r#"[{"channel":"/service/bot/echo/request","id":"t1","data":{"value":{"n": 12345678901234567890.5},"username":"a\"nn"}}]"#,
            ),
            (
                request("echo", "ann", "t1", "null"),
                r#"[{"channel":"/service/bot/echo/request","id":"t1","data":{"value":null,"username":"ann"}}]"#,
            ),
            (
                subscribe("echo", "ann"),
                r#"[{"channel":"/service/bot/echo/subscribe","data":{"username":"ann"}}]"#,
            ),
            (
                unsubscribe("echo", "ann"),
                r#"[{"channel":"/service/bot/echo/unsubscribe","data":{"username":"ann"}}]"#,
            ),
            (
                sync("echo", "ann", r#"{"siteId":1}"#),
                r#"[{"channel":"/service/bot/echo/sync","data":{"syncData":{"siteId":1},"username":"ann"}}]"#,
            ),
            (shutdown("echo"), r#"[{"channel":"/service/bot/echo/shutdown","data":{}}]"#),
        ] {
            assert_eq!(String::from_utf8(event.unwrap()).unwrap(), json);
        }
        assert!(request("echo", "ann", "t1", "{").is_err());
    }
}
