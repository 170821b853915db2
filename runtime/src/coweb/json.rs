//! JSON that guests hand over as text: whether it is any, and whether those who read it can.

use serde_json::value::RawValue;

/// How deep arrays and objects may stand in each other. Checking goes as deep as anybody likes; clients that parse may not,
/// and those of a session are not to be brought down by a bot in it.
pub(super) const DEEPEST: usize = 128;

/// Whether a text is JSON, nested no deeper than clients can read.
pub(super) fn is_json(text: &str) -> bool {
    serde_json::from_str::<&RawValue>(text).is_ok() && is_shallow(text)
}

/// Whether nothing in a text, which is JSON, stands deeper than [`DEEPEST`].
pub(super) fn is_shallow(text: &str) -> bool {
    let (mut depth, mut in_text, mut escaped) = (0_usize, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            b'[' | b'{' if !in_text => depth += 1,
            b']' | b'}' if !in_text => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEEPEST {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_can_read_is_no_json() {
        let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        assert!(is_json(&nested(DEEPEST)) && !is_json(&nested(DEEPEST + 1)) && !is_json(&nested(1_000_000)));
        assert!(is_json(&format!("[{}1]", "[],{},".repeat(1_000))));
        // In a text brackets are nothing but that.
        assert!(is_json(&format!("\"\\\"{}\\\\\"", "[".repeat(1_000))));
        assert!(!is_json("no") && !is_json(""));
    }
}
