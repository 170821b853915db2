//! What is outside of an extension in a script: connections, HTTP, timers, the session, and whatever a manager calls. Each
//! call is written down and answered, and nothing leaves the program.
//!
//! It is put in the place of the host's own interfaces for one component at a time, by the types that stand in it.

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    sync::Arc,
};

use parking_lot::Mutex;
use wasmtime::component::{
    Component, Linker, Val,
    types::{ComponentFunc, ComponentItem},
};

use super::{reports, transcript::Transcript, values};
use crate::{
    imports::{State, clock::ScriptedClock},
    sandbox::InterfaceName,
};

/// The interfaces that are answered here rather than by the host.
const OUTSIDE: &[(&str, &[&str])] = &[
    ("parlor:host", &["net", "fetch", "timers"]),
    ("parlor:chat", &["events"]),
    ("parlor:coweb", &["bridge", "components", "sockets", "processes", "session-api"]),
];

/// One call of the extension's to what is outside.
#[derive(Clone, Debug, PartialEq)]
pub struct Called {
    /// `net`
    pub interface: String,
    /// `send`
    pub function: String,
    /// What it was given.
    pub arguments: Vec<Val>,
}

/// Something that the extension is to be told as soon as it is not busy.
#[derive(Clone, Debug, PartialEq)]
pub enum News {
    /// A connection is up.
    Open(u32),
    /// A connection is gone.
    Closed(u32),
    /// An HTTP answer: for the request, as WAVE.
    Response(u32, String),
}

/// What is outside. Cheap to clone; clones are the same.
#[derive(Clone)]
pub struct Outside {
    transcript: Transcript,
    clock: Arc<ScriptedClock>,
    inner: Arc<Mutex<Inner>>,
}

#[derive(Default)]
struct Inner {
    /// What it was told to answer, by `INTERFACE.FUNCTION`, as WAVE.
    answers: HashMap<String, String>,
    /// Status and body, by `METHOD URL`.
    pages: HashMap<String, (u16, String)>,
    /// By when they are due, and in the order that they were set in; with the period of those that repeat.
    timers: BTreeMap<(u64, u32), Option<u64>>,
    /// Open connections: the URL, and what was sent of a line that is not complete.
    connections: BTreeMap<u32, (String, Vec<u8>)>,
    /// Who asked, by token.
    tokens: HashMap<String, String>,
    news: VecDeque<News>,
    /// All calls since they were last taken, where somebody wants them.
    calls: Option<Vec<Called>>,
    numbers: u32,
    /// The session's id, and the service's name.
    service: String,
}

impl Inner {
    fn number(&mut self) -> u32 {
        self.numbers += 1;
        self.numbers
    }
}

impl Outside {
    /// An outside where nothing is; what happens is written into `transcript`.
    pub fn new(transcript: Transcript, clock: Arc<ScriptedClock>) -> Self {
        let inner = Inner { service: "test".to_owned(), ..Inner::default() };
        Self { transcript, clock, inner: Arc::new(Mutex::new(inner)) }
    }

    /// Puts itself in the place of what `component` imports.
    ///
    /// # Errors
    /// If the linker does not take it, a fault of ours.
    pub fn link(&self, component: &Component, linker: &mut Linker<State>) -> wasmtime::Result<()> {
        linker.allow_shadowing(true);
        let engine = linker.engine().clone();
        for (name, import) in component.component_type().imports(&engine) {
            let (Some(interface), ComponentItem::ComponentInstance(instance)) =
                (InterfaceName::parse(name), import.ty)
            else {
                continue;
            };
            let known = |(package, names): &(&str, &[&str])| {
                interface.package == *package && names.contains(&interface.interface.as_str())
            };
            if !OUTSIDE.iter().any(known) {
                continue;
            }
            let mut place = linker.instance(name)?;
            for (function, item) in instance.exports(&engine) {
                if !matches!(item.ty, ComponentItem::ComponentFunc(_)) {
                    continue;
                }
                let (outside, interface) = (self.clone(), interface.interface.clone());
                let name = function.to_owned();
                place.func_new(function, move |_, ty, arguments, results| {
                    let answer = outside.called(&interface, &name, &ty, arguments)?;
                    if let (Some(place), Some(answer)) = (results.first_mut(), answer) {
                        *place = answer;
                    }
                    Ok(())
                })?;
            }
        }
        Ok(())
    }

