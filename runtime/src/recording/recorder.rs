//! Records an extension: stands between it and the host, and writes down every call either way.
//!
//! Three instances share a store. The extension's own imports are functions of ours, which write a call down and pass it on to a
//! [`Forwarder`] that is linked with the host; and the host is given a second forwarder with the same exports as the extension, which
//! calls functions of ours, which call the extension. So neither side notices, whatever the types are.

use std::sync::Arc;

use futures_util::future::BoxFuture;

use wasmtime::{
    AsContextMut, Engine, Store, StoreContextMut,
    component::{Component, Func, Instance, InstancePre, Linker, Val, types::ComponentFunc},
};

use crate::recording::{
    forwarder::{Forwarded, Forwarder},
    journal::{End, Journal, Page},
    proxies::{Crossing, Entry, Met, Proxies, proxy_type},
    surface::{Interface, Surface, parameters, path, results},
    taint,
};
use crate::sandbox::{Instantiate, Sandbox};

/// What one call between an extension and the host may carry is counted while it is recorded as values of this size, in bytes.
pub const SIZE_OF_VALUE: usize = 64;

/// A component that is recorded, linked with its host.
pub struct Recorder<T: 'static> {
    journal: Arc<Journal>,
    extension: String,
    described: String,
    component: Component,
    surface: Arc<Surface>,
    kinds: Arc<[String]>,
    /// Forwards to the host.
    host: InstancePre<T>,
    imports: Vec<Forwarded>,
    /// Forwards to the extension.
    front: Component,
    exports: Vec<Forwarded>,
    linker: Linker<T>,
    pre: InstancePre<T>,
}

impl<T: Send + 'static> Instantiate<T> for Recorder<T> {
    fn instantiate<'a>(&'a self, store: &'a mut Store<T>) -> BoxFuture<'a, wasmtime::Result<Instance>> {
        Box::pin(self.instantiate_async(store))
    }
}

impl<T: Send + 'static> Recorder<T> {
    /// Prepares a component to be recorded in `journal` as `extension`. This compiles two small components.
    ///
    /// # Errors
    /// If the component cannot be linked with what `linker` gives, or has types that cannot be recorded.
    pub fn new(
        sandbox: &Sandbox,
        journal: Arc<Journal>,
        extension: &str,
        described: &str,
        (component, bytes): (&Component, &[u8]),
        linker: &Linker<T>,
    ) -> wasmtime::Result<Self> {
        let engine = sandbox.engine();
        let surface = Arc::new(Surface::of(engine, component)?);
        let kinds: Arc<[String]> = surface.resources.iter().map(|(_, name)| name.clone()).collect();
        let made = |made: anyhow::Result<Forwarder>| made.map_err(wasmtime::Error::from_anyhow);
        let host = made(Forwarder::of_imports(bytes, &surface))?;
        let front = made(Forwarder::of_exports(bytes, &surface))?;
        let imports = host.functions;
        let host = linker.instantiate_pre(&sandbox.compile(&host.component)?)?;
        let (exports, front) = (front.functions, sandbox.compile(&front.component)?);
        let mut linker = linker.clone();
        linker.allow_shadowing(true);
        let placeholder = link_front::<T>(linker.clone(), &surface, &[], None)?;
        let pre = placeholder.instantiate_pre(&front)?;
        let (extension, described) = (extension.to_owned(), described.to_owned());
        let component = component.clone();
        Ok(Self {
            journal,
            extension,
            described,
            component,
            surface,
            kinds,
            host,
            imports,
            front,
            exports,
            linker,
            pre,
        })
    }

    /// Where the exports are found that the host calls. Not to be instantiated itself.
    pub fn pre(&self) -> &InstancePre<T> {
        &self.pre
    }

    /// Makes an instance that is recorded. It takes three of the engine's instances, and as many stacks.
    ///
    /// # Errors
    /// If the extension's own initialisation fails.
    pub async fn instantiate_async(&self, store: &mut Store<T>) -> wasmtime::Result<Instance> {
        // Values that nobody knows the types of take many times the memory.
        let fuel = store.hostcall_fuel();
        store.set_hostcall_fuel(fuel.saturating_mul(SIZE_OF_VALUE));
        // What the extension holds is held on each side of it as well.
        let handles = store.max_component_handles();
        store.set_max_component_handles(handles.saturating_mul(4));
        let page = self.journal.begin(&self.extension, &self.described);
        let shared = Arc::new(Shared { page, proxies: Proxies::default(), kinds: Arc::clone(&self.kinds) });
        let made = self.instantiate(store, &shared).await;
        match &made {
            Ok(_) => shared.page.ready(),
            Err(error) => shared.page.end(&End::Failed(words(error))),
        }
        made
    }

    async fn instantiate(&self, store: &mut Store<T>, shared: &Arc<Shared>) -> wasmtime::Result<Instance> {
        let host = self.host.instantiate_async(&mut *store).await?;
        let mut taps = Vec::new();
        for forwarded in &self.imports {
            let func = find(store, &host, None, &forwarded.export)?;
            taps.push(Arc::new(Tap::new(shared, forwarded, func, Way::Out)));
        }
        let linker = link_extension::<T>(self.component.engine(), &self.surface, &taps, shared)?;
        let extension = linker.instantiate_async(&mut *store, &self.component).await?;
        let mut taps = Vec::new();
        for forwarded in &self.exports {
            let func = find(store, &extension, Some(&forwarded.interface), &forwarded.function)?;
            taps.push(Arc::new(Tap::new(shared, forwarded, func, Way::In)));
        }
        let linker = link_front(self.linker.clone(), &self.surface, &taps, Some(shared))?;
        linker.instantiate_async(&mut *store, &self.front).await
    }
}

