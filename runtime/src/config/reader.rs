//! Reads tables key by key, and misses nothing: what was not asked for is an unknown key.
//!
//! One derived `Deserialize` for the whole file would stop at its first error. Reading table by table tells of all,
//! and keeps the place of each.

use std::ops::Range;

use serde::{
    Deserialize,
    de::{DeserializeOwned, Deserializer, Error as _, Visitor, value::Error as ValueError},
    forward_to_deserialize_any,
};
use toml::{
    Spanned,
    de::{DeTable, DeValue, ValueDeserializer},
};

use super::{
    examples,
    nearest::{did_you_mean, nearest},
    report::Report,
};

/// A value and where it stands.
pub(super) type Value<'i> = Spanned<DeValue<'i>>;

/// One table while it is read.
pub(super) struct Table<'r, 'i> {
    report: &'r Report<'r>,
    /// Its dotted name; empty for the whole document.
    path: String,
    /// Where it is named, for what is missing in it.
    named: Range<usize>,
    entries: DeTable<'i>,
    asked: Vec<&'static str>,
    refused: Vec<&'static str>,
}

impl<'r, 'i> Table<'r, 'i> {
    /// The whole document.
    pub fn root(report: &'r Report<'r>, entries: DeTable<'i>) -> Self {
        Self { report, path: String::new(), named: 0..0, entries, asked: Vec::new(), refused: Vec::new() }
    }

    /// Where the table is named.
    pub fn named(&self) -> Range<usize> {
        self.named.clone()
    }

    /// Where problems go.
    pub fn report(&self) -> &'r Report<'r> {
        self.report
    }

    /// The table's dotted name with that of a key in it.
    pub fn path_to(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    /// Whether a key was meant, and only its value or its spelling is wrong: it need not be called missing as well.
    pub fn meant(&self, key: &str) -> bool {
        self.refused.contains(&key)
            || self.entries.keys().any(|other| nearest(other.get_ref(), [key]).is_some())
    }

    /// Whether the table has this key.
    pub fn has(&self, key: &str) -> bool {
        self.entries.keys().any(|other| other.get_ref() == key)
    }

    /// All that is in the table, under whatever keys.
    pub fn into_entries(self) -> DeTable<'i> {
        self.entries
    }

    /// Takes a value as it is.
    pub fn take(&mut self, key: &'static str) -> Option<(Range<usize>, Value<'i>)> {
        self.asked.push(key);
        self.entries.remove_entry(key).map(|(key, value)| (key.span(), value))
    }

    /// Takes a value of a simple type, with its place. One of the wrong type is a problem, and then as if missing.
    pub fn get<T: DeserializeOwned>(&mut self, key: &'static str) -> Option<(Range<usize>, T)> {
        let (_, value) = self.take(key)?;
        let span = value.span();
        match T::deserialize(ValueDeserializer::from(value)) {
            Ok(value) => Some((span, value)),
            Err(error) => {
                let message = format!("`{}`: {}", self.path_to(key), error.message());
                self.report.add(error.span().unwrap_or(span), message, examples::remedy(key));
                self.refused.push(key);
                None
            }
        }
    }

    /// Takes a table.
    pub fn table(&mut self, key: &'static str) -> Option<Table<'r, 'i>> {
        let (named, value) = self.take(key)?;
        // The database of all, and an extension's share of it, have one name.
        let remedy =
            if self.path_to(key) == "store" { examples::remedy("store.url") } else { examples::remedy(key) };
        self.nested(key, named, value, remedy)
    }

    /// Takes a table of tables that bear names, such as `[bot.NAME]`.
    pub fn named_tables(&mut self, key: &'static str) -> Vec<(String, Table<'r, 'i>)> {
        let Some(mut outer) = self.table(key) else {
            return Vec::new();
        };
        let remedy = format!("each one bears a name, as in `[{key}.NAME]`");
        let entries = std::mem::take(&mut outer.entries);
        entries
            .into_iter()
            .filter_map(|(name, value)| {
                let (named, name) = (name.span(), name.into_inner().into_owned());
                if let Err((message, help)) = check_name(&name) {
                    outer.report.add(named.clone(), message, help);
                }
                let inner = outer.nested(&name, named, value, remedy.clone())?;
                Some((name, inner))
            })
            .collect()
    }

    fn nested(
        &self,
        key: &str,
        named: Range<usize>,
        value: Value<'i>,
        remedy: impl Into<Option<String>>,
    ) -> Option<Table<'r, 'i>> {
        let path = self.path_to(key);
        match value.into_inner() {
            DeValue::Table(entries) => Some(Table {
                report: self.report,
                path,
                named,
                entries,
                asked: Vec::new(),
                refused: Vec::new(),
            }),
            other => {
                let found = other.type_str();
                let article = if found.starts_with(['a', 'i']) { "an" } else { "a" };
                self.report.add(named, format!("`{path}` must be a table, and is {article} {found}"), remedy);
                None
            }
        }
    }