    /// A call of the extension's; what it is answered.
    fn called(
        &self,
        interface: &str,
        function: &str,
        ty: &ComponentFunc,
        arguments: &[Val],
    ) -> wasmtime::Result<Option<Val>> {
        let told = {
            let mut inner = self.inner.lock();
            if let Some(calls) = &mut inner.calls {
                let (interface, function) = (interface.to_owned(), function.to_owned());
                calls.push(Called { interface, function, arguments: arguments.to_vec() });
            }
            inner.answers.get(&format!("{interface}.{function}")).cloned()
        };
        let answer = match (interface, function) {
            ("timers", _) => self.timers(function, arguments),
            ("net", _) => self.net(function, arguments),
            ("fetch", _) => self.fetch(function, arguments),
            ("session-api", _) => self.session(function, arguments),
            ("events", _) => {
                self.transcript.line(reports::report(function, arguments));
                None
            }
            _ => {
                let arguments: Vec<_> = arguments.iter().map(values::text).collect();
                self.transcript.line(format_args!("calls {interface}.{function}({})", arguments.join(", ")));
                None
            }
        };
        let Some(result) = ty.results().next() else { return Ok(None) };
        if let Some(told) = told {
            let wrong =
                |error| wasmtime::Error::msg(format!("answer {interface}.{function} {told}: {error}"));
            return Val::from_wave(&result, &told).map(Some).map_err(wrong);
        }
        let least = || values::least(&result).ok_or_else(|| wasmtime::Error::msg("the script has no answer"));
        answer.map_or_else(least, Ok).map(Some)
    }

    fn timers(&self, function: &str, arguments: &[Val]) -> Option<Val> {
        let mut inner = self.inner.lock();
        match (function, arguments) {
            ("once" | "every", [Val::U64(after)]) => {
                let number = inner.number();
                let repeats = function == "every";
                let after = if repeats { (*after).max(10) } else { *after };
                let due = self.clock.now().saturating_add(after);
                inner.timers.insert((due, number), repeats.then_some(after));
                Some(ok(Val::U32(number)))
            }
            ("cancel", [Val::U32(number)]) => {
                inner.timers.retain(|(_, other), _| other != number);
                None
            }
            _ => None,
        }
    }

    fn net(&self, function: &str, arguments: &[Val]) -> Option<Val> {
        let mut inner = self.inner.lock();
        let gone = || Val::Result(Err(Some(Box::new(Val::Variant("closed".into(), None)))));
        match (function, arguments) {
            ("connect", [Val::String(url)]) => {
                let number = inner.number();
                self.transcript
                    .line(format_args!("connects to {}", url.strip_prefix("tcp://").unwrap_or(url)));
                inner.connections.insert(number, (url.clone(), Vec::new()));
                inner.news.push_back(News::Open(number));
                Some(ok(Val::U32(number)))
            }
            ("send" | "send-filled", [Val::U32(number), data]) => {
                let Some((_, unsent)) = inner.connections.get_mut(number) else { return Some(gone()) };
                match data {
                    Val::List(parts) if function == "send-filled" => {
                        parts.iter().for_each(|part| unsent.extend(filled(part)));
                    }
                    data => unsent.extend(bytes(data)),
                }
                while let Some(end) = unsent.iter().position(|byte| *byte == b'\n') {
                    let line: Vec<u8> = unsent.drain(..=end).collect();
                    let line = String::from_utf8_lossy(&line).into_owned();
                    self.transcript.line(format_args!("server <- {}", line.trim_end_matches(['\n', '\r'])));
                }
                Some(Val::Result(Ok(None)))
            }
            ("start-tls", [Val::U32(number), Val::String(name)]) => {
                self.transcript.line(format_args!("starts TLS with {name}"));
                inner.news.push_back(News::Open(*number));
                Some(Val::Result(Ok(None)))
            }
            ("close", [Val::U32(number)]) => {
                if inner.connections.remove(number).is_some() {
                    self.transcript.line("closes the connection");
                    inner.news.push_back(News::Closed(*number));
                }
                None
            }
            ("connections", []) => {
                let one = |(number, (url, _)): (&u32, &(String, Vec<u8>))| {
                    Val::Tuple(vec![Val::U32(*number), Val::String(url.clone())])
                };
                Some(Val::List(inner.connections.iter().map(one).collect()))
            }
            _ => None,
        }
    }

    fn fetch(&self, function: &str, arguments: &[Val]) -> Option<Val> {
        let ("send", [request]) = (function, arguments) else { return None };
        let mut inner = self.inner.lock();
        let number = inner.number();
        let word = |name| values::field(request, name).and_then(values::words).unwrap_or_default();
        let line = format!("{} {}", word("method"), word("url"));
        let body = values::field(request, "body").map(bytes).unwrap_or_default();
        let shown =
            if body.is_empty() { String::new() } else { format!("\n{}", String::from_utf8_lossy(&body)) };
        self.transcript.line(format_args!("fetches {line}{shown}"));
        let answer = match inner.pages.get(&line) {
            Some((status, body)) => {
                let body: Vec<_> = body.bytes().map(|byte| byte.to_string()).collect();
                format!("ok({{status: {status}, headers: [], body: [{}]}})", body.join(", "))
            }
            None => "err(unreachable(\"the script has no answer to this\"))".to_owned(),
        };
        inner.news.push_back(News::Response(number, answer));
        Some(ok(Val::U32(number)))
    }

