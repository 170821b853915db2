//! Values of the contract as text (WAVE, the text form of WIT's values), and what stands where nothing was said.

use serde_json::Value;
use wasm_wave::untyped::UntypedFuncCall;
use wasmtime::component::{
    Type, Val,
    types::{ComponentFunc, Field},
};

/// A call as a script writes it: `INTERFACE.FUNCTION(ARGUMENTS)`.
#[derive(Clone, Debug, PartialEq)]
pub struct Written {
    /// `auth`
    pub interface: String,
    /// `requires-login`
    pub function: String,
    /// `()`, with everything in it.
    arguments: String,
}

impl Written {
    /// Reads a call.
    ///
    /// # Errors
    /// How one is written.
    pub fn parse(text: &str) -> Result<Self, String> {
        let form = || "a call is written `INTERFACE.FUNCTION(ARGUMENTS)`, with WAVE values".to_owned();
        let (path, arguments) = text.split_at(text.find('(').ok_or_else(form)?);
        let (interface, function) = path.trim().rsplit_once('.').ok_or_else(form)?;
        Ok(Self {
            interface: interface.to_owned(),
            function: function.to_owned(),
            arguments: arguments.to_owned(),
        })
    }

    /// A call with these arguments, each written as WAVE.
    pub fn new(interface: &str, function: &str, arguments: &[String]) -> Self {
        let arguments = format!("({})", arguments.join(", "));
        Self { interface: interface.to_owned(), function: function.to_owned(), arguments }
    }

    /// Its arguments, as the function wants them.
    ///
    /// # Errors
    /// What does not fit, in words.
    pub fn arguments(&self, function: &ComponentFunc) -> Result<Vec<Val>, String> {
        let types: Vec<_> = function.params().map(|(_, ty)| ty).collect();
        let wrong = |error: wasm_wave::parser::ParserError| {
            let wanted: Vec<_> = function.params().map(|(name, _)| name.to_owned()).collect();
            format!("{}.{}({}): {error}", self.interface, self.function, wanted.join(", "))
        };
        let call = format!("f{}", numbers(&self.arguments));
        let call = UntypedFuncCall::parse(&call).map_err(wrong)?;
        call.to_wasm_params::<Val>(&types).map_err(wrong)
    }
}

/// A value as text. Bytes that are text are written as such: `b"text"`.
pub fn text(value: &Val) -> String {
    let text = readable(value).to_wave().unwrap_or_else(|_| "?".to_owned());
    plain(&text.replace(&format!("\"{BYTES}"), "b\""))
}

/// Marks a string that stands for bytes, where WAVE has only numbers for them.
const BYTES: &str = "⟦bytes⟧";

/// WAVE as people write it: in a string an apostrophe needs no backslash.
fn plain(wave: &str) -> String {
    let (mut text, mut inside) = (String::with_capacity(wave.len()), false);
    let mut letters = wave.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => match letters.next() {
                Some('\'') if inside => text.push('\''),
                next => {
                    text.push('\\');
                    text.extend(next);
                }
            },
            '"' => {
                inside = !inside;
                text.push('"');
            }
            other => text.push(other),
        }
    }
    text
}

/// A value in which lists of bytes that are text are strings, marked.
fn readable(value: &Val) -> Val {
    let inside = |value: &Option<Box<Val>>| value.as_deref().map(|value| Box::new(readable(value)));
    match value {
        Val::List(values) => match printable(values) {
            Some(text) => Val::String(format!("{BYTES}{text}")),
            None => Val::List(values.iter().map(readable).collect()),
        },
        Val::Tuple(values) => Val::Tuple(values.iter().map(readable).collect()),
        Val::Record(fields) => {
            Val::Record(fields.iter().map(|(name, value)| (name.clone(), readable(value))).collect())
        }
        Val::Variant(case, payload) => Val::Variant(case.clone(), inside(payload)),
        Val::Option(payload) => Val::Option(inside(payload)),
        Val::Result(Ok(payload)) => Val::Result(Ok(inside(payload))),
        Val::Result(Err(payload)) => Val::Result(Err(inside(payload))),
        other => other.clone(),
    }
}

/// The text that bytes are; none for an empty list, and for what no one can read.
fn printable(values: &[Val]) -> Option<String> {
    let bytes = values.iter().map(|value| if let Val::U8(byte) = value { Some(*byte) } else { None });
    let text = String::from_utf8(bytes.collect::<Option<Vec<_>>>()?).ok()?;
    let shown = |c: char| !c.is_control() || matches!(c, '\n' | '\r' | '\t');
    (!text.is_empty() && text.chars().all(shown)).then_some(text)
}

