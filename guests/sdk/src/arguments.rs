//! Typed arguments of a command: words and quotes as in a shell, options, and errors that tell how it is used.

use std::time::Duration;

use crate::Invocation;

/// The arguments of a command, read one after another.
///
/// Words are split at spaces; quotes keep what is between them together. What chat clients make of quotes and of two
/// hyphens is mended: `“all of it”` is quoted, and `—count` is `--count`.
///
/// ```
/// use parlor_sdk::Arguments;
/// use std::time::Duration;
///
/// fn brew(arguments: &str) -> Result<String, String> {
///     let mut args = Arguments::new("brew", "[--for TIME] CUPS TEA", arguments);
///     let time = args.option("--for")?.unwrap_or(Duration::from_secs(180));
///     let cups: u8 = args.next("CUPS")?;
///     let tea: String = args.next("TEA")?;
///     args.finish()?;
///     Ok(format!("{cups} cups of {tea} in {} s", time.as_secs()))
/// }
///
/// assert_eq!(brew("2 green"), Ok("2 cups of green in 180 s".into()));
/// assert_eq!(brew("2 “earl grey” —for 4m"), Ok("2 cups of earl grey in 240 s".into()));
/// assert_eq!(
///     brew("two green"),
///     Err("CUPS must be a whole number from 0 to 255, and `two` is none; \
///          usage: `brew [--for TIME] CUPS TEA`".into()),
/// );
/// assert_eq!(
///     brew("2"),
///     Err("TEA is missing; usage: `brew [--for TIME] CUPS TEA`".into()),
/// );
/// assert_eq!(
///     brew("2 green --sugar"),
///     Err("there is no option `--sugar`; usage: `brew [--for TIME] CUPS TEA`".into()),
/// );
/// ```
#[derive(Clone, Debug)]
pub struct Arguments<'a> {
    command: &'a str,
    usage: &'a str,
    text: &'a str,
    /// Those that are not read yet, in order.
    words: Vec<Word>,
}

/// One word, and where in the text it was.
#[derive(Clone, Debug)]
struct Word {
    text: String,
    start: usize,
    end: usize,
    /// Its place among all words: neighbours in the text have neighbouring numbers.
    number: usize,
    /// It begins with a quote, so it is no option.
    quoted: bool,
}

/// What an argument can be read as.
pub trait Argument: Sized {
    /// What it must be, with its article: "a whole number".
    const KIND: &str;

    /// Reads it; none where the text is no such thing.
    fn read(text: &str) -> Option<Self>;
}

impl Argument for String {
    const KIND: &str = "a text";

    fn read(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }
}

/// As people write it: `90s`, `10m`, `2h30m`, `1week`.
impl Argument for Duration {
    const KIND: &str = "a time such as `10m` or `2h30m`";

    fn read(text: &str) -> Option<Self> {
        humantime::parse_duration(text).ok()
    }
}

impl Argument for f64 {
    const KIND: &str = "a number";

    fn read(text: &str) -> Option<Self> {
        text.parse().ok().filter(|number: &Self| number.is_finite())
    }
}

macro_rules! whole_numbers {
    ($($number:ty: $kind:literal),*) => {$(
        impl Argument for $number {
            const KIND: &str = $kind;

            fn read(text: &str) -> Option<Self> {
                text.parse().ok()
            }
        }
    )*};
}

whole_numbers! {
    u8: "a whole number from 0 to 255",
    u16: "a whole number from 0 to 65535",
    u32: "a whole number, 0 or more",
    u64: "a whole number, 0 or more",
    usize: "a whole number, 0 or more",
    i32: "a whole number",
    i64: "a whole number"
}

impl<'a> Arguments<'a> {
    /// Of this command, with its usage as declared.
    pub fn new(command: &'a str, usage: &'a str, text: &'a str) -> Self {
        Self { command, usage, text, words: split(text) }
    }

    /// The next word that is no option.
    ///
    /// # Errors
    /// If there is none, or it is no `T`: in words that call it `name`, with the usage.
    pub fn next<T: Argument>(&mut self, name: &str) -> Result<T, String> {
        match self.optional(name)? {
            Some(value) => Ok(value),
            None => Err(self.wrong(&format!("{name} is missing"))),
        }
    }

    /// The same, where it may be left out.
    ///
    /// # Errors
    /// If there is one, and it is no `T`.
    pub fn optional<T: Argument>(&mut self, name: &str) -> Result<Option<T>, String> {
        match self.words.first() {
            None => Ok(None),
            Some(word) if word.is_option() => Err(self.unknown(word)),
            Some(_) => {
                let word = self.words.remove(0);
                self.read(name, &word.text).map(Some)
            }
        }
    }

