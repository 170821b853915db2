//! What the contract has, and how a page leads to it.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, ensure};
use wit_parser::{
    Function, Handle, Interface, InterfaceId, PackageId, Resolve, Stability, Type, TypeDefKind, TypeId,
    TypeOwner, World, WorldItem, WorldKey,
};

/// The roles, and the world that says the least that each is.
pub const ROLES: [(&str, &str); 8] = [
    ("bot", "chat-bot"),
    ("backend", "chat-backend"),
    ("auth", "auth-manager"),
    ("access", "access-manager"),
    ("updater", "updater"),
    ("launcher", "service-launcher"),
    ("manager", "service-manager"),
    ("service-bot", "session-bot"),
];

/// The contract, read.
pub struct Names<'a> {
    pub resolve: &'a Resolve,
    pub packages: &'a [PackageId],
    /// The file of each package.
    files: BTreeMap<PackageId, String>,
    /// What can be named in a package: `net`, `net.connect`, `muc-room.join`; and the anchor that it has.
    anchors: BTreeMap<(PackageId, String), String>,
}

impl<'a> Names<'a> {
    pub fn new(resolve: &'a Resolve, packages: &'a [PackageId]) -> Result<Self> {
        let mut names = Self { resolve, packages, files: BTreeMap::new(), anchors: BTreeMap::new() };
        for id in packages {
            let package = &resolve.packages[*id].name;
            let own = package.namespace == "parlor";
            let file =
                if own { package.name.clone() } else { format!("{}-{}", package.namespace, package.name) };
            names.files.insert(*id, format!("{file}.md"));
            for interface in names.interfaces(*id) {
                for (name, heading) in names.known_as(&resolve.interfaces[interface]) {
                    names.anchors.entry((*id, name)).or_insert_with(|| anchor(&heading));
                }
            }
            let mut anchors = BTreeSet::new();
            for heading in names.headings(*id) {
                ensure!(
                    anchors.insert(anchor(&heading)),
                    "two headings of {file}.md have the anchor of `{heading}`"
                );
            }
        }
        Ok(names)
    }

    /// What documentation calls an interface and what is in it, each with the heading where that is told.
    fn known_as(&self, interface: &'a Interface) -> Vec<(String, String)> {
        let name = interface_name(interface);
        let mut known = vec![(name.to_owned(), name.to_owned())];
        for (kind, id) in self.own_types(interface) {
            let heading = format!("{name}.{kind}");
            // A case is told where its type is.
            let cases = cases(&self.resolve.types[id].kind).into_iter().map(|case| format!("{kind}.{case}"));
            known.extend(cases.map(|case| (case, heading.clone())));
            known.push((heading.clone(), heading));
        }
        for function in interface.functions.values() {
            let item = self.item_name(function);
            let heading = format!("{name}.{item}");
            // `muc-room.join` says enough; `join` does not.
            if item.contains('.') {
                known.push((item, heading.clone()));
            }
            known.push((heading.clone(), heading));
        }
        known
    }

    /// All headings of a page but its title.
    fn headings(&self, package: PackageId) -> Vec<String> {
        let mut headings = Vec::new();
        for id in self.interfaces(package) {
            let interface = &self.resolve.interfaces[id];
            let name = interface_name(interface);
            headings.push(name.to_owned());
            headings.extend(self.own_types(interface).map(|(kind, _)| format!("{name}.{kind}")));
            headings.extend(interface.functions.values().map(|it| format!("{name}.{}", self.item_name(it))));
        }
        headings
    }

    /// The page of a package.
    pub fn file(&self, package: PackageId) -> &str {
        &self.files[&package]
    }

    /// The interfaces of a package, in the order of the WIT.
    pub fn interfaces(&self, package: PackageId) -> Vec<InterfaceId> {
        self.resolve.packages[package].interfaces.values().copied().collect()
    }

    /// The worlds of a package.
    pub fn worlds(&self, package: PackageId) -> impl Iterator<Item = &'a World> + use<'a> {
        let resolve = self.resolve;
        resolve.packages[package].worlds.values().map(move |id| &resolve.worlds[*id])
    }

