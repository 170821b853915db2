//! An auth manager that says in a megabyte, in terminal escapes, why it does not say.

use parlor_sdk::coweb::prelude::*;

auth! { auth: Bad }

struct Bad;

impl Auth for Bad {
    fn start() -> Result<Self, String> {
        Ok(Self)
    }

    fn current_user(&mut self, _: &Request) -> Result<Identity, String> {
        Err("no \x1b[2J\u{202e}".repeat(100_000))
    }

    fn check_credentials(&mut self, _: &Request, _: &str, _: &str) -> Result<Option<Vec<Cookie>>, String> {
        Ok(None)
    }

    fn clear_credentials(&mut self, _: &Request) -> Result<Vec<Cookie>, String> {
        Ok(Vec::new())
    }
}
