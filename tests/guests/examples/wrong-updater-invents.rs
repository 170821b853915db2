//! A manager that always chooses the same updater, whether it is there or not.

#![allow(missing_docs)]

use parlor_sdk::coweb::prelude::*;

updater! { updater: Invents }

struct Invents;

impl Updater for Invents {
    fn start() -> Result<Self, String> {
        Ok(Self)
    }

    fn match_updater_type(&mut self, _: &str, _: &[String]) -> Result<Option<String>, String> {
        Ok(Some("default".to_owned()))
    }
}
