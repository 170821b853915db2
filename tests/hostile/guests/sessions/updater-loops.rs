//! An updater type matcher that never chooses.

use parlor_sdk::coweb::prelude::*;

updater! { updater: Bad }

struct Bad;

impl Updater for Bad {
    fn start() -> Result<Self, String> {
        Ok(Self)
    }

    fn match_updater_type(&mut self, _: &str, _: &[String]) -> Result<Option<String>, String> {
        hostile::for_ever()
    }
}
