//! The scenery of a replay: stands where the host was, and answers as it did.

use std::{
    collections::{HashSet, VecDeque},
    sync::Arc,
};

use parking_lot::Mutex;
use wasmtime::{
    StoreContextMut,
    component::{ResourceType, Type, Val, types::ComponentFunc},
};

use crate::recording::{
    answers::{MadeUp, plainest},
    difference::Difference,
    journal::End,
    likeness::Hidden,
    proxies::{Entry, Proxies, place},
    rules::{self, Rule},
    surface::results,
    text::{Hide, Reader, Writer},
    transcript::{Import, Instance, Step},
};

/// So many calls are shown before a difference.
const BEFORE: usize = 8;

/// One instance's replay.
pub struct Stage {
    /// The extension and the number of its instance.
    pub who: String,
    /// What is played.
    pub instance: Arc<Instance>,
    /// The stand-ins of its resources.
    pub proxies: Proxies,
    kinds: Vec<String>,
    /// Resources whose calls are not compared.
    free: HashSet<String>,
    /// Told of each call.
    watch: Arc<dyn Fn(&str) + Send + Sync>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    step: usize,
    /// Where the next call that is compared is looked for, in this step.
    next: usize,
    /// Calls of this step that are not compared, and were answered from.
    used: HashSet<usize>,
    hidden: Hidden,
    made_up: MadeUp,
    /// The host's call, and the last of what came after it.
    call: Option<String>,
    before: VecDeque<String>,
    difference: Option<Difference>,
    over: bool,
    counts: Counts,
}

/// What was played.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Instances made.
    pub instances: usize,
    /// Calls of the host.
    pub calls: usize,
    /// Calls of the extension that were as recorded.
    pub imports: usize,
    /// Answers that the recording does not have: from clocks and the like.
    pub made_up: usize,
}

impl Stage {
    /// A stage for one instance.
    pub fn new(
        who: String,
        instance: Arc<Instance>,
        kinds: Vec<String>,
        watch: Arc<dyn Fn(&str) + Send + Sync>,
    ) -> Self {
        let free = free_resources(&instance);
        Self { who, instance, proxies: Proxies::default(), kinds, free, watch, state: Mutex::default() }
    }

    /// How many kinds of resources there are.
    pub fn kinds(&self) -> usize {
        self.kinds.len()
    }

    /// The next step begins.
    pub fn step(&self, index: usize) {
        let mut state = self.state.lock();
        (state.step, state.next) = (index, 0);
        state.used.clear();
        if let Some((path, arguments)) = self.instance.steps.get(index).and_then(|step| step.call.as_ref()) {
            state.counts.calls += 1;
            let line = format!("> {path}{arguments}");
            (self.watch)(&line);
            // What came before this call is told by the line's number.
            state.before.clear();
            state.call = Some(line);
        }
    }

    /// A text of the recording, with what has been found out of what it hides.
    pub fn reveal(&self, text: &str) -> String {
        self.state.lock().hidden.reveal(text)
    }

    /// What was different, if something was.
    pub fn difference(&self) -> Option<Difference> {
        self.state.lock().difference.clone()
    }

    /// Whether the recording of this instance has come to its end, in the middle of a call.
    pub fn over(&self) -> bool {
        self.state.lock().over
    }

    /// What was played so far.
    pub fn counts(&self) -> Counts {
        self.state.lock().counts
    }

    fn happened(&self, state: &mut State, line: String) {
        (self.watch)(&line);
        state.before.push_back(line);
        if state.before.len() > BEFORE {
            state.before.pop_front();
        }
    }

    fn current(&self, state: &State) -> &Step {
        &self.instance.steps[state.step]
    }

    /// Something is not as it was recorded; the first such thing is kept.
    fn differs(&self, state: &mut State, line: usize, recorded: String, seen: String) -> wasmtime::Error {
        if state.difference.is_none() {
            let before = state.call.iter().chain(&state.before).cloned().collect();
            state.difference = Some(Difference { who: self.who.clone(), line, before, recorded, seen });
        }
        wasmtime::Error::msg("not as recorded")
    }

    /// The same, found by whoever plays.
    pub fn differs_here(&self, line: usize, recorded: String, seen: String) {
        self.differs(&mut self.state.lock(), line, recorded, seen);
    }

