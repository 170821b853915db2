//! How answers are written: one after the other into one buffer.

use std::fmt::Write as _;

use serde_json::value::RawValue;

use super::message::Message;

/// The longest channel or client id that is written back.
const LONGEST_ECHO: usize = 255;

/// Answers, in the order in which they are written.
#[derive(Debug, Default)]
pub(super) struct Answers {
    text: String,
}

/// The answer to one message.
pub(super) struct Answer<'a> {
    pub channel: &'a str,
    pub id: Option<&'a RawValue>,
    pub subscription: Option<&'a RawValue>,
    /// The fields of the advice, without braces.
    pub advice: &'a str,
    /// The Bayeux error.
    pub error: Option<&'a str>,
}

impl<'a> Answer<'a> {
    /// That all is well with `message`.
    pub fn to(message: &Message<'a>, channel: &'a str, advice: &'a str) -> Self {
        let id = message.id.filter(|_| message.has_sound_id());
        Self { channel, id, subscription: message.subscription, advice, error: None }
    }
}

impl Answers {
    /// Room for answers of `capacity` bytes.
    pub fn with_capacity(capacity: usize) -> Self {
        Self { text: String::with_capacity(capacity) }
    }

    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Begins one more object.
    pub fn next(&mut self) -> &mut String {
        self.text.push(if self.text.is_empty() { '[' } else { ',' });
        &mut self.text
    }

    /// Adds one answer.
    pub fn push(&mut self, answer: &Answer<'_>) {
        let text = self.next();
        text.push('{');
        if !answer.channel.is_empty() && answer.channel.len() <= LONGEST_ECHO {
            text.push_str(r#""channel":"#);
            write_string(text, answer.channel);
            text.push(',');
        }
        if let Some(subscription) = answer.subscription {
            let _ = write!(text, r#""subscription":{subscription},"#);
        }
        write_id(text, answer.id);
        write_advice(text, answer.advice);
        match answer.error {
            None => text.push_str(r#""successful":true}"#),
            Some(error) => {
                text.push_str(r#""successful":false,"error":"#);
                write_string(text, error);
                text.push('}');
            }
        }
    }

    /// The array of all of them.
    pub fn finish(mut self) -> String {
        self.text.push_str(if self.text.is_empty() { "[]" } else { "]" });
        self.text
    }
}

/// Writes `"id":…,` if there is one.
pub(super) fn write_id(text: &mut String, id: Option<&RawValue>) {
    if let Some(id) = id {
        text.push_str(r#""id":"#);
        text.push_str(id.get());
        text.push(',');
    }
}

/// Writes `"advice":{…},` if there is one.
pub(super) fn write_advice(text: &mut String, advice: &str) {
    if !advice.is_empty() {
        text.push_str(r#""advice":{"#);
        text.push_str(advice);
        text.push_str("},");
    }
}

/// Writes a JSON string.
pub(super) fn write_string(text: &mut String, string: &str) {
    let plain = |byte: u8| matches!(byte, b' '..=b'~') && byte != b'"' && byte != b'\\';
    if string.bytes().all(plain) {
        text.push('"');
        text.push_str(string);
        text.push('"');
    } else {
        // A string is always JSON.
        text.push_str(&serde_json::to_string(string).unwrap_or_default());
    }
}

/// The error `<code>:<client id>:<words>` (Bayeux 1.0, section 3.14).
pub(super) fn error(code: u16, client_id: &str, words: &str) -> String {
    let client_id = if client_id.len() <= LONGEST_ECHO { client_id } else { "" };
    format!("{code}:{client_id}:{words}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_an_array_whatever_is_in_them() {
        let mut answers = Answers::default();
        assert_eq!(Answers::default().finish(), "[]");
        let message = serde_json::from_str(r#"{"id":3,"subscription":["/a"]}"#).unwrap();
        answers.push(&Answer::to(&message, "/meta/subscribe", r#""timeout":1"#));
        let id = "x".repeat(256);
        answers.push(&Answer {
            channel: &id,
            error: Some("a\"b\n"),
            id: None,
            subscription: None,
            advice: "",
        });
        assert_eq!(
            answers.finish(),
            concat!(
                r#"[{"channel":"/meta/subscribe","subscription":["/a"],"id":3,"advice":{"timeout":1},"successful":true},"#,
                r#"{"successful":false,"error":"a\"b\n"}]"#
            )
        );
        assert_eq!(error(402, &id, "unknown"), "402::unknown");
    }
}
