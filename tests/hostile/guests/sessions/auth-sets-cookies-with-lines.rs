//! An auth manager that sets cookies which would be headers.

use parlor_sdk::coweb::prelude::*;

auth! { auth: Bad }

struct Bad;

impl Auth for Bad {
    fn start() -> Result<Self, String> {
        Ok(Self)
    }

    fn current_user(&mut self, _: &Request) -> Result<Identity, String> {
        let age = std::time::Duration::from_secs(1);
        Ok(Identity::user("ann").with(Cookie::set("a\r\nset-cookie: b=c", "v", age)))
    }

    fn check_credentials(&mut self, _: &Request, _: &str, _: &str) -> Result<Option<Vec<Cookie>>, String> {
        Ok(None)
    }

    fn clear_credentials(&mut self, _: &Request) -> Result<Vec<Cookie>, String> {
        Ok(Vec::new())
    }
}
