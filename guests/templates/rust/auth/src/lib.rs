//! People sign in with a name and a password, which are in the setting `users`: `{"anna":"secret"}`.
//!
//! That is for trying things out: a real one keeps no passwords, only hashes of them.

use std::collections::BTreeMap;

use parlor_sdk::coweb::prelude::*;

auth! { auth: Users }

/// The cookie with the name of who is signed in. The server signs it, and shows only those that it has signed itself.
const COOKIE: &str = "user";

/// The password of each user.
struct Users(BTreeMap<String, String>);

impl Auth for Users {
    fn start() -> Result<Self, String> {
        let text = config::require("users")?;
        let wrong =
            |_| r#"`users` must be names and passwords: users = { anna = "secret" }"#.to_owned();
        serde_json::from_str(&text).map(Self).map_err(wrong)
    }

    fn requires_login(&mut self) -> Result<bool, String> {
        Ok(true)
    }

    fn requires_cookies(&mut self) -> Result<bool, String> {
        Ok(true)
    }

    /// Called when somebody opens a page, prepares a session or comes in. Nobody is sent to the login form.
    fn current_user(&mut self, by: &Request) -> Result<Identity, String> {
        // Who was taken out of the list is out, whatever the cookie says.
        let user = by.cookie(COOKIE).filter(|name| self.0.contains_key(*name));
        Ok(user.map_or_else(Identity::nobody, Identity::user))
    }

    /// Called with what was typed into the login form.
    fn check_credentials(
        &mut self,
        _: &Request,
        username: &str,
        password: &str,
    ) -> Result<Option<Vec<Cookie>>, String> {
        let right = self.0.get(username).is_some_and(|known| known == password);
        // It holds until the browser is closed, and for a day at most.
        let cookie = Cookie {
            name: COOKIE.to_owned(),
            value: Some(username.to_owned()),
            max_age: None,
        };
        Ok(right.then(|| vec![cookie]))
    }

    fn clear_credentials(&mut self, _: &Request) -> Result<Vec<Cookie>, String> {
        Ok(vec![Cookie::remove(COOKIE)])
    }
}