    /// The host's call has ended.
    pub fn ended(&self, seen: &End) {
        let mut state = self.state.lock();
        if state.difference.is_some() || state.over {
            return;
        }
        let step = self.current(&state);
        let text = |end: &End| match end {
            End::Answer(answer) => format!("< {answer}"),
            End::Failed(words) => format!("! {words}"),
            End::Nothing => "?".into(),
        };
        let left = next_compared(step, state.next, &self.free);
        if let Some(left) = left {
            let import = &step.imports[left];
            self.differs(&mut state, import.line, format!(". {}", import.text()), text(seen));
            return;
        }
        let same = match (&step.end, seen) {
            (End::Answer(recorded), End::Answer(seen)) => state.hidden.same(recorded, seen),
            // Compilers choose the words of a crash.
            (End::Failed(_), End::Failed(_)) => true,
            (End::Nothing, _) => true,
            _ => false,
        };
        if !same {
            self.differs(&mut state, step.end_line, text(&step.end), text(seen));
            return;
        }
        self.happened(&mut state, text(seen));
    }

    /// The extension calls.
    pub fn import<T>(
        &self,
        mut store: StoreContextMut<'_, T>,
        path: &str,
        ty: &ComponentFunc,
        arguments: &[Val],
        answer: &mut [Val],
    ) -> wasmtime::Result<()> {
        let mut names = Vec::new();
        for value in arguments {
            self.names(&mut store, value, &mut names)?;
        }
        let text = Writer::new(&names, &mut ()).arguments(arguments, &[], Hide::Nothing);
        let mut state = self.state.lock();
        let free = names.first().is_some_and(|name| self.is_free(name));
        let (import, marked) = match rules::of(path, free) {
            Rule::Same => (Some(self.compared(&mut state, path, &text)?), false),
            Rule::Known => (self.known(&mut state, path, &text), false),
            Rule::Free | Rule::Ignored => (self.here(&mut state, path, &text), true),
        };
        let values = match import {
            Some(import) => {
                self.happened(&mut state, format!(". {}", import.text()));
                state.counts.imports += 1;
                match &import.end {
                    End::Answer(answer) => {
                        let answer = state.hidden.reveal(answer);
                        let read = self.read(&mut store, &answer, &results(ty));
                        read.map_err(|why| {
                            let seen = format!(". {path}{text}: the answer is of another type here: {why}");
                            self.differs(&mut state, import.line, format!(". {}", import.text()), seen)
                        })?
                    }
                    End::Failed(words) => return Err(wasmtime::Error::msg(words.clone())),
                    End::Nothing => {
                        state.over = true;
                        return Err(wasmtime::Error::msg("the recording ends here"));
                    }
                }
            }
            None => {
                state.counts.made_up += 1;
                self.make_up(&mut store, &mut state, (path, &text), arguments, &results(ty))?
            }
        };
        if marked && path.ends_with("monotonic-clock.now") {
            state.made_up.clock_was(&values);
        }
        for (place, value) in answer.iter_mut().zip(values) {
            *place = value;
        }
        Ok(())
    }

    /// The next call that is compared: it must be this one.
    fn compared(&self, state: &mut State, path: &str, text: &str) -> wasmtime::Result<Import> {
        let step = self.current(state);
        let seen = format!(". {path}{text}");
        let Some(index) = next_compared(step, state.next, &self.free) else {
            if step.end == End::Nothing {
                state.over = true;
                return Err(wasmtime::Error::msg("the recording ends here"));
            }
            let recorded = match &step.end {
                End::Answer(answer) => format!("< {answer}"),
                End::Failed(words) => format!("! {words}"),
                End::Nothing => "?".into(),
            };
            return Err(self.differs(state, step.end_line, recorded, seen));
        };
        let import = step.imports[index].clone();
        if import.path != path || !state.hidden.same(&import.arguments, text) {
            return Err(self.differs(state, import.line, format!(". {}", import.text()), seen));
        }
        state.next = index + 1;
        Ok(import)
    }

    /// A call with the same question, from anywhere.
    fn known(&self, state: &mut State, path: &str, text: &str) -> Option<Import> {
        let all = self.instance.steps.iter().flat_map(|step| &step.imports);
        let answered = |import: &&Import| import.path == path && matches!(import.end, End::Answer(_));
        all.filter(answered).find(|import| state.hidden.same(&import.arguments, text)).cloned()
    }

    /// The next call of this step with the same question.
    fn here(&self, state: &mut State, path: &str, text: &str) -> Option<Import> {
        let step = self.current(state);
        let same = |(index, import): &(usize, &Import)| {
            import.path == path && import.arguments == text && !state.used.contains(index)
        };
        let (index, import) = step.imports.iter().enumerate().find(same)?;
        state.used.insert(index);
        Some(import.clone())
    }

