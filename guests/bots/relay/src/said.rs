//! What somebody said in a session, as its cooperative events tell it.

use std::collections::VecDeque;

use serde_json::Value;

/// What OpenCoweb's applications would call it; and Parlor's own page, whose changes are all of one name.
const TOPICS: [&str; 2] = ["coweb.sync.chat", "coweb.sync.change.chat"];
/// How many messages are known again when they are sent again, and the longest id of one, in bytes.
const REMEMBERED: usize = 100;
const LONGEST_ID: usize = 64;

/// Which events are a chat's.
#[derive(Debug)]
pub struct Topics(Vec<String>);

/// A message of the chat.
#[derive(Debug, PartialEq, Eq)]
pub struct Said {
    /// What it is known again by.
    pub id: Option<String>,
    /// Who says it, as they call themselves.
    pub name: String,
    pub text: String,
}

/// The last messages.
#[derive(Debug, Default)]
pub struct Recent(VecDeque<String>);

impl Topics {
    /// Reads the configured value.
    pub fn read(topic: Option<String>) -> Result<Self, String> {
        let Some(topic) = topic else { return Ok(Self(TOPICS.map(str::to_owned).into())) };
        if topic.is_empty() || topic.ends_with('.') {
            return Err(format!(
                "`session-topic` cannot be {topic:?}: write it like `session-topic = \"coweb.sync.chat\"`"
            ));
        }
        Ok(Self(vec![topic]))
    }

    /// Whether it is one of them, or below one.
    fn have(&self, topic: &str) -> bool {
        self.0.iter().any(|own| {
            topic.strip_prefix(own.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
    }
}

impl Said {
    /// Reads a cooperative event of a user; none if it is something else than a message.
    pub fn read(data: &str, username: &str, topics: &Topics) -> Option<Self> {
        let event: Value = serde_json::from_str(data).ok()?;
        // What is changed or taken away was said before.
        let is_new = matches!(&event["type"], Value::Null) || event["type"] == "insert";
        if !is_new || !topics.have(event["topic"].as_str()?) {
            return None;
        }
        let value: Value = serde_json::from_str(event["value"].as_str()?).ok()?;
        let text = value["text"].as_str()?.to_owned();
        let name = [&value["name"], &value["user"]].into_iter().filter_map(Value::as_str);
        let name = name.map(str::trim).find(|name| !name.is_empty()).unwrap_or(username).to_owned();
        let id = value["id"].as_str().filter(|id| id.len() <= LONGEST_ID).map(str::to_owned);
        Some(Self { id, name, text })
    }
}

impl Recent {
    /// Whether a message is new. One without an id always is. From now on it is none.
    pub fn is_new(&mut self, id: Option<String>) -> bool {
        let Some(id) = id else { return true };
        if self.0.contains(&id) {
            return false;
        }
        self.0.push_back(id);
        if self.0.len() > REMEMBERED {
            self.0.pop_front();
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(topic: &str, value: &Value) -> Option<Said> {
        let data = json!({
            "topic": topic, "value": value.to_string(), "type": null, "position": 0, "context": null,
            "siteId": 1, "order": 7,
        });
        Said::read(&data.to_string(), "user000", &Topics::read(None).unwrap())
    }

    fn said(id: Option<&str>, name: &str, text: &str) -> Option<Said> {
        Some(Said { id: id.map(str::to_owned), name: name.into(), text: text.into() })
    }

    #[test]
    fn a_message_is_read_whatever_its_speaker_is_called() {
        let page = json!({"id": "k7qd", "name": "Ann", "text": "hello", "at": 1_700_000_000_000u64});
        assert_eq!(read("coweb.sync.change.chat", &page), said(Some("k7qd"), "Ann", "hello"));
        let topic = "coweb.sync.chat.room1";
        assert_eq!(read(topic, &json!({"user": "ben", "text": "hi"})), said(None, "ben", "hi"));
        assert_eq!(read(topic, &json!({"text": "hi"})), said(None, "user000", "hi"));
        assert_eq!(read(topic, &json!({"name": " ", "user": 7, "text": "hi"})), said(None, "user000", "hi"));
        let long = "x".repeat(LONGEST_ID + 1);
        assert_eq!(read(topic, &json!({"id": long, "text": "hi"})), said(None, "user000", "hi"));
    }

    #[test]
    fn other_events_are_no_messages() {
        let message = json!({"name": "ann", "text": "hello"});
        for topic in ["coweb.sync.chats", "coweb.sync.change.list", "coweb.sync", "", "x.coweb.sync.chat"] {
            assert_eq!(read(topic, &message), None, "{topic}");
        }
        for value in
            [json!(null), json!("hello"), json!(["hello"]), json!({"text": 7}), json!({"name": "ann"})]
        {
            assert_eq!(read("coweb.sync.chat", &value), None, "{value}");
        }
        let topics = Topics::read(None).unwrap();
        for data in [
            "",
            "7",
            "null",
            "[]",
            "{}",
            r#"{"topic":7,"value":"{}"}"#,
            r#"{"topic":"coweb.sync.chat","value":{"text":"hello"}}"#,
            r#"{"topic":"coweb.sync.chat","value":"{"}"#,
            r#"{"topic":"coweb.sync.chat","value":"{\"text\":\"hello\"}","type":"delete"}"#,
            r#"{"topic":"coweb.sync.chat","value":"{\"text\":\"hello\"}","type":"update"}"#,
        ] {
            assert_eq!(Said::read(data, "ann", &topics), None, "{data}");
        }
        let insert = r#"{"topic":"coweb.sync.chat","value":"{\"text\":\"hello\"}","type":"insert"}"#;
        assert_eq!(Said::read(insert, "ann", &topics), said(None, "ann", "hello"));
    }

    #[test]
    fn one_topic_that_is_configured_takes_the_place_of_the_others() {
        let topics = Topics::read(Some("talk".into())).unwrap();
        assert!(topics.have("talk") && topics.have("talk.a.b"));
        assert!(!topics.have("talking") && !topics.have("coweb.sync.chat"));
        for topic in ["", "coweb.sync.chat."] {
            let error = Topics::read(Some(topic.into())).unwrap_err();
            assert!(error.contains("session-topic = \"coweb.sync.chat\""), "{error}");
        }
    }

    #[test]
    fn what_is_sent_again_is_not_new_and_memory_has_an_end() {
        let mut recent = Recent::default();
        assert!(recent.is_new(None) && recent.is_new(None));
        assert!(recent.is_new(Some("a".into())));
        assert!(!recent.is_new(Some("a".into())));
        assert!((0..REMEMBERED).all(|n| recent.is_new(Some(n.to_string()))));
        assert_eq!(recent.0.len(), REMEMBERED);
        assert!(recent.is_new(Some("a".into())));
    }
}
