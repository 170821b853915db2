//! Keeps secrets out of recordings.
//!
//! Two kinds: values that the host knows to be secret are found wherever they are, also as base64, in a URL or in JSON. And
//! what goes by a name that secrets go by (`password`, `cookie`, `authorization`) is taken for one. The same value gets the
//! same stand-in everywhere, so what was equal stays equal.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
};

use base64::{Engine, prelude::BASE64_STANDARD};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use crate::recording::text::{Hide, Veil};

/// A value shorter than this, in bytes, is only found where it stands alone: it would be found everywhere.
const SHORTEST: usize = 4;
/// The same for values that were not configured as secret.
const SHORTEST_LEARNED: usize = 6;
/// So many hidden values are looked for elsewhere. Beyond that they are still hidden where their name tells.
const MOST_LEARNED: usize = 500;
/// Names that secrets go by.
const NAMES: [&str; 13] = [
    "password",
    "passwd",
    "passphrase",
    "pass",
    "secret",
    "token",
    "credential",
    "credentials",
    "authorization",
    "proxy-authorization",
    "cookie",
    "set-cookie",
    "api-key",
];
/// A setting of this name has people's passwords, as often as not.
const USERS: &str = "users";
/// Names of lists of names and values, of which the values are secret.
const LISTS: [&str; 2] = ["cookies", "credentials"];
/// Parts of longer names that secrets go by (`irc-password`, `GITHUB_TOKEN`).
const PARTS: [&str; 8] =
    ["password", "passwd", "passphrase", "secret", "token", "credential", "api-key", "private-key"];

/// Replaces secrets by what stands for them.
#[derive(Default)]
pub struct Redactor {
    known: Vec<(String, String)>,
    /// What the configured secrets are called. An extension is told in its settings which is for it to use.
    names: HashSet<String>,
    /// Stand-ins of values that were hidden for their name.
    hidden: HashMap<Vec<u8>, usize>,
    learned: usize,
}

impl Redactor {
    /// A redactor that knows these secrets: name and value.
    pub fn new(secrets: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut redactor = Self::default();
        for (name, value) in secrets {
            redactor.know(&value, &format!("secret:{name}"), SHORTEST);
            redactor.names.insert(name);
        }
        redactor
    }

    fn know(&mut self, value: &str, label: &str, shortest: usize) {
        if value.is_empty() {
            return;
        }
        let json = serde_json::to_string(value).unwrap_or_default();
        let forms = [
            (value.to_owned(), ""),
            (BASE64_STANDARD.encode(value), ":base64"),
            (BASE64_STANDARD.encode(value).trim_end_matches('=').to_owned(), ":base64"),
            (utf8_percent_encode(value, NON_ALPHANUMERIC).to_string(), ":url"),
            (json.trim_matches('"').to_owned(), ":json"),
        ];
        for (form, kind) in forms {
            let short = form.len() < shortest && kind.is_empty() && label.starts_with("redacted");
            if !short && !self.known.iter().any(|(known, _)| *known == form) {
                self.known.push((form, format!("{{{label}{kind}}}")));
            }
        }
        // What contains another is looked for first.
        self.known.sort_by_key(|(form, _)| std::cmp::Reverse(form.len()));
    }

    fn stand_in(&mut self, value: &[u8]) -> String {
        let next = self.hidden.len() + 1;
        let number = *self.hidden.entry(value.to_vec()).or_insert(next);
        let label = format!("redacted:{number}");
        if number == next && value.len() >= SHORTEST_LEARNED && self.learned < MOST_LEARNED {
            self.learned += 1;
            if let Ok(text) = std::str::from_utf8(value) {
                self.know(text, &label, SHORTEST_LEARNED);
            }
        }
        format!("{{{label}}}")
    }

    fn stand_in_text(&mut self, text: &str) -> String {
        // What is hidden already (a template, a secret that is known) stays as it is.
        match self.find(text) {
            Cow::Owned(found) => found,
            Cow::Borrowed(_) if text.is_empty() || is_stand_in(text) || self.names.contains(text) => {
                text.to_owned()
            }
            Cow::Borrowed(_) => self.stand_in(text.as_bytes()),
        }
    }

    /// Replaces what is known to be secret.
    fn find<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let mut found = Cow::Borrowed(text);
        for (form, stand_in) in &self.known {
            let here = if form.len() < SHORTEST { *found == **form } else { found.contains(&**form) };
            if here {
                found = found.replace(&**form, stand_in).into();
            }
        }
        found
    }

    /// Hides the texts in a JSON document, and leaves its shape.
    fn leaves(&mut self, value: &mut Value) {
        match value {
            Value::String(text) => *text = self.stand_in_text(text),
            Value::Number(number) => *value = Value::String(self.stand_in_text(&number.to_string())),
            Value::Array(items) => items.iter_mut().for_each(|item| self.leaves(item)),
            Value::Object(fields) => fields.values_mut().for_each(|field| self.leaves(field)),
            _ => {}
        }
    }
}

/// Whether a text is one that stands for a secret.
fn is_stand_in(text: &str) -> bool {
    ["{secret:", "{redacted:"].iter().any(|begin| text.starts_with(begin)) && text.ends_with('}')
}

