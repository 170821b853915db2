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
        Language::C => Vec::new(),
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