    /// Takes a table into a type of its own; without one, the type's default. All its problems are told.
    pub fn get_struct<T: DeserializeOwned + Default>(&mut self, key: &'static str) -> T {
        let Some(mut table) = self.table(key) else {
            return T::default();
        };
        table.refuse_all_but(struct_fields::<T>());
        loop {
            let value = Spanned::new(table.named(), DeValue::Table(table.entries.clone()));
            let error = match T::deserialize(ValueDeserializer::from(value)) {
                Ok(value) => return value,
                Err(error) => error,
            };
            let span = error.span().unwrap_or(table.named());
            // Without the entry at fault there may be more problems to tell. The entries become fewer each time,
            // so this ends.
            let culprit = table.entries.iter().find_map(|(key, value)| {
                let value = value.span();
                (value.start <= span.start && span.end <= value.end).then(|| key.get_ref().to_string())
            });
            let Some(culprit) = culprit else {
                self.report.add(span, format!("`{}`: {}", table.path, error.message()), None);
                return T::default();
            };
            let message = format!("`{}`: {}", table.path_to(&culprit), error.message());
            self.report.add(span, message, examples::remedy(&culprit));
            table.entries.remove(culprit.as_str());
        }
    }

    /// Where a key stands, before its value is taken.
    pub fn place_of(&self, key: &str) -> Option<Range<usize>> {
        self.entries.get_key_value(key).map(|(key, _)| key.span())
    }

    /// The keys of a table in this one, before that is taken: what may be referred to, even where it is wrong itself.
    pub fn keys(&self, table: &str) -> Vec<String> {
        let table = self.entries.get(table).and_then(|table| table.get_ref().as_table());
        table.into_iter().flat_map(|entries| entries.keys()).map(|key| key.get_ref().to_string()).collect()
    }

    /// The values in a list of a table in this one, before that is taken: for their places.
    pub fn items(&self, table: &str, list: &str) -> Vec<Value<'i>> {
        let list = self.entries.get(table).and_then(|table| table.get_ref().get(list));
        list.and_then(|list| list.get_ref().as_array())
            .into_iter()
            .flat_map(|items| items.iter())
            .cloned()
            .collect()
    }

    /// Ends the reading: what was not asked for is a problem.
    pub fn finish(mut self) {
        let asked = std::mem::take(&mut self.asked);
        self.refuse_all_but(&asked);
    }

    fn refuse_all_but(&mut self, known: &[&'static str]) {
        let unknown: Vec<_> =
            self.entries.keys().filter(|key| !known.contains(&key.get_ref().as_ref())).cloned().collect();
        for key in unknown {
            self.entries.remove(key.get_ref().as_ref());
            let name = key.get_ref();
            let (message, place) = match self.path.as_str() {
                "" => (format!("unknown table or key `{name}`"), None),
                path => (format!("unknown key `{name}` in `{path}`"), examples::place_of(name, known)),
            };
            let help = place.unwrap_or_else(|| did_you_mean(name, known.iter().copied()));
            self.report.add(key.span(), message, help);
        }
    }
}

/// A network, a bot or a secret may be called this.
///
/// # Errors
/// What is wrong with the name, and the remedy.
pub(super) fn check_name(name: &str) -> Result<(), (String, String)> {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if (1..=32).contains(&name.len()) && name.chars().all(fits) {
        return Ok(());
    }
    let rule = "a name is 1 to 32 of the characters `a` to `z`, `0` to `9` and `-`";
    let remedy = match name_from(name).as_str() {
        "" => rule.to_owned(),
        better => format!("{rule}, such as `{better}`"),
    };
    Err((format!("`{name}` cannot be a name"), remedy))
}

/// The nearest that can be a name; empty where nothing of it can.
pub(super) fn name_from(text: &str) -> String {
    let name: String = text
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' })
        .take(32)
        .collect();
    name.trim_matches('-').to_owned()
}

/// The keys of a struct as its derived `Deserialize` knows them; none for what is no struct.
pub(super) fn struct_fields<'de, T: Deserialize<'de>>() -> &'static [&'static str] {
    struct Probe<'a>(&'a mut &'static [&'static str]);

    impl<'de> Deserializer<'de> for Probe<'_> {
        type Error = ValueError;

        fn deserialize_struct<V: Visitor<'de>>(
            self,
            _name: &'static str,
            fields: &'static [&'static str],
            _visitor: V,
        ) -> Result<V::Value, ValueError> {
            *self.0 = fields;
            Err(ValueError::custom("only the keys were wanted"))
        }

        fn deserialize_any<V: Visitor<'de>>(self, _visitor: V) -> Result<V::Value, ValueError> {
            Err(ValueError::custom("no struct"))
        }

        forward_to_deserialize_any! {
            bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
            unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
        }
    }

    let mut fields: &'static [&'static str] = &[];
    // The probe always fails: what it learnt is in `fields`.
    let _ = T::deserialize(Probe(&mut fields));
    fields
}