/// What can be seen of a file from afar: where its lines and their parts begin and end. As long as the file is.
fn outline(bytes: &[u8]) -> String {
    let keep = |byte: &u8| if b" \t\r\n=:;,#[]{}()\"'".contains(byte) { char::from(*byte) } else { '*' };
    bytes.iter().map(keep).collect()
}

impl Veil for Redactor {
    fn of_name(&self, name: &str) -> Hide {
        let name = name.to_ascii_lowercase().replace('_', "-");
        if LISTS.contains(&name.as_str()) {
            Hide::Values
        } else if NAMES.contains(&name.as_str()) || PARTS.iter().any(|part| name.contains(part)) {
            Hide::All
        } else {
            Hide::Nothing
        }
    }

    fn of_parameter(&self, name: &str) -> Hide {
        // The contract's tokens serve once: nobody can do anything with one that was used.
        if name == "token" { Hide::Nothing } else { self.of_name(name) }
    }

    fn is_secret_setting(&self, name: &str) -> bool {
        name.eq_ignore_ascii_case(USERS) || self.of_name(name) != Hide::Nothing
    }

    fn text<'a>(&mut self, text: &'a str, hide: Hide) -> Cow<'a, str> {
        match hide {
            Hide::Nothing | Hide::Values | Hide::Settings => self.find(text),
            Hide::Contents => outline(text.as_bytes()).into(),
            Hide::All => match serde_json::from_str::<Value>(text) {
                Ok(mut value @ (Value::Object(_) | Value::Array(_))) => {
                    self.leaves(&mut value);
                    let json = value.to_string();
                    self.find(&json).into_owned().into()
                }
                _ => self.stand_in_text(text).into(),
            },
        }
    }

    fn bytes<'a>(&mut self, bytes: &'a [u8], hide: Hide) -> Cow<'a, [u8]> {
        match hide {
            Hide::All => return self.stand_in(bytes).into_bytes().into(),
            Hide::Contents => return outline(bytes).into_bytes().into(),
            Hide::Nothing | Hide::Values | Hide::Settings => {}
        }
        let mut found = Cow::Borrowed(bytes);
        for (form, stand_in) in &self.known {
            if form.len() >= SHORTEST {
                while let Some(at) = found.windows(form.len()).position(|window| window == form.as_bytes()) {
                    found.to_mut().splice(at..at + form.len(), stand_in.bytes());
                }
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redactor() -> Redactor {
        Redactor::new([("irc".to_owned(), "hunter2 & more".to_owned()), ("pin".to_owned(), "12".to_owned())])
    }

    #[test]
    fn what_is_known_is_found_in_every_form() {
        let mut redactor = redactor();
        let mut of = |text: &str| redactor.text(text, Hide::Nothing).into_owned();
        assert_eq!(of("PASS hunter2 & more\n"), "PASS {secret:irc}\n");
        assert_eq!(of("a=hunter2%20%26%20more"), "a={secret:irc:url}");
        assert_eq!(of(&BASE64_STANDARD.encode("hunter2 & more")), "{secret:irc:base64}");
        assert_eq!(of("12"), "{secret:pin}");
        assert_eq!(of("1234"), "1234");
        assert_eq!(redactor.bytes(b"\xffhunter2 & more", Hide::Nothing), &b"\xff{secret:irc}"[..]);
    }

    #[test]
    fn the_same_value_has_the_same_stand_in() {
        let mut redactor = redactor();
        assert_eq!(redactor.text("swordfish", Hide::All), "{redacted:1}");
        assert_eq!(redactor.text("marlin", Hide::All), "{redacted:2}");
        assert_eq!(redactor.text("swordfish", Hide::All), "{redacted:1}");
        assert_eq!(redactor.text("is it swordfish?", Hide::Nothing), "is it {redacted:1}?");
        assert_eq!(redactor.text("", Hide::All), "");
    }

    #[test]
    fn what_a_secret_is_called_is_none() {
        let mut redactor = redactor();
        assert_eq!(redactor.text("irc", Hide::All), "irc");
        assert_eq!(redactor.text("ircd", Hide::All), "{redacted:1}");
    }

    #[test]
    fn the_shape_of_what_is_hidden_stays() {
        let mut redactor = redactor();
        assert_eq!(redactor.text(r#"{"anna":"wonderland"}"#, Hide::All), r#"{"anna":"{redacted:1}"}"#);
        let (file, hidden) = ("[users]\nanna = wonderland\nbert=ern", "[*****]\n**** = **********\n****=***");
        assert_eq!(redactor.text(file, Hide::Contents), hidden);
        assert_eq!(redactor.bytes(b"\xffa = b", Hide::Contents), &b"** = *"[..]);
    }

    #[test]
    fn names_tell() {
        let redactor = redactor();
        for name in ["password", "Cookie", "GITHUB_TOKEN", "irc-password", "Authorization"] {
            assert_eq!(redactor.of_name(name), Hide::All, "{name}");
        }
        for name in ["author", "username", "name", "body", "key", "passenger"] {
            assert_eq!(redactor.of_name(name), Hide::Nothing, "{name}");
        }
        assert_eq!(redactor.of_name("cookies"), Hide::Values);
        assert!(redactor.is_secret_setting("users") && !redactor.is_secret_setting("server"));
    }
}
