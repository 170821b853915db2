//! Late joiners are brought up to date by an application of their own type, or by any where there is none.
//!
//! It takes no configuration, and serves where none else is configured as `updater`.

use parlor_sdk::coweb::prelude::*;

updater! { updater: Exact }

struct Exact;

impl Updater for Exact {
    fn start() -> Result<Self, String> {
        Ok(Self)
    }

    fn match_updater_type(
        &mut self,
        updater_type: &str,
        available: &[String],
    ) -> Result<Option<String>, String> {
        Ok(available.iter().find(|other| *other == updater_type).cloned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_type_or_none() {
        let available = ["default", "editor-2", "editor"].map(String::from);
        let matched = |wanted| Exact.match_updater_type(wanted, &available).unwrap();
        assert_eq!(matched("editor").as_deref(), Some("editor"));
        assert_eq!(matched("Editor"), None);
        assert_eq!(matched("edit"), None);
        assert_eq!(Exact.match_updater_type("editor", &[]), Ok(None));
    }
}
