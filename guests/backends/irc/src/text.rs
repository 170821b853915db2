//! What people write, from the bytes and codes of IRC to plain text.

use std::borrow::Cow;

/// The letters of Windows-1252 from 0x80 to 0x9F (WHATWG Encoding, index-windows-1252); above, it is Latin-1.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8D}', 'Ž', '\u{8F}', '\u{90}',
    '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9D}', 'ž', 'Ÿ',
];

/// The bytes as text: UTF-8, or where they are not, what clients without it mostly write. A whole line is one or the
/// other.
pub fn decoded(bytes: &[u8]) -> Cow<'_, str> {
    match str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(bytes.iter().map(|byte| letter(*byte)).collect()),
    }
}

fn letter(byte: u8) -> char {
    let place = usize::from(byte).wrapping_sub(0x80);
    WINDOWS_1252.get(place).copied().unwrap_or(char::from(byte))
}

/// The text without formatting codes (modern.ircdocs.horse/formatting) and other control characters; a tab stays.
pub fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        rest = rest.get(letter.len_utf8()..).unwrap_or_default();
        match letter {
            '\u{3}' => rest = after_colors(rest, 2, u8::is_ascii_digit),
            '\u{4}' => rest = after_colors(rest, 6, u8::is_ascii_hexdigit),
            '\t' => plain.push('\t'),
            letter if letter.is_control() => {}
            letter => plain.push(letter),
        }
    }
    plain
}

/// What follows one or two colours, the comma between them included. A comma with no colour after it is text.
fn after_colors(text: &str, digits: usize, is_digit: fn(&u8) -> bool) -> &str {
    let color = |text: &str| text.bytes().take(digits).take_while(is_digit).count();
    let first = color(text);
    let rest = text.get(first..).unwrap_or_default();
    let Some(second) = rest.strip_prefix(',').filter(|_| first > 0) else {
        return rest;
    };
    match color(second) {
        0 => rest,
        length => second.get(length..).unwrap_or_default(),
    }
}

/// Words from the server for use in a sentence of ours: plain, and not long.
pub fn quoted(text: &str) -> String {
    let plain = plain(text);
    let plain = plain.trim();
    match plain.char_indices().nth(300) {
        Some((end, _)) => format!("{}…", plain.get(..end).unwrap_or_default()),
        None => plain.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn old_clients_are_read_too() {
        assert_eq!(decoded("grün €".as_bytes()), "grün €");
        assert_eq!(decoded(b"gr\xFCn \x80 \x93x\x94"), "grün € “x”");
    }

    #[test]
    fn codes_go_and_text_stays() {
        assert_eq!(
            plain("\x02b\x1Di\x0F \x0304,12red\x03 \x034,x \x03,5 \x04ff0000,00FF00rgb\x04"),
            "bi red ,x ,5 rgb"
        );
        assert_eq!(plain("a\tb\u{7}\u{1b}[2J\u{7f}\u{85}c"), "a\tb[2Jc");
        assert_eq!(plain("\x03123"), "3");
    }

    #[test]
    fn long_words_are_cut() {
        assert_eq!(quoted(" \x02no\x02 "), "no");
        assert_eq!(quoted(&"ä".repeat(400)).chars().count(), 301);
    }

    proptest! {
        #[test]
        fn nothing_but_text_comes_out(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let plain = plain(&decoded(&bytes));
            prop_assert!(!plain.contains(|letter: char| letter.is_control() && letter != '\t'));
        }

        #[test]
        fn plain_text_stays_as_it_is(text in "\\PC*") {
            prop_assert_eq!(plain(&text), text);
        }
    }
}
