//! What came in one request or frame: several messages.

use bytes::Bytes;
use serde_json::value::RawValue;

use super::{manners::Limits, message::Message};

/// The messages of one request or frame, each still as it came. All of them are messages: they were read once.
pub(super) struct Batch(pub Vec<Bytes>);

/// Why nothing of a request is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unreadable {
    /// It is no JSON array of messages, and no single one.
    BadJson,
    /// It has more messages than [`Limits::batch`].
    TooMany,
    /// It has more bytes than [`Limits::bytes`].
    TooLong,
}

impl Batch {
    /// Reads what came, all of it or nothing.
    pub fn parse(body: &Bytes, limits: &Limits) -> Result<Self, Unreadable> {
        if body.len() > limits.bytes {
            return Err(Unreadable::TooLong);
        }
        let json = str::from_utf8(body).map_err(|_| Unreadable::BadJson)?;
        // The parser refuses what is nested deeper than 128.
        let messages = match json.trim_ascii_start().starts_with('{') {
            true => vec![serde_json::from_str::<&RawValue>(json)?],
            false => serde_json::from_str::<Vec<&RawValue>>(json)?,
        };
        if messages.len() > limits.batch {
            return Err(Unreadable::TooMany);
        }
        let sound = |message: &RawValue| {
            Message::parse(message.get())?;
            Ok(body.slice_ref(message.get().as_bytes()))
        };
        messages.into_iter().map(sound).collect::<Result<_, _>>().map(Self)
    }
}

impl From<serde_json::Error> for Unreadable {
    fn from(_: serde_json::Error) -> Self {
        Self::BadJson
    }
}

impl Unreadable {
    /// The one error that it is answered with.
    pub fn error(self) -> &'static str {
        match self {
            Self::BadJson => "500::bad-json",
            Self::TooMany => "413::too many messages",
            Self::TooLong => "413::too many bytes",
        }
    }
}

/// The message in a slice of a [`Batch`].
pub(super) fn message(slice: &[u8]) -> serde_json::Result<Message<'_>> {
    serde_json::from_slice(slice)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(body: &str, limits: &Limits) -> Result<usize, Unreadable> {
        Batch::parse(&Bytes::copy_from_slice(body.as_bytes()), limits).map(|batch| batch.0.len())
    }

    #[test]
    fn a_batch_is_an_array_of_messages_or_one_alone() {
        let limits = Limits::default();
        assert_eq!(count(" [] ", &limits), Ok(0));
        assert_eq!(count(r#" {"channel":"/a"} "#, &limits), Ok(1));
        assert_eq!(count(r#"[{"channel":"/a"}, {}]"#, &limits), Ok(2));
    }

    #[test]
    fn what_is_no_batch_is_bad_json_as_a_whole() {
        let deep = format!(r#"[{{"data":{}1{}}}]"#, "[".repeat(200), "]".repeat(200));
        for body in ["", "x", "1", "[1]", "[{}", "{}{}", "[{},null]", r#"[{},{"channel":3}]"#, &deep] {
            assert_eq!(count(body, &Limits::default()), Err(Unreadable::BadJson), "{body}");
        }
    }

    #[test]
    fn bytes_and_messages_of_a_batch_are_bounded() {
        let limits = Limits { bytes: 10, batch: 2, ..Limits::default() };
        assert_eq!(count("[{},{}]", &limits), Ok(2));
        assert_eq!(count("[{},{},{}]", &Limits { bytes: 11, ..limits.clone() }), Err(Unreadable::TooMany));
        assert_eq!(count("[{}      ]", &limits), Ok(1));
        assert_eq!(count("[{}       ]", &limits), Err(Unreadable::TooLong));
    }
}
