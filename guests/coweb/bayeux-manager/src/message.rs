//! What a bot says.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

/// The most messages of one frame.
pub const MOST: usize = 64;

/// One message of a bot. What other fields it has is not looked at.
#[derive(Debug, Deserialize)]
pub struct Message<'a> {
    #[serde(borrow)]
    pub channel: Cow<'a, str>,
    #[serde(borrow, default)]
    pub id: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "clientId", deserialize_with = "present")]
    client_id: Option<&'a RawValue>,
    #[serde(borrow, default)]
    subscription: Option<&'a RawValue>,
    /// What is published; null is something.
    #[serde(borrow, default, deserialize_with = "present")]
    pub data: Option<&'a RawValue>,
    #[serde(borrow, default)]
    ext: Option<&'a RawValue>,
}

/// One string, borrowed where it has no escapes.
#[derive(Deserialize)]
struct Word<'a>(#[serde(borrow)] Cow<'a, str>);

/// Who a bot says it is.
#[derive(Debug, PartialEq, Eq)]
pub struct Credentials<'a> {
    pub service: Cow<'a, str>,
    pub token: Cow<'a, str>,
}

/// Reads a frame: an array of messages, or one message. One that is no message is none, and the others hold. The error
/// is the Bayeux error for all of them.
pub fn read(frame: &str) -> Result<Vec<Option<Message<'_>>>, &'static str> {
    let one = frame.trim_start().starts_with('{');
    let messages: Result<Vec<&RawValue>, _> =
        if one { serde_json::from_str(frame).map(|one| vec![one]) } else { serde_json::from_str(frame) };
    let messages = messages.map_err(|_| "500::bad-json")?;
    if messages.len() > MOST {
        return Err("413::too many messages at once");
    }
    Ok(messages.into_iter().map(|message| serde_json::from_str(message.get()).ok()).collect())
}

impl<'a> Message<'a> {
    /// What its answer is known by, if that is a string or a number.
    pub fn sound_id(&self) -> Option<&'a RawValue> {
        let is_sound = |first: char| first == '"' || first == '-' || first.is_ascii_digit();
        self.id.filter(|id| id.get().starts_with(is_sound))
    }

    /// The token of the request that it answers.
    pub fn token(&self) -> Option<Cow<'a, str>> {
        word(self.id?)
    }

    /// Whether it is of this client. Its connection says so; only who says something else is somebody else.
    pub fn is_of(&self, client_id: &str) -> bool {
        self.client_id.is_none_or(|id| word(id).is_some_and(|id| id == client_id))
    }

    /// The one channel of a subscribe or unsubscribe; none if it has none or several.
    pub fn subscription(&self) -> Option<Cow<'a, str>> {
        let json = self.subscription?;
        word(json).or_else(|| {
            let [channel]: [Word<'a>; 1] = serde_json::from_str(json.get()).ok()?;
            Some(channel.0)
        })
    }

    /// Who a handshake is from. Only text counts: to take null or a number for a token is how the original let anybody
    /// take the place of a bot.
    pub fn credentials(&self) -> Option<Credentials<'a>> {
        #[derive(Deserialize)]
        struct Ext<'a> {
            #[serde(borrow)]
            authentication: Authentication<'a>,
        }
        #[derive(Deserialize)]
        struct Authentication<'a> {
            #[serde(borrow)]
            user: Cow<'a, str>,
            #[serde(borrow)]
            password: Cow<'a, str>,
        }
        let ext: Ext<'a> = serde_json::from_str(self.ext?.get()).ok()?;
        let Authentication { user, password } = ext.authentication;
        let whole = !user.is_empty() && !password.is_empty();
        whole.then_some(Credentials { service: user, token: password })
    }
}

fn word(json: &RawValue) -> Option<Cow<'_, str>> {
    serde_json::from_str::<Word<'_>>(json.get()).ok().map(|word| word.0)
}

