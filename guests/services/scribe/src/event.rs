//! One cooperative event, as it is kept.

use std::time::{Duration, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The longest value in bytes.
pub const LONGEST_VALUE: usize = 1_024;
/// The longest other text in bytes.
const LONGEST_NAME: usize = 256;

/// An event, bounded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// When it was heard: RFC 3339, UTC.
    pub time: String,
    pub user: String,
    pub topic: String,
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<u64>,
    /// JSON text, or the beginning of it.
    pub value: String,
    /// Whether the value was longer.
    #[serde(default, skip_serializing_if = "is_false")]
    pub cut: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<u64>,
}

/// What the session sends.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", expecting = "an object")]
struct Sync {
    topic: Option<String>,
    #[serde(default)]
    value: Value,
    #[serde(rename = "type")]
    kind: Option<String>,
    position: Option<u64>,
    site_id: Option<u64>,
    order: Option<u64>,
}

fn is_false(flag: &bool) -> bool {
    !flag
}

impl Event {
    /// Reads what the session sends of an event that was heard now, in milliseconds since 1970.
    pub fn read(data: &str, user: &str, now: u64) -> Result<Self, String> {
        let sync: Sync =
            serde_json::from_str(data).map_err(|error| format!("this is no cooperative event: {error}"))?;
        // Applications send text that is JSON; another value is as good.
        let value = match sync.value {
            Value::String(text) => text,
            other => other.to_string(),
        };
        let (value, cut) = bounded(value, LONGEST_VALUE);
        let name = |text: String| bounded(text, LONGEST_NAME).0;
        Ok(Self {
            time: humantime::format_rfc3339_seconds(UNIX_EPOCH + Duration::from_millis(now)).to_string(),
            user: name(user.to_owned()),
            topic: name(sync.topic.unwrap_or_default()),
            kind: sync.kind.map(name),
            position: sync.position,
            value,
            cut,
            site: sync.site_id,
            order: sync.order,
        })
    }
}

/// Text of at most so many bytes, and whether there was more of it.
fn bounded(mut text: String, most: usize) -> (String, bool) {
    if text.len() <= most {
        return (text, false);
    }
    text.truncate(text.floor_char_boundary(most));
    (text, true)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(data: Value) -> Event {
        Event::read(&data.to_string(), "ann", 1_782_907_200_250).unwrap()
    }

    #[test]
    fn an_event_is_kept_with_all_that_matters() {
        let event = read(json!({
            "topic": "coweb.sync.list.x", "value": "\"milk\"", "type": "insert", "position": 3,
            "context": [1, 2], "siteId": 2, "order": 17,
        }));
        let wanted = json!({
            "time": "2026-07-01T12:00:00Z", "user": "ann", "topic": "coweb.sync.list.x", "type": "insert",
            "position": 3, "value": "\"milk\"", "site": 2, "order": 17,
        });
        assert_eq!(serde_json::to_value(&event).unwrap(), wanted);
        assert_eq!(serde_json::from_value::<Event>(wanted).unwrap(), event);
    }

    #[test]
    fn what_an_application_leaves_out_is_left_out() {
        let event = read(json!({"topic": "t", "value": null, "type": null, "siteId": 1, "order": 1}));
        assert_eq!((event.kind, event.position, event.value.as_str()), (None, None, "null"));
        assert_eq!(read(json!({"value": {"a": [1]}})).value, r#"{"a":[1]}"#);
        assert_eq!(read(json!({})).topic, "");
    }

    #[test]
    fn long_texts_are_cut_between_letters() {
        let event =
            read(json!({"topic": "t".repeat(1_000), "value": "ö".repeat(2_000), "type": "x".repeat(999)}));
        assert_eq!((event.value, event.cut), ("ö".repeat(512), true));
        assert_eq!((event.topic.len(), event.kind.map(|kind| kind.len())), (256, Some(256)));
        let whole = read(json!({"value": "ö".repeat(512)}));
        assert_eq!((whole.value.len(), whole.cut), (LONGEST_VALUE, false));
        assert_eq!(read(json!({"value": format!("x{}", "ö".repeat(600))})).value.len(), 1_023);
    }

    #[test]
    fn what_is_none_is_refused() {
        for data in ["[]", "1", "", "{\"topic\":1}", "{\"position\":-1}"] {
            let why = Event::read(data, "ann", 0).unwrap_err();
            assert!(why.starts_with("this is no cooperative event"), "{data}: {why}");
        }
    }
}
