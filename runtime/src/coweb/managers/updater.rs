//! Which application brings a late joiner up to date.

use super::Desk;
use crate::coweb::exports;

/// The updater type matcher.
#[derive(Default)]
pub struct Updater {
    /// Where it is asked.
    pub desk: Desk,
}

impl Updater {
    /// The type among `available` that a late joiner of type `wanted` gets; none if any will do, or the manager did
    /// not say. That is told in the log.
    pub async fn match_updater_type(&self, wanted: String, available: Vec<String>) -> Option<String> {
        let among = available.clone();
        let asked = self.desk.ask(move |live| {
            Box::pin(async move {
                let exports = exports::of(live)?;
                let Some(updater) = &exports.updater else {
                    return Ok(Err("it exports no parlor:coweb/updater-type-matcher".into()));
                };
                updater.call_match_updater_type(&mut live.store, &wanted, &available).await
            })
        });
        match asked.await {
            Ok(chosen) => chosen.filter(|chosen| among.contains(chosen)),
            Err(why) => {
                tracing::warn!(%why, "the updater type matcher: any updater will do");
                None
            }
        }
    }
}
