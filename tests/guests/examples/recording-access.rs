//! An access manager that takes down its calls, and allows all of it until the configured one comes.
//!
//! `at` and `mood` are those of `tests/guests/src/mood.rs`; to lie is to deny, or to say what is no JSON. `start` is what
//! bots are started with, `{}` by default, and `sync = true` shows them the cooperative events.

use parlor_sdk::coweb::prelude::*;
use test_guests::recording::called;

access! { access: Recording }

struct Recording;

fn call(name: &str, with: &str) -> Result<bool, String> {
    called("access", name, with)
}

impl Access for Recording {
    fn start() -> Result<Self, String> {
        Ok(Self)
    }

    fn on_admin_request(&mut self, user: &str, key: &str, _: bool) -> Result<Admission, String> {
        call("on-admin-request", &format!("{user} {key}"))?;
        Ok(Admission::Welcome("{}".into()))
    }

    fn on_session_request(&mut self, to: &Session, user: &str) -> Result<bool, String> {
        Ok(!call("on-session-request", &format!("{user} {}", to.key))?)
    }

    fn on_service_use(&mut self, _: &Session, _: &str, _: &str) -> Result<bool, String> {
        Err("each use has a call of its own".into())
    }

    fn on_service_subscribe(&mut self, _: &Session, user: &str, service: &str) -> Result<bool, String> {
        Ok(!call("on-service-subscribe", &format!("{user} {service}"))?)
    }

    fn on_service_request(&mut self, _: &Session, user: &str, service: &str) -> Result<bool, String> {
        Ok(!call("on-service-request", &format!("{user} {service}"))?)
    }

    fn on_service_unsubscribe(&mut self, _: &Session, user: &str, service: &str) -> Result<bool, String> {
        Ok(!call("on-service-unsubscribe", &format!("{user} {service}"))?)
    }

    fn on_service_config(&mut self, _: &Session, service: &str) -> Result<String, String> {
        if call("on-service-config", service)? {
            return Ok("no JSON".into());
        }
        Ok(config::get("start")?.unwrap_or_else(|| "{}".into()))
    }

    fn on_service_acls(&mut self, _: &Session, service: &str) -> Result<Acls, String> {
        call("on-service-acls", service)?;
        let sees = config::get("sync")?.as_deref() == Some("true");
        Ok(if sees { Acls::SERVICE_SYNC } else { Acls::empty() })
    }
}
