//! Makes a component that passes calls on: to what it imports, from functions of the same types that it exports.
//!
//! The host links functions that are typed in Rust, and cannot be asked to call one with values that are known only when it
//! runs. A forwarder can be called so, and calls the host as any guest does. It is made from the types of the component
//! that is recorded, so it exists for every component, whatever it imports.

mod core_module;
mod handles;
mod types;
mod uses;

use std::collections::HashSet;

use wit_component::{ComponentEncoder, DecodedWasm, StringEncoding, decode, embed_component_metadata};
use wit_parser::{
    Docs, Function, FunctionKind, InterfaceId, Param, Resolve, Span, Stability, WorldId, WorldItem, WorldKey,
};

use self::{core_module::Call, uses::Uses};
use crate::recording::surface::{Interface, Surface};

/// A component that forwards, and where its functions are.
pub struct Forwarder {
    /// The component's bytes.
    pub component: Vec<u8>,
    /// What it forwards.
    pub functions: Vec<Forwarded>,
}

/// One function that is forwarded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forwarded {
    /// The interface, as the component names it.
    pub interface: String,
    /// The function, as the component names it.
    pub function: String,
    /// What the forwarder exports it as.
    pub export: String,
}

impl Forwarder {
    /// A forwarder to all that a component imports. Its exports are functions of their own, in no interface: so it can hand on
    /// the host's resources as they are.
    ///
    /// # Errors
    /// If `bytes` are no component, or one with types that cannot be forwarded.
    pub fn of_imports(bytes: &[u8], surface: &Surface) -> anyhow::Result<Self> {
        let (mut resolve, world) = read(bytes)?;
        let interfaces = interfaces(&resolve, &resolve.worlds[world].imports);
        let originals = functions(&resolve, &interfaces, &surface.imports);
        let mut uses = Uses::new(&mut resolve, world);
        let mut calls = Vec::new();
        for (interface, import) in originals {
            let name = format!("f{}", calls.len());
            let params = import.params.iter().map(|param| Param { ty: uses.ty(param.ty), ..param.clone() });
            let export = Function {
                name: name.clone(),
                kind: FunctionKind::Freestanding,
                params: params.collect(),
                result: import.result.map(|ty| uses.ty(ty)),
                docs: Docs::default(),
                stability: Stability::Unknown,
                span: Span::default(),
                external_id: None,
            };
            calls.push(Call { interface, import, export, name });
        }
        let used = uses.items;
        let imports = imports(&resolve, &interfaces);
        let exports = calls
            .iter()
            .map(|call| (WorldKey::Name(call.name.clone()), WorldItem::Function(call.export.clone())));
        let changed = &mut resolve.worlds[world];
        changed.imports = imports.into_iter().chain(used).collect();
        changed.exports = exports.collect();
        encode(&resolve, world, &calls, &[])
    }

    /// A component with the same exports as another, which forwards them to imports of the same names.
    ///
    /// # Errors
    /// If `bytes` are no component, or one with types that cannot be forwarded.
    pub fn of_exports(bytes: &[u8], surface: &Surface) -> anyhow::Result<Self> {
        let (mut resolve, world) = read(bytes)?;
        let interfaces = interfaces(&resolve, &resolve.worlds[world].exports);
        let mut calls = Vec::new();
        for (interface, import) in functions(&resolve, &interfaces, &surface.exports) {
            let name = format!("{interface}#{}", import.name);
            calls.push(Call { interface, export: import.clone(), import, name });
        }
        let imports = imports(&resolve, &interfaces);
        let changed = &mut resolve.worlds[world];
        changed.imports = imports.into_iter().collect();
        changed.exports.retain(|_, item| match item {
            WorldItem::Interface { id, .. } => interfaces.contains(id),
            _ => false,
        });
        encode(&resolve, world, &calls, &interfaces)
    }
}

fn read(bytes: &[u8]) -> anyhow::Result<(Resolve, WorldId)> {
    match decode(bytes)? {
        DecodedWasm::Component(resolve, world) => Ok((resolve, world)),
        DecodedWasm::WitPackage(..) => anyhow::bail!("these are interfaces and no component"),
    }
}

/// The interfaces among a world's items that have functions.
fn interfaces<'a>(
    resolve: &Resolve,
    items: impl IntoIterator<Item = (&'a WorldKey, &'a WorldItem)>,
) -> Vec<InterfaceId> {
    let mut interfaces = Vec::new();
    for (key, item) in items {
        if let WorldItem::Interface { id, .. } = item
            && !resolve.interfaces[*id].functions.is_empty()
        {
            // What some languages' runtimes export besides has no package, and no host knows it.
            if matches!(key, WorldKey::Interface(_)) {
                interfaces.push(*id);
            }
        }
    }
    interfaces
}

/// The functions of interfaces, as far as the component has them: what it imports and what it exports of one is told together.
fn functions(resolve: &Resolve, interfaces: &[InterfaceId], had: &[Interface]) -> Vec<(String, Function)> {
    let mut functions = Vec::new();
    for &id in interfaces {
        // Only those that have one are taken.
        let name = resolve.id_of(id).unwrap_or_default();
        for function in resolve.interfaces[id].functions.values() {
            let here = |interface: &Interface| {
                interface.name == name && interface.functions.contains(&function.name)
            };
            if had.iter().any(here) {
                functions.push((name.clone(), function.clone()));
            }
        }
    }
    functions
}

/// What a world imports that calls these interfaces: they, and those whose types they use.
fn imports(resolve: &Resolve, interfaces: &[InterfaceId]) -> Vec<(WorldKey, WorldItem)> {
    let (mut seen, mut list) = (HashSet::new(), Vec::new());
    for &id in interfaces {
        with_dependencies(resolve, id, &mut seen, &mut list);
    }
    let item = |id| WorldItem::Interface {
        id,
        stability: Stability::Unknown,
        external_id: None,
        docs: Docs::default(),
        span: Span::default(),
    };
    list.into_iter().map(|id| (WorldKey::Interface(id), item(id))).collect()
}

/// Lists an interface after those whose types it uses.
fn with_dependencies(
    resolve: &Resolve,
    id: InterfaceId,
    seen: &mut HashSet<InterfaceId>,
    list: &mut Vec<InterfaceId>,
) {
    if seen.insert(id) {
        for dependency in resolve.interface_direct_deps(id) {
            with_dependencies(resolve, dependency, seen, list);
        }
        list.push(id);
    }
}

fn encode(
    resolve: &Resolve,
    world: WorldId,
    calls: &[Call],
    exported: &[InterfaceId],
) -> anyhow::Result<Forwarder> {
    let mut module = core_module::encode(resolve, calls, exported)?;
    embed_component_metadata(&mut module, resolve, world, StringEncoding::UTF8)?;
    let component = ComponentEncoder::default().validate(true).module(&module)?.encode()?;
    let forwarded = |call: &Call| Forwarded {
        interface: call.interface.clone(),
        function: call.import.name.clone(),
        export: call.name.clone(),
    };
    Ok(Forwarder { component, functions: calls.iter().map(forwarded).collect() })
}