/// A field that is null is there.
fn present<'de: 'a, 'a, D: Deserializer<'de>>(from: D) -> Result<Option<&'a RawValue>, D::Error> {
    <&RawValue>::deserialize(from).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(json: &str) -> Message<'_> {
        read(json).unwrap().remove(0).unwrap()
    }

    #[test]
    fn a_frame_is_an_array_or_one_message() {
        assert_eq!(read("[]").unwrap().len(), 0);
        assert_eq!(read(r#" {"channel":"/a"}"#).unwrap().len(), 1);
        let several = read(r#"[{"channel":"/a"},7,{"channel":3},{},null,{"channel":"\/b"}]"#).unwrap();
        let channels: Vec<_> = several.iter().map(|one| one.as_ref().map(|one| &*one.channel)).collect();
        assert_eq!(channels, [Some("/a"), None, None, None, None, Some("/b")]);
        for frame in ["", "7", "null", "\"x\"", "[{]", "{\"channel\":\"/a\"", "[{}] x"] {
            assert_eq!(read(frame).unwrap_err(), "500::bad-json", "{frame}");
        }
        let frame = |count: usize| format!("[{}]", vec!["{}"; count].join(","));
        assert_eq!(read(&frame(MOST)).unwrap().len(), MOST);
        assert_eq!(read(&frame(MOST + 1)).unwrap_err(), "413::too many messages at once");
    }

    #[test]
    fn only_text_is_a_name_and_a_token() {
        let with = |ext: &str| {
            let json = format!(r#"{{"channel":"/meta/handshake","ext":{ext}}}"#);
            one(&json).credentials().map(|who| (who.service.into_owned(), who.token.into_owned()))
        };
        assert_eq!(
            with(r#"{"authentication":{"user":"ec\u0068o","password":"t"},"ack":true}"#),
            Some(("echo".into(), "t".into()))
        );
        for ext in [
            "null",
            "{}",
            r#"{"authentication":null}"#,
            r#"{"authentication":{"user":"echo"}}"#,
            r#"{"authentication":{"user":"echo","password":null}}"#,
            r#"{"authentication":{"user":"echo","password":""}}"#,
            r#"{"authentication":{"user":"echo","password":1}}"#,
            r#"{"authentication":{"user":"echo","password":["t"]}}"#,
            r#"{"authentication":{"user":"echo","password":true}}"#,
            r#"{"authentication":{"user":"","password":"t"}}"#,
            r#"{"authentication":{"user":null,"password":"t"}}"#,
            r#"{"authentication":{"user":"echo","password":"t","password":"u"}}"#,
        ] {
            assert_eq!(with(ext), None, "{ext}");
        }
        assert_eq!(one(r#"{"channel":"/meta/handshake"}"#).credentials(), None);
    }

    #[test]
    fn null_is_data_and_no_client() {
        assert_eq!(one(r#"{"channel":"/a","data":null}"#).data.unwrap().get(), "null");
        assert!(one(r#"{"channel":"/a"}"#).data.is_none());
        assert!(one(r#"{"channel":"/a"}"#).is_of("bot1"));
        assert!(one(r#"{"channel":"/a","clientId":"bot\u0031"}"#).is_of("bot1"));
        for id in ["\"bot2\"", "null", "1"] {
            assert!(!one(&format!(r#"{{"channel":"/a","clientId":{id}}}"#)).is_of("bot1"), "{id}");
        }
    }

    #[test]
    fn one_channel_is_subscribed_to_at_a_time() {
        let to = |json: &str| {
            let json = format!(r#"{{"channel":"/meta/subscribe","subscription":{json}}}"#);
            one(&json).subscription().map(Cow::into_owned)
        };
        assert_eq!(to(r#""/a""#).as_deref(), Some("/a"));
        assert_eq!(to(r#"["/a"]"#).as_deref(), Some("/a"));
        for json in ["null", "[]", r#"["/a","/b"]"#, "7", "{}"] {
            assert_eq!(to(json), None, "{json}");
        }
    }
}
