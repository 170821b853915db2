//! Whether a text is the one that was recorded. What the recording hides (`{redacted:1}`) may be anything, and the same everywhere.

use std::collections::HashMap;

/// What the recording hides, as far as it is known.
#[derive(Default)]
pub struct Hidden {
    known: HashMap<String, String>,
}

impl Hidden {
    /// Whether `seen` is what was recorded. If so, what was hidden in it is known from then on.
    pub fn same(&mut self, recorded: &str, seen: &str) -> bool {
        if recorded == seen {
            return true;
        }
        let mut learned = Vec::new();
        let mut rest = seen;
        let mut pieces = pieces(recorded).into_iter().peekable();
        let mut first = true;
        while let Some(piece) = pieces.next() {
            match piece {
                Piece::Plain(text) if first => match rest.strip_prefix(text) {
                    Some(after) => rest = after,
                    None => return false,
                },
                Piece::Plain(_) => {}
                Piece::Hidden(name) => {
                    let end = match pieces.peek() {
                        Some(Piece::Plain(text)) => {
                            let last = recorded.ends_with(text)
                                && std::ptr::eq(
                                    text.as_ptr().wrapping_add(text.len()),
                                    recorded.as_ptr().wrapping_add(recorded.len()),
                                );
                            if last { rest.strip_suffix(text).map(str::len) } else { rest.find(text) }
                                .map(|at| (at, text.len()))
                        }
                        // Two that touch cannot be told apart: the first is all of it.
                        _ => Some((rest.len(), 0)),
                    };
                    let Some((at, length)) = end else { return false };
                    let value = &rest[..at];
                    let fits = match self.known.get(name) {
                        Some(known) => known == value,
                        None => value == name || !leaves_literal(value),
                    };
                    if !fits {
                        return false;
                    }
                    learned.push((name.to_owned(), value.to_owned()));
                    rest = &rest[at + length..];
                }
            }
            first = false;
        }
        if !rest.is_empty() || learned.is_empty() {
            return false;
        }
        self.known.extend(learned);
        true
    }

    /// A text with what is known in place of what was hidden.
    pub fn reveal(&self, recorded: &str) -> String {
        let shown = |piece| match piece {
            Piece::Plain(text) => text.to_owned(),
            Piece::Hidden(name) => self.known.get(name).cloned().unwrap_or_else(|| name.to_owned()),
        };
        pieces(recorded).into_iter().map(shown).collect()
    }
}

enum Piece<'a> {
    Plain(&'a str),
    Hidden(&'a str),
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    let mut from = 0;
    while let Some(found) = rest[from..].find('{') {
        let at = from + found;
        let hidden = ["{redacted:", "{secret:"].iter().any(|begin| rest[at..].starts_with(begin));
        match rest[at..].find('}').filter(|_| hidden) {
            Some(length) => {
                if at > 0 {
                    pieces.push(Piece::Plain(&rest[..at]));
                }
                pieces.push(Piece::Hidden(&rest[at..=at + length]));
                rest = &rest[at + length + 1..];
                from = 0;
            }
            None => from = at + 1,
        }
    }
    if !rest.is_empty() {
        pieces.push(Piece::Plain(rest));
    }
    pieces
}

/// Whether a text has a quote that ends the literal that it begins in.
fn leaves_literal(text: &str) -> bool {
    let mut escaped = false;
    text.chars().any(|c| {
        let leaves = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        leaves
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_hidden_may_be_anything_and_stays_the_same() {
        let mut hidden = Hidden::default();
        assert!(hidden.same("(\"a\")", "(\"a\")"));
        assert!(!hidden.same("(\"a\")", "(\"b\")"));
        assert!(hidden.same("(\"x {redacted:1} y\")", "(\"x open sesame y\")"));
        assert!(hidden.same("(\"{redacted:1}\", {redacted:2})", "(\"open sesame\", 5)"));
        assert!(!hidden.same("(\"{redacted:1}\")", "(\"closed\")"));
        assert!(!hidden.same("(\"{redacted:3}\", \"z\")", "(\"a\", \"b\", \"z\")"));
        assert!(!hidden.same("(\"{redacted:4}\")", "(\"a\", \"b\")"));
        assert!(hidden.same("(\"{redacted:5}\")", "(\"\\\"\")"));
        assert_eq!(
            hidden.reveal("[{a: {redacted:1}}, {redacted:9}, {b}]"),
            "[{a: open sesame}, {redacted:9}, {b}]"
        );
    }
}
