//! Plays a recording to an extension, which need not be the one that was recorded: the host's calls are made again, and what the
//! extension calls is answered as it was, until something is different.

use std::{collections::HashMap, sync::Arc};

use parking_lot::Mutex;
use wasmtime::{
    AsContextMut, Store,
    component::{Component, Func, Linker, ResourceAny, ResourceType, Type, Val},
};

use crate::recording::{
    difference::Difference,
    journal::End,
    proxies::{place, proxy_type},
    recorder::words,
    stage::{Counts, Stage},
    surface::{Surface, parameters, path, results},
    text::{Hide, Reader, Writer},
    transcript::Recorded,
};

/// What came of a replay.
#[derive(Debug)]
pub struct Outcome {
    /// What was played.
    pub counts: Counts,
    /// The first difference, if there is one.
    pub difference: Option<Difference>,
}

/// A component that recordings can be played to.
pub struct Replay {
    component: Component,
    surface: Surface,
    kinds: Vec<String>,
    watch: Arc<dyn Fn(&str) + Send + Sync>,
}

impl Replay {
    /// Prepares a component. `watch` is told of every call that is played.
    ///
    /// # Errors
    /// If it imports what is in no interface.
    pub fn new(
        component: &Component,
        watch: impl Fn(&str) + Send + Sync + 'static,
    ) -> wasmtime::Result<Self> {
        let surface = Surface::of(component.engine(), component)?;
        let kinds = surface.resources.iter().map(|(_, name)| name.clone()).collect();
        Ok(Self { component: component.clone(), surface, kinds, watch: Arc::new(watch) })
    }

    /// Plays all instances of a recorded extension, each in a store of its own. `arm` is called before each call: it sets the
    /// limits of a call, which hold here too.
    ///
    /// # Errors
    /// If a store cannot be made.
    pub async fn play<T: Send + 'static>(
        &self,
        recorded: Recorded,
        mut store: impl FnMut() -> wasmtime::Result<Store<T>>,
        mut arm: impl FnMut(&mut Store<T>),
    ) -> wasmtime::Result<Outcome> {
        let mut counts = Counts::default();
        for instance in recorded.instances {
            let who = format!("{} {}", recorded.name, instance.number);
            let (kinds, watch) = (self.kinds.clone(), Arc::clone(&self.watch));
            let stage = Arc::new(Stage::new(who, Arc::new(instance), kinds, watch));
            self.instance(&stage, store()?, &mut arm).await?;
            let played = stage.counts();
            counts.instances += 1;
            counts.calls += played.calls;
            counts.imports += played.imports;
            counts.made_up += played.made_up;
            if let Some(difference) = stage.difference() {
                return Ok(Outcome { counts, difference: Some(difference) });
            }
        }
        Ok(Outcome { counts, difference: None })
    }

    async fn instance<T: Send + 'static>(
        &self,
        stage: &Arc<Stage>,
        mut store: Store<T>,
        arm: &mut impl FnMut(&mut Store<T>),
    ) -> wasmtime::Result<()> {
        let fuel = store.hostcall_fuel();
        store.set_hostcall_fuel(fuel.saturating_mul(crate::recording::recorder::SIZE_OF_VALUE));
        let linker = self.link::<T>(stage)?;
        stage.step(0);
        arm(&mut store);
        let made = linker.instantiate_async(&mut store, &self.component).await;
        let instance = match made {
            Ok(instance) => instance,
            Err(error) => {
                stage.ended(&End::Failed(words(&error)));
                return Ok(());
            }
        };
        stage.ended(&End::Answer("()".into()));
        let mut functions = HashMap::new();
        let mut guests = Guests::default();
        for interface in &self.surface.exports {
            let index = instance.get_export_index(&mut store, None, &interface.name);
            for function in &interface.functions {
                let index = instance.get_export_index(&mut store, index.as_ref(), function);
                if let Some(func) = index.and_then(|index| instance.get_func(&mut store, index)) {
                    functions.insert(path(&interface.name, function), func);
                }
            }
            for (name, _) in &interface.resources {
                let index = instance.get_export_index(&mut store, index.as_ref(), name);
                if let Some(ty) = index.and_then(|index| instance.get_resource(&mut store, index)) {
                    guests.types.push((ty, name.clone()));
                }
            }
        }
        let steps = &stage.instance.steps;
        for (index, step) in steps.iter().enumerate().skip(1) {
            if stage.difference().is_some() || stage.over() {
                break;
            }
            let Some((path, arguments)) = &step.call else { continue };
            stage.step(index);
            arm(&mut store);
            let call = Call { stage, guests: &mut guests, line: step.line, path, arguments };
            let end = match functions.get(path) {
                Some(func) => call.make(&mut store, func).await,
                None if path.ends_with(".drop") => call.drop(&mut store).await,
                None => {
                    let seen = format!("the component has no function {path}");
                    stage.differs_here(step.line, format!("> {path}{arguments}"), seen);
                    break;
                }
            };
            let Some(end) = end else { break };
            stage.ended(&end);
            if matches!(end, End::Failed(_)) {
                break;
            }
        }
        Ok(())
    }

    fn link<T: Send + 'static>(&self, stage: &Arc<Stage>) -> wasmtime::Result<Linker<T>> {
        let mut linker = Linker::<T>::new(self.component.engine());
        let mut defined = vec![false; self.kinds.len()];
        for interface in &self.surface.imports {
            let mut instance = linker.instance(&interface.name)?;
            for (name, place) in &interface.resources {
                if std::mem::replace(&mut defined[*place], true) {
                    continue;
                }
                let stage = Arc::clone(stage);
                instance.resource(name, proxy_type(*place), move |_, number| {
                    stage.proxies.remove(number);
                    Ok(())
                })?;
            }
            for function in &interface.functions {
                let (stage, path) = (Arc::clone(stage), path(&interface.name, function));
                instance.func_new(function, move |store, ty, arguments, answer| {
                    stage.import(store, &path, &ty, arguments, answer)
                })?;
            }
        }
        Ok(linker)
    }
}

