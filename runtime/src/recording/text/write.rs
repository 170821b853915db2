//! Writes values.

use std::{borrow::Cow, fmt::Write as _};

use wasmtime::component::Val;

/// What of a value is hidden.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Hide {
    /// Nothing.
    Nothing,
    /// All texts and bytes.
    All,
    /// The values in lists of names and values.
    Values,
    /// The values of those settings in a list of settings that may be secret.
    Settings,
    /// All but the outline, at the same length: the contents of a file, of which this may be a part.
    Contents,
}

/// Replaces what must not be read.
pub trait Veil {
    /// What to hide in the value of a parameter, of a record's field, or in a pair with this name.
    fn of_name(&self, name: &str) -> Hide;

    /// The same for a function's parameter.
    fn of_parameter(&self, name: &str) -> Hide {
        self.of_name(name)
    }

    /// Whether the setting of this name may be secret.
    fn is_secret_setting(&self, name: &str) -> bool;

    /// A text, without what must not be read.
    fn text<'a>(&mut self, text: &'a str, hide: Hide) -> Cow<'a, str>;

    /// The same for bytes that are no text.
    fn bytes<'a>(&mut self, bytes: &'a [u8], hide: Hide) -> Cow<'a, [u8]>;
}

/// Nothing is hidden.
impl Veil for () {
    fn of_name(&self, _: &str) -> Hide {
        Hide::Nothing
    }

    fn is_secret_setting(&self, _: &str) -> bool {
        false
    }

    fn text<'a>(&mut self, text: &'a str, _: Hide) -> Cow<'a, str> {
        text.into()
    }

    fn bytes<'a>(&mut self, bytes: &'a [u8], _: Hide) -> Cow<'a, [u8]> {
        bytes.into()
    }
}

/// Writes values into one line.
pub struct Writer<'a, V> {
    out: String,
    /// The names of the resources, in the order in which the values hold them.
    names: std::slice::Iter<'a, String>,
    veil: &'a mut V,
}

impl<'a, V: Veil> Writer<'a, V> {
    /// A writer of values that hold these resources.
    pub fn new(names: &'a [String], veil: &'a mut V) -> Self {
        Self { out: String::new(), names: names.iter(), veil }
    }

    /// The arguments of a call, in brackets. A name may be missing.
    pub fn arguments(mut self, arguments: &[Val], names: &[&str], hide: Hide) -> String {
        self.out.push('(');
        for (index, value) in arguments.iter().enumerate() {
            self.comma(index);
            let hidden = names.get(index).map_or(Hide::Nothing, |name| self.veil.of_parameter(name));
            // What a function is asked by a name is not itself hidden with it.
            let first = hide == Hide::All && index < 2 && self.names_what_is_hidden(value);
            self.value(value, if hidden == Hide::Nothing && !first { hide } else { hidden });
        }
        self.out.push(')');
        self.out
    }

    /// What a call answers: at most one value.
    pub fn answer(mut self, values: &[Val], hide: Hide) -> String {
        match values {
            [] => self.out.push_str("()"),
            [value, ..] => self.value(value, hide),
        }
        self.out
    }

    fn names_what_is_hidden(&self, value: &Val) -> bool {
        matches!(value, Val::String(name) if self.veil.of_name(name) == Hide::All)
    }

    fn comma(&mut self, index: usize) {
        if index > 0 {
            self.out.push_str(", ");
        }
    }

