//! All managers of a server of sessions in one, which behave until the configured call comes.
//!
//! `at` names the call, as in the contract, and `mood` what becomes of it (`tests/guests/src/mood.rs`).

use std::time::Duration;

use parlor_sdk::coweb::prelude::*;
use test_guests::mood;

auth! { auth: Moody }
access! { access: Moody }
updater! { updater: Moody }

struct Moody;

/// What becomes of a call: an error, something else than it should, or `lie`.
fn call<T>(name: &str, truth: T, lie: T) -> Result<T, String> {
    Ok(if mood::at(name)? { lie } else { truth })
}

impl Auth for Moody {
    fn start() -> Result<Self, String> {
        call("auth.start", Self, Self)
    }

    fn requires_login(&mut self) -> Result<bool, String> {
        Ok(config::get("login")?.as_deref() == Some("true"))
    }

    fn current_user(&mut self, by: &Request) -> Result<Identity, String> {
        // Whoever they say that they are: tests are many people.
        let name = by.headers.iter().find(|(name, _)| name == "x-user").map_or("somebody", |(_, user)| user);
        call("get-current-user", Identity::user(name), Identity::user("x".repeat(10_000)))
    }

    fn check_credentials(&mut self, _: &Request, _: &str, _: &str) -> Result<Option<Vec<Cookie>>, String> {
        let lie = vec![Cookie::set("no name\r\nset-cookie: x=y", "v", Duration::from_secs(1))];
        call("check-credentials", None, Some(lie))
    }

    fn clear_credentials(&mut self, _: &Request) -> Result<Vec<Cookie>, String> {
        call("clear-credentials", Vec::new(), Vec::new())
    }
}

impl Access for Moody {
    fn start() -> Result<Self, String> {
        call("access.start", Self, Self)
    }

    fn on_admin_request(&mut self, user: &str, _: &str, _: bool) -> Result<Admission, String> {
        if user == "turned-away" {
            return Ok(Admission::refused(418, "a teapot"));
        }
        call("on-admin-request", Admission::Welcome("{\"a\":1}".into()), Admission::Welcome("no JSON".into()))
    }

    fn on_session_request(&mut self, _: &Session, user: &str) -> Result<bool, String> {
        call("on-session-request", user != "stranger", true)
    }

    fn on_service_use(&mut self, _: &Session, user: &str, _: &str) -> Result<bool, String> {
        call("on-service-use", user != "mute", true)
    }
}

impl Updater for Moody {
    fn start() -> Result<Self, String> {
        call("updater.start", Self, Self)
    }

    fn match_updater_type(&mut self, _: &str, available: &[String]) -> Result<Option<String>, String> {
        call("match-updater-type", available.last().cloned(), Some("nobody's".into()))
    }
}
