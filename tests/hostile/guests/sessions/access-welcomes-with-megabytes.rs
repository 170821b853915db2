//! An access manager that welcomes at length.

use parlor_sdk::coweb::prelude::*;

access! { access: Bad }

struct Bad;

impl Access for Bad {
    fn start() -> Result<Self, String> {
        Ok(Self)
    }

    fn on_admin_request(&mut self, _: &str, _: &str, _: bool) -> Result<Admission, String> {
        Ok(Admission::Welcome(format!("{{\"a\":\"{}\"}}", "A".repeat(1 << 20))))
    }

    fn on_session_request(&mut self, _: &Session, _: &str) -> Result<bool, String> {
        Ok(true)
    }

    fn on_service_use(&mut self, _: &Session, _: &str, _: &str) -> Result<bool, String> {
        Ok(true)
    }
}
