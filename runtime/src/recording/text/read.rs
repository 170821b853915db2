//! Reads values, by the type that they must have. The text may be a stranger's.

use wasmtime::component::{ResourceType, Type, Val};

/// Makes the value of a resource from its name, its type, and whether it is handed over.
pub type MakeResource<'a> = dyn FnMut(&str, &ResourceType, bool) -> Result<Val, String> + 'a;

/// Reads values from a line.
pub struct Reader<'a, 'm> {
    rest: &'a str,
    resource: &'m mut MakeResource<'m>,
}

type Read<T> = Result<T, String>;

/// Takes a line apart after the call that it begins with: the function, its arguments with their brackets, and the rest.
pub fn split_call(line: &str) -> Option<(&str, &str, &str)> {
    let open = line.find('(')?;
    let mut depth = 0_usize;
    let mut quote = None;
    let mut escaped = false;
    for (at, c) in line.char_indices().skip_while(|(at, _)| *at < open) {
        match (quote, c) {
            _ if escaped => escaped = false,
            (Some(_), '\\') => escaped = true,
            (Some(mark), c) if mark == c => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '(') => depth += 1,
            (None, ')') => {
                depth -= 1;
                if depth == 0 {
                    return Some((&line[..open], &line[open..=at], &line[at + 1..]));
                }
            }
            _ => {}
        }
    }
    None
}

impl<'a, 'm> Reader<'a, 'm> {
    /// A reader of this text.
    pub fn new(text: &'a str, resource: &'m mut MakeResource<'m>) -> Self {
        Self { rest: text, resource }
    }

    /// Arguments in brackets, and nothing after them.
    ///
    /// # Errors
    /// In words, if there is something else.
    pub fn arguments(mut self, types: &[Type]) -> Read<Vec<Val>> {
        self.want("(")?;
        let values = self.sequence(types)?;
        self.want(")")?;
        self.end()?;
        Ok(values)
    }

    /// An answer, and nothing after it.
    ///
    /// # Errors
    /// In words, if there is something else.
    pub fn answer(mut self, types: &[Type]) -> Read<Vec<Val>> {
        let values = match types {
            [] => {
                self.want("()")?;
                Vec::new()
            }
            [ty, ..] => vec![self.value(ty)?],
        };
        self.end()?;
        Ok(values)
    }

    fn sequence(&mut self, types: &[Type]) -> Read<Vec<Val>> {
        let mut values = Vec::with_capacity(types.len());
        for (index, ty) in types.iter().enumerate() {
            if index > 0 {
                self.want(",")?;
            }
            values.push(self.value(ty)?);
        }
        Ok(values)
    }

    fn value(&mut self, ty: &Type) -> Read<Val> {
        Ok(match ty {
            Type::Bool => match self.word() {
                "true" => Val::Bool(true),
                "false" => Val::Bool(false),
                other => return Err(unexpected("true or false", other)),
            },
            Type::S8 => Val::S8(self.number()?),
            Type::U8 => Val::U8(self.number()?),
            Type::S16 => Val::S16(self.number()?),
            Type::U16 => Val::U16(self.number()?),
            Type::S32 => Val::S32(self.number()?),
            Type::U32 => Val::U32(self.number()?),
            Type::S64 => Val::S64(self.number()?),
            Type::U64 => Val::U64(self.number()?),
            Type::Float32 => Val::Float32(self.number()?),
            Type::Float64 => Val::Float64(self.number()?),
            Type::Char => {
                let text = String::from_utf8(self.literal('\'')?).map_err(|_| "no text".to_owned())?;
                let mut chars = text.chars();
                match (chars.next(), chars.next()) {
                    (Some(c), None) => Val::Char(c),
                    _ => return Err(unexpected("one character", &text)),
                }
            }
            Type::String => {
                let bytes = self.literal('"')?;
                Val::String(
                    String::from_utf8(bytes).map_err(|_| "a text has bytes that are none".to_owned())?,
                )
            }
            Type::List(list) => Val::List(self.list(&list.ty())?),
            Type::FixedLengthList(list) => {
                let items = self.list(&list.ty())?;
                if items.len() != list.len() as usize {
                    return Err(format!("expected {} items, found {}", list.len(), items.len()));
                }
                Val::FixedLengthList(items)
            }
            Type::Map(map) => {
                let types = [map.key(), map.value()];
                let mut items = Vec::new();
                self.items(("[", "]"), |reader| {
                    reader.want("(")?;
                    let pair: Result<[Val; 2], _> = reader.sequence(&types)?.try_into();
                    reader.want(")")?;
                    items.extend(pair.map(|[key, value]| (key, value)));
                    Ok(())
                })?;
                Val::Map(items)
            }
            Type::Record(record) => {
                self.want("{")?;
                let mut fields = Vec::new();
                for (index, field) in record.fields().enumerate() {
                    if index > 0 {
                        self.want(",")?;
                    }
                    self.want(field.name)?;
                    self.want(":")?;
                    fields.push((field.name.to_owned(), self.value(&field.ty)?));
                }
                self.want("}")?;
                Val::Record(fields)
            }
            Type::Tuple(tuple) => {
                self.want("(")?;
                let items = self.sequence(&tuple.types().collect::<Vec<_>>())?;
                self.want(")")?;
                Val::Tuple(items)
            }
            Type::Variant(variant) => {
                let word = self.word();
                let case = variant.cases().find(|case| case.name == word);
                let case = case.ok_or_else(|| unexpected("a case of the variant", word))?;
                Val::Variant(word.to_owned(), self.payload(case.ty.as_ref())?)
            }
            Type::Enum(cases) => {
                let word = self.word();
                if !cases.names().any(|name| name == word) {
                    return Err(unexpected("a case of the enum", word));
                }
                Val::Enum(word.to_owned())
            }
            Type::Option(option) => match self.word() {
                "none" => Val::Option(None),
                "some" => Val::Option(self.payload(Some(&option.ty()))?),
                other => return Err(unexpected("some(…) or none", other)),
            },
            Type::Result(result) => match self.word() {
                "ok" => Val::Result(Ok(self.payload(result.ok().as_ref())?)),
                "err" => Val::Result(Err(self.payload(result.err().as_ref())?)),
                other => return Err(unexpected("ok(…) or err(…)", other)),
            },
            Type::Flags(flags) => {
                let mut names = Vec::new();
                self.items(("{", "}"), |reader| {
                    let word = reader.word();
                    if !flags.names().any(|name| name == word) {
                        return Err(unexpected("a flag", word));
                    }
                    names.push(word.to_owned());
                    Ok(())
                })?;
                Val::Flags(names)
            }
            Type::Own(resource) => self.handle(resource, true)?,
            Type::Borrow(resource) => self.handle(resource, false)?,
            Type::Future(_) | Type::Stream(_) | Type::ErrorContext => {
                return Err("a value that no text can stand for".into());
            }
        })
    }

