//! Markdown, which bots write and the host renders for each network.

/// A text that reads the same after it was rendered: for what people wrote, in what a bot says. Indentation is not
/// kept: Markdown has no sign for it.
///
/// ```
/// use parlor_sdk::markdown;
///
/// assert_eq!(markdown::escape("*not* bold, `no` code"), r"\*not\* bold, \`no\` code");
/// assert_eq!(markdown::escape("snake_case: a <b> & c"), r"snake_case: a \<b> & c");
/// ```
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    let mut before = '\n';
    let mut rest = text.chars().peekable();
    // Whether only spaces, or only digits, came on this line so far.
    let (mut blank, mut digits) = (true, false);
    while let Some(c) = rest.next() {
        let after = rest.peek().copied().unwrap_or('\n');
        let special = match c {
            '\\' | '*' | '`' | '[' | ']' | '<' | '~' | '|' => true,
            // Within a word it stays as it is.
            '_' => !(before.is_alphanumeric() && after.is_alphanumeric()),
            '&' => after == '#' || after.is_ascii_alphanumeric(),
            '>' => blank,
            // These mean something at the beginning of a line, before a space or several of them: not in `#lobby`.
            '#' | '-' | '+' | '=' => blank && (after.is_whitespace() || after == c),
            '.' | ')' => digits && after.is_whitespace(),
            _ => false,
        };
        if special {
            escaped.push('\\');
        }
        escaped.push(c);
        digits = (blank || digits) && c.is_ascii_digit();
        blank = c == '\n' || c == '\r' || (blank && c.is_whitespace());
        before = c;
    }
    escaped
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use pulldown_cmark::{Event, Options, Parser, Tag};

    use super::*;

    /// The text that a reader of the Markdown sees; none if they see more than text.
    fn seen(markdown: &str) -> Option<String> {
        let mut text = String::new();
        for event in Parser::new_ext(markdown, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH) {
            match event {
                Event::Text(part) => text.push_str(&part),
                Event::SoftBreak => text.push('\n'),
                Event::Start(Tag::Paragraph) | Event::End(_) => {}
                _ => return None,
            }
        }
        Some(text)
    }

    #[test]
    fn what_looks_like_markdown_is_text() {
        for text in [
            "# x", "1. x", "12) x", "- x", "> x", "a\n===", "a\n---", "<b>", "[a](b)", "&amp;", "~~x~~",
            "__x__",
        ] {
            assert_eq!(seen(&escape(text)).as_deref(), Some(text), "{}", escape(text));
        }
    }

    proptest! {
        #[test]
        fn a_text_reads_as_it_was(line in "[-a1.*_`#>+=<&;\\[\\]()!~|\\\\]( ?[-a1.*_`#>+=<&;x\\[\\]()!~|\\\\:]){0,20}") {
            prop_assert_eq!(seen(&escape(&line)), Some(line));
        }
    }
}
