//! Adds up numbers: `{"add": 2}` is answered with `{"sum": 2}`, and all who listen are told the sum and who added.
//!
//! Each session that uses the service has a bot of its own. The access manager can start it with `{"start": 40}`.

use parlor_sdk::coweb::prelude::*;
use serde_json::{Value, json};

service_bot! { bot: Adder }

struct Adder {
    sum: i64,
}

/// The whole number at a key, if there is one.
fn number(data: &str, key: &str) -> Option<i64> {
    serde_json::from_str::<Value>(data).ok()?.get(key)?.as_i64()
}

impl ServiceBot for Adder {
    fn start(_service: &str, app_data: &str) -> Result<Self, String> {
        Ok(Self {
            sum: number(app_data, "start").unwrap_or(0),
        })
    }

    fn on_request(&mut self, data: &str, token: Token, username: &str) -> Handled {
        let sum = number(data, "add").and_then(|add| self.sum.checked_add(add));
        let Some(sum) = sum else {
            return token.reply(json!({ "error": r#"say {"add": NUMBER}"# }).to_string());
        };
        self.sum = sum;
        token.reply(json!({ "sum": sum }).to_string())?;
        session_api::publish(&format!(r#"{{"sum":{sum},"by":{}}}"#, json!(username)))
    }
}
