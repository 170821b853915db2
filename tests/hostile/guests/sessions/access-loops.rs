//! An access manager that never decides.

use parlor_sdk::coweb::prelude::*;

access! { access: Bad }

struct Bad;

impl Access for Bad {
    fn start() -> Result<Self, String> {
        Ok(Self)
    }

    fn on_admin_request(&mut self, _: &str, _: &str, _: bool) -> Result<Admission, String> {
        Ok(Admission::Welcome("{}".into()))
    }

    fn on_session_request(&mut self, _: &Session, _: &str) -> Result<bool, String> {
        hostile::for_ever()
    }

    fn on_service_use(&mut self, _: &Session, _: &str, _: &str) -> Result<bool, String> {
        Ok(true)
    }
}