/// What a script writes as `b"text"`, as the list of numbers that WAVE knows.
fn numbers(text: &str) -> String {
    let (mut out, mut rest) = (String::new(), text);
    while let Some(start) = rest.find(['"', 'b']) {
        let (before, from) = rest.split_at(start);
        out.push_str(before);
        // A `b` that ends a name is none of these.
        let names = |c: char| c.is_alphanumeric() || c == '-';
        let bytes = from.starts_with("b\"") && !before.ends_with(names);
        let quoted = if bytes { &from[1..] } else { from };
        if !quoted.starts_with('"') {
            let (letter, after) = from.split_at(1);
            out.push_str(letter);
            rest = after;
            continue;
        }
        let mut escaped = false;
        let end = quoted.char_indices().skip(1).find(|(_, c)| {
            let ends = *c == '"' && !escaped;
            escaped = *c == '\\' && !escaped;
            ends
        });
        let (literal, after) = quoted.split_at(end.map_or(quoted.len(), |(end, _)| end + 1));
        match serde_json::from_str::<String>(literal) {
            Ok(text) if bytes => {
                let numbers: Vec<_> = text.bytes().map(|byte| byte.to_string()).collect();
                out.push_str(&format!("[{}]", numbers.join(", ")));
            }
            _ => out.push_str(&from[..from.len() - after.len()]),
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// What a function answered, as text; nothing for one that answers nothing.
pub fn answer(values: &[Val]) -> Option<String> {
    values.first().map(text)
}

/// A text as WAVE.
pub fn string(text: &str) -> String {
    self::text(&Val::String(text.to_owned()))
}

/// An optional text as WAVE.
pub fn option(text: Option<&str>) -> String {
    text.map_or_else(|| "none".to_owned(), |text| format!("some({})", string(text)))
}

/// A value that says the least: success, an empty list, nothing.
pub fn least(ty: &Type) -> Option<Val> {
    Some(match ty {
        Type::Bool => Val::Bool(false),
        Type::S8 => Val::S8(0),
        Type::U8 => Val::U8(0),
        Type::S16 => Val::S16(0),
        Type::U16 => Val::U16(0),
        Type::S32 => Val::S32(0),
        Type::U32 => Val::U32(0),
        Type::S64 => Val::S64(0),
        Type::U64 => Val::U64(0),
        Type::Float32 => Val::Float32(0.0),
        Type::Float64 => Val::Float64(0.0),
        Type::Char => Val::Char(' '),
        Type::String => Val::String(String::new()),
        Type::List(_) => Val::List(Vec::new()),
        Type::Flags(_) => Val::Flags(Vec::new()),
        Type::Option(_) => Val::Option(None),
        Type::Enum(ty) => Val::Enum(ty.names().next()?.to_owned()),
        Type::Tuple(ty) => Val::Tuple(ty.types().map(|ty| least(&ty)).collect::<Option<_>>()?),
        Type::Record(ty) => {
            let field = |field: Field<'_>| Some((field.name.to_owned(), least(&field.ty)?));
            Val::Record(ty.fields().map(field).collect::<Option<_>>()?)
        }
        Type::Variant(ty) => {
            let case = ty.cases().next()?;
            let payload = match case.ty {
                Some(ty) => Some(Box::new(least(&ty)?)),
                None => None,
            };
            Val::Variant(case.name.to_owned(), payload)
        }
        Type::Result(ty) => Val::Result(Ok(match ty.ok() {
            Some(ty) => Some(Box::new(least(&ty)?)),
            None => None,
        })),
        _ => return None,
    })
}

/// The field of a record.
pub fn field<'a>(value: &'a Val, name: &str) -> Option<&'a Val> {
    let Val::Record(fields) = value else { return None };
    fields.iter().find(|(field, _)| field == name).map(|(_, value)| value)
}

/// The text in a value: a string, or one in an option.
pub fn words(value: &Val) -> Option<&str> {
    match value {
        Val::String(text) => Some(text),
        Val::Option(Some(value)) => words(value),
        _ => None,
    }
}

/// JSON in one form: compact, and keys in order. Other text as it is.
pub fn json(text: &str) -> String {
    serde_json::from_str::<Value>(text).map_or_else(|_| text.to_owned(), |json| sorted(json).to_string())
}

/// Whether serde_json keeps keys in their order is up to whoever else is in the program.
fn sorted(json: Value) -> Value {
    match json {
        Value::Object(entries) => {
            let mut entries: Vec<_> = entries.into_iter().map(|(key, value)| (key, sorted(value))).collect();
            entries.sort_by(|(one, _), (other, _)| one.cmp(other));
            Value::Object(entries.into_iter().collect())
        }
        Value::Array(values) => Value::Array(values.into_iter().map(sorted).collect()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_read_apart() {
        let call = Written::parse("auth.check-credentials({a: \"(\"}, 1)").unwrap();
        assert_eq!((&*call.interface, &*call.function), ("auth", "check-credentials"));
        assert_eq!(call.arguments, "({a: \"(\"}, 1)");
        assert!(Written::parse("auth").is_err() && Written::parse("auth()").is_err());
    }

    #[test]
    fn bytes_that_are_text_are_written_as_text() {
        let bytes = |text: &str| Val::List(text.bytes().map(Val::U8).collect());
        assert_eq!(
            text(&Val::Tuple(vec![bytes("a\"b\n"), bytes("\0"), bytes("")])),
            r#"(b"a\"b\n", [0], [])"#
        );
        assert_eq!(numbers(r#"("b\"c", b"a\"", ab, some(b"z")"#), r#"("b\"c", [97, 34], ab, some([122])"#);
        assert_eq!(numbers("b\"open"), "b\"open");
        assert_eq!(
            text(&Val::Tuple(vec![Val::String("a'\\'".into()), Val::Char('\'')])),
            r#"("a'\\'", '\'')"#
        );
    }

    #[test]
    fn json_is_shown_in_one_form() {
        assert_eq!(json("{ \"b\": 1, \"a\" :[ 2 ] }"), "{\"a\":[2],\"b\":1}");
        assert_eq!(json("no json"), "no json");
    }
}
