//! Allows and denies sessions, and services in them, by lists.
//!
//! ```toml
//! [coweb.access]
//! component = "list-access.wasm"
//!
//! [coweb.access.config]
//! access = { deny-users = ["eve"], info = { motd = "be kind" } }
//! rules  = [
//!     { services = ["scribe"], acls = ["sync"], config = { pages = 10 } },
//!     { keys = ["secret-*"], allow-users = ["anna", "b*"] },
//! ]
//! ```
//!
//! It is as with `rules` and `access` of `[chat]`: the **first** rule that is about something holds for it, and what
//! that does not say, `access` says, key by key. A rule is about all sessions whose keys match `keys` and the services
//! in them; with `services`, about such services and not about sessions. Without a list it is about all. All lists are
//! of globs (`*` is any text, `?` any character), which are compared exactly.
//!
//! | key | is | where neither says it |
//! |---|---|---|
//! | `keys`, `services` | what the rule is about; not in `access` | |
//! | `allow-users`, `deny-users` | users: only these; not these | see below |
//! | `acls` | what the bot of a service may do: `["sync"]` is to see the session's cooperative events | `[]` |
//! | `config` | what the bot of a service is started with | `{}` |
//! | `info` | what the application is told when it prepares a session | `{}` |
//!
//! Where only `deny-users` is said, all others may. Where neither is said, nobody comes into the session; but who is in
//! may use its services. So what nobody thought of is denied, and a rule for a bot locks nobody out of it.

mod rule;
mod rules;

use parlor_sdk::coweb::prelude::*;
use rule::Acl;
use rules::Rules;

access! { access: Lists }

struct Lists(Rules);

impl Access for Lists {
    fn start() -> Result<Self, String> {
        Rules::read(parlor_sdk::config::all()?).map(Self)
    }

    fn on_admin_request(&mut self, username: &str, key: &str, _: bool) -> Result<Admission, String> {
        if !self.0.may(username, key, None) {
            return Ok(Admission::refused(403, "you are not among those who may meet here"));
        }
        Ok(Admission::Welcome(self.0.info(key)))
    }

    fn on_session_request(&mut self, to: &Session, username: &str) -> Result<bool, String> {
        Ok(self.0.may(username, &to.key, None))
    }

    fn on_service_use(&mut self, at: &Session, username: &str, service: &str) -> Result<bool, String> {
        Ok(self.0.may(username, &at.key, Some(service)))
    }

    fn on_service_config(&mut self, at: &Session, service: &str) -> Result<String, String> {
        Ok(self.0.config(&at.key, service))
    }

    fn on_service_acls(&mut self, at: &Session, service: &str) -> Result<Acls, String> {
        let acl = |acl: &Acl| match acl {
            Acl::Sync => Acls::SERVICE_SYNC,
        };
        Ok(self.0.acls(&at.key, service).iter().map(acl).fold(Acls::empty(), |all, one| all | one))
    }
}