/// The extension's own resources that the host holds.
#[derive(Default)]
struct Guests {
    types: Vec<(ResourceType, String)>,
    held: Mutex<HashMap<String, ResourceAny>>,
}

/// One call of the host, made again.
struct Call<'a> {
    stage: &'a Stage,
    guests: &'a mut Guests,
    line: usize,
    path: &'a str,
    arguments: &'a str,
}

impl Call<'_> {
    /// Makes it. None if it cannot be made, which is a difference.
    async fn make<T: Send>(self, store: &mut Store<T>, func: &Func) -> Option<End> {
        let ty = func.ty(&*store);
        let text = self.stage.reveal(self.arguments);
        let read = {
            let mut context = store.as_context_mut();
            let (guests, stage) = (&*self.guests, self.stage);
            let mut make = |name: &str, ty: &ResourceType, owned: bool| {
                if place(ty, stage.kinds()).is_some() {
                    return stage.resource(&mut context, Some(name), ty);
                }
                let mut held = guests.held.lock();
                let found = if owned { held.remove(name) } else { held.get(name).copied() };
                found.map(Val::Resource).ok_or_else(|| format!("nothing is called {name} here"))
            };
            Reader::new(&text, &mut make).arguments(&parameters(&ty))
        };
        let arguments = match read {
            Ok(arguments) => arguments,
            Err(why) => {
                let seen = format!("the function takes something else here: {why}");
                self.stage.differs_here(self.line, format!("> {}{}", self.path, self.arguments), seen);
                return None;
            }
        };
        let mut answers = vec![Val::Bool(false); results(&ty).len()];
        if let Err(error) = func.call_async(&mut *store, &arguments, &mut answers).await {
            return Some(End::Failed(words(&error)));
        }
        self.forget_borrowed(store, &arguments, &parameters(&ty));
        let mut names = Vec::new();
        for answer in &answers {
            self.names(store, answer, &mut names);
        }
        Some(End::Answer(Writer::new(&names, &mut ()).answer(&answers, Hide::Nothing)))
    }

    /// Stand-ins that were only lent.
    fn forget_borrowed<T>(&self, store: &mut Store<T>, arguments: &[Val], types: &[Type]) {
        for (argument, ty) in arguments.iter().zip(types) {
            if let (Val::Resource(handle), Type::Borrow(ty)) = (argument, ty)
                && place(ty, self.stage.kinds()).is_some()
            {
                // It is ours, and nobody else holds it.
                let _ = self.stage.proxies.resolve(&mut store.as_context_mut(), *handle);
            }
        }
    }

    /// The names of the resources in an answer; new ones of the extension's get one.
    fn names<T>(&self, store: &mut Store<T>, value: &Val, names: &mut Vec<String>) {
        match value {
            Val::Resource(handle) => {
                let known = self.guests.types.iter().find(|(ty, _)| *ty == handle.ty());
                match known {
                    Some((_, kind)) => {
                        let name = self.stage.proxies.name(kind);
                        self.guests.held.lock().insert(name.clone(), *handle);
                        names.push(name);
                    }
                    None => {
                        let _ = self.stage.names(&mut store.as_context_mut(), value, names);
                    }
                }
            }
            Val::List(items) | Val::Tuple(items) => {
                items.iter().for_each(|item| self.names(store, item, names));
            }
            Val::Record(fields) => fields.iter().for_each(|(_, field)| self.names(store, field, names)),
            Val::Variant(_, Some(payload)) | Val::Option(Some(payload)) => self.names(store, payload, names),
            Val::Result(Ok(Some(payload)) | Err(Some(payload))) => self.names(store, payload, names),
            _ => {}
        }
    }

    /// Lets a resource of the extension's go.
    async fn drop<T: Send>(self, store: &mut Store<T>) -> Option<End> {
        let name = self.arguments.trim_matches(['(', ')']);
        let held = self.guests.held.lock().remove(name);
        let Some(handle) = held else {
            let seen = format!("nothing is called {name} here");
            self.stage.differs_here(self.line, format!("> {}{}", self.path, self.arguments), seen);
            return None;
        };
        Some(match handle.resource_drop_async(store).await {
            Ok(()) => End::Answer("()".into()),
            Err(error) => End::Failed(words(&error)),
        })
    }
}
