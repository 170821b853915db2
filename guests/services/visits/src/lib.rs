//! Counts the visits of a session: each time that a user begins to listen. Five seconds after a visit that was not told
//! yet, all who listen hear `{"visits":{"ann":3,"ben":1}}`: many who come at once make one message. A request, whatever
//! it asks, is answered with the asker's visits and all of them: `{"visits":3,"total":4}`.
//!
//! ```toml
//! [coweb.service.visits]
//! component = "visits.wasm"
//! grant = { store = "1 MiB" }
//! ```
//!
//! | key | is | default |
//! |---|---|---|
//! | `after` | how long it waits before it tells, in milliseconds | `5000` |
//!
//! It counts in its store, so that it goes on when the bot starts again, and when the session comes back under the same
//! id; for that the server needs a configured cookie-secret. The store keeps the 1,000 sessions that were there last.
//!
//! A session has at most 1,000 users by name. Whoever comes after those is counted in the total alone: they are not
//! in what is published, and are answered with `"visits":null`. The grant `store = "1 MiB"` is enough for 30,000 names
//! of usual length; if it is full or the store fails, counting goes on in memory, and the log says so.

mod book;

use std::time::Duration;

use book::Book;
use parlor_sdk::coweb::prelude::*;

/// How many sessions are kept.
const MOST_SESSIONS: usize = 1_000;

service_bot! { bot: Visits, on_timer: Visits::tell }

struct Visits {
    after: Duration,
    book: Book,
    store: Store,
    /// Set while there is something to tell.
    timer: Option<Timer>,
}

impl Visits {
    fn tell(&mut self, _: Timer) -> Handled {
        self.timer = None;
        session_api::publish(&self.book.all())
    }
}

impl ServiceBot for Visits {
    fn start(_: &str, _: &str) -> Result<Self, String> {
        let after = match config::get("after")? {
            None => 5_000,
            Some(text) => text
                .trim()
                .parse()
                .map_err(|_| format!("`after` is a number of milliseconds, and {text:?} is none"))?,
        };
        let store = Store::of_session(MOST_SESSIONS)
            .map_err(|why| format!("visits are counted in the store: {why}"))?;
        let book = Book::new(store.all("")?);
        Ok(Self { after: Duration::from_millis(after), book, store, timer: None })
    }

    fn on_request(&mut self, _: &str, token: Token, username: &str) -> Handled {
        token.reply(self.book.answer(username))
    }

    fn on_subscribe(&mut self, username: &str) -> Handled {
        let (key, count) = self.book.note(username);
        let kept = self.store.set(&key, count.to_string());
        if self.timer.is_none() {
            self.timer = Some(Timer::once(self.after)?);
        }
        kept
    }
}

#[cfg(test)]
mod tests {
    use parlor_sdk::testing::Host;

    use super::*;

    fn visits() -> Visits {
        Visits::start("visits", "{}").unwrap()
    }

    fn come(visits: &mut Visits, users: &[&str]) {
        for user in users {
            visits.on_subscribe(user).unwrap();
        }
    }

    #[test]
    fn those_who_come_at_once_are_told_of_together() {
        let host = Host::new();
        let mut visits = visits();
        come(&mut visits, &["ben", "ann", "ann"]);
        let times: Vec<_> = host.timers().into_iter().map(|(_, time)| time).collect();
        assert_eq!((times, host.heard()), (vec![Duration::from_secs(5)], vec![]));
        visits.tell(host.ring().unwrap()).unwrap();
        assert_eq!(host.heard(), [r#"publish {"visits":{"ann":2,"ben":1}}"#]);
        assert_eq!(host.timers(), [], "there is nothing to tell");
        come(&mut visits, &["ben"]);
        visits.tell(host.ring().unwrap()).unwrap();
        assert_eq!(host.heard(), [r#"publish {"visits":{"ann":2,"ben":2}}"#]);
    }

    #[test]
    fn who_asks_hears_of_themselves_and_of_all() {
        let host = Host::new();
        let mut visits = visits();
        come(&mut visits, &["ann", "ben", "ann"]);
        visits.on_request("null", Token("1".into()), "ann").unwrap();
        visits.on_request("{}", Token("2".into()), "eve").unwrap();
        assert_eq!(host.heard(), [r#"reply 1 {"visits":2,"total":3}"#, r#"reply 2 {"visits":0,"total":3}"#]);
    }

    #[test]
    fn the_next_bot_of_the_session_counts_on_and_that_of_another_does_not() {
        let host = Host::new();
        come(&mut visits(), &["ann", "ann", "ben"]);
        let mut next = visits();
        come(&mut next, &["ann"]);
        assert_eq!(next.book.answer("ann"), r#"{"visits":3,"total":4}"#);
        host.session("other");
        assert_eq!(visits().book.answer("ann"), r#"{"visits":0,"total":0}"#);
    }

    #[test]
    fn a_full_store_is_told_and_counting_goes_on() {
        let host = Host::new();
        let mut visits = visits();
        host.grant_store(0);
        assert!(visits.on_subscribe("ann").unwrap_err().starts_with("the store is full"));
        visits.tell(host.ring().unwrap()).unwrap();
        assert_eq!(host.heard(), [r#"publish {"visits":{"ann":1}}"#]);
    }

    #[test]
    fn without_a_store_it_does_not_start_and_says_why() {
        let host = Host::new();
        host.refuse("open", "the store is not granted");
        let why = Visits::start("visits", "{}").err();
        assert_eq!(why.as_deref(), Some("visits are counted in the store: the store is not granted"));
    }

    #[test]
    fn the_wait_is_configured() {
        let host = Host::new();
        host.configure("after", "50");
        come(&mut visits(), &["ann"]);
        assert_eq!(host.timers()[0].1, Duration::from_millis(50));
        host.configure("after", "soon");
        assert!(Visits::start("visits", "{}").is_err());
    }
}
