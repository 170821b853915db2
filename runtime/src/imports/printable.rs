//! Makes text from outside harmless to a terminal and to whoever reads it there.
//!
//! A terminal obeys what is written to it: escape sequences move the cursor, rename the window and, on some, type
//! commands (ECMA-48, section 5). Bidirectional overrides make text read otherwise than it is (Unicode TR36,
//! section 3.5; "Trojan Source", CVE-2021-42574).

use std::{borrow::Cow, fmt::Write};

/// `text` with every control character but newline and tab, and every bidirectional override, made visible instead
/// of obeyed: ESC becomes `␛`, U+202E becomes `<U+202E>`. Text that has none, so nearly all, is borrowed.
pub fn printable(text: &str) -> Cow<'_, str> {
    replace(text, |c| is_obeyed(c) && !matches!(c, '\n' | '\t'))
}

/// Like [`printable`], with newlines made visible as well: `text` cannot pass for more than one line.
pub fn printable_line(text: &str) -> Cow<'_, str> {
    replace(text, |c| is_obeyed(c) && c != '\t')
}

/// So much of what a guest says of itself is written into the host's own lines, in bytes.
const LONGEST_WORDS: usize = 1 << 10;

/// A guest's own words, as they may stand in a line of the host's: as [`printable_line`] has them, and no more than anybody
/// reads.
pub fn printable_words(text: &str) -> String {
    printable_line(&text[..text.floor_char_boundary(LONGEST_WORDS)]).into_owned()
}

fn replace(text: &str, unwanted: impl Fn(char) -> bool) -> Cow<'_, str> {
    let Some(first) = text.find(&unwanted) else {
        return Cow::Borrowed(text);
    };
    let mut shown = String::with_capacity(text.len() + 16);
    shown.push_str(&text[..first]);
    for c in text[first..].chars() {
        if unwanted(c) { push_visible(&mut shown, c) } else { shown.push(c) }
    }
    Cow::Owned(shown)
}

/// Whether a terminal may obey `c` instead of showing it.
fn is_obeyed(c: char) -> bool {
    // C0, DEL and C1; embeddings and overrides; isolates; what Unicode itself takes for the end of a line.
    c.is_control() || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
}

fn push_visible(shown: &mut String, c: char) {
    match c {
        // Unicode has a picture of each of C0, in the same order, and one of DEL.
        '\0'..='\x1F' => shown.push(char::from_u32(0x2400 + c as u32).unwrap_or(char::REPLACEMENT_CHARACTER)),
        '\x7F' => shown.push('␡'),
        // Writing to a string does not fail.
        _ => drop(write!(shown, "<U+{:04X}>", c as u32)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_a_terminal_would_obey_is_shown() {
        for (text, shown) in [
            ("plain, ünïcode 🦀\n\tindented", "plain, ünïcode 🦀\n\tindented"),
            ("\x1b]0;title\x07", "␛]0;title␇"),
            ("\x1b[2J", "␛[2J"),
            ("over\rwritten\x08\x7f\0", "over␍written␈␡␀"),
            ("\u{9b}2J\u{85}", "<U+009B>2J<U+0085>"),
            ("a\u{202e}b\u{2066}c\u{2069}", "a<U+202E>b<U+2066>c<U+2069>"),
        ] {
            assert_eq!(printable(text), shown);
        }
        assert_eq!(printable_line("one\ntwo\u{2028}three"), "one␊two<U+2028>three");
    }

    #[test]
    fn words_are_one_line_of_bounded_length() {
        assert_eq!(printable_words("no\n\x1b"), "no␊␛");
        assert_eq!(printable_words(&"é".repeat(LONGEST_WORDS)).len(), LONGEST_WORDS);
    }

    #[test]
    fn harmless_text_is_not_copied() {
        assert!(matches!(printable("hello\n"), Cow::Borrowed(_)));
        assert!(matches!(printable_line("hello\t"), Cow::Borrowed(_)));
    }

    proptest! {
        #[test]
        fn nothing_that_is_obeyed_is_left(text in any::<String>()) {
            prop_assert!(!printable(&text).contains(|c| is_obeyed(c) && c != '\n' && c != '\t'));
            prop_assert!(!printable_line(&text).contains(|c| is_obeyed(c) && c != '\t'));
            // Showing twice shows the same.
            let shown = printable(&text);
            prop_assert_eq!(printable(&shown), &*shown);
        }
    }
}
