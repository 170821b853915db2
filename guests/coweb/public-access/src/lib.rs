//! Allows everybody everything: any user may prepare and enter any session and use any service, and every bot is shown
//! the cooperative events and started with an empty configuration.
//!
//! It takes no configuration, and serves where none else is configured as `access`.

use parlor_sdk::coweb::prelude::*;

access! { access: Public }

struct Public;

impl Access for Public {
    fn start() -> Result<Self, String> {
        Ok(Self)
    }

    fn on_admin_request(&mut self, _: &str, _: &str, _: bool) -> Result<Admission, String> {
        Ok(Admission::Welcome("{}".to_owned()))
    }

    fn on_session_request(&mut self, _: &Session, _: &str) -> Result<bool, String> {
        Ok(true)
    }

    fn on_service_use(&mut self, _: &Session, _: &str, _: &str) -> Result<bool, String> {
        Ok(true)
    }

    fn on_service_acls(&mut self, _: &Session, _: &str) -> Result<Acls, String> {
        Ok(Acls::all())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_may_do_everything() {
        let session = Session { id: "0".repeat(32), key: "k".into(), collab: true, cache_state: false };
        assert_eq!(Public.on_admin_request("", "", false), Ok(Admission::Welcome("{}".into())));
        assert_eq!(Public.on_session_request(&session, "eve"), Ok(true));
        assert_eq!(Public.on_service_subscribe(&session, "eve", "echo"), Ok(true));
        assert_eq!(Public.on_service_request(&session, "eve", "echo"), Ok(true));
        assert_eq!(Public.on_service_unsubscribe(&session, "eve", "echo"), Ok(true));
        assert_eq!(Public.on_service_config(&session, "echo").as_deref(), Ok("{}"));
        assert_eq!(Public.on_service_acls(&session, "echo"), Ok(Acls::SERVICE_SYNC));
    }
}