    fn make_up<T>(
        &self,
        store: &mut StoreContextMut<'_, T>,
        state: &mut State,
        (path, text): (&str, &str),
        arguments: &[Val],
        types: &[Type],
    ) -> wasmtime::Result<Vec<Val>> {
        if let Some(value) = state.made_up.special(path, arguments) {
            (self.watch)(&format!(". {path}{text} = (made up)"));
            return Ok(vec![value]);
        }
        // What was answered to the same function last, if it has no resources: those are another's.
        let earlier = self.instance.steps[..=state.step].iter().flat_map(|step| &step.imports);
        let last = earlier.rev().find(|import| import.path == path).map(|import| import.end.clone());
        if let Some(End::Answer(answer)) = last
            && rules::resources(&answer).is_empty()
            && let Ok(values) = self.read(store, &answer, types)
        {
            return Ok(values);
        }
        (self.watch)(&format!(". {path}{text} = (made up)"));
        let mut new = |ty: &Type| match ty {
            Type::Own(resource) => self.resource(store, None, resource),
            _ => Err("nothing can be made up for this".to_owned()),
        };
        types.iter().map(|ty| plainest(ty, &mut new).map_err(wasmtime::Error::msg)).collect()
    }

    fn is_free(&self, name: &str) -> bool {
        name.contains("#+") || self.free.contains(name)
    }

    fn read<T>(
        &self,
        store: &mut StoreContextMut<'_, T>,
        text: &str,
        types: &[Type],
    ) -> Result<Vec<Val>, String> {
        let mut make = |name: &str, ty: &ResourceType, _: bool| self.resource(store, Some(name), ty);
        Reader::new(text, &mut make).answer(types)
    }

    /// A stand-in of this name, or of a new one.
    pub fn resource<T>(
        &self,
        store: &mut StoreContextMut<'_, T>,
        name: Option<&str>,
        ty: &ResourceType,
    ) -> Result<Val, String> {
        let place = place(ty, self.kinds.len()).ok_or("a resource is of a type that nobody knows")?;
        let name = match name {
            Some(name) => name.to_owned(),
            // No recording has such a name.
            None => self.proxies.name(&self.kinds[place]).replace('#', "#+"),
        };
        let entry = Entry { name, real: None, marked: false };
        let (_, handle) = self.proxies.add(store, place, entry).map_err(|error| error.to_string())?;
        Ok(Val::Resource(handle))
    }

    /// The names of the resources in a value, which uses up those that are handed over.
    pub fn names<T>(
        &self,
        store: &mut StoreContextMut<'_, T>,
        value: &Val,
        names: &mut Vec<String>,
    ) -> wasmtime::Result<()> {
        match value {
            Val::Resource(handle) => {
                let entry = self.proxies.resolve(store, *handle)?;
                names.push(entry.map_or_else(|| "resource#?".into(), |entry| entry.name));
            }
            Val::List(items) if matches!(items.first(), Some(Val::U8(_))) => {}
            Val::List(items) | Val::Tuple(items) | Val::FixedLengthList(items) => {
                for item in items {
                    self.names(store, item, names)?;
                }
            }
            Val::Record(fields) => {
                for (_, field) in fields {
                    self.names(store, field, names)?;
                }
            }
            Val::Variant(_, Some(payload)) | Val::Option(Some(payload)) => {
                self.names(store, payload, names)?;
            }
            Val::Result(Ok(Some(payload)) | Err(Some(payload))) => self.names(store, payload, names)?,
            _ => {}
        }
        Ok(())
    }
}

/// The place of the next call in a step that is compared.
fn next_compared(step: &Step, from: usize, free: &HashSet<String>) -> Option<usize> {
    (from..step.imports.len()).find(|index| rule(&step.imports[*index], free) == Rule::Same)
}

fn rule(import: &Import, free: &HashSet<String>) -> Rule {
    let first = rules::resources(&import.arguments).first().is_some_and(|name| free.contains(*name));
    rules::of(&import.path, first)
}

/// The resources that calls answered which are not compared.
fn free_resources(instance: &Instance) -> HashSet<String> {
    let mut free = HashSet::new();
    for import in instance.steps.iter().flat_map(|step| &step.imports) {
        if rule(import, &free) == Rule::Free
            && let End::Answer(answer) = &import.end
        {
            free.extend(rules::resources(answer).into_iter().map(str::to_owned));
        }
    }
    free
}
