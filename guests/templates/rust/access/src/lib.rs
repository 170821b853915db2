//! Lets friends into sessions, and nobody else. The setting `friends` lists them: `["anna", "ben"]`.

use std::collections::BTreeSet;

use parlor_sdk::coweb::prelude::*;

access! { access: Friends }

struct Friends(BTreeSet<String>);

impl Access for Friends {
    fn start() -> Result<Self, String> {
        let text = config::require("friends")?;
        let wrong =
            |_| r#"`friends` must be a list of names: friends = ["anna", "ben"]"#.to_owned();
        serde_json::from_str(&text).map(Self).map_err(wrong)
    }

    /// Somebody prepares a session under a key. What they are welcomed with goes to their application.
    fn on_admin_request(
        &mut self,
        username: &str,
        _key: &str,
        _collab: bool,
    ) -> Result<Admission, String> {
        if self.0.contains(username) {
            Ok(Admission::Welcome(r#"{"motd":"be kind"}"#.to_owned()))
        } else {
            Ok(Admission::refused(403, "you are not on the list"))
        }
    }

    /// Somebody enters a session.
    fn on_session_request(&mut self, _to: &Session, username: &str) -> Result<bool, String> {
        Ok(self.0.contains(username))
    }

    /// Somebody who is in listens to a service, or asks it.
    fn on_service_use(
        &mut self,
        _at: &Session,
        _username: &str,
        _service: &str,
    ) -> Result<bool, String> {
        Ok(true)
    }

    /// What the bot of a service is started with.
    fn on_service_config(&mut self, _at: &Session, _service: &str) -> Result<String, String> {
        Ok("{}".to_owned())
    }

    /// What it may do: `Acls::SERVICE_SYNC` would show it the events of the session.
    fn on_service_acls(&mut self, _at: &Session, _service: &str) -> Result<Acls, String> {
        Ok(Acls::empty())
    }
}
