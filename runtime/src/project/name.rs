//! Names of projects.

use std::fmt;

/// The words that WIT keeps for itself: `package my:list` would not be understood.
const WIT_WORDS: [&str; 39] = [
    "as",
    "async",
    "bool",
    "borrow",
    "char",
    "constructor",
    "enum",
    "export",
    "f32",
    "f64",
    "flags",
    "from",
    "func",
    "future",
    "import",
    "include",
    "interface",
    "list",
    "map",
    "option",
    "own",
    "package",
    "record",
    "resource",
    "result",
    "s16",
    "s32",
    "s64",
    "s8",
    "static",
    "stream",
    "string",
    "tuple",
    "type",
    "u16",
    "u32",
    "u64",
    "u8",
    "use",
];

/// Names that something in a project has already.
const TAKEN: [&str; 8] = ["build", "core", "extension", "parlor", "parlor-sdk", "std", "test", "wit-bindgen"];

/// The longest name, in bytes.
const LONGEST: usize = 64;

/// A project's name: words of lowercase letters and digits with `-` between them. It suits files, WIT, cargo and npm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name(String);

/// Why a name is none. Follows the name.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadName {
    /// It has other letters, or stands otherwise than it should.
    #[error(
        "`{0}` cannot be a project's name: a name is words of lowercase letters and digits, each beginning with a letter, with `-` between them{hint}",
        hint = .1.as_ref().map(|better| format!("; try `{better}`")).unwrap_or_default()
    )]
    Malformed(String, Option<String>),
    /// It is very long.
    #[error("`{0}` cannot be a project's name: it is longer than {LONGEST} letters")]
    TooLong(String),
    /// It means something else already.
    #[error(
        "`{0}` cannot be a project's name: it means something else to the tools that build it; try `my-{0}`"
    )]
    Taken(String),
}

impl Name {
    /// Reads one.
    ///
    /// # Errors
    /// If it would not do; the error has a name that would.
    pub fn parse(text: &str) -> Result<Self, BadName> {
        if !is_well_formed(text) {
            return Err(BadName::Malformed(text.to_owned(), mended(text)));
        }
        if text.len() > LONGEST {
            return Err(BadName::TooLong(text.to_owned()));
        }
        if WIT_WORDS.contains(&text) || TAKEN.contains(&text) || is_rust_word(text) {
            return Err(BadName::Taken(text.to_owned()));
        }
        Ok(Self(text.to_owned()))
    }

    /// `my-bot`
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `my_bot`
    pub fn snake(&self) -> String {
        self.0.replace('-', "_")
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_well_formed(text: &str) -> bool {
    text.split('-').all(|word| {
        word.starts_with(|first: char| first.is_ascii_lowercase())
            && word.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit())
    })
}

/// The words that cargo does not take for a package. Those with a `-` are never among them.
fn is_rust_word(text: &str) -> bool {
    const WORDS: [&str; 42] = [
        "abstract", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn", "else",
        "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match",
        "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "self", "struct", "super", "trait",
        "true", "try", "typeof", "unsafe", "where", "while",
    ];
    WORDS.contains(&text)
}

/// The name that somebody may have meant: `My_Bot2` meant `my-bot2`.
fn mended(text: &str) -> Option<String> {
    let words = text.split(|letter: char| !letter.is_ascii_alphanumeric());
    let words = words.map(|word| word.trim_start_matches(|first: char| first.is_ascii_digit()));
    let words: Vec<_> = words.filter(|word| !word.is_empty()).map(str::to_ascii_lowercase).collect();
    let better = words.join("-");
    (is_well_formed(&better) && Name::parse(&better).is_ok()).then_some(better)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_will_do() {
        for name in ["echo", "my-bot", "bot2", "a"] {
            assert_eq!(Name::parse(name).unwrap().as_str(), name);
        }
        assert_eq!(Name::parse("my-bot-two").unwrap().snake(), "my_bot_two");
    }

    #[test]
    fn names_that_will_not_do_come_with_one_that_would() {
        for (name, better) in [
            ("My_Bot", Some("my-bot")),
            ("my bot", Some("my-bot")),
            ("2bots", Some("bots")),
            ("my--bot-", Some("my-bot")),
            ("bot-2", Some("bot")),
            ("../up", Some("up")),
            ("", None),
            ("List", None),
            ("ü", None),
            (".", None),
        ] {
            let found = Name::parse(name).unwrap_err();
            assert_eq!(found, BadName::Malformed(name.into(), better.map(Into::into)));
        }
        let words = Name::parse("My_Bot").unwrap_err().to_string();
        assert!(words.ends_with("with `-` between them; try `my-bot`"), "{words}");
        assert!(Name::parse("").unwrap_err().to_string().ends_with("between them"));
    }

    #[test]
    fn words_of_the_tools_and_endless_ones_are_refused() {
        for name in ["list", "match", "parlor-sdk", "static"] {
            let words = Name::parse(name).unwrap_err().to_string();
            assert!(words.ends_with(&format!("try `my-{name}`")), "{words}");
        }
        assert_eq!(Name::parse(&"a".repeat(65)).unwrap_err(), BadName::TooLong("a".repeat(65)));
    }

    #[test]
    fn wit_keeps_the_words_that_are_refused_and_understands_all_other_names() {
        let understood = |name: &str| {
            let mut resolve = wit_parser::Resolve::default();
            resolve.push_str("world.wit", &format!("package my:{name};")).is_ok()
        };
        for word in WIT_WORDS {
            assert!(!understood(word), "{word} is no word of WIT's");
        }
        for name in ["echo", "a", "my-list", "list-of-lists", "bot2-b"] {
            assert!(Name::parse(name).is_ok() && understood(name), "{name}");
        }
    }
}
