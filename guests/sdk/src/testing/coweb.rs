//! What the server gives managers and service bots.

#![allow(missing_docs, reason = "the documentation is the contract's own, in wit/")]

use super::with;

/// Notes a call, or refuses it.
fn hear(call: &str, what: &str) -> Result<(), String> {
    with(|state| state.hear(call, what))
}

pub mod session_api {
    use super::{super::with, hear};

    pub fn session() -> String {
        with(|state| state.session.clone())
    }

    pub fn service_name() -> String {
        "service".to_owned()
    }

    pub fn reply(token: &str, data: &str) -> Result<(), String> {
        hear("reply", &format!("{token} {data}"))
    }

    pub fn publish(data: &str) -> Result<(), String> {
        hear("publish", data)
    }
}

pub mod bridge {
    use super::{super::with, hear};
    pub use crate::bindings::coweb_imports::parlor::coweb::bridge::Error;

    pub fn auth_bot(service: &str, token: &str, handle: &[u8]) -> Result<(), Error> {
        hear("auth-bot", &format!("{service} {token} {handle:?}")).map_err(|_| Error::WrongToken)
    }

    pub fn deactivate_bot(service: &str) -> Result<(), Error> {
        hear("deactivate-bot", service).map_err(|_| Error::UnknownService)
    }

    pub fn get_session_id() -> String {
        with(|state| state.session.clone())
    }

    pub fn mark_bot_subscribed(service: &str) -> Result<(), Error> {
        hear("mark-bot-subscribed", service).map_err(|_| Error::NotSubscribed)
    }

    pub fn on_bot_response(service: &str, token: &str, data: &str) -> Result<(), Error> {
        hear("on-bot-response", &format!("{service} {token} {data}")).map_err(|_| Error::UnknownRequest)
    }

    pub fn on_bot_publish(service: &str, data: &str) -> Result<(), Error> {
        hear("on-bot-publish", &format!("{service} {data}")).map_err(|_| Error::TooLarge)
    }
}

pub mod components {
    use super::hear;
    pub use crate::bindings::coweb_imports::parlor::coweb::components::BotEvent;
    use crate::coweb::LaunchError;

    pub fn launch(service: &str, token: &str, app_data: &str) -> Result<(), LaunchError> {
        hear("launch", &format!("{service} {token} {app_data}")).map_err(LaunchError::Failed)
    }

    pub fn terminate(service: &str) {
        // It never fails.
        let _ = hear("terminate", service);
    }

    pub fn deliver(service: &str, what: &BotEvent) -> Result<(), String> {
        hear("deliver", &format!("{service} {what:?}"))
    }
}
