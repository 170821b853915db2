//! What came in one request or frame: several messages.

use bytes::Bytes;
use http::StatusCode;
use serde_json::value::RawValue;

use super::{
    answer::{Answer, Answers},
    manners::Limits,
    message::Message,
};

/// How deep a message may be nested: as deep as readers of JSON commonly follow. What is passed on unread must not be
/// deeper, since nobody looks at it before its receivers.
const DEEPEST: usize = 128;

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
        if too_deep(json) {
            return Err(Unreadable::BadJson);
        }
        let messages = match json.trim_ascii_start().starts_with('{') {
            true => vec![serde_json::from_str::<&RawValue>(json)?],
            false => serde_json::from_str::<Vec<&RawValue>>(json)?,
        };
        if messages.len() > limits.batch {
            return Err(Unreadable::TooMany);
        }
        let sound = |message: &RawValue| {
            // A struct may also be written as an array of its fields; a message may not.
            if !message.get().starts_with('{') {
                return Err(Unreadable::BadJson);
            }
            read(message.get().as_bytes())?;
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
    /// The status of its HTTP request.
    pub fn status(self) -> StatusCode {
        match self {
            Self::BadJson => StatusCode::BAD_REQUEST,
            Self::TooMany | Self::TooLong => StatusCode::PAYLOAD_TOO_LARGE,
        }
    }

    /// The one error that it is answered with.
    pub fn answer(self) -> String {
        let error = match self {
            Self::BadJson => "500::bad-json",
            Self::TooMany => "413::too many messages",
            Self::TooLong => "413::too many bytes",
        };
        let mut answers = Answers::default();
        answers.push(&Answer { channel: "", id: None, subscription: None, advice: "", error: Some(error) });
        answers.finish()
    }
}

/// Reads one message of a [`Batch`].
pub(super) fn read(message: &[u8]) -> serde_json::Result<Message<'_>> {
    serde_json::from_slice(message)
}

/// Whether brackets are nested too deep in what may be JSON.
fn too_deep(json: &str) -> bool {
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for byte in json.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEEPEST {
            return true;
        }
    }
    false
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
        let deep = format!(r#"[{{"data":{}1{}}}]"#, "[".repeat(127), "]".repeat(127));
        for body in ["", "x", "1", "[1]", "[{}", "{}{}", "[{},null]", "[[]]", r#"[{},{"channel":3}]"#, &deep]
        {
            assert_eq!(count(body, &Limits::default()), Err(Unreadable::BadJson), "{body}");
        }
    }

    #[test]
    fn brackets_in_strings_are_not_nested() {
        let body = format!(
            r#"[{{"data":"\"{}"}},{{"data":{}{}}}]"#,
            "[".repeat(200),
            "[".repeat(126),
            "]".repeat(126)
        );
        assert_eq!(count(&body, &Limits::default()), Ok(2));
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
