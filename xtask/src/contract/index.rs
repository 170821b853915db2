//! The page before all others: what the contract is, and who needs what of it.

use wit_parser::PackageId;

use super::names::{Names, ROLES, interfaces_of};

/// What stands before the tables.
const BEGINNING: &str = "\
# The contract

These pages are written by `cargo xtask contract` from the WIT in [`wit/`](../../wit): do not edit them.

An extension is a WebAssembly component. The contract says what the host calls of it (it *exports* that), and what it
may call of the host (it *imports* that). It is written in WIT, the language that components are described in, and
bindings for each programming language are made from it. What an extension is, its *role*, is read from its exports.
";

/// What stands after them.
const END: &str = "\
Beside these the host has WASI 0.2's own interfaces, as languages' standard libraries want them: clocks, randomness,
standard output and error (they become log lines), files (of granted folders only), and `wasi:http/outgoing-handler`
(for requests that are granted). There is no environment, no standard input and no socket.
";

/// Writes it.
pub fn write(names: &Names<'_>) -> String {
    let mut text =
        format!("{BEGINNING}\n| role | must export | is made to import | world |\n|---|---|---|---|\n");
    for (role, world) in ROLES {
        let found = names
            .packages
            .iter()
            .find_map(|id| names.worlds(*id).find(|it| it.name == world).map(|world| (*id, world)));
        let Some((package, found)) = found else { continue };
        let links = |ids: Vec<_>| {
            let has_functions =
                |id: &wit_parser::InterfaceId| !names.resolve.interfaces[*id].functions.is_empty();
            let links = ids.into_iter().filter(has_functions).map(|id| names.interface_link(id, None));
            links.collect::<Vec<_>>().join(", ")
        };
        let (exports, imports) =
            (links(interfaces_of(found.exports.iter())), links(interfaces_of(found.imports.iter())));
        let file = names.file(package);
        text.push_str(&format!(
            "| [{role}](../roles/{role}.md) | {exports} | {imports} | [`{world}`]({file}#world-{world}) |\n"
        ));
    }
    text.push_str("\n| package | what it is | interfaces |\n|---|---|---|\n");
    for id in names.packages {
        text.push_str(&package(names, *id));
    }
    text.push('\n');
    text.push_str(END);
    text
}

fn package(names: &Names<'_>, id: PackageId) -> String {
    let package = &names.resolve.packages[id];
    let docs = package.docs.contents.as_deref().unwrap_or_default();
    let first = docs.split("\n\n").next().unwrap_or_default().replace('\n', " ");
    let first = match (first.split_once(". "), first.is_empty()) {
        (Some((sentence, _)), _) => format!("{sentence}."),
        (None, false) => first,
        // WASI's packages say it of their interfaces only.
        (None, true) => "of WASI".to_owned(),
    };
    let interfaces: Vec<_> =
        names.interfaces(id).into_iter().map(|interface| names.interface_link(interface, None)).collect();
    format!("| [`{}`]({}) | {first} | {} |\n", package.name, names.file(id), interfaces.join(", "))
}