fn find<T>(
    store: &mut Store<T>,
    instance: &Instance,
    interface: Option<&str>,
    function: &str,
) -> wasmtime::Result<Func> {
    let interface = interface.and_then(|name| instance.get_export_index(&mut *store, None, name));
    let index = instance.get_export_index(&mut *store, interface.as_ref(), function);
    let func = index.and_then(|index| instance.get_func(&mut *store, index));
    func.ok_or_else(|| wasmtime::Error::msg(format!("the function `{function}` was lost on the way")))
}

/// What is linked with the extension: functions that write down and pass on.
fn link_extension<T: Send + 'static>(
    engine: &Engine,
    surface: &Surface,
    taps: &[Arc<Tap>],
    shared: &Arc<Shared>,
) -> wasmtime::Result<Linker<T>> {
    let mut linker = Linker::new(engine);
    let mut defined = vec![false; surface.resources.len()];
    for interface in &surface.imports {
        link(&mut linker, interface, &mut defined, taps, Some(shared), Way::Out)?;
    }
    Ok(linker)
}

/// What is linked with the front, besides what the host gives. Without taps its functions fail.
fn link_front<T: Send + 'static>(
    mut linker: Linker<T>,
    surface: &Surface,
    taps: &[Arc<Tap>],
    shared: Option<&Arc<Shared>>,
) -> wasmtime::Result<Linker<T>> {
    // Those of its imports are the host's own here.
    let mut defined = vec![false; surface.resources.len()];
    for (_, place) in surface.imports.iter().flat_map(|interface| &interface.resources) {
        defined[*place] = true;
    }
    for interface in &surface.exports {
        link(&mut linker, interface, &mut defined, taps, shared, Way::In)?;
    }
    Ok(linker)
}

fn link<T: Send + 'static>(
    linker: &mut Linker<T>,
    interface: &Interface,
    defined: &mut [bool],
    taps: &[Arc<Tap>],
    shared: Option<&Arc<Shared>>,
    way: Way,
) -> wasmtime::Result<()> {
    let mut instance = linker.instance(&interface.name)?;
    for (name, place) in &interface.resources {
        // Where another interface uses it, it is known already.
        if std::mem::replace(&mut defined[*place], true) {
            continue;
        }
        let (shared, path) = (shared.cloned(), path(&interface.name, &format!("{name}.drop")));
        instance.resource_async(name, proxy_type(*place), move |store, number| {
            let (shared, path) = (shared.clone(), path.clone());
            Box::new(async move {
                match shared {
                    Some(shared) => shared.dropped(store, number, &path, way).await,
                    None => Ok(()),
                }
            })
        })?;
    }
    for function in &interface.functions {
        let tap =
            taps.iter().find(|tap| tap.interface == interface.name && tap.function == *function).cloned();
        instance.func_new_async(function, move |store, ty, arguments, answer| {
            let tap = tap.clone();
            Box::new(async move {
                match tap {
                    Some(tap) => tap.call(store, &ty, arguments, answer).await,
                    None => Err(wasmtime::Error::msg("this is no instance to be called")),
                }
            })
        })?;
    }
    Ok(())
}