    fn value(&mut self, value: &Val, hide: Hide) {
        match value {
            Val::Bool(value) => self.plain(value),
            Val::S8(value) => self.plain(value),
            Val::U8(value) => self.plain(value),
            Val::S16(value) => self.plain(value),
            Val::U16(value) => self.plain(value),
            Val::S32(value) => self.plain(value),
            Val::U32(value) => self.plain(value),
            Val::S64(value) => self.plain(value),
            Val::U64(value) => self.plain(value),
            Val::Float32(value) => self.float(f64::from(*value), &format!("{value:?}")),
            Val::Float64(value) => self.float(*value, &format!("{value:?}")),
            Val::Char(value) => {
                self.out.push('\'');
                escape(*value, '\'', &mut self.out);
                self.out.push('\'');
            }
            Val::String(text) => {
                let text = self.veil.text(text, hide);
                self.out.push('"');
                text.chars().for_each(|c| escape(c, '"', &mut self.out));
                self.out.push('"');
            }
            Val::List(items) if matches!(items.first(), Some(Val::U8(_))) => self.bytes(items, hide),
            Val::List(items) | Val::FixedLengthList(items) => self.many(('[', ']'), items, hide),
            Val::Map(items) => {
                self.out.push('[');
                for (index, (key, value)) in items.iter().enumerate() {
                    self.comma(index);
                    self.tuple(&[key.clone(), value.clone()], hide);
                }
                self.out.push(']');
            }
            Val::Record(fields) => self.record(fields, hide),
            Val::Tuple(items) => self.tuple(items, hide),
            Val::Variant(case, payload) => self.case(case, payload.as_deref(), hide),
            Val::Enum(case) => self.out.push_str(case),
            Val::Option(Some(value)) => self.case("some", Some(value), hide),
            Val::Option(None) => self.out.push_str("none"),
            Val::Result(Ok(value)) => self.case("ok", value.as_deref(), hide),
            Val::Result(Err(value)) => self.case("err", value.as_deref(), hide),
            Val::Flags(names) => {
                self.out.push('{');
                self.out.push_str(&names.join(", "));
                self.out.push('}');
            }
            Val::Resource(_) => self.out.push_str(self.names.next().map_or("resource#?", String::as_str)),
            Val::Future(_) | Val::Stream(_) | Val::ErrorContext(_) => self.out.push('?'),
        }
    }

    fn plain(&mut self, value: impl std::fmt::Display) {
        // A String takes everything.
        let _ = write!(self.out, "{value}");
    }

    fn float(&mut self, value: f64, text: &str) {
        self.out.push_str(if value.is_nan() { "nan" } else { text });
    }

    fn bytes(&mut self, items: &[Val], hide: Hide) {
        let bytes: Vec<u8> = items
            .iter()
            .filter_map(|item| if let Val::U8(byte) = item { Some(*byte) } else { None })
            .collect();
        self.out.push_str("b\"");
        let owned;
        let bytes = match std::str::from_utf8(&bytes) {
            Ok(text) => {
                owned = self.veil.text(text, hide);
                owned.as_bytes()
            }
            Err(_) => &*self.veil.bytes(&bytes, hide),
        };
        for chunk in bytes.utf8_chunks() {
            chunk.valid().chars().for_each(|c| escape(c, '"', &mut self.out));
            for byte in chunk.invalid() {
                let _ = write!(self.out, "\\x{byte:02x}");
            }
        }
        self.out.push('"');
    }

    fn many(&mut self, (open, close): (char, char), items: &[Val], hide: Hide) {
        self.out.push(open);
        for (index, item) in items.iter().enumerate() {
            self.comma(index);
            self.value(item, hide);
        }
        self.out.push(close);
    }

    fn tuple(&mut self, items: &[Val], hide: Hide) {
        let hide = match items.first() {
            Some(Val::String(_)) if items.len() > 1 && hide == Hide::Values => Hide::All,
            Some(Val::String(name)) if hide == Hide::Settings && self.veil.is_secret_setting(name) => {
                Hide::All
            }
            Some(first) if self.names_what_is_hidden(first) => Hide::All,
            _ => return self.many(('(', ')'), items, hide),
        };
        self.out.push('(');
        for (index, item) in items.iter().enumerate() {
            self.comma(index);
            self.value(item, if index == 0 { Hide::Nothing } else { hide });
        }
        self.out.push(')');
    }

    fn record(&mut self, fields: &[(String, Val)], hide: Hide) {
        let named = fields.iter().any(|(name, value)| name == "name" && self.names_what_is_hidden(value));
        self.out.push('{');
        for (index, (name, value)) in fields.iter().enumerate() {
            self.comma(index);
            self.out.push_str(name);
            self.out.push_str(": ");
            let hidden = match hide {
                Hide::Values if name == "value" => Hide::All,
                Hide::All | Hide::Contents => hide,
                _ if named && name == "value" => Hide::All,
                _ => self.veil.of_name(name),
            };
            self.value(value, hidden);
        }
        self.out.push('}');
    }

    fn case(&mut self, case: &str, payload: Option<&Val>, hide: Hide) {
        self.out.push_str(case);
        if let Some(payload) = payload {
            self.out.push('(');
            self.value(payload, hide);
            self.out.push(')');
        }
    }
}

/// Writes a character so that it neither ends the literal, nor the line, nor does anything to a terminal.
fn escape(c: char, quote: char, out: &mut String) {
    match c {
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        '\\' => out.push_str("\\\\"),
        c if c == quote => out.extend(['\\', c]),
        c if c.is_control() || is_format(c) => {
            let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
        }
        c => out.push(c),
    }
}

/// Whether a character is not seen, and changes how others are.
fn is_format(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}
