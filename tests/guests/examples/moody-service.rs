//! A service bot that takes down its calls, and does what a request tells it:
//!
//! | request | what it does |
//! |---|---|
//! | `{"publish": JSON}` | publishes that |
//! | `{"big": N}` | publishes N bytes |
//! | `{"bad": true}` | publishes what is no JSON |
//! | `{"guess": "TOKEN"}` | answers the request of this token |
//! | `{"twice": true}` | answers twice, and publishes what came of the second: `{"second": …}` |
//! | `{"badly": true}` | answers with what is no JSON |
//! | `{"late": true}` | publishes the token, `{"kept": "TOKEN"}`, and answers at the next request |
//! | `{"silent": true}` | never answers |
//! | `{"fail": "WORDS"}` | fails with these words |
//! | `{"die": true}` | traps |
//!
//! Any other request is just answered. The answer has what was `said` and by which `user`; the `result` of what it did
//! besides, and that of the `late` answer, `"done"` or the error's words; and the orders of the events that it has `heard`.
//! Started with `{"fail": "WORDS"}` or `{"die": true}`, it does so at once; with `{"stays": true}` it sleeps when it is to
//! shut down.

use std::{process, thread, time::Duration};

use parlor_sdk::coweb::prelude::*;
use serde_json::{Value, json};
use test_guests::recording::called;

service_bot! { bot: Moody }

struct Moody {
    kept: Option<Token>,
    heard: Vec<Value>,
    stays: bool,
}

fn call(name: &str, with: &str) -> Handled {
    called("bot", name, with).map(drop)
}

fn outcome(done: Handled) -> String {
    done.err().unwrap_or_else(|| "done".into())
}

fn read(json: &str) -> Result<Value, String> {
    serde_json::from_str(json).map_err(|error| error.to_string())
}

/// What may become of a request and of a start.
fn fail_or_die(asked: &Value) -> Handled {
    if asked["die"] == true {
        process::abort();
    }
    asked["fail"].as_str().map_or(Ok(()), |words| Err(words.to_owned()))
}

impl ServiceBot for Moody {
    fn start(service: &str, app_data: &str) -> Result<Self, String> {
        call("start", &format!("{service} {app_data}"))?;
        let told = read(app_data)?;
        fail_or_die(&told)?;
        Ok(Self { kept: None, heard: Vec::new(), stays: told["stays"] == true })
    }

    fn on_request(&mut self, data: &str, token: Token, username: &str) -> Handled {
        call("on-request", &format!("{data} {username}"))?;
        let asked = read(data)?;
        fail_or_die(&asked)?;
        let late = self.kept.take().map(|token| outcome(token.reply("\"late\"")));
        let tells = |what: &str| asked[what] == true;
        if tells("silent") {
            return Ok(());
        }
        if tells("late") {
            session_api::publish(&json!({ "kept": token.0 }).to_string())?;
            self.kept = Some(token);
            return Ok(());
        }
        if tells("badly") {
            return token.reply("no JSON");
        }
        if tells("twice") {
            session_api::reply(&token.0, "1")?;
            let second = outcome(session_api::reply(&token.0, "2"));
            return session_api::publish(&json!({ "second": second }).to_string());
        }
        let result = if let Some(bytes) = asked["big"].as_u64() {
            session_api::publish(&json!("x".repeat(bytes as usize - 2)).to_string())
        } else if let Some(token) = asked["guess"].as_str() {
            session_api::reply(token, "\"guessed\"")
        } else if tells("bad") {
            session_api::publish("no JSON")
        } else if let Some(what) = asked.get("publish") {
            session_api::publish(&what.to_string())
        } else {
            Ok(())
        };
        let (result, heard) = (outcome(result), &self.heard);
        let answer =
            json!({ "said": asked, "user": username, "result": result, "late": late, "heard": heard });
        token.reply(answer.to_string())
    }

    fn on_subscribe(&mut self, username: &str) -> Handled {
        call("on-subscribe", username)
    }

    fn on_unsubscribe(&mut self, username: &str) -> Handled {
        call("on-unsubscribe", username)
    }

    fn on_sync(&mut self, data: &str, username: &str) -> Handled {
        let event = read(data)?;
        let (site, order, value) = (&event["siteId"], &event["order"], &event["value"]);
        // There are more of them than the log takes.
        if self.heard.is_empty() {
            call("on-sync", &format!("{site} {order} {value} {username}"))?;
        }
        self.heard.push(order.clone());
        Ok(())
    }

    fn on_shutdown(&mut self) -> Handled {
        call("on-shutdown", "")?;
        if self.stays {
            thread::sleep(Duration::from_secs(60));
        }
        Ok(())
    }
}
