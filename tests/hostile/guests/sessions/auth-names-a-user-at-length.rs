//! An auth manager that calls somebody by a name of a megabyte.

use parlor_sdk::coweb::prelude::*;

auth! { auth: Bad }

struct Bad;

impl Auth for Bad {
    fn start() -> Result<Self, String> {
        Ok(Self)
    }

    fn current_user(&mut self, _: &Request) -> Result<Identity, String> {
        Ok(Identity::user("A".repeat(1 << 20)))
    }

    fn check_credentials(&mut self, _: &Request, _: &str, _: &str) -> Result<Option<Vec<Cookie>>, String> {
        Ok(None)
    }

    fn clear_credentials(&mut self, _: &Request) -> Result<Vec<Cookie>, String> {
        Ok(Vec::new())
    }
}
