//! A manager that welcomes people with words that are no JSON.

#![allow(missing_docs)]

use parlor_sdk::coweb::prelude::*;

access! { access: Words }

struct Words;

impl Access for Words {
    fn start() -> Result<Self, String> {
        Ok(Self)
    }

    fn on_admin_request(&mut self, username: &str, _: &str, _: bool) -> Result<Admission, String> {
        Ok(match username {
            "eve" => Admission::refused(403, "you are not on the list"),
            _ => Admission::Welcome("be kind".to_owned()),
        })
    }

    fn on_session_request(&mut self, _: &Session, username: &str) -> Result<bool, String> {
        Ok(username != "eve")
    }

    fn on_service_use(&mut self, _: &Session, username: &str, _: &str) -> Result<bool, String> {
        Ok(username != "eve")
    }

    fn on_service_acls(&mut self, _: &Session, _: &str) -> Result<Acls, String> {
        Ok(Acls::empty())
    }
}
