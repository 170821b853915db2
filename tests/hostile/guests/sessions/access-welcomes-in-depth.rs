//! An access manager that welcomes with brackets in brackets.

use parlor_sdk::coweb::prelude::*;

access! { access: Bad }

struct Bad;

impl Access for Bad {
    fn start() -> Result<Self, String> {
        Ok(Self)
    }

    fn on_admin_request(&mut self, _: &str, _: &str, _: bool) -> Result<Admission, String> {
        Ok(Admission::Welcome(format!("{{\"a\":{}{}}}", "[".repeat(30_000), "]".repeat(30_000))))
    }

    fn on_session_request(&mut self, _: &Session, _: &str) -> Result<bool, String> {
        Ok(true)
    }

    fn on_service_use(&mut self, _: &Session, _: &str, _: &str) -> Result<bool, String> {
        Ok(true)
    }
}
