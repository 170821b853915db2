//! A service manager of components that takes down its calls, and does with its bridge what a request tells it:
//! `{"bridge": [["auth-bot", "echo", "TOKEN"], …]}`. What came of each is in the log: `bridge: auth-bot echo TOKEN: done`.
//!
//! `at` and `mood` are those of `tests/guests/src/mood.rs`; a request `{"manager": "traps"}` ends it.

use std::process;

use parlor_sdk::coweb::prelude::*;
use serde_json::{Value, json};
use test_guests::recording::called;

manager! { manager: Recording, on_component: Recording::hears }

struct Recording;

const HANDLE: &[u8] = b"let in by the recording manager";

fn call(name: &str, with: &str) -> Handled {
    called("manager", name, with).map(drop)
}

/// What is to be delivered, in the form of this manager.
fn message(what: Value) -> Result<BotMessage, String> {
    Ok(what.to_string().into_bytes())
}

impl Recording {
    fn hears(&mut self, service: &str, event: ComponentEvent) -> Handled {
        match event {
            ComponentEvent::Started(token) => {
                call("on-started", service)?;
                bridge::auth_bot(service, &token, HANDLE)?;
                bridge::mark_bot_subscribed(service)?;
            }
            ComponentEvent::Reply(token, data) => {
                call("on-reply", service)?;
                bridge::on_bot_response(service, &token, &data)?;
            }
            ComponentEvent::Publish(data) => {
                call("on-publish", service)?;
                bridge::on_bot_publish(service, &data)?;
            }
            ComponentEvent::Exit(_) => {
                call("on-exit", service)?;
                bridge::deactivate_bot(service)?;
            }
        }
        Ok(())
    }
}

/// Does something with the bridge.
fn cross(what: &Value) {
    let part = |at: usize| what[at].as_str().unwrap_or_default();
    let (service, second) = (part(1), part(2));
    let done = match part(0) {
        "auth-bot" => bridge::auth_bot(service, second, HANDLE),
        "auth-bot-with-a-long-handle" => bridge::auth_bot(service, second, &[0; 257]),
        "deactivate-bot" => bridge::deactivate_bot(service),
        "mark-bot-subscribed" => bridge::mark_bot_subscribed(service),
        "on-bot-response" => bridge::on_bot_response(service, second, part(3)),
        "on-bot-publish" => bridge::on_bot_publish(service, second),
        other => panic!("the bridge has no {other}"),
    };
    let words: Vec<_> = what.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    log::info(format!("bridge: {}: {}", words.join(" "), done.map_or_else(name, |()| "done")));
}

/// An error as the contract calls it.
fn name(error: bridge::Error) -> &'static str {
    match error {
        bridge::Error::UnknownService => "unknown-service",
        bridge::Error::WrongToken => "wrong-token",
        bridge::Error::NotSubscribed => "not-subscribed",
        bridge::Error::UnknownRequest => "unknown-request",
        bridge::Error::TooLarge => "too-large",
        bridge::Error::NotJson => "not-json",
    }
}

impl Manager for Recording {
    fn start() -> Result<Self, String> {
        Ok(Self)
    }

    fn connection_info(&mut self) -> Result<String, String> {
        Ok(r#"{"here":true}"#.into())
    }

    fn manager_id(&mut self) -> Result<String, String> {
        // The shipped launcher is to serve as well.
        Ok("component".into())
    }

    fn start_services(&mut self) -> Handled {
        call("start-services", "")
    }

    fn end_services(&mut self) -> Handled {
        call("end-services", "")
    }

    fn on_shutdown_request(&mut self, service: &str) -> Result<BotMessage, String> {
        call("on-shutdown-request", service)?;
        message(json!(["shutdown"]))
    }

    fn on_user_request(
        &mut self,
        service: &str,
        username: &str,
        token: &str,
        value: &str,
    ) -> Result<BotMessage, String> {
        call("on-user-request", &format!("{service} {username} {value}"))?;
        let asked: Value = serde_json::from_str(value).map_err(|error| error.to_string())?;
        if asked["manager"] == "traps" {
            process::abort();
        }
        asked["bridge"].as_array().into_iter().flatten().for_each(cross);
        message(json!(["request", username, token, value]))
    }

    fn on_user_subscribe(&mut self, service: &str, username: &str) -> Result<BotMessage, String> {
        call("on-user-subscribe", &format!("{service} {username}"))?;
        message(json!(["subscribe", username]))
    }

    fn on_user_unsubscribe(&mut self, service: &str, username: &str) -> Result<BotMessage, String> {
        call("on-user-unsubscribe", &format!("{service} {username}"))?;
        message(json!(["unsubscribe", username]))
    }

    fn on_user_sync(&mut self, service: &str, username: &str, data: &str) -> Result<BotMessage, String> {
        call("on-user-sync", &format!("{service} {username}"))?;
        message(json!(["sync", username, data]))
    }

    fn send_message(&mut self, service: &str, what: BotMessage, to: &[u8]) -> Handled {
        let what: Value = serde_json::from_slice(&what).map_err(|error| error.to_string())?;
        let part = |at: usize| what[at].as_str().unwrap_or_default().to_owned();
        call("send-message", &format!("{service} {}", part(0)))?;
        if to != HANDLE {
            return Err("this handle is another's".into());
        }
        let event = match part(0).as_str() {
            "request" => components::BotEvent::Request((part(3), part(2), part(1))),
            "subscribe" => components::BotEvent::Subscribe(part(1)),
            "unsubscribe" => components::BotEvent::Unsubscribe(part(1)),
            "sync" => components::BotEvent::Sync((part(2), part(1))),
            _ => components::BotEvent::Shutdown,
        };
        components::deliver(service, &event)
    }
}
