//! The service bot.

use std::cmp::Reverse;

use parlor_sdk::{chat, coweb::prelude::*};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    LONGEST_LIST,
    changes::{self, LONGEST_NAME},
    first,
    ledger::{Ledger, MOST_NAMES},
};

/// The most that an answer says about what is wrong, in characters.
const MOST_WORDS: usize = 200;

service_bot! { bot: Service }

/// One session's. It remembers nothing but whose names it counts.
struct Service {
    network: String,
}

/// What the access manager may say. What it says besides is for other services.
#[derive(Default, Deserialize)]
#[serde(expecting = "an object such as {\"network\":\"libera\"}")]
struct AppData {
    network: Option<String>,
}

/// What can be asked.
#[derive(Deserialize)]
#[serde(rename_all = "lowercase", expecting = "an object of one key")]
enum Request {
    Karma(String),
    Add(String),
    Sub(String),
    Top(u64),
}

/// How a name stands.
#[derive(Serialize)]
struct Standing {
    thing: String,
    karma: i64,
}

/// What comes of a request.
struct Outcome {
    answer: Value,
    /// Whether all are told of it.
    change: bool,
}

impl Service {
    fn outcome(&self, data: &str, username: &str) -> Result<Outcome, String> {
        let request: Request =
            serde_json::from_str(data).map_err(|error| format!("this is no request: {error}"))?;
        Ok(match request {
            Request::Karma(thing) => {
                let thing = name(&thing)?;
                let karma = Ledger::open(&self.network)?.score(&thing)?.unwrap_or(0);
                Outcome { answer: json!(Standing { thing, karma }), change: false }
            }
            Request::Add(thing) => self.change(&thing, true, username)?,
            Request::Sub(thing) => self.change(&thing, false, username)?,
            Request::Top(count) => {
                let count = usize::try_from(count).unwrap_or(usize::MAX).clamp(1, LONGEST_LIST);
                let top = first(Ledger::open(&self.network)?.all()?, count, Reverse).into_iter();
                let top: Vec<_> = top.map(|(thing, karma)| Standing { thing, karma }).collect();
                Outcome { answer: json!({ "top": top }), change: false }
            }
        })
    }

    fn change(&self, thing: &str, up: bool, username: &str) -> Result<Outcome, String> {
        let thing = name(thing)?;
        if up && changes::name(username).as_ref() == Some(&thing) {
            return Err("nobody can raise themselves".to_owned());
        }
        let karma = Ledger::open(&self.network)?.change(&thing, up, "")?;
        let karma = karma.ok_or_else(|| format!("there is room for {MOST_NAMES} names, and no more"))?;
        Ok(Outcome { answer: json!(Standing { thing, karma }), change: true })
    }
}

/// Whose names are counted: those of the network that is named, or of the only one that there is, or the sessions' own.
fn whose(named: Option<String>, granted: &[String]) -> Result<String, String> {
    match (named, granted) {
        (Some(network), _) if granted.contains(&network) => Ok(network),
        (Some(network), []) => Err(format!("`network` is {network:?}, and the bot was granted none")),
        (Some(network), _) => {
            Err(format!("`network` is {network:?}, and the bot was granted {}", granted.join(", ")))
        }
        (None, []) => Ok(String::new()),
        (None, [network]) => Ok(network.clone()),
        (None, _) => Err(format!("name the `network` whose karma it counts, one of {}", granted.join(", "))),
    }
}

fn name(text: &str) -> Result<String, String> {
    changes::name(text)
        .ok_or_else(|| format!("a name has a letter or digit, and at most {LONGEST_NAME} bytes"))
}

fn refusal(why: &str) -> Value {
    let why: String = why.chars().take(MOST_WORDS).collect();
    json!({"error": why, "requests": [{"karma": "tea"}, {"add": "tea"}, {"sub": "tea"}, {"top": 5}]})
}

impl ServiceBot for Service {
    fn start(_: &str, app_data: &str) -> Result<Self, String> {
        let app_data: Option<AppData> = serde_json::from_str(app_data)
            .map_err(|error| format!("what the access manager gave: {error}"))?;
        let network = match app_data.unwrap_or_default().network {
            Some(network) => Some(network),
            None => config::get("network")?,
        };
        let network = whose(network, &chat::networks())?;
        // What is wrong with the store is told now, and not to the first who asks.
        Ledger::open(&network).map_err(|why| format!("karma is counted in the store: {why}"))?;
        Ok(Self { network })
    }

    fn on_request(&mut self, data: &str, token: Token, username: &str) -> Handled {
        let Outcome { answer, change } = self
            .outcome(data, username)
            .unwrap_or_else(|why| Outcome { answer: refusal(&why), change: false });
        let answer = answer.to_string();
        // Who asked may have left; a change is told all the same.
        let replied = token.reply(&answer);
        if change {
            session_api::publish(&answer)?;
        }
        replied
    }
}

#[cfg(test)]
mod tests {
    use parlor_sdk::testing::Host;

    use super::*;

    fn service(app_data: &str) -> Service {
        Service::start("karma", app_data).unwrap()
    }

