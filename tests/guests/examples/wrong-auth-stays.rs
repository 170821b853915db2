//! A manager of people who stay signed in when they sign out.

#![allow(missing_docs)]

use std::time::Duration;

use parlor_sdk::coweb::prelude::*;

auth! { auth: Stays }

struct Stays;

impl Auth for Stays {
    fn start() -> Result<Self, String> {
        Ok(Self)
    }

    fn requires_login(&mut self) -> Result<bool, String> {
        Ok(true)
    }

    fn current_user(&mut self, by: &Request) -> Result<Identity, String> {
        Ok(by.cookie("user").filter(|name| *name == "anna").map_or_else(Identity::nobody, Identity::user))
    }

    fn check_credentials(
        &mut self,
        _: &Request,
        username: &str,
        password: &str,
    ) -> Result<Option<Vec<Cookie>>, String> {
        let right = (username, password) == ("anna", "secret");
        Ok(right.then(|| vec![Cookie::set("user", username, Duration::from_secs(3_600))]))
    }

    fn clear_credentials(&mut self, _: &Request) -> Result<Vec<Cookie>, String> {
        Ok(Vec::new())
    }
}
