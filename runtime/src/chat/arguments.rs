//! Arguments of the host's own commands: words, of which some are quoted.
//!
//! No shell's rules: in the names of rooms and people `#`, `\` and `'` are characters like any other.

/// The words of `text`. What stands in double quotes is one word, spaces and all; chat programs that make quotes curly are
/// forgiven.
///
/// # Errors
/// In words, if a quote is not closed.
pub fn words(text: &str) -> Result<Vec<String>, String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quoted = false;
    for c in text.chars() {
        match c {
            '"' | '“' | '”' | '„' => {
                quoted = !quoted;
                word.get_or_insert_default();
            }
            c if c.is_whitespace() && !quoted => words.extend(word.take()),
            c => word.get_or_insert_default().push(c),
        }
    }
    if quoted {
        return Err("a quote is not closed".to_owned());
    }
    words.extend(word);
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn quoted_words_keep_their_spaces() {
        assert_eq!(words(r#"  "my room"  ann"#).unwrap(), ["my room", "ann"]);
        assert_eq!(words("“my room” key").unwrap(), ["my room", "key"]);
        assert_eq!(
            words(r#"#back\slash o'neill #"x y" """#).unwrap(),
            [r"#back\slash", "o'neill", "#x y", ""]
        );
        assert!(words(" ").unwrap().is_empty());
        assert!(words("\"my room").is_err());
    }
}
