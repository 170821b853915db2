//! Chooses who brings a late joiner up to date: somebody of the same type, or else of the same family, which is what
//! stands before the `/`: `editor/2` can help `editor/1`.

use parlor_sdk::coweb::prelude::*;

updater! { updater: Family }

struct Family;

impl Updater for Family {
    fn start() -> Result<Self, String> {
        Ok(Self)
    }

    /// `None` means that anybody will do.
    fn match_updater_type(
        &mut self,
        wanted: &str,
        available: &[String],
    ) -> Result<Option<String>, String> {
        let same = available.iter().find(|other| *other == wanted);
        let related = || {
            available
                .iter()
                .find(|other| family(other) == family(wanted))
        };
        Ok(same.or_else(related).cloned())
    }
}

fn family(updater_type: &str) -> &str {
    updater_type.split('/').next().unwrap_or_default()
}
