//! Keeps what happened in a session, and answers questions about it.
//!
//! ```toml
//! [coweb.service.scribe]
//! component = "scribe.wasm"
//! grant = { store = "16 MiB" }
//! config = { keep = 500 }
//!
//! [coweb.access.config]
//! rules = [{ services = ["scribe"], acls = ["sync"] }]
//! ```
//!
//! It hears the cooperative events of its session; for that the access manager gives it the right `sync`, as
//! `public-access` gives all rights to all services. It begins when somebody first uses the service. Requests are
//! questions:
//!
//! | request | answer |
//! |---|---|
//! | `{"ask":"count"}` | `{"count":500,"ever":1234,"unsaved":0}`: how many events are kept, how many there ever were, and how many the store did not take since this bot started |
//! | `{"ask":"last","n":5}` | `{"events":[…],"more":0}`: the last ones, oldest first; 10 where `n` is not said, at most 100 |
//! | `{"ask":"who"}` | `{"who":{"ann":12,"ben":3},"others":0}`: the events that are kept, by user; of the 100 busiest |
//! | `{"ask":"find","text":"milk"}` | `{"events":[…],"more":0}`: the last 50 in whose value this stands, in whatever case |
//! | anything else | `{"error":"…","questions":[…]}` |
//!
//! An event is `{"n":17,"time":"2026-07-01T12:00:00Z","user":"ann","topic":"coweb.sync.list.x","type":"insert",
//! "position":3,"value":"\"milk\"","site":1,"order":17}`. Its value is the JSON text that the application sent; of a long
//! one the first 1,024 bytes and `"cut":true`. An answer has at most 64 KiB of events; `more` says how many further ones
//! it would have had.
//!
//! | key | is | default |
//! |---|---|---|
//! | `keep` | how many events of a session are kept, 1 to 5,000; then the oldest go | `500` |
//! | `sessions` | how many sessions are kept; then those go whose bot was started longest ago | `100` |
//!
//! It needs the grant `store`, and does not start without. The history is kept under the session's id, and outlives both
//! the bot and the session: who meets again under the same key finds it, after a restart of the server if that has a
//! configured cookie-secret. An event costs one small write, and every fifty another one. Most events take some 250 bytes
//! and none more than 3 KiB, so that a hundred sessions usually fit into `store = "16 MiB"`. If the store is full or fails
//! while the session lasts, new events are kept in memory alone, and lost with the bot; the log says so, once, and
//! `unsaved` counts them.

mod event;
mod history;
mod question;

use event::Event;
use history::History;
use parlor_sdk::coweb::prelude::*;
use question::Question;

const MOST_KEPT: usize = 5_000;

service_bot! { bot: Scribe }

struct Scribe {
    history: History,
    store: Store,
    /// Events that the store did not take.
    unsaved: u64,
    /// Whether it took the last one.
    saves: bool,
}

/// A number that is configured.
fn number(key: &str, default: usize, most: usize) -> Result<usize, String> {
    let Some(text) = config::get(key)? else { return Ok(default) };
    let number = text.trim().parse().ok().filter(|number| (1..=most).contains(number));
    number.ok_or_else(|| format!("`{key}` is a number from 1 to {most}, and {text:?} is none"))
}

impl Scribe {
    fn open(keep: usize, sessions: usize) -> Result<Self, String> {
        let store = Store::of_session(sessions)?;
        let (history, surplus) = History::new(store.all("")?, keep);
        store.delete_all(&surplus)?;
        Ok(Self { history, store, unsaved: 0, saves: true })
    }

    /// Keeps an event, and lets those go for which there is no room any more.
    fn write(&mut self, event: Event) -> Handled {
        let number = self.history.next();
        let kept = self.store.set_json(&number.to_string(), &event);
        self.history.add(event);
        let old = self.history.outdated();
        if !old.is_empty() {
            let keys: Vec<_> = old.clone().map(|number| number.to_string()).collect();
            // Where this fails it is tried again with the next event.
            if self.store.delete_all(&keys).is_ok() {
                self.history.gone(old.end);
            }
        }
        kept
    }
}

impl ServiceBot for Scribe {
    fn start(_: &str, _: &str) -> Result<Self, String> {
        let keep = number("keep", 500, MOST_KEPT)?;
        let sessions = number("sessions", 100, usize::MAX)?;
        Self::open(keep, sessions).map_err(|why| format!("the history is kept in the store: {why}"))
    }

    fn on_sync(&mut self, data: &str, username: &str) -> Handled {
        let event = Event::read(data, username, now())?;
        // Told once, not at each event of a busy session.
        match self.write(event) {
            Ok(()) if self.saves => {}
            Ok(()) => {
                self.saves = true;
                log::info(format!("events are stored again; {} were not", self.unsaved));
            }
            Err(why) => {
                self.unsaved += 1;
                if self.saves {
                    self.saves = false;
                    log::warn(format!("events are not stored, and end with this bot: {why}"));
                }
            }
        }
        Ok(())
    }

    fn on_request(&mut self, data: &str, token: Token, _: &str) -> Handled {
        let answer = match Question::read(data) {
            Ok(question) => question.answer(&self.history, self.unsaved),
            Err(why) => question::refusal(&why),
        };
        token.reply(answer.to_string())
    }
}

#[cfg(test)]
mod tests {
    use parlor_sdk::testing::Host;
    use serde_json::{Value, json};

    use super::*;

    fn scribe() -> Scribe {
        Scribe::start("scribe", "{}").unwrap()
    }

    fn write(scribe: &mut Scribe, user: &str, value: &str) {
        let data = json!({
            "topic": "coweb.sync.list.x", "value": json!(value).to_string(), "type": "insert", "position": 0,
            "context": [0, 1], "siteId": 1, "order": 7,
        });
        scribe.on_sync(&data.to_string(), user).unwrap();
    }

