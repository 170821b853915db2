//! The page of one package of the contract.

use wit_parser::{Docs, Function, Interface, InterfaceId, PackageId, Type, TypeDefKind, TypeId, World};

use super::names::{Names, interface_name, interfaces_of, since};

/// Writes it.
pub fn write(names: &Names<'_>, package: PackageId) -> String {
    Page { names, package, text: String::new() }.write()
}

struct Page<'a> {
    names: &'a Names<'a>,
    package: PackageId,
    text: String,
}

impl<'a> Page<'a> {
    fn write(mut self) -> String {
        let package = &self.names.resolve.packages[self.package];
        self.paragraph(&format!("# {}", package.name));
        self.paragraph("[The contract](README.md) · written by `cargo xtask contract`, do not edit");
        self.docs(&package.docs, None, "");

        self.line("| interface | what it is | |");
        self.line("|---|---|---|");
        for id in self.names.interfaces(self.package) {
            let interface = &self.names.resolve.interfaces[id];
            let link = self.names.interface_link(id, Some(self.package));
            let what = self.sentence(&interface.docs, Some(interface));
            self.line(&format!("| {link} | {what} | {} |", self.side(id)));
        }
        self.line("");
        for id in self.names.interfaces(self.package) {
            self.interface(id);
        }

        self.paragraph("## Worlds");
        for world in self.names.worlds(self.package) {
            self.world(world);
        }
        self.text.truncate(self.text.trim_end().len());
        self.text.push('\n');
        self.text
    }

    fn interface(&mut self, id: InterfaceId) {
        let interface = &self.names.resolve.interfaces[id];
        let name = interface_name(interface);
        self.paragraph(&format!("## `{name}`"));
        self.docs(&interface.docs, Some(interface), name);
        let mut about = vec![self.side(id)];
        about.extend(self.roles(id));
        about.extend(since(&interface.stability).map(|version| format!("since {version}")));
        about.retain(|words| !words.is_empty());
        if !about.is_empty() {
            self.paragraph(&format!("*{}*", about.join("; ")));
        }
        for (kind, id) in self.names.own_types(interface) {
            self.definition(interface, kind, id);
        }
        for function in interface.functions.values() {
            self.function(interface, function);
        }
    }

    /// Whose function it is: the host's, or the extension's.
    fn side(&self, id: InterfaceId) -> String {
        let mut sides = Vec::new();
        // The world `host` of a package of ours, and `imports` of one of WASI's, say what the host has.
        for world in
            self.names.worlds(self.package).filter(|world| matches!(&*world.name, "host" | "imports"))
        {
            if interfaces_of(world.imports.iter()).contains(&id) {
                sides.push("the host gives it");
            }
            if interfaces_of(world.exports.iter()).contains(&id) {
                sides.push("the host calls it");
            }
        }
        if self.names.resolve.interfaces[id].functions.is_empty() {
            return "types only".to_owned();
        }
        if sides.is_empty() { "not in Parlor".to_owned() } else { sides.join(", ") }
    }

    /// Which roles are nothing without it.
    fn roles(&self, id: InterfaceId) -> Option<String> {
        if self.names.resolve.interfaces[id].functions.is_empty() {
            return None;
        }
        let mut words = Vec::new();
        for world in self.names.worlds(self.package) {
            let Some(role) = Names::role(world) else { continue };
            let role = format!("[{role}](../roles/{role}.md)");
            if interfaces_of(world.exports.iter()).contains(&id) {
                words.push(format!("exported by every {role}"));
            }
            if interfaces_of(world.imports.iter()).contains(&id) {
                words.push(format!("for every {role} to import"));
            }
        }
        (!words.is_empty()).then(|| words.join(", "))
    }

