//! A message for clients, serialised once.

use std::fmt::Write as _;

use axum::extract::ws::Utf8Bytes;
use serde::Serialize;
use serde_json::value::RawValue;

use super::answer::write_string;

/// A message for clients: `{"channel":…,"data":…[,"id":…]}`, serialised once for all who are to have it. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// In brackets: alone, it is a websocket's whole frame.
    framed: Utf8Bytes,
}

impl Delivery {
    /// A message on `channel`, with JSON as it is.
    pub fn new(channel: &str, data: &RawValue, id: Option<&RawValue>) -> Self {
        let id = id.map(RawValue::get);
        let mut framed =
            String::with_capacity(channel.len() + data.get().len() + id.map_or(0, str::len) + 32);
        framed.push_str(r#"[{"channel":"#);
        write_string(&mut framed, channel);
        framed.push_str(r#","data":"#);
        framed.push_str(data.get());
        if let Some(id) = id {
            // Writing to a string cannot fail.
            let _ = write!(framed, r#","id":{id}"#);
        }
        framed.push_str("}]");
        Self { framed: framed.into() }
    }

    /// A message on `channel`, with data that the application has written as JSON itself.
    pub fn written(channel: &str, json: &str) -> Self {
        let mut framed = String::with_capacity(channel.len() + json.len() + 32);
        framed.push_str(r#"[{"channel":"#);
        write_string(&mut framed, channel);
        framed.extend([r#","data":"#, json, "}]"]);
        Self { framed: framed.into() }
    }

    /// A message on `channel`, with `data` as JSON.
    ///
    /// # Errors
    /// If `data` cannot be JSON (a map whose keys are no strings, say).
    pub fn of(channel: &str, data: &impl Serialize) -> serde_json::Result<Self> {
        Ok(Self::new(channel, &serde_json::value::to_raw_value(data)?, None))
    }

    /// The message object.
    pub fn as_str(&self) -> &str {
        self.framed.get(1..self.framed.len().saturating_sub(1)).unwrap_or_default()
    }

    /// The message object in brackets.
    pub(super) fn framed(&self) -> &Utf8Bytes {
        &self.framed
    }

    /// The bytes of the message object.
    pub(super) fn size(&self) -> usize {
        self.framed.len().saturating_sub(2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delivery_is_one_message_object() {
        let id = serde_json::value::to_raw_value("7").unwrap();
        let data = RawValue::from_string(r#"{"a":[1, 2]}"#.into()).unwrap();
        let delivery = Delivery::new("/a", &data, Some(&id));
        assert_eq!(delivery.as_str(), r#"{"channel":"/a","data":{"a":[1, 2]},"id":"7"}"#);
        assert_eq!(delivery.as_str().len(), delivery.size());
        assert_eq!(Delivery::of("/a\"", &[1]).unwrap().as_str(), r#"{"channel":"/a\"","data":[1]}"#);
    }
}
