//! What service bots keep of their sessions.

use super::session_api;
use crate::{Store, now};

/// Which sessions there is something of, and since when nobody has looked at it: milliseconds since 1970.
const SESSIONS: &str = "sessions";

/// For service bots.
impl Store {
    /// The bucket of this session, which outlives the bot: the next bot finds it in the next session of the same id. The
    /// server gives a session's key the same id again, after a restart only if its secret is configured.
    ///
    /// Call it when the bot starts. Sessions may never come back, and nobody says so; so of all sessions of this service
    /// it keeps the `most` that were opened last, and empties the buckets of those before.
    pub fn of_session(most: usize) -> Result<Self, String> {
        let session = session_api::session();
        let sessions = Self::bucket(SESSIONS)?;
        let mut others = sessions.keys()?;
        others.retain(|other| *other != session);
        if others.len() >= most.max(1) {
            for gone in longest_unused(sessions.all("")?, &session, most.max(1)) {
                let bucket = Self::bucket(&gone)?;
                bucket.delete_all(&bucket.keys()?)?;
                sessions.delete(&gone)?;
            }
        }
        sessions.set(&session, now().to_string())?;
        Self::bucket(&session)
    }
}

/// Those of all sessions that are too many beside this one.
fn longest_unused(all: Vec<(String, String)>, session: &str, most: usize) -> Vec<String> {
    // What is no time is no time that anybody opened it.
    let time = |text: &str| text.parse::<u64>().unwrap_or(0);
    let mut others: Vec<_> = all.into_iter().filter(|(other, _)| other != session).collect();
    others.sort_by_cached_key(|(other, text)| (time(text), other.clone()));
    let surplus = (others.len() + 1).saturating_sub(most);
    others.into_iter().take(surplus).map(|(other, _)| other).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Host;

    #[test]
    fn what_one_bot_keeps_the_next_of_the_same_session_finds() {
        let host = Host::new();
        host.session("a");
        Store::of_session(10).unwrap().set("k", "v").unwrap();
        assert_eq!(Store::of_session(10).unwrap().get("k"), Ok(Some("v".into())));
        host.session("b");
        assert_eq!(Store::of_session(10).unwrap().get("k"), Ok(None));
    }

    #[test]
    fn the_sessions_that_nobody_opened_for_longest_are_forgotten() {
        let host = Host::new();
        let times = Store::bucket(SESSIONS).unwrap();
        for (session, time) in [("a", "3"), ("b", "1"), ("c", "2"), ("d", "spoilt")] {
            Store::bucket(session).unwrap().set("k", "v").unwrap();
            times.set(session, time).unwrap();
        }
        host.session("b");
        assert_eq!(Store::of_session(2).unwrap().get("k"), Ok(Some("v".into())));
        let mut left = times.keys().unwrap();
        left.sort();
        assert_eq!(left, ["a", "b"]);
        assert_eq!(Store::bucket("c").unwrap().keys(), Ok(vec![]));
        assert_eq!(Store::bucket("a").unwrap().get("k"), Ok(Some("v".into())));
    }

    #[test]
    fn the_session_itself_is_never_forgotten() {
        let host = Host::new();
        host.session("a");
        Store::of_session(0).unwrap().set("k", "v").unwrap();
        assert_eq!(Store::of_session(0).unwrap().get("k"), Ok(Some("v".into())));
    }
}