    fn definition(&mut self, interface: &'a Interface, name: &str, id: TypeId) {
        let definition = &self.names.resolve.types[id];
        let full = format!("{}.{name}", interface_name(interface));
        self.paragraph(&format!("### `{full}`"));
        let newer = newer(&definition.stability, interface);
        let signature = match &definition.kind {
            TypeDefKind::Type(kind) => format!("type {name} = {}", self.html(kind)),
            kind => format!("{} {name}", kind.as_str()),
        };
        self.paragraph(&format!("<pre>{signature}</pre>{newer}"));
        self.docs(&definition.docs, Some(interface), &full);
        let mut rows = Vec::new();
        let head = match &definition.kind {
            TypeDefKind::Record(record) => {
                for field in &record.fields {
                    rows.push((&field.name, Some(&field.ty), &field.docs));
                }
                "| field | type | |"
            }
            TypeDefKind::Variant(variant) => {
                for case in &variant.cases {
                    rows.push((&case.name, case.ty.as_ref(), &case.docs));
                }
                "| case | with | |"
            }
            TypeDefKind::Flags(flags) => {
                for flag in &flags.flags {
                    rows.push((&flag.name, None, &flag.docs));
                }
                "| flag | | |"
            }
            TypeDefKind::Enum(cases) => {
                for case in &cases.cases {
                    rows.push((&case.name, None, &case.docs));
                }
                "| case | | |"
            }
            _ => return,
        };
        self.line(head);
        self.line("|---|---|---|");
        for (name, kind, docs) in rows {
            let kind = kind.map_or(String::new(), |kind| code(&self.html(kind)));
            let docs = self.flat(docs, Some(interface), &full);
            self.line(&format!("| `{name}` | {kind} | {docs} |"));
        }
        self.line("");
    }

    fn function(&mut self, interface: &'a Interface, function: &Function) {
        let full = format!("{}.{}", interface_name(interface), self.names.item_name(function));
        self.paragraph(&format!("### `{full}`"));
        // A method's first parameter is what it is called on.
        let on_itself = usize::from(function.kind.resource().is_some() && full.matches('.').count() == 2);
        let parameters: Vec<_> = function.params[on_itself.min(function.params.len())..]
            .iter()
            .map(|parameter| format!("{}: {}", parameter.name, self.html(&parameter.ty)))
            .collect();
        let result =
            function.result.as_ref().map_or(String::new(), |kind| format!(" -&gt; {}", self.html(kind)));
        let newer = newer(&function.stability, interface);
        self.paragraph(&format!("<pre>func({}){result}</pre>{newer}", parameters.join(", ")));
        self.docs(&function.docs, Some(interface), &full);
    }

    fn world(&mut self, world: &World) {
        self.paragraph(&format!("### `world {}`", world.name));
        let role = Names::role(world).map(|role| format!("The role [{role}](../roles/{role}.md). "));
        let docs = world.docs.contents.as_deref().unwrap_or_default();
        let docs = self.names.docs(docs, self.package, None, "");
        self.paragraph(&format!("{}{docs}", role.unwrap_or_default()));
        for (verb, ids) in [
            ("imports", interfaces_of(world.imports.iter())),
            ("exports", interfaces_of(world.exports.iter())),
        ] {
            let links: Vec<_> =
                ids.into_iter().map(|id| self.names.interface_link(id, Some(self.package))).collect();
            if !links.is_empty() {
                self.line(&format!("- {verb} {}", links.join(", ")));
            }
        }
        self.line("");
    }

    fn html(&self, kind: &Type) -> String {
        self.names.type_html(kind, self.package)
    }

    fn docs(&mut self, docs: &Docs, interface: Option<&Interface>, it: &str) {
        if let Some(text) = &docs.contents {
            let text = self.names.docs(text.trim(), self.package, interface, it);
            self.paragraph(&text);
        }
    }

    /// Documentation in one line, for a table.
    fn flat(&self, docs: &Docs, interface: Option<&Interface>, it: &str) -> String {
        let text = docs.contents.as_deref().unwrap_or_default();
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|");
        self.names.docs(&text, self.package, interface, it)
    }

    /// The first sentence of it.
    fn sentence(&self, docs: &Docs, interface: Option<&Interface>) -> String {
        let all = self.flat(docs, interface, interface.map_or("", interface_name));
        match all.split_once(". ") {
            Some((first, _)) => format!("{first}."),
            None => all,
        }
    }

    fn paragraph(&mut self, text: &str) {
        if !text.is_empty() {
            self.line(text);
            self.line("");
        }
    }

    fn line(&mut self, text: &str) {
        // An editor takes blanks at the end away, and then the page would not be what was written.
        for line in text.split('\n') {
            self.text.push_str(line.trim_end());
            self.text.push('\n');
        }
    }
}

/// A type in a line of text.
fn code(html: &str) -> String {
    if html.contains('<') {
        format!("<code>{html}</code>")
    } else {
        format!("`{}`", html.replace("&lt;", "<").replace("&gt;", ">"))
    }
}

/// Since when something is there, if its interface was there before.
fn newer(stability: &wit_parser::Stability, interface: &Interface) -> String {
    match since(stability) {
        version @ Some(_) if version != since(&interface.stability) => {
            format!("\n\n*since {}*", version.unwrap_or_default())
        }
        _ => String::new(),
    }
}