    fn payload(&mut self, ty: Option<&Type>) -> Read<Option<Box<Val>>> {
        let Some(ty) = ty else { return Ok(None) };
        self.want("(")?;
        let value = self.value(ty)?;
        self.want(")")?;
        Ok(Some(Box::new(value)))
    }

    fn list(&mut self, ty: &Type) -> Read<Vec<Val>> {
        if matches!(ty, Type::U8) && self.rest.trim_start().starts_with("b\"") {
            self.want("b")?;
            return Ok(self.literal('"')?.into_iter().map(Val::U8).collect());
        }
        let mut values = Vec::new();
        self.items(("[", "]"), |reader| {
            values.push(reader.value(ty)?);
            Ok(())
        })?;
        Ok(values)
    }

    fn items(
        &mut self,
        (open, close): (&str, &str),
        mut item: impl FnMut(&mut Self) -> Read<()>,
    ) -> Read<()> {
        self.want(open)?;
        if self.has(close) {
            return Ok(());
        }
        loop {
            item(self)?;
            if self.has(close) {
                return Ok(());
            }
            self.want(",")?;
        }
    }

    fn handle(&mut self, ty: &ResourceType, owned: bool) -> Read<Val> {
        let word = self.word();
        if !word.contains('#') {
            return Err(unexpected("a resource", word));
        }
        (self.resource)(word, ty, owned)
    }

    fn number<N: std::str::FromStr>(&mut self) -> Read<N> {
        let word = self.word();
        word.parse().map_err(|_| unexpected("a number that fits", word))
    }

    /// A literal in quotes, as its bytes.
    fn literal(&mut self, quote: char) -> Read<Vec<u8>> {
        self.rest = self.rest.trim_start();
        let mut chars = self.rest.chars();
        if chars.next() != Some(quote) {
            return Err(unexpected(&format!("{quote}…{quote}"), self.rest));
        }
        let mut bytes = Vec::new();
        loop {
            match chars.next() {
                None => return Err("a literal has no end".into()),
                Some(c) if c == quote => break,
                Some('\\') => unescape(&mut chars, &mut bytes)?,
                Some(c) => bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            }
        }
        self.rest = chars.as_str();
        Ok(bytes)
    }

    /// The next word: all up to punctuation.
    fn word(&mut self) -> &'a str {
        let rest = self.rest.trim_start();
        let end = rest.find(|c: char| " ()[]{},:\"'".contains(c)).unwrap_or(rest.len());
        let (word, rest) = rest.split_at(end);
        self.rest = rest;
        word
    }

    fn has(&mut self, mark: &str) -> bool {
        match self.rest.trim_start().strip_prefix(mark) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn want(&mut self, mark: &str) -> Read<()> {
        if self.has(mark) { Ok(()) } else { Err(unexpected(&format!("`{mark}`"), self.rest.trim_start())) }
    }

    fn end(&self) -> Read<()> {
        let rest = self.rest.trim();
        if rest.is_empty() { Ok(()) } else { Err(unexpected("the end", rest)) }
    }
}

fn unescape(chars: &mut std::str::Chars<'_>, bytes: &mut Vec<u8>) -> Read<()> {
    let wrong = || "an escape is none that is known".to_owned();
    match chars.next() {
        Some('n') => bytes.push(b'\n'),
        Some('r') => bytes.push(b'\r'),
        Some('t') => bytes.push(b'\t'),
        Some(c @ ('\\' | '"' | '\'')) => bytes.push(c as u8),
        Some('x') => {
            let digits = chars.as_str().get(..2).ok_or_else(wrong)?;
            bytes.push(u8::from_str_radix(digits, 16).map_err(|_| wrong())?);
            chars.nth(1);
        }
        Some('u') => {
            let (digits, rest) =
                chars.as_str().strip_prefix('{').and_then(|rest| rest.split_once('}')).ok_or_else(wrong)?;
            let number = u32::from_str_radix(digits, 16).map_err(|_| wrong())?;
            let c = char::from_u32(number).ok_or_else(wrong)?;
            bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            *chars = rest.chars();
        }
        _ => return Err(wrong()),
    }
    Ok(())
}

fn unexpected(expected: &str, found: &str) -> String {
    let short: String = found.chars().take(40).collect();
    format!("expected {expected}, found `{short}`")
}