    /// The value of an option, written `--name VALUE` or `--name=VALUE`, wherever among the words it is.
    ///
    /// # Errors
    /// If it has no value, or one that is no `T`.
    pub fn option<T: Argument>(&mut self, name: &str) -> Result<Option<T>, String> {
        let given = |word: &Word| word.text.strip_prefix(name).is_some_and(|rest| matches!(rest, "" | "="));
        let valued =
            |word: &Word| word.text.strip_prefix(name).and_then(|rest| rest.strip_prefix('=')).is_some();
        let Some(at) = self.words.iter().position(|word| word.is_option() && (given(word) || valued(word)))
        else {
            return Ok(None);
        };
        let word = self.words.remove(at);
        let value = match word.text.split_once('=') {
            Some((_, value)) => value.to_owned(),
            None if at < self.words.len() => self.words.remove(at).text,
            None => return Err(self.wrong(&format!("`{name}` needs a value"))),
        };
        self.read(&format!("`{name}`"), &value).map(Some)
    }

    /// Whether an option without a value is there.
    pub fn flag(&mut self, name: &str) -> bool {
        let at = self.words.iter().position(|word| word.is_option() && word.text == name);
        at.map(|at| self.words.remove(at)).is_some()
    }

    /// All words that are left.
    ///
    /// # Errors
    /// If one of them is an option.
    pub fn words(&mut self) -> Result<Vec<String>, String> {
        if let Some(unknown) = self.words.iter().find(|word| word.is_option()) {
            return Err(self.unknown(unknown));
        }
        Ok(std::mem::take(&mut self.words).into_iter().map(|word| word.text).collect())
    }

    /// The text that is left, as it was written: quotes, spaces and newlines included.
    ///
    /// ```
    /// # use parlor_sdk::Arguments;
    /// let mut args = Arguments::new("say", "[--loud] ROOM TEXT", "--loud #lobby  it's \"tea\"  time");
    /// assert!(args.flag("--loud"));
    /// assert_eq!(args.next("ROOM"), Ok("#lobby".to_owned()));
    /// assert_eq!(args.rest(), "it's \"tea\"  time");
    /// ```
    pub fn rest(&mut self) -> String {
        let words = std::mem::take(&mut self.words);
        // An option that was taken out from between leaves a gap.
        let stretches = words.chunk_by(|a, b| a.number + 1 == b.number);
        let texts = stretches.map(|words| &self.text[words[0].start..words[words.len() - 1].end]);
        texts.collect::<Vec<_>>().join(" ")
    }

    /// That was all.
    ///
    /// # Errors
    /// If it was not.
    pub fn finish(&self) -> Result<(), String> {
        match self.words.first() {
            None => Ok(()),
            Some(word) if word.is_option() => Err(self.unknown(word)),
            Some(word) => {
                Err(self.wrong(&format!("`{}` is more than there is a use for", shown(&word.text))))
            }
        }
    }

    /// These words, with the usage: for what is wrong in a way that the bot knows.
    pub fn wrong(&self, words: &str) -> String {
        let space = if self.usage.is_empty() { "" } else { " " };
        format!("{words}; usage: `{}{space}{}`", self.command, self.usage)
    }

    fn read<T: Argument>(&self, name: &str, text: &str) -> Result<T, String> {
        let wrong = || self.wrong(&format!("{name} must be {}, and `{}` is none", T::KIND, shown(text)));
        T::read(text).ok_or_else(wrong)
    }

    fn unknown(&self, word: &Word) -> String {
        let name = word.text.split('=').next().unwrap_or_default();
        self.wrong(&format!("there is no option `{}`", shown(name)))
    }
}

impl Word {
    fn is_option(&self) -> bool {
        !self.quoted && self.text.strip_prefix("--").is_some_and(|name| name.starts_with(char::is_alphabetic))
    }
}

impl Invocation {
    /// The arguments, to be read one after another; `usage` as declared, for what is wrong with them.
    pub fn read<'a>(&'a self, usage: &'a str) -> Arguments<'a> {
        Arguments::new(&self.command, usage, &self.arguments)
    }

    /// The words of the arguments, as [`Arguments`] splits them.
    pub fn words(&self) -> Vec<String> {
        split(&self.arguments).into_iter().map(|word| word.text).collect()
    }
}

/// As much of a wrong word as an error needs, on one line and without what would end the code span around it.
fn shown(word: &str) -> String {
    word.chars().filter(|c| !c.is_control() && *c != '`').take(40).collect()
}

/// The quote that a character stands for: `"` or `'`.
fn quote(c: char) -> Option<char> {
    match c {
        '"' | '“' | '”' | '„' => Some('"'),
        '\'' | '‘' | '’' => Some('\''),
        _ => None,
    }
}

/// Splits a text into words. A quote opens at the beginning of a word or after `=`, so that `don't` is a word; one
/// that is never closed is a character like any other. Between double quotes `\"` and `\\` are `"` and `\`.
fn split(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut rest = text.char_indices().peekable();
    loop {
        while rest.next_if(|(_, c)| c.is_whitespace()).is_some() {}
        let Some(&(start, first)) = rest.peek() else { return words };
        let (mut word, mut end, mut may_open) = (String::new(), start, true);
        let mut quoted = false;
        while let Some((at, c)) = rest.next_if(|(_, c)| !c.is_whitespace()) {
            end = at + c.len_utf8();
            let inside = quote(c).filter(|_| may_open).and_then(|q| quoted_text(&text[end..], q));
            may_open = c == '=';
            if let Some((inside, length)) = inside {
                quoted |= at == start;
                word.push_str(&inside);
                end += length;
                while rest.next_if(|(at, _)| *at < end).is_some() {}
            } else {
                word.push(quote(c).unwrap_or(c));
            }
        }
        if let Some(name) = word.strip_prefix(['—', '–']).filter(|_| matches!(first, '—' | '–'))
            && name.starts_with(char::is_alphabetic)
        {
            word = format!("--{name}");
        }
        words.push(Word { text: word, start, end, number: words.len(), quoted });
    }
}