    fn session(&self, function: &str, arguments: &[Val]) -> Option<Val> {
        let mut inner = self.inner.lock();
        match (function, arguments) {
            ("session", _) => Some(Val::String("session-1".into())),
            ("service-name", _) => Some(Val::String(inner.service.clone())),
            ("reply", [Val::String(token), Val::String(data)]) => match inner.tokens.remove(token) {
                Some(who) => {
                    self.transcript.line(format_args!("{who} <- {}", values::json(data)));
                    None
                }
                None => {
                    let why = "nobody waits for this answer (any more)".to_owned();
                    Some(Val::Result(Err(Some(Box::new(Val::String(why))))))
                }
            },
            ("publish", [Val::String(data)]) => {
                self.transcript.line(format_args!("publishes {}", values::json(data)));
                None
            }
            _ => None,
        }
    }

    /// Answers calls of `INTERFACE.FUNCTION` so from now on.
    pub fn answer(&self, function: &str, answer: &str) {
        self.inner.lock().answers.insert(function.to_owned(), answer.to_owned());
    }

    /// All calls since this was last asked; those before the first time are not known.
    pub fn take_calls(&self) -> Vec<Called> {
        self.inner.lock().calls.replace(Vec::new()).unwrap_or_default()
    }

    /// Answers `METHOD URL` so from now on.
    pub fn page(&self, request: &str, status: u16, body: &str) {
        self.inner.lock().pages.insert(request.to_owned(), (status, body.to_owned()));
    }

    /// A token for a request of this person's.
    pub fn token(&self, who: &str) -> String {
        let mut inner = self.inner.lock();
        let token = format!("token-{}", inner.number());
        inner.tokens.insert(token.clone(), who.to_owned());
        token
    }

    /// The next that the extension is to be told.
    pub fn news(&self) -> Option<News> {
        self.inner.lock().news.pop_front()
    }

    /// The timer that is due next, up to `until`: the clock is put there.
    pub fn next_timer(&self, until: u64) -> Option<u32> {
        let mut inner = self.inner.lock();
        let ((due, number), period) = inner.timers.pop_first()?;
        if due > until {
            inner.timers.insert((due, number), period);
            return None;
        }
        if let Some(period) = period {
            inner.timers.insert((due.saturating_add(period), number), Some(period));
        }
        self.clock.set(due.max(self.clock.now()));
        Some(number)
    }

    /// The connection that was opened last, if it is open.
    pub fn connection(&self) -> Option<u32> {
        self.inner.lock().connections.keys().next_back().copied()
    }

    /// The peer closes this connection.
    pub fn close(&self, number: u32) {
        let mut inner = self.inner.lock();
        if inner.connections.remove(&number).is_some() {
            inner.news.push_back(News::Closed(number));
        }
    }

    /// What ends with an instance: timers, connections, and what it was to be told.
    pub fn forget(&self) {
        let mut inner = self.inner.lock();
        inner.timers.clear();
        inner.connections.clear();
        inner.news.clear();
    }

    /// Writes down what was sent without a line's end.
    pub fn flush(&self) {
        for (_, unsent) in self.inner.lock().connections.values_mut() {
            if !unsent.is_empty() {
                let text = String::from_utf8_lossy(unsent).into_owned();
                self.transcript.line(format_args!("server <- {text} (no line's end)"));
                unsent.clear();
            }
        }
    }
}

fn ok(value: Val) -> Val {
    Val::Result(Ok(Some(Box::new(value))))
}

/// The bytes in a list of them.
pub fn bytes(value: &Val) -> Vec<u8> {
    let Val::List(values) = value else { return Vec::new() };
    values.iter().filter_map(|value| if let Val::U8(byte) = value { Some(*byte) } else { None }).collect()
}

/// A part of what is sent, in which secrets are only named.
pub fn filled(part: &Val) -> Vec<u8> {
    let mut text = Vec::new();
    if let Some(Val::List(pieces)) = values::field(part, "pieces") {
        for piece in pieces {
            match piece {
                Val::Variant(kind, Some(name)) if kind == "secret" => {
                    text.extend(format!("{{secret:{}}}", values::words(name).unwrap_or_default()).bytes());
                }
                Val::Variant(_, Some(data)) => text.extend(bytes(data)),
                _ => {}
            }
        }
    }
    match values::field(part, "encoding") {
        Some(Val::Enum(encoding)) if encoding != "plain" => {
            let text = String::from_utf8_lossy(&text);
            format!("{{{encoding}:{text}}}").into_bytes()
        }
        _ => text,
    }
}