    /// The types that an interface defines itself.
    pub fn own_types(&self, interface: &'a Interface) -> impl Iterator<Item = (&'a str, TypeId)> + use<'a> {
        let resolve = self.resolve;
        let types = interface.types.iter().filter(move |(_, id)| !is_use(resolve, **id));
        types.map(|(name, id)| (name.as_str(), *id))
    }

    /// A function's name in its interface: with that of its resource, if it is one's.
    pub fn item_name(&self, function: &Function) -> String {
        match function.kind.resource().and_then(|id| self.resolve.types[id].name.as_deref()) {
            Some(resource) => format!("{resource}.{}", function.item_name()),
            None => function.item_name().to_owned(),
        }
    }

    /// The role of which a world is the least.
    pub fn role(world: &World) -> Option<&'static str> {
        ROLES.iter().find(|(_, name)| *name == world.name).map(|(role, _)| *role)
    }

    /// A type as HTML, each name in it a link to where it is told; on the page of `from`.
    pub fn type_html(&self, kind: &Type, from: PackageId) -> String {
        let Type::Id(id) = kind else { return primitive(kind).to_owned() };
        let id = original(self.resolve, *id);
        let definition = &self.resolve.types[id];
        if let (Some(name), TypeOwner::Interface(owner)) = (&definition.name, definition.owner) {
            let interface = &self.resolve.interfaces[owner];
            let target = self.target(interface, &format!("{}.{name}", interface_name(interface)), from);
            return format!("<a href=\"{target}\">{name}</a>");
        }
        let html = |kind: &Type| self.type_html(kind, from);
        let optional = |kind: &Option<Type>| kind.as_ref().map_or("_".to_owned(), html);
        match &definition.kind {
            TypeDefKind::Option(kind) => format!("option&lt;{}&gt;", html(kind)),
            TypeDefKind::List(kind) => format!("list&lt;{}&gt;", html(kind)),
            TypeDefKind::Tuple(tuple) => {
                let parts: Vec<_> = tuple.types.iter().map(html).collect();
                format!("tuple&lt;{}&gt;", parts.join(", "))
            }
            TypeDefKind::Result(it) => match (&it.ok, &it.err) {
                (None, None) => "result".to_owned(),
                (ok, None) => format!("result&lt;{}&gt;", optional(ok)),
                (ok, err) => format!("result&lt;{}, {}&gt;", optional(ok), optional(err)),
            },
            TypeDefKind::Handle(Handle::Own(id)) => html(&Type::Id(*id)),
            TypeDefKind::Handle(Handle::Borrow(id)) => format!("borrow&lt;{}&gt;", html(&Type::Id(*id))),
            other => unreachable!("the contract has no {} without a name", other.as_str()),
        }
    }

    /// The documentation of something in `interface`, where each name of the contract in a code span is a link. What
    /// `it` is called is none: a page need not lead to where one is.
    pub fn docs(&self, text: &str, package: PackageId, interface: Option<&Interface>, it: &str) -> String {
        let mut linked = String::new();
        for (at, piece) in text.split('`').enumerate() {
            if at % 2 == 0 {
                linked.push_str(piece);
                continue;
            }
            let within = interface.map(|interface| format!("{}.{piece}", interface_name(interface)));
            let known = |name: String| self.anchors.get(&(package, name));
            let found = within
                .and_then(known)
                .or_else(|| known(piece.to_owned()))
                .or_else(|| known(format!("types.{piece}")));
            match found.filter(|found| **found != anchor(it)) {
                Some(anchor) => linked.push_str(&format!("[`{piece}`](#{anchor})")),
                None => linked.push_str(&format!("`{piece}`")),
            }
        }
        linked
    }

    /// A Markdown link to an interface, from the page of `from`.
    pub fn interface_link(&self, id: InterfaceId, from: Option<PackageId>) -> String {
        let interface = &self.resolve.interfaces[id];
        let name = interface_name(interface);
        let package = interface.package.filter(|package| Some(*package) != from);
        let file = package.map_or("", |package| self.file(package));
        format!("[`{name}`]({file}#{})", anchor(name))
    }

    fn target(&self, interface: &Interface, name: &str, from: PackageId) -> String {
        let file = interface.package.filter(|package| *package != from).map_or("", |id| self.file(id));
        format!("{file}#{}", anchor(name))
    }
}

/// The interfaces that a world imports, or exports.
pub fn interfaces_of<'a>(items: impl Iterator<Item = (&'a WorldKey, &'a WorldItem)>) -> Vec<InterfaceId> {
    let interface = |(_, item): (_, &WorldItem)| match item {
        WorldItem::Interface { id, .. } => Some(*id),
        _ => None,
    };
    items.filter_map(interface).collect()
}

/// The anchor that code hosts give to a heading.
pub fn anchor(heading: &str) -> String {
    let heading = heading.trim_start_matches('#').trim();
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | ' '));
    kept.map(|c| if c == ' ' { '-' } else { c.to_ascii_lowercase() }).collect()
}

pub fn interface_name(interface: &Interface) -> &str {
    interface.name.as_deref().unwrap_or_default()
}

/// The version since when something is there.
pub fn since(stability: &Stability) -> Option<String> {
    match stability {
        Stability::Stable { since, .. } => Some(since.to_string()),
        _ => None,
    }
}

/// Whether a type is only the name that an interface gives to another's.
fn is_use(resolve: &Resolve, id: TypeId) -> bool {
    original(resolve, id) != id
}

/// The type that a name stands for, through any number of `use`.
fn original(resolve: &Resolve, mut id: TypeId) -> TypeId {
    while let TypeDefKind::Type(Type::Id(other)) = resolve.types[id].kind
        && resolve.types[other].owner != resolve.types[id].owner
    {
        id = other;
    }
    id
}

fn cases(kind: &TypeDefKind) -> Vec<&str> {
    match kind {
        TypeDefKind::Variant(it) => it.cases.iter().map(|case| case.name.as_str()).collect(),
        TypeDefKind::Enum(it) => it.cases.iter().map(|case| case.name.as_str()).collect(),
        TypeDefKind::Flags(it) => it.flags.iter().map(|flag| flag.name.as_str()).collect(),
        _ => Vec::new(),
    }
}

fn primitive(kind: &Type) -> &'static str {
    match kind {
        Type::Bool => "bool",
        Type::U8 => "u8",
        Type::U16 => "u16",
        Type::U32 => "u32",
        Type::U64 => "u64",
        Type::S8 => "s8",
        Type::S16 => "s16",
        Type::S32 => "s32",
        Type::S64 => "s64",
        Type::F32 => "f32",
        Type::F64 => "f64",
        Type::Char => "char",
        Type::String => "string",
        Type::ErrorContext => "error-context",
        Type::Id(_) => unreachable!("a type with a definition is no primitive one"),
    }
}
