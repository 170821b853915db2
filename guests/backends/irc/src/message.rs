//! One line of the protocol, as the server sends it.

use std::borrow::Cow;

/// A line in its parts (RFC 1459, section 2.3.1, with the tags of IRCv3 message tags). What cannot be understood is
/// no line at all; what can be is not thereby true or sensible.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message<'a> {
    tags: &'a str,
    /// Who it comes from; none for the server at the other end.
    pub source: Option<Source<'a>>,
    /// A word or three digits.
    pub command: &'a str,
    params: Vec<&'a str>,
}

/// Who a line comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Source<'a> {
    /// The nick, or a server's name.
    pub name: &'a str,
    /// `user` and `host`, where both are told.
    pub from: Option<(&'a str, &'a str)>,
}

impl<'a> Source<'a> {
    /// Reads `nick!user@host`, `nick` or `server.name`.
    pub fn read(text: &'a str) -> Self {
        let Some((name, from)) = text.split_once('!') else {
            return Self { name: text, from: None };
        };
        Self { name, from: from.split_once('@') }
    }
}

impl<'a> Message<'a> {
    /// Reads a line, without its end. None where there is no command.
    pub fn read(line: &'a str) -> Option<Self> {
        let (tags, rest) = match line.strip_prefix('@') {
            Some(rest) => rest.split_once(' ')?,
            None => ("", line),
        };
        let rest = rest.trim_start_matches(' ');
        let (source, rest) = match rest.strip_prefix(':') {
            Some(rest) => {
                let (source, rest) = rest.split_once(' ')?;
                (Some(Source::read(source)), rest.trim_start_matches(' '))
            }
            None => (None, rest),
        };
        let (command, mut rest) = rest.split_once(' ').unwrap_or((rest, ""));
        if command.is_empty() || !command.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return None;
        }
        let mut params = Vec::new();
        loop {
            rest = rest.trim_start_matches(' ');
            if let Some(last) = rest.strip_prefix(':') {
                params.push(last);
                break;
            }
            if rest.is_empty() {
                break;
            }
            let (param, more) = rest.split_once(' ').unwrap_or((rest, ""));
            params.push(param);
            rest = more;
        }
        Some(Self { tags, source, command, params })
    }

    /// The value of a tag, unescaped; empty where it has none. The last counts, as the specification wants it.
    pub fn tag(&self, name: &str) -> Option<Cow<'a, str>> {
        let mut tags = self.tags.split(';').rev().map(|tag| tag.split_once('=').unwrap_or((tag, "")));
        tags.find(|(key, _)| *key == name).map(|(_, value)| unescaped(value))
    }

    /// The parameter at this place; empty where there is none.
    pub fn param(&self, place: usize) -> &'a str {
        self.params.get(place).copied().unwrap_or_default()
    }

    /// All parameters.
    pub fn params(&self) -> &[&'a str] {
        &self.params
    }

    /// The last parameter, where servers put words for people; empty where there is none.
    pub fn last(&self) -> &'a str {
        self.params.last().copied().unwrap_or_default()
    }

    /// The number of a reply (RFC 1459, section 6).
    pub fn numeric(&self) -> Option<u16> {
        (self.command.len() == 3).then(|| self.command.parse().ok()).flatten()
    }
}

/// A tag's value as it was meant (IRCv3 message tags, section "Escaping values").
fn unescaped(value: &str) -> Cow<'_, str> {
    if !value.contains('\\') {
        return Cow::Borrowed(value);
    }
    let mut text = String::with_capacity(value.len());
    let mut letters = value.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => text.extend(letters.next().map(|escaped| match escaped {
                ':' => ';',
                's' => ' ',
                'r' => '\r',
                'n' => '\n',
                other => other,
            })),
            letter => text.push(letter),
        }
    }
    Cow::Owned(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_line_falls_into_its_parts() {
        let line = Message::read("@time=x;account=al :al!u@h PRIVMSG  #tea :hi  there :)").expect("a line");
        assert_eq!(line.source, Some(Source { name: "al", from: Some(("u", "h")) }));
        assert_eq!((line.command, line.params()), ("PRIVMSG", ["#tea", "hi  there :)"].as_slice()));
        assert_eq!(line.tag("account").as_deref(), Some("al"));
        assert_eq!(line.tag("msgid"), None);
        let bare = Message::read("PING").expect("a line");
        assert_eq!((bare.param(0), bare.last(), bare.params().len()), ("", "", 0));
        assert_eq!(Message::read(":irc 001 me :hi").and_then(|line| line.numeric()), Some(1));
    }

    #[test]
    fn tags_are_unescaped_and_the_last_counts() {
        let line = Message::read(r"@a=\:\s\\\r\n\x\;b;a=2;c= PING").expect("a line");
        assert_eq!(line.tag("a").as_deref(), Some("2"));
        assert_eq!(line.tag("b").as_deref(), Some(""));
        assert_eq!(line.tag("c").as_deref(), Some(""));
        let line = Message::read(r"@a=\:\s\\\r\n\x\ PING").expect("a line");
        assert_eq!(line.tag("a").as_deref(), Some("; \\\r\nx"));
    }

    #[test]
    fn what_is_no_line_is_none() {
        for odd in ["", " ", ":", ":x", "@", "@a", "@a ", ":x ", "\u{1}", "PRIV\u{0}MSG x", "é :x", "@a :b"]
        {
            assert_eq!(Message::read(odd), None, "{odd:?}");
        }
    }

    proptest! {
        #[test]
        fn nothing_makes_it_panic(line in "\\PC*|[@:; =\\\\a!#]*") {
            if let Some(line) = Message::read(&line) {
                let _ = (line.tag("a"), line.param(99), line.last(), line.numeric());
            }
        }

        #[test]
        fn what_was_put_together_comes_apart(
            value in "[^\\x00\\r\\n]*",
            command in "[A-Z]{1,9}|[0-9]{3}",
            middle in proptest::collection::vec("[^: \\r\\n\\x00][^ \\r\\n\\x00]*", 0..5),
            last in "[^\\r\\n\\x00]*",
        ) {
            let escaped = value.replace('\\', "\\\\").replace(';', "\\:").replace(' ', "\\s");
            let joined: String = middle.iter().map(|param| format!(" {param}")).collect();
            let line = format!("@x=1;v={escaped} :n!u@h {command}{joined} :{last}");
            let read = Message::read(&line).expect("a line");
            prop_assert_eq!(read.tag("v"), Some(Cow::Borrowed(value.as_str())));
            prop_assert_eq!(read.command, command);
            prop_assert_eq!(&read.params()[..middle.len()], middle.as_slice());
            prop_assert_eq!(read.last(), last);
        }
    }
}
