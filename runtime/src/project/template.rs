//! The files of new projects, which travel inside the program: templates, SDKs and the contract.

use std::{
    borrow::Cow,
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use include_dir::{Dir, DirEntry, include_dir};

use super::{Kind, Language, Name};

static TEMPLATES: Dir = include_dir!("$CARGO_MANIFEST_DIR/../guests/templates");
static RUST_SDK: Dir = include_dir!("$CARGO_MANIFEST_DIR/../guests/sdk");
static PYTHON_SDK: Dir = include_dir!("$CARGO_MANIFEST_DIR/../guests/sdk-python/parlor_sdk");
static JS_SDK: Dir = include_dir!("$CARGO_MANIFEST_DIR/../guests/sdk-js/parlor");
static C_SDK: Dir = include_dir!("$CARGO_MANIFEST_DIR/../guests/sdk-c");
static CONTRACT: Dir = include_dir!("$CARGO_MANIFEST_DIR/../wit");

/// What tools leave behind in a checkout; it is no part of a template.
const LEFT_BEHIND: [&str; 6] =
    ["__pycache__", "build", "node_modules", "target", ".venv", "package-lock.json"];

/// One file of a new project.
#[derive(Clone, Debug)]
pub struct File {
    /// Where it goes, from the project's folder.
    pub path: PathBuf,
    /// What is in it.
    pub content: Cow<'static, [u8]>,
}

/// All files of a new project.
pub fn files(language: Language, kind: Kind, name: &Name) -> Vec<File> {
    let mut files = Vec::new();
    for folder in ["common", kind.name()] {
        if let Some(folder) = TEMPLATES.get_dir(format!("{}/{folder}", language.name())) {
            // A kind's own file takes the place of the one that all kinds have.
            let more = below(folder, Path::new(""));
            files.retain(|file: &File| !more.iter().any(|other| other.path == file.path));
            files.extend(more);
        }
    }
    let test = TEMPLATES.get_file(format!("tests/{kind}.talk"));
    files.extend(test.map(|test| File {
        path: Path::new("tests").join(name.as_str()).with_extension("talk"),
        content: test.contents().into(),
    }));
    // What `parlor conform` needs to know, where that is something.
    let sheet = TEMPLATES.get_file(format!("conform/{kind}.toml"));
    files.extend(sheet.map(|sheet| File { path: "conform.toml".into(), content: sheet.contents().into() }));
    for file in &mut files {
        fill_in(file, name);
    }
    let world = (language != Language::Rust).then(|| world(kind, name));
    files.extend(contract(world.as_deref()));
    files
        .extend(world.map(|world| File { path: "wit/world.wit".into(), content: world.into_bytes().into() }));
    files.extend(sdk(language));
    files.sort_by(|one, other| one.path.cmp(&other.path));
    files
}

/// The world of a kind: what its template imports and exports.
fn world(kind: Kind, name: &Name) -> String {
    let world = TEMPLATES.get_file(format!("worlds/{kind}.wit")).and_then(|file| file.contents_utf8());
    world.expect("every kind has a world").replacen("my:NAME", &format!("my:{name}"), 1)
}

/// The SDK of a language, which travels with its projects: to build one, nothing is fetched for it.
fn sdk(language: Language) -> Vec<File> {
    match language {
        Language::Python => below(&PYTHON_SDK, Path::new("parlor_sdk")),
        Language::Js | Language::Ts => below(&JS_SDK, Path::new("parlor")),
        // Headers, which lie beside what includes them.
        Language::C => below(&C_SDK, Path::new("")),
        Language::Rust => {
            let folder = Path::new("parlor-sdk");
            let mut files = below(&RUST_SDK, folder);
            // The template has one that needs no workspace around it.
            files.retain(|file| file.path != folder.join("Cargo.toml"));
            for file in &mut files {
                if file.path == folder.join("src/bindings.rs") {
                    file.content = towards_deps(&file.content).into_bytes().into();
                }
            }
            files
        }
    }
}

/// The bindings of the Rust SDK, made to find the contract where a project has it.
fn towards_deps(bindings: &[u8]) -> String {
    let bindings = String::from_utf8_lossy(bindings);
    let bindings = bindings.replace("\"../../wit/deps/", "\"../wit/deps/wasi-");
    bindings.replace("\"../../wit/", "\"../wit/deps/parlor-")
}

/// The packages of the contract, each where it goes in a project; those that `world` needs, or all.
///
/// A package that stands in a comment of the world is needed too: the comment says that one may want it.
fn contract(world: Option<&str>) -> Vec<File> {
    let packages: Vec<_> = packages().collect();
    let mut needed: BTreeSet<&str> = BTreeSet::new();
    let named = |text: &str| {
        let names = packages.iter().map(|package| package.name);
        names.filter(|name| text.contains(&format!("{name}/"))).collect::<Vec<_>>()
    };
    let mut next = match world {
        Some(world) => named(world),
        None => packages.iter().map(|package| package.name).collect(),
    };
    while let Some(name) = next.pop() {
        if needed.insert(name) {
            let files =
                packages.iter().filter(|package| package.name == name).flat_map(|package| package.files());
            next.extend(files.flat_map(|file| named(file.contents_utf8().unwrap_or_default())));
        }
    }
    let needed = packages.iter().filter(|package| needed.contains(package.name));
    needed
        .flat_map(|package| {
            below(package.folder, &Path::new("wit/deps").join(package.name.replace(':', "-")))
        })
        .collect()
}

/// A package of the contract.
struct Package {
    /// `parlor:chat`
    name: &'static str,
    folder: &'static Dir<'static>,
}

impl Package {
    fn files(&self) -> impl Iterator<Item = &'static include_dir::File<'static>> {
        self.folder.files()
    }
}

/// All packages of the contract.
fn packages() -> impl Iterator<Item = Package> {
    let ours = CONTRACT.dirs().filter(|folder| folder.path() != Path::new("deps"));
    let others = CONTRACT.get_dir("deps").into_iter().flat_map(Dir::dirs);
    ours.chain(others).filter_map(|folder| {
        let texts = folder.files().filter_map(|file| file.contents_utf8());
        let mut lines = texts.flat_map(str::lines);
        let name = lines.find_map(|line| line.strip_prefix("package "))?;
        Some(Package { name: name.split(['@', ';']).next()?, folder })
    })
}

/// The files of a folder and of those below it, as they go below `into`.
fn below(folder: &'static Dir<'static>, into: &Path) -> Vec<File> {
    let mut files = Vec::new();
    collect(folder, folder.path(), into, &mut files);
    files
}

fn collect(folder: &'static Dir<'static>, root: &Path, into: &Path, files: &mut Vec<File>) {
    for entry in folder.entries() {
        if entry.path().file_name().is_some_and(|name| LEFT_BEHIND.iter().any(|left| name == *left)) {
            continue;
        }
        match entry {
            DirEntry::Dir(folder) => collect(folder, root, into, files),
            DirEntry::File(file) => {
                let path = into.join(file.path().strip_prefix(root).unwrap_or(file.path()));
                files.push(File { path, content: file.contents().into() });
            }
        }
    }
}

/// Fills in what a template leaves open.
fn fill_in(file: &mut File, name: &Name) {
    if let Ok(text) = str::from_utf8(&file.content)
        && text.contains("{{")
    {
        let text = text.replace("{{name}}", name.as_str()).replace("{{snake}}", &name.snake());
        file.content = text.into_bytes().into();
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeMap, fs};

    use wit_parser::Resolve;

    use super::*;
    use crate::project::{build, create};

    fn name() -> Name {
        Name::parse("my-thing").unwrap()
    }

    /// The files of a project, as text.
    fn texts(language: Language, kind: Kind) -> BTreeMap<String, String> {
        let files = files(language, kind, &name()).into_iter();
        files
            .map(|file| {
                (file.path.display().to_string(), String::from_utf8(file.content.into_owned()).unwrap())
            })
            .collect()
    }

    #[test]
    fn every_project_has_what_a_project_has() {
        for language in Language::ALL {
            for kind in Kind::ALL {
                let files = texts(language, kind);
                let paths: Vec<_> = files.keys().collect();
                for path in [language.source(), "README.md", ".gitignore", "tests/my-thing.talk"] {
                    assert!(files.contains_key(path), "{language} {kind}: no {path} in {paths:?}");
                }
                let left: Vec<_> = files
                    .iter()
                    .filter(|(_, text)| text.contains("{{name}}") || text.contains("{{snake}}"))
                    .collect();
                assert!(left.is_empty(), "{language} {kind}: not filled in: {left:?}");
                let readme = files["README.md"].lines().count();
                assert!((5..=14).contains(&readme), "{language} {kind}: the README has {readme} lines");
                // What the program itself would make, or a tool of the language.
                let made = paths.iter().find(|path| path.split('/').any(|part| LEFT_BEHIND.contains(&part)));
                assert_eq!(made, None, "{language} {kind}");
            }
        }
    }

    #[test]
    fn every_project_is_recognised_and_its_world_understood() {
        for language in Language::ALL {
            for kind in Kind::ALL {
                let folder = tempfile::tempdir().unwrap();
                create(folder.path(), language, kind, &name()).unwrap();
                assert_eq!(Language::of(folder.path()).unwrap(), language, "{kind}");
                if language != Language::Rust {
                    let world = build::world::read(folder.path()).unwrap();
                    assert_eq!(world.name, "my-thing", "{language} {kind}");
                    assert!(!world.resolve.worlds[world.id].exports.is_empty(), "{language} {kind}");
                }
            }
        }
    }

    #[test]
    fn every_offer_in_a_world_can_be_taken_up() {
        for kind in Kind::ALL {
            let folder = tempfile::tempdir().unwrap();
            create(folder.path(), Language::C, kind, &name()).unwrap();
            let path = folder.path().join("wit/world.wit");
            let world = fs::read_to_string(&path).unwrap();
            let offers = ["// import ", "// export "];
            assert!(offers.iter().any(|offer| world.contains(offer)), "{kind}: nothing is offered");
            let taken = world.replace(offers[0], "import ").replace(offers[1], "export ");
            fs::write(&path, taken).unwrap();
            if let Err(error) = build::world::read(folder.path()) {
                panic!("{kind}: {error}");
            }
        }
    }

    #[test]
    fn a_project_has_the_packages_that_its_world_names_and_no_others() {
        let folders = |language, kind| {
            let files = texts(language, kind);
            let folders = files.keys().filter_map(|path| path.strip_prefix("wit/deps/")?.split('/').next());
            folders.map(str::to_owned).collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>()
        };
        assert_eq!(folders(Language::C, Kind::Updater), ["parlor-coweb", "wasi-config", "wasi-logging"]);
        let bot = ["parlor-chat", "parlor-host", "wasi-config", "wasi-keyvalue", "wasi-logging"];
        assert_eq!(folders(Language::Python, Kind::Bot), bot);
        // The SDK binds all of it, whatever the project is.
        assert_eq!(folders(Language::Rust, Kind::Updater).len(), 6);
    }

    #[test]
    fn the_rust_sdk_finds_the_contract_in_a_project() {
        let folder = tempfile::tempdir().unwrap();
        create(folder.path(), Language::Rust, Kind::Bot, &name()).unwrap();
        let sdk = folder.path().join("parlor-sdk");
        let bindings = fs::read_to_string(sdk.join("src/bindings.rs")).unwrap();
        let list = bindings.split_once("path: [").unwrap().1.split_once(']').unwrap().0;
        let mut resolve = Resolve::default();
        for path in list.split('"').skip(1).step_by(2) {
            resolve.push_path(sdk.join(path)).unwrap_or_else(|why| panic!("{path}: {why:#}"));
        }
        assert!(resolve.packages.iter().any(|(_, package)| package.name.name == "sdk"));
    }

    #[test]
    fn the_rust_sdk_depends_in_a_project_on_what_it_depends_on_here() {
        let toml = |text: &str| text.parse::<toml::Table>().unwrap();
        let text = |dir: &'static Dir, path| dir.get_file(path).unwrap().contents_utf8().unwrap();
        let workspace = toml(include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../guests/Cargo.toml")));
        let mut here = toml(text(&RUST_SDK, "Cargo.toml"));
        let there = toml(text(&TEMPLATES, "rust/common/parlor-sdk/Cargo.toml"));
        for (name, dependency) in here["dependencies"].as_table_mut().unwrap() {
            let Some(table) = dependency.as_table_mut() else { continue };
            if table.remove("workspace").is_some() {
                let mut shared = workspace["workspace"]["dependencies"][name].clone();
                shared.as_table_mut().unwrap().extend(std::mem::take(table));
                *dependency = shared;
            }
        }
        assert_eq!(here["dependencies"], there["dependencies"]);
        assert_eq!(here["features"], there["features"]);
    }
}