    fn ask(host: &Host, service: &mut Service, data: &str) -> Vec<String> {
        service.on_request(data, Token("7".into()), "Ann").unwrap();
        host.heard()
    }

    #[test]
    fn a_change_is_answered_and_published() {
        let host = Host::new();
        let mut it = service("{}");
        assert_eq!(
            ask(&host, &mut it, r#"{"add":"Green  Tea"}"#),
            [r#"reply 7 {"karma":1,"thing":"green tea"}"#, r#"publish {"karma":1,"thing":"green tea"}"#]
        );
        ask(&host, &mut it, r#"{"sub":"mondays"}"#);
        assert_eq!(
            ask(&host, &mut it, r#"{"karma":"MONDAYS"}"#),
            [r#"reply 7 {"karma":-1,"thing":"mondays"}"#]
        );
        assert_eq!(ask(&host, &mut it, r#"{"karma":"nobody"}"#), [r#"reply 7 {"karma":0,"thing":"nobody"}"#]);
        assert_eq!(
            ask(&host, &mut it, r#"{"top":0}"#),
            [r#"reply 7 {"top":[{"karma":1,"thing":"green tea"}]}"#]
        );
    }

    #[test]
    fn what_is_said_in_a_chat_counts_in_the_sessions_of_its_network() {
        let host = Host::new();
        host.grant_networks(&["libera", "oftc"]);
        host.configure("network", "libera");
        let (mut libera, mut other) = (service("{}"), service(r#"{"network":"oftc"}"#));
        crate::apply("libera", &changes::read("tea++ for breakfast")).unwrap();
        assert_eq!(ask(&host, &mut libera, r#"{"karma":"tea"}"#), [r#"reply 7 {"karma":1,"thing":"tea"}"#]);
        assert_eq!(ask(&host, &mut other, r#"{"karma":"tea"}"#), [r#"reply 7 {"karma":0,"thing":"tea"}"#]);
        ask(&host, &mut libera, r#"{"add":"tea"}"#);
        assert_eq!(crate::apply("libera", &changes::read("tea++")).unwrap(), ["tea: 3"]);
    }

    #[test]
    fn nobody_raises_themselves_but_anybody_may_be_modest() {
        let host = Host::new();
        let mut it = service("{}");
        let refused = ask(&host, &mut it, r#"{"add":"ann"}"#);
        assert!(refused.len() == 1 && refused[0].contains("nobody can raise themselves"), "{refused:?}");
        assert_eq!(ask(&host, &mut it, r#"{"sub":"ann"}"#).len(), 2);
    }

    #[test]
    fn what_is_no_request_is_answered_with_those_that_there_are() {
        let host = Host::new();
        let mut it = service("{}");
        let long = format!(r#"{{"add":"{}"}}"#, "x".repeat(LONGEST_NAME + 1));
        for data in
            ["null", "{}", "7", r#"{"ad":"x"}"#, r#"{"add":7}"#, r#"{"add":"?!"}"#, r#"{"top":-1}"#, &long]
        {
            let heard = ask(&host, &mut it, data);
            assert!(heard.len() == 1 && heard[0].starts_with(r#"reply 7 {"error":""#), "{data}: {heard:?}");
            assert!(heard[0].contains(r#"{"top":5}"#) && heard[0].len() < 500, "{heard:?}");
        }
    }

    #[test]
    fn a_change_is_told_to_all_though_the_one_who_asked_has_left() {
        let host = Host::new();
        host.refuse("reply", "nobody waits for it");
        assert!(service("{}").on_request(r#"{"add":"tea"}"#, Token("7".into()), "ann").is_err());
        assert_eq!(host.heard(), [r#"publish {"karma":1,"thing":"tea"}"#]);
    }

    #[test]
    fn a_store_that_fails_is_no_silence() {
        let host = Host::new();
        let mut it = service("{}");
        host.grant_store(0);
        let heard = ask(&host, &mut it, r#"{"add":"tea"}"#);
        assert!(heard.len() == 1 && heard[0].contains("the store is full"), "{heard:?}");
        host.refuse("open", "the store is not granted");
        let why = Service::start("karma", "{}").err();
        assert_eq!(why.as_deref(), Some("karma is counted in the store: the store is not granted"));
    }

    #[test]
    fn whose_karma_it_counts_is_named_or_plain() {
        let host = Host::new();
        assert_eq!(service("null").network, "", "it is in no chat");
        host.grant_networks(&["libera"]);
        assert_eq!(service("{}").network, "libera");
        host.grant_networks(&["libera", "oftc"]);
        let why = Service::start("karma", "{}").err();
        assert_eq!(why.as_deref(), Some("name the `network` whose karma it counts, one of libera, oftc"));
        host.configure("network", "oftc");
        assert_eq!(service("{}").network, "oftc");
        for app_data in [r#"{"network":"efnet"}"#, r#"{"network":7}"#, "[7,8]", ""] {
            assert!(Service::start("karma", app_data).is_err(), "{app_data}");
        }
    }
}
