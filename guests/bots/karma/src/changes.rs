//! What a message raises and lowers: `ann++`, `"mondays"-- # too early`, `(c)++ for the speed`.

/// The longest name in bytes.
pub const LONGEST_NAME: usize = 64;
/// The most names that one message changes.
const MOST_CHANGES: usize = 10;
/// The longest reason in characters.
const LONGEST_REASON: usize = 100;

/// One name, raised or lowered.
#[derive(Debug, PartialEq, Eq)]
pub struct Change {
    /// In lower case: `Ann` and `ann` are one.
    pub name: String,
    /// By how much.
    pub by: i64,
    /// Why, if they said so.
    pub reason: String,
}

/// The name that a text means: in lower case, one space between words. None if it cannot be one.
pub fn name(text: &str) -> Option<String> {
    let words: Vec<_> = text.split_whitespace().map(str::to_lowercase).collect();
    let name = words.join(" ");
    let fits = (1..=LONGEST_NAME).contains(&name.len()) && !name.contains(char::is_control);
    (fits && name.contains(char::is_alphanumeric)).then_some(name)
}

/// All that a message changes, in order.
pub fn read(message: &str) -> Vec<Change> {
    let mut found: Vec<(Change, &str)> = Vec::new();
    for piece in outside_code(message) {
        let mut rest = piece;
        while let Some((before, sign, after)) = next_sign(rest) {
            rest = after;
            if found.len() == MOST_CHANGES {
                break;
            }
            if let Some(name) = subject(before) {
                let by = if sign == "++" { 1 } else { -1 };
                found.push((Change { name, by, reason: String::new() }, after));
            }
        }
    }
    for (change, after) in &mut found {
        change.reason = reason(after);
    }
    found.into_iter().map(|(change, _)| change).collect()
}

/// What is not between backticks. One that is never closed is a character like any other.
fn outside_code(message: &str) -> impl Iterator<Item = &str> {
    let pieces: Vec<_> = message.split('`').collect();
    let last = pieces.len() - 1;
    pieces.into_iter().enumerate().filter(move |(at, _)| at % 2 == 0 || *at == last).map(|(_, piece)| piece)
}

/// The next `++` or `--` that ends a word, with what is before and after it.
fn next_sign(text: &str) -> Option<(&str, &str, &str)> {
    let ends_word = |after: &str| {
        let after = after.trim_start_matches([',', '.', ';', ':', '!', '?']);
        after.is_empty() || after.starts_with(char::is_whitespace)
    };
    let is_sign = |at: usize| text[at..].starts_with("++") || text[at..].starts_with("--");
    let mut places = text.char_indices().map(|(at, _)| at);
    // In `c++++` the sign is what ends it.
    let at = places.find(|at| is_sign(*at) && ends_word(&text[at + 2..]))?;
    Some((&text[..at], &text[at..at + 2], &text[at + 2..]))
}

/// The name that stands before a sign: a word of at least two characters, or whatever is quoted or in parentheses.
fn subject(before: &str) -> Option<String> {
    for (open, close) in [('(', ')'), ('"', '"'), ('“', '”')] {
        if let Some(inner) = before.strip_suffix(close) {
            return name(inner.rsplit_once(open)?.1);
        }
    }
    let word = before.rsplit(char::is_whitespace).next()?;
    let word = word.trim_start_matches(['@', '(', '"', '“']);
    // `--` and `++` are also punctuation, and part of links and options.
    let odd = word.chars().count() < 2 || word.contains("://") || word.starts_with(['-', '+']);
    if odd { None } else { name(word) }
}

/// Why: what follows `for` or `#` on the same line, up to the next change.
fn reason(after: &str) -> String {
    let line = after.lines().next().unwrap_or_default().trim_start();
    let Some(text) = line.strip_prefix("for ").or_else(|| line.strip_prefix('#')) else {
        return String::new();
    };
    let text = match next_sign(text) {
        Some((before, ..)) => before.rsplit_once(char::is_whitespace).map_or("", |(text, _)| text),
        None => text,
    };
    let text = text.trim().trim_end_matches([',', ';']);
    text.chars().filter(|c| !c.is_control()).take(LONGEST_REASON).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each change as `name+1 reason`.
    fn changes(message: &str) -> Vec<String> {
        let words = |change: Change| format!("{}{:+} {}", change.name, change.by, change.reason);
        read(message).into_iter().map(|change| words(change).trim_end().to_owned()).collect()
    }

    #[test]
    fn several_in_one_message_all_count() {
        assert_eq!(changes("ann++, Bob-- and @ann++!"), ["ann+1", "bob-1", "ann+1"]);
        assert_eq!(changes(&"ann++ ".repeat(50)).len(), MOST_CHANGES);
    }

    #[test]
    fn a_name_is_a_word_or_quoted() {
        assert_eq!(changes("(c)++ \"New  York\"++ “tea”--"), ["c+1", "new york+1", "tea-1"]);
        assert_eq!(changes("c++ is a language, notepad++ a program, c++++ a wish"), ["notepad+1", "c+++1"]);
    }

    #[test]
    fn what_only_looks_like_it_is_none() {
        for text in [
            "i++; x--",
            "`ann++` and ```\nann++\n```",
            "https://example.org/ann++",
            "ls --all -- and ---",
            "ann ++ bob",
            "tea--or coffee",
            "++ann",
            "++ -- ++",
            "()++ \"\"++ (  )++",
        ] {
            assert_eq!(changes(text), [""; 0], "{text}");
        }
        assert_eq!(changes(&format!("{}++", "x".repeat(LONGEST_NAME + 1))), [""; 0]);
        assert_eq!(changes("it's ` ann++"), ["ann+1"], "a lone backtick opens nothing");
    }

    #[test]
    fn a_reason_follows_for_or_a_hash() {
        assert_eq!(changes("ann++ for the tea\nbob++ # cake"), ["ann+1 the tea", "bob+1 cake"]);
        assert_eq!(changes("ann++ for tea, bob-- for none"), ["ann+1 tea", "bob-1 none"]);
        assert_eq!(changes("ann++ forever"), ["ann+1"]);
        let long = changes(&format!("ann++ for {}", "ö".repeat(500)));
        assert_eq!(long, [format!("ann+1 {}", "ö".repeat(LONGEST_REASON))]);
    }

    #[test]
    fn nothing_makes_it_panic() {
        for text in ["", "++", "--", "`", "``", "\"++", ")++", "(ö++", "”--", "\u{0}++", "a\u{301}++--++"]
        {
            read(text);
        }
    }
}