    fn ask(host: &Host, scribe: &mut Scribe, question: Value) -> Value {
        host.heard();
        scribe.on_request(&question.to_string(), Token("7".into()), "ann").unwrap();
        let heard = host.heard();
        serde_json::from_str(heard[0].strip_prefix("reply 7 ").unwrap()).unwrap()
    }

    /// The values of an answer's events.
    fn values(answer: &Value) -> Vec<&str> {
        let events = answer["events"].as_array().unwrap();
        events.iter().map(|event| event["value"].as_str().unwrap().trim_matches('"')).collect()
    }

    #[test]
    fn the_next_bot_of_the_session_knows_what_happened() {
        let host = Host::new();
        let mut first = scribe();
        write(&mut first, "ann", "milk");
        write(&mut first, "ben", "tea");
        drop(first);
        let mut next = scribe();
        write(&mut next, "ann", "bread");
        let last = ask(&host, &mut next, json!({"ask": "last"}));
        assert_eq!(values(&last), ["milk", "tea", "bread"]);
        assert_eq!((&last["events"][2]["n"], &last["events"][1]["user"]), (&json!(3), &json!("ben")));
        host.session("another");
        let count = ask(&host, &mut scribe(), json!({"ask": "count"}));
        assert_eq!(count, json!({"count": 0, "ever": 0, "unsaved": 0}));
    }

    #[test]
    fn the_oldest_go_and_the_store_does_not_grow() {
        let host = Host::new();
        host.configure("keep", "5");
        let mut bot = scribe();
        let mut most = 0;
        for number in 0..1_000 {
            write(&mut bot, "ann", &number.to_string());
            most = most.max(bot.store.keys().unwrap().len());
        }
        assert!(most < 5 + 60, "{most} events are stored");
        for mut bot in [bot, scribe()] {
            let last = ask(&host, &mut bot, json!({"ask": "last", "n": 100}));
            assert_eq!(values(&last), ["995", "996", "997", "998", "999"]);
            let count = ask(&host, &mut bot, json!({"ask": "count"}));
            assert_eq!(count, json!({"count": 5, "ever": 1_000, "unsaved": 0}));
        }
        assert_eq!(scribe().store.keys().unwrap().len(), 5, "a new bot begins with what it keeps");
    }

    #[test]
    fn less_is_kept_where_less_is_configured_since() {
        let host = Host::new();
        let mut bot = scribe();
        (0..10).for_each(|number| write(&mut bot, "ann", &number.to_string()));
        host.configure("keep", "2");
        let last = ask(&host, &mut scribe(), json!({"ask": "last"}));
        assert_eq!(values(&last), ["8", "9"]);
        assert_eq!(bot.store.keys().unwrap().len(), 2);
    }

    #[test]
    fn a_full_store_is_told_once_and_counted() {
        let host = Host::new();
        let mut bot = scribe();
        write(&mut bot, "ann", "kept");
        host.grant_store(0);
        write(&mut bot, "ann", "lost");
        write(&mut bot, "ann", "lost too");
        let told = host.heard();
        assert!(told.len() == 1 && told[0].starts_with("warn events are not stored"), "{told:?}");
        let count = ask(&host, &mut bot, json!({"ask": "count"}));
        assert_eq!(count, json!({"count": 3, "ever": 3, "unsaved": 2}));
        assert_eq!(values(&ask(&host, &mut bot, json!({"ask": "last"}))), ["kept", "lost", "lost too"]);
        host.grant_store(1_000_000);
        write(&mut bot, "ann", "kept again");
        assert_eq!(host.heard(), ["info events are stored again; 2 were not"]);
        assert_eq!(values(&ask(&host, &mut scribe(), json!({"ask": "last"}))), ["kept", "kept again"]);
    }

    #[test]
    fn a_full_store_has_room_again_when_old_events_go() {
        let host = Host::new();
        host.configure("keep", "10");
        let mut bot = scribe();
        (0..50).for_each(|_| write(&mut bot, "ann", "old"));
        host.grant_store(1);
        (0..20).for_each(|_| write(&mut bot, "ann", "lost"));
        host.grant_store(5_000);
        (0..10).for_each(|_| write(&mut bot, "ann", "new"));
        assert_eq!(values(&ask(&host, &mut scribe(), json!({"ask": "last"}))), ["new"; 10]);
    }

    #[test]
    fn without_a_store_it_does_not_start_and_says_why() {
        let host = Host::new();
        host.refuse("open", "the store is not granted");
        let why = Scribe::start("scribe", "{}").err();
        assert_eq!(why.as_deref(), Some("the history is kept in the store: the store is not granted"));
    }

    #[test]
    fn a_configuration_that_cannot_be_meant_is_refused() {
        let host = Host::new();
        for keep in ["0", "5001", "all", "-1"] {
            host.configure("keep", keep);
            let why = Scribe::start("scribe", "{}").err().unwrap();
            assert!(why.contains("`keep` is a number from 1 to 5000"), "{why}");
        }
    }

    #[test]
    fn what_is_no_question_is_answered_with_those_that_there_are() {
        let host = Host::new();
        let answer = ask(&host, &mut scribe(), json!({"ask": "why"}));
        assert!(answer["error"].as_str().unwrap().contains("`why`"), "{answer}");
        assert_eq!(answer["questions"].as_array().unwrap().len(), 4);
        assert_eq!(answer["questions"][3], json!({"ask": "find", "text": "milk"}));
    }

    #[test]
    fn what_is_no_event_is_not_kept() {
        let _host = Host::new();
        let mut bot = scribe();
        assert!(bot.on_sync("[1]", "ann").is_err());
        assert_eq!(bot.store.keys(), Ok(vec![]));
    }
}