/// Which way calls go.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// From the extension to the host.
    Out,
    /// From the host to the extension.
    In,
}

/// What all of an instance share.
struct Shared {
    page: Page,
    proxies: Proxies,
    kinds: Arc<[String]>,
}

impl Shared {
    fn crossing(&self) -> Crossing<'_> {
        Crossing { proxies: &self.proxies, kinds: &self.kinds }
    }

    /// A stand-in was dropped: so is what it stood for.
    async fn dropped<T: Send>(
        &self,
        mut store: StoreContextMut<'_, T>,
        number: u32,
        path: &str,
        way: Way,
    ) -> wasmtime::Result<()> {
        let Some(Entry { name, real: Some(real), .. }) = self.proxies.remove(number) else { return Ok(()) };
        let mut pending = Pending::begin(&self.page, format!("{path}({name})"), way);
        let done = real.resource_drop_async(&mut store).await;
        pending.end(match &done {
            Ok(()) => End::Answer("()".into()),
            Err(error) => End::Failed(words(error)),
        });
        done
    }
}

/// One function between the extension and the host.
struct Tap {
    shared: Arc<Shared>,
    interface: String,
    function: String,
    path: String,
    /// What it passes calls on to.
    func: Func,
    way: Way,
}

impl Tap {
    fn new(shared: &Arc<Shared>, forwarded: &Forwarded, func: Func, way: Way) -> Self {
        let Forwarded { interface, function, .. } = forwarded.clone();
        let path = path(&interface, &function);
        Self { shared: Arc::clone(shared), interface, function, path, func, way }
    }

    async fn call<T: Send>(
        &self,
        mut store: StoreContextMut<'_, T>,
        ty: &ComponentFunc,
        arguments: &[Val],
        answer: &mut [Val],
    ) -> wasmtime::Result<()> {
        let Shared { page, proxies, .. } = &*self.shared;
        let crossing = self.shared.crossing();
        let types = parameters(&self.func.ty(&store));
        let mut met = Met::default();
        let passed_on = crossing.carry(&mut store, arguments, &types, &mut met)?;
        let names: Vec<&str> = ty.params().map(|(name, _)| name).collect();
        let (hide, hide_answer) = taint::of_call(&self.path, arguments, met.marked);
        let text = page.arguments(arguments, &names, &met.names, hide);
        let mut pending = Pending::begin(page, format!("{}{text}", self.path), self.way);
        let mut answers = vec![Val::Bool(false); answer.len()];
        if let Err(error) = self.func.call_async(store.as_context_mut(), &passed_on, &mut answers).await {
            pending.end(End::Failed(words(&error)));
            return Err(error);
        }
        let mut found = Met::default();
        let carried = crossing.carry(&mut store, &answers, &results(ty), &mut found)?;
        if taint::marks(&self.path, arguments, met.marked) {
            proxies.mark(&found.made);
        }
        pending.end(End::Answer(page.answer(&carried, &found.names, hide_answer)));
        crossing.give_back(&mut store, met).await?;
        for (place, value) in answer.iter_mut().zip(carried) {
            *place = value;
        }
        Ok(())
    }
}

/// A call that is under way: if it never ends, that is written down too.
struct Pending<'a> {
    page: &'a Page,
    call: Option<String>,
    way: Way,
}

impl<'a> Pending<'a> {
    fn begin(page: &'a Page, call: String, way: Way) -> Self {
        if way == Way::In {
            page.call(&call);
        }
        Self { page, call: Some(call), way }
    }

    fn end(&mut self, end: End) {
        if let Some(call) = self.call.take() {
            match self.way {
                Way::In => self.page.end(&end),
                Way::Out => self.page.import(&call, &end),
            }
        }
    }
}

impl Drop for Pending<'_> {
    fn drop(&mut self) {
        self.end(End::Nothing);
    }
}

/// An error in one line: its cause.
pub fn words(error: &wasmtime::Error) -> String {
    error.root_cause().to_string()
}
