//! Values of the contract, built and read without knowing more of them than their names.

use wasmtime::component::Val;

use crate::talk::{
    stage::NETWORK,
    values::{self, field, words},
};

/// A text.
pub fn text(text: &str) -> Val {
    Val::String(text.to_owned())
}

/// An optional text.
pub fn maybe(text: Option<&str>) -> Val {
    Val::Option(text.map(|text| Box::new(self::text(text))))
}

/// A record.
pub fn record<const N: usize>(fields: [(&str, Val); N]) -> Val {
    Val::Record(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

/// A case of a variant.
pub fn case(name: &str, value: Option<Val>) -> Val {
    Val::Variant(name.to_owned(), value.map(Box::new))
}

/// A list of texts.
pub fn texts<'a>(texts: impl IntoIterator<Item = &'a str>) -> Val {
    Val::List(texts.into_iter().map(text).collect())
}

/// Bytes.
pub fn bytes(bytes: &[u8]) -> Val {
    Val::List(bytes.iter().copied().map(Val::U8).collect())
}

/// Somebody of this name.
pub fn person(name: &str, room: Option<&str>) -> Val {
    record([
        ("network", text(NETWORK)),
        ("person", text(name)),
        ("client", maybe(None)),
        ("nick", maybe(Some(name))),
        ("display-name", maybe(None)),
        ("room", maybe(room)),
        ("access-id", text(name)),
    ])
}

/// For everybody in a room.
pub fn to_room(room: &str) -> Val {
    case("room", Some(text(room)))
}

/// For somebody alone.
pub fn to_person(who: Val) -> Val {
    case("person", Some(who))
}

/// A message.
pub fn message(sender: Val, recipient: Val, body: &str, now: u64) -> Val {
    record([
        ("id", maybe(None)),
        ("network", text(NETWORK)),
        ("sender", sender),
        ("recipient", recipient),
        ("body", text(body)),
        ("parent", maybe(None)),
        ("timestamp", Val::U64(now)),
        ("delayed", Val::Bool(false)),
        ("extras", Val::List(Vec::new())),
    ])
}

/// The text of a field.
pub fn word<'a>(value: &'a Val, name: &str) -> Option<&'a str> {
    field(value, name).and_then(words)
}

/// Who a message is for: the room's name.
pub fn room_of(message: &Val) -> Option<&str> {
    match field(message, "recipient") {
        Some(Val::Variant(kind, Some(room))) if kind == "room" => words(room),
        _ => None,
    }
}

/// Who a message is for: the person.
pub fn person_of(message: &Val) -> Option<&Val> {
    match field(message, "recipient") {
        Some(Val::Variant(kind, Some(who))) if kind == "person" => Some(who),
        _ => None,
    }
}

/// A value as it can be shown.
pub fn shown(value: &Val) -> String {
    let text = values::text(value);
    match text.char_indices().nth(400) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// The name of an error, or of any other case.
pub fn name(value: &Val) -> &str {
    match value {
        Val::Variant(name, _) | Val::Enum(name) => name,
        _ => "",
    }
}

/// Whether a text is one line that can be shown to somebody.
pub fn is_a_line(text: &str) -> bool {
    !text.trim().is_empty() && !text.chars().any(char::is_control)
}

/// Whether two texts are the same JSON.
pub fn same_json(one: &str, other: &str) -> bool {
    let read = |text: &str| serde_json::from_str::<serde_json::Value>(text).ok();
    read(one).is_some_and(|one| read(other) == Some(one))
}

/// Whether a text is JSON.
pub fn is_json(text: &str) -> bool {
    serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_the_same_however_it_is_written() {
        assert!(same_json(r#"{"a": [1, "b"], "c":2}"#, r#"{"a":[1,"b"],"c":2}"#));
        assert!(!same_json("1", "1.5"));
        assert!(!same_json("{", "{"));
    }

    #[test]
    fn a_line_can_be_shown() {
        assert!(is_a_line("you are not on the list"));
        for text in ["", " ", "a\nb", "\u{1b}[2J"] {
            assert!(!is_a_line(text), "{text:?}");
        }
    }
}