/// What is between an opening quote and the closing one, and how many bytes both take; none where it is not closed.
fn quoted_text(text: &str, with: char) -> Option<(String, usize)> {
    let mut inside = String::new();
    let mut rest = text.char_indices().peekable();
    while let Some((at, c)) = rest.next() {
        if quote(c) == Some(with) {
            return Some((inside, at + c.len_utf8()));
        }
        let escaped = rest.next_if(|(_, next)| with == '"' && c == '\\' && matches!(next, '"' | '\\'));
        inside.push(escaped.map_or(c, |(_, next)| next));
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn words(text: &str) -> Vec<String> {
        split(text).into_iter().map(|word| word.text).collect()
    }

    #[test]
    fn spaces_split_and_quotes_keep_together() {
        assert_eq!(words(" a  b\nc\t"), ["a", "b", "c"]);
        assert_eq!(
            words(r#"new "Lunch?" 'no lunch' --name="two words""#),
            ["new", "Lunch?", "no lunch", "--name=two words"]
        );
        assert_eq!(words(r#""" "a \"b\" \\ \n""#), ["", r#"a "b" \ \n"#]);
        assert_eq!(words(""), [""; 0]);
    }

    #[test]
    fn what_clients_make_of_quotes_and_hyphens_is_mended() {
        assert_eq!(
            words("“no lunch” ‘two words’ —count –all"),
            ["no lunch", "two words", "--count", "--all"]
        );
        assert_eq!(words("tea — now –5 a—b"), ["tea", "—", "now", "–5", "a—b"]);
        assert_eq!(words("\"—count\""), ["—count"], "what is quoted is left alone");
    }

    #[test]
    fn an_apostrophe_is_no_quote_and_neither_is_a_quote_that_stays_open() {
        assert_eq!(words("don't forget, it’s Ann's"), ["don't", "forget,", "it's", "Ann's"]);
        assert_eq!(words("a 6\" nail \"and more"), ["a", "6\"", "nail", "\"and", "more"]);
    }

    #[test]
    fn options_are_found_anywhere_and_quoted_ones_are_none() {
        let mut args = Arguments::new("x", "", "a --count=3 '--all' b --for 10m");
        assert_eq!(args.option::<u8>("--count"), Ok(Some(3)));
        assert_eq!(args.option("--for"), Ok(Some(Duration::from_secs(600))));
        assert_eq!(args.option::<u8>("--co"), Ok(None));
        assert!(!args.flag("--all"));
        assert_eq!(args.clone().words(), Ok(vec!["a".into(), "--all".into(), "b".into()]));
        assert_eq!(args.rest(), "a '--all' b");
        assert_eq!(args.finish(), Ok(()));
    }

    #[test]
    fn what_is_wrong_is_answered_with_the_usage() {
        let args = |text| Arguments::new("top", "[COUNT]", text);
        let error = |words: &str| format!("{words}; usage: `top [COUNT]`");
        assert_eq!(args("").next::<u8>("COUNT"), Err(error("COUNT is missing")));
        assert_eq!(
            args("x`\u{7}").next::<i64>("COUNT"),
            Err(error("COUNT must be a whole number, and `x` is none"))
        );
        assert_eq!(args("--count").option::<u8>("--count"), Err(error("`--count` needs a value")));
        assert_eq!(args("--x=1").words(), Err(error("there is no option `--x`")));
        assert_eq!(args("1").finish(), Err(error("`1` is more than there is a use for")));
        assert_eq!(args("-5").next::<i64>("COUNT"), Ok(-5));
    }

    proptest! {
        #[test]
        fn quoted_words_come_back_as_they_were(texts in prop::collection::vec("[^“”„]*", 0..6)) {
            let escaped = texts.iter().map(|text| text.replace('\\', r"\\").replace('"', "\\\""));
            let line = escaped.map(|text| format!("\"{text}\"")).collect::<Vec<_>>().join(" ");
            prop_assert_eq!(words(&line), texts);
        }

        #[test]
        fn nothing_makes_it_panic_and_no_word_is_lost(text in "[-a=\"'“’—\\\\ ]{0,40}|.*") {
            let mut args = Arguments::new("x", "", &text);
            prop_assert_eq!(args.clone().rest(), text.trim());
            let _ = args.option::<u8>("--a");
            let _ = args.flag("--aa");
            let _ = args.next::<String>("A");
            args.rest();
            prop_assert_eq!(args.finish(), Ok(()));
        }
    }
}
