//! What a component imports and exports, by the names that its functions have in recordings.

use wasmtime::{
    Engine,
    component::{
        Component, ResourceType, Type,
        types::{ComponentFunc, ComponentItem},
    },
};

/// The interfaces of a component that have functions or resources.
pub struct Surface {
    /// What it imports.
    pub imports: Vec<Interface>,
    /// What it exports.
    pub exports: Vec<Interface>,
    /// The resources, each once: its type as the component has it, and its name.
    pub resources: Vec<(ResourceType, String)>,
}

/// An interface.
#[derive(Clone)]
pub struct Interface {
    /// Its name, with its version.
    pub name: String,
    /// The functions' names.
    pub functions: Vec<String>,
    /// The resources: each name, and the place in [`Surface::resources`].
    pub resources: Vec<(String, usize)>,
}

impl Surface {
    /// The surface of a component.
    ///
    /// # Errors
    /// If it imports what is in no interface.
    pub fn of(engine: &Engine, component: &Component) -> wasmtime::Result<Self> {
        let shape = component.component_type();
        let mut surface = Self { imports: Vec::new(), exports: Vec::new(), resources: Vec::new() };
        for (name, item) in shape.imports(engine) {
            match item.ty {
                ComponentItem::ComponentInstance(instance) => {
                    let items = instance.exports(engine).map(|(name, item)| (name, item.ty));
                    let interface = surface.interface(name, items);
                    surface.imports.push(interface);
                }
                ComponentItem::Type(_) => {}
                _ => wasmtime::bail!("it imports `{name}`, which is in no interface"),
            }
        }
        for (name, item) in shape.exports(engine) {
            if let ComponentItem::ComponentInstance(instance) = item.ty {
                let items = instance.exports(engine).map(|(name, item)| (name, item.ty));
                let interface = surface.interface(name, items);
                surface.exports.push(interface);
            }
        }
        Ok(surface)
    }

    fn interface<'a>(
        &mut self,
        name: &str,
        items: impl Iterator<Item = (&'a str, ComponentItem)>,
    ) -> Interface {
        let mut interface = Interface { name: name.to_owned(), functions: Vec::new(), resources: Vec::new() };
        for (name, item) in items {
            match item {
                ComponentItem::ComponentFunc(_) => interface.functions.push(name.to_owned()),
                ComponentItem::Resource(ty) => {
                    let known = self.resources.iter().position(|(known, _)| *known == ty);
                    let place = known.unwrap_or_else(|| {
                        self.resources.push((ty, name.to_owned()));
                        self.resources.len() - 1
                    });
                    interface.resources.push((name.to_owned(), place));
                }
                _ => {}
            }
        }
        interface
    }
}

/// The name of a function in a recording: `wasi:keyvalue/store.bucket.get`. Without the version, so that an extension that was
/// built against a later one of the same line can be played the same recording.
pub fn path(interface: &str, function: &str) -> String {
    let interface = interface.split_once('@').map_or(interface, |(name, _)| name);
    let function = match function.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some(("constructor", resource)) => format!("{resource}.new"),
        Some((_, name)) => name.to_owned(),
        None => function.to_owned(),
    };
    format!("{interface}.{function}")
}

/// The types of a function's parameters.
pub fn parameters(ty: &ComponentFunc) -> Vec<Type> {
    ty.params().map(|(_, ty)| ty).collect()
}

/// The types of its results.
pub fn results(ty: &ComponentFunc) -> Vec<Type> {
    ty.results().collect()
}
