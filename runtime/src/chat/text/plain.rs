//! What can be told of a text without parsing it.

use std::ops::Range;

/// A byte that means nothing.
const NOTHING: u8 = 0;
/// A byte that may begin a construct wherever it stands, or that must not be sent.
const ANYWHERE: u8 = 1;
/// A byte that begins a block, but only where nothing but spaces is before it in its line.
const AT_START: u8 = 2;
const NEWLINE: u8 = 3;
const SPACE: u8 = 4;
/// The first byte of U+0080 to U+00BF in UTF-8; up to U+009F they are control characters.
const LATIN: u8 = 5;

const CLASSES: [u8; 256] = {
    let mut classes = [NOTHING; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte as u8 {
            b'\n' => NEWLINE,
            b' ' => SPACE,
            0..=31 | 127 | b'\\' | b'`' | b'*' | b'_' | b'~' | b'[' | b'<' | b'&' => ANYWHERE,
            // Headings and their underlines, quotes, lists, rules, and the row that makes a table one.
            b'#' | b'=' | b'>' | b'-' | b'+' | b'0'..=b'9' | b'|' | b':' => AT_START,
            0xC2 => LATIN,
            _ => NOTHING,
        };
        byte += 1;
    }
    classes
};

/// How many steps of the parser's block structure a text may cost. Each step takes about a nanosecond.
const STEPS: usize = 1 << 26;

/// Whether the text is shown as it is: nothing in it can be Markdown, and nothing must be removed. Lines that begin
/// with four spaces are plain too: what people indent in a chat is rarely code, and shown as it is anyway.
pub(super) fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut at_start = true;
    for (index, &byte) in bytes.iter().enumerate() {
        match CLASSES[usize::from(byte)] {
            NOTHING => at_start = false,
            SPACE => {}
            NEWLINE => at_start = true,
            AT_START if !at_start => {}
            LATIN if bytes.get(index + 1).is_some_and(|&next| next >= 0xA0) => at_start = false,
            _ => return false,
        }
    }
    true
}

/// Whether to parse this takes too long. A parser looks at every open quote and list in every line (CommonMark,
/// appendix, phase 1), so that time grows with their number times the lines: squared, if both are the attacker's. What
/// opens them stands at the beginning of a line, which bounds their number.
pub(super) fn is_hostile(text: &str) -> bool {
    let opens =
        |byte: &u8| matches!(byte, b' ' | b'\t' | b'>' | b'-' | b'*' | b'+' | b'.' | b')' | b'0'..=b'9');
    let (mut lines, mut deepest) = (0_usize, 0);
    for line in text.as_bytes().split(|&byte| byte == b'\n') {
        lines += 1;
        deepest = deepest.max(line.iter().take_while(|byte| opens(byte)).count());
    }
    lines.saturating_mul(deepest) > STEPS
}

/// Whether a service might take this for a command of its own: C0 but the newline, DEL and C1.
fn is_control(char: char) -> bool {
    char != '\n' && char.is_control()
}

/// Adds text without its control characters; a tab becomes a space.
pub(super) fn push(out: &mut String, text: &str) {
    // No byte of a control character is left out, and few others are met.
    let suspect = |byte: &u8| *byte < b' ' || *byte == 0x7F || *byte == 0xC2;
    if !text.as_bytes().iter().any(suspect) {
        return out.push_str(text);
    }
    out.extend(text.chars().filter_map(|char| match char {
        '\t' => Some(' '),
        char => (!is_control(char)).then_some(char),
    }));
}

/// The text with newlines only to end its lines (CommonMark 2.1 knows three ways), and with no control characters but
/// tabs, which count for its structure.
pub(super) fn clean(text: String) -> String {
    if !text.chars().any(|char| is_control(char) && char != '\t') {
        return text;
    }
    let mut cleaned = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        match char {
            '\r' if chars.peek() == Some(&'\n') => {}
            '\r' => cleaned.push('\n'),
            '\t' => cleaned.push('\t'),
            char if is_control(char) => {}
            char => cleaned.push(char),
        }
    }
    cleaned
}

/// Where addresses stand bare in the text (`https://…`, up to a space or what never is in one). CommonMark has no such
/// thing, and would take `_` and `*` in them for emphasis.
pub(super) fn urls(source: &str) -> Vec<Range<usize>> {
    let mut urls: Vec<Range<usize>> = Vec::new();
    for (colon, _) in source.match_indices("://") {
        let scheme = source[..colon].bytes().rev().take(16).take_while(u8::is_ascii_alphanumeric).count();
        if scheme == 0 || urls.last().is_some_and(|last| colon < last.end) {
            continue;
        }
        let rest = &source[colon..];
        let ends =
            |char: char| char.is_whitespace() || matches!(char, '<' | '>' | '"' | '`' | '|' | ')' | ']');
        // Marks and stops at the end belong to what is around it.
        let outer = ['*', '_', '~', '.', ',', ':', ';', '!', '?', '\''];
        let url = rest[..rest.find(ends).unwrap_or(rest.len())].trim_end_matches(outer);
        if url.len() > "://".len() {
            urls.push(colon - scheme..colon + url.len());
        }
    }
    urls
}
