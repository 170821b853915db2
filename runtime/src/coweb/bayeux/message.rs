//! One message of a client.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

/// Bytes of the longest `id`, quotes included: it is echoed.
const LONGEST_ID: usize = 64;

/// One message of a client (Bayeux 1.0, section 3), borrowed from its request. What other fields it has is not looked at.
/// A field that is null is as good as none.
#[derive(Debug, Clone, Deserialize)]
pub struct Message<'a> {
    /// Where it goes; empty if it does not say. Not checked yet: see [`Channel`](super::Channel).
    #[serde(borrow, default, deserialize_with = "word")]
    pub channel: Cow<'a, str>,
    /// What its answer is known by: a string or a number of at most 64 bytes, or the message is refused before the
    /// application sees it.
    #[serde(borrow, default)]
    pub id: Option<&'a RawValue>,
    /// Whom it is of.
    #[serde(borrow, default, rename = "clientId", deserialize_with = "optional_word")]
    pub client_id: Option<Cow<'a, str>>,
    /// What is published.
    #[serde(borrow, default)]
    pub data: Option<&'a RawValue>,
    /// Extensions, those of the protocol and those of the application. Whose they are is who sent the message: pass none on
    /// to others.
    #[serde(borrow, default)]
    pub ext: Option<&'a RawValue>,
    /// Of a subscribe or unsubscribe: a channel or an array of them.
    #[serde(borrow, default)]
    pub(super) subscription: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(super) advice: Option<&'a RawValue>,
    /// Of a handshake.
    #[serde(borrow, default, rename = "minimumVersion", deserialize_with = "optional_word")]
    pub(super) minimum_version: Option<Cow<'a, str>>,
    /// Of a handshake: an array of strings.
    #[serde(borrow, default, rename = "supportedConnectionTypes")]
    pub(super) connection_types: Option<&'a RawValue>,
    /// Of a connect.
    #[serde(borrow, default, rename = "connectionType", deserialize_with = "optional_word")]
    pub(super) connection_type: Option<Cow<'a, str>>,
}

/// One string, borrowed where it has no escapes.
#[derive(Deserialize)]
struct Word<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'a> Message<'a> {
    /// Whether the `id` may be echoed.
    pub(super) fn has_sound_id(&self) -> bool {
        self.id.is_none_or(|id| {
            let id = id.get();
            id.len() <= LONGEST_ID
                && id.starts_with(|first: char| first == '"' || first == '-' || first.is_ascii_digit())
        })
    }

    /// The channels of a subscribe or unsubscribe; `None` if it has none, or something else.
    pub(super) fn subscriptions(&self) -> Option<Vec<Cow<'a, str>>> {
        let json = self.subscription?.get();
        if json.starts_with('"') {
            return serde_json::from_str::<Word<'a>>(json).ok().map(|word| vec![word.0]);
        }
        words(json).filter(|words| !words.is_empty())
    }

    /// The connection types of a handshake.
    pub(super) fn supported_connection_types(&self) -> Vec<Cow<'a, str>> {
        self.connection_types.and_then(|types| words(types.get())).unwrap_or_default()
    }

    /// How long the client wants its connect held, in milliseconds.
    pub(super) fn timeout(&self) -> Option<u64> {
        #[derive(Deserialize)]
        struct Advice {
            timeout: Option<u64>,
        }
        serde_json::from_str::<Advice>(self.advice?.get()).ok()?.timeout
    }

    /// Whether a handshake asks for acknowledgements.
    pub(super) fn wants_acks(&self) -> bool {
        self.ack().is_some_and(|ack| ack == "true")
    }

    /// The batch that a connect acknowledges.
    pub(super) fn acknowledged(&self) -> Option<i64> {
        self.ack()?.parse().ok()
    }

    fn ack(&self) -> Option<&'a str> {
        #[derive(Deserialize)]
        struct Ext<'a> {
            #[serde(borrow)]
            ack: Option<&'a RawValue>,
        }
        Some(serde_json::from_str::<Ext<'a>>(self.ext?.get()).ok()?.ack?.get())
    }
}

fn words(json: &str) -> Option<Vec<Cow<'_, str>>> {
    Some(serde_json::from_str::<Vec<Word<'_>>>(json).ok()?.into_iter().map(|word| word.0).collect())
}

fn optional_word<'de: 'a, 'a, D: Deserializer<'de>>(from: D) -> Result<Option<Cow<'a, str>>, D::Error> {
    Ok(Option::<Word<'a>>::deserialize(from)?.map(|word| word.0))
}

fn word<'de: 'a, 'a, D: Deserializer<'de>>(from: D) -> Result<Cow<'a, str>, D::Error> {
    Ok(optional_word(from)?.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(json: &str) -> Message<'_> {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn fields_without_escapes_are_borrowed_and_null_is_none() {
        let json = r#"{"channel":"/a","id":"1","clientId":"c","data": {"x":1} ,"ext":null,"more":[{}]}"#;
        let message = message(json);
        assert!(matches!(message.channel, Cow::Borrowed("/a")));
        assert!(matches!(message.client_id, Some(Cow::Borrowed("c"))));
        assert_eq!(message.data.unwrap().get(), r#"{"x":1}"#);
        assert!(message.ext.is_none());
    }

    #[test]
    fn what_is_no_message_is_an_error() {
        for json in
            ["1", "null", r#"{"channel":1}"#, r#"{"channel":"/a","channel":"/b"}"#, r#"{"clientId":{}}"#]
        {
            assert!(serde_json::from_str::<Message<'_>>(json).is_err(), "{json}");
        }
    }

    #[test]
    fn an_id_is_a_string_or_a_number_of_at_most_64_bytes() {
        let with = |id: &str| message(&format!(r#"{{"id":{id}}}"#)).has_sound_id();
        assert!(with(r#""12""#) && with("-1.5") && with("7") && with("null") && message("{}").has_sound_id());
        assert!(with(&format!(r#""{}""#, "a".repeat(62))));
        for id in ["{}", "[1]", "true", &format!(r#""{}""#, "a".repeat(63))] {
            assert!(!with(id), "{id}");
        }
    }

    #[test]
    fn a_subscription_is_a_string_or_an_array_of_them() {
        let of = |json: &'static str| message(json).subscriptions();
        assert_eq!(of(r#"{"subscription":"/\u0061"}"#).unwrap(), ["/a"]);
        assert_eq!(of(r#"{"subscription":["/a","/b"]}"#).unwrap(), ["/a", "/b"]);
        for json in ["{}", r#"{"subscription":[]}"#, r#"{"subscription":[1]}"#, r#"{"subscription":{}}"#] {
            assert_eq!(of(json), None, "{json}");
        }
    }

    #[test]
    fn what_a_client_says_of_acknowledgements_is_found_among_its_extensions() {
        assert!(message(r#"{"ext":{"ack":true,"x":{}}}"#).wants_acks());
        assert!(!message(r#"{"ext":{"ack":"true"}}"#).wants_acks());
        assert!(!message(r#"{"ext":[]}"#).wants_acks());
        assert_eq!(message(r#"{"ext":{"ack":-1}}"#).acknowledged(), Some(-1));
        assert_eq!(message(r#"{"ext":{"ack":1e400}}"#).acknowledged(), None);
        assert_eq!(message(r#"{"advice":{"timeout":0}}"#).timeout(), Some(0));
        assert_eq!(message(r#"{"advice":{"timeout":-1}}"#).timeout(), None);
    }
}
