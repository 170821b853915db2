//! Guests in Python, JavaScript and C: what they are built with, and from their folders to components.
//!
//! The program itself builds them, as it builds anybody's project. In the repository they share their language's SDK and
//! the contract, which a project has inside; so each is first put together in `target/guest-projects/`.

use std::{
    ffi::OsString,
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};

use crate::{
    guests::{self, Guest},
    process,
    toolchain::{self, Toolchain},
    workspace,
};

/// A language other than Rust.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Language {
    Python,
    Js,
    C,
}

impl Language {
    const ALL: [Self; 3] = [Self::Python, Self::Js, Self::C];

    /// The folder of its guests, under `guests/`, and what their components' names end in.
    fn name(self) -> &'static str {
        match self {
            Self::Python => "python",
            Self::Js => "js",
            Self::C => "c",
        }
    }

    /// Its SDK under `guests/`, and what that is called in a project.
    fn sdk(self) -> (&'static str, &'static str) {
        match self {
            Self::Python => ("sdk-python/parlor_sdk", "parlor_sdk"),
            Self::Js => ("sdk-js/parlor", "parlor"),
            Self::C => ("sdk-c", ""),
        }
    }
}

/// What `parlor build` is told of where things are.
pub struct Languages {
    variables: Vec<(&'static str, OsString)>,
}

impl Languages {
    /// Gets what is missing, into `target/tools/`. What is there already costs no time.
    ///
    /// # Errors
    /// If Python or Node is missing, or a registry cannot be reached.
    pub fn ready(options: &toolchain::Options) -> Result<Self> {
        let (python, node) = (python()?, node()?);
        let compiler = toolchain::c_compiler(options)?;
        let mut variables = vec![
            ("VIRTUAL_ENV", python.into_os_string()),
            ("NODE_PATH", node.into_os_string()),
            ("WASI_CC", compiler.into_os_string()),
        ];
        if let Some(rustc) = Toolchain::ready(options)?.rustc() {
            variables.push(("RUSTC", rustc.into()));
        }
        let languages = Self { variables };
        languages.keep()?;
        Ok(languages)
    }

    /// Writes them down for tests, which may be run without us.
    fn keep(&self) -> Result<()> {
        let lines: String = self
            .variables
            .iter()
            .map(|(name, value)| format!("{name}={}\n", value.to_string_lossy()))
            .collect();
        Ok(fs::write(tools().join("languages.env"), lines)?)
    }

    /// Builds all guests that are not in Rust, those of whose files have changed.
    ///
    /// # Errors
    /// If one cannot be built.
    pub fn build(&self, parlor: &Path) -> Result<Vec<Guest>> {
        let mut built = Vec::new();
        for language in Language::ALL {
            let folder = workspace::root().join("guests").join(language.name());
            let mut folders: Vec<_> = fs::read_dir(&folder)
                .with_context(|| format!("cannot read {}", folder.display()))?
                .flatten()
                .map(|entry| entry.path())
                .filter(|path| path.join("wit/world.wit").is_file())
                .collect();
            folders.sort();
            for folder in folders {
                built.push(self.build_one(parlor, language, &folder)?);
            }
        }
        Ok(built)
    }

    /// Runs what the SDKs and the guests test of themselves.
    ///
    /// # Errors
    /// If a test fails.
    pub fn test_sdks(&self) -> Result<()> {
        let guests = workspace::root().join("guests");
        // Stands in for what the SDK imports of the host.
        let host = guests.join("sdk-js/test/host.mjs");
        let variables = || self.variables.iter().map(|(name, value)| (name, value));
        let mut tests: Vec<_> = fs::read_dir(guests.join("sdk-js/test"))?
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| path.to_string_lossy().ends_with(".test.mjs"))
            .collect();
        tests.sort();
        let mut node = Command::new("node");
        process::run_in_front(node.arg("--import").arg(host).arg("--test").args(tests).envs(variables()))?;
        for folder in ["sdk-python", "python/karma", "python/ini-access"] {
            let mut python = Command::new(tools().join("python/bin/python"));
            // Without this Python leaves folders of its own beside the sources.
            python.args(["-B", "-m", "unittest", "discover", "--start-directory", "tests"]);
            process::run_in_front(python.current_dir(guests.join(folder)).envs(variables()))?;
        }
        Ok(())
    }

    fn build_one(&self, parlor: &Path, language: Language, folder: &Path) -> Result<Guest> {
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let project = workspace::target().join("guest-projects").join(language.name()).join(&name);
        let component = workspace::guests().join(format!("{name}-{}.wasm", language.name()));
        let files = project_files(language, folder)?;
        let state = self.state(parlor, &files)?;
        let stamp = project.join("build/.state");
        if component.is_file() && fs::read_to_string(&stamp).is_ok_and(|before| before == state) {
            return Ok(Guest { path: component, changed: false });
        }
        if project.exists() {
            fs::remove_dir_all(&project)?;
        }
        for (path, content) in &files {
            let path = project.join(path);
            fs::create_dir_all(path.parent().unwrap_or(&project))?;
            fs::write(path, content)?;
        }
        eprintln!("guests: {name} in {}", language.name());
        let mut build = Command::new(parlor);
        build.arg("build").arg(&project).envs(self.variables.iter().map(|(name, value)| (name, value)));
        process::run(&mut build)?;
        fs::create_dir_all(workspace::guests())?;
        let changed =
            guests::copy_if_different(&project.join("build").join(&name).with_extension("wasm"), &component)?;
        fs::write(stamp, state)?;
        Ok(Guest { path: component, changed })
    }

    /// What a build comes from: the files, and what builds them.
    fn state(&self, parlor: &Path, files: &[(PathBuf, Vec<u8>)]) -> Result<String> {
        let mut hasher = DefaultHasher::new();
        files.hash(&mut hasher);
        self.variables.hash(&mut hasher);
        // Its builders are in the program; a new one of the same size at the same second is no matter here.
        fs::metadata(parlor)?.len().hash(&mut hasher);
        Ok(format!("{:016x}", hasher.finish()))
    }
}

/// The files of a project: the guest's own, its language's SDK, and the contract.
fn project_files(language: Language, folder: &Path) -> Result<Vec<(PathBuf, Vec<u8>)>> {
    let guests = workspace::root().join("guests");
    let wit = workspace::root().join("wit");
    let (sdk, place) = language.sdk();
    let mut files = Vec::new();
    collect(folder, Path::new(""), &mut files)?;
    collect(&guests.join(sdk), Path::new(place), &mut files)?;
    for package in ["chat", "host", "coweb"] {
        collect(&wit.join(package), &Path::new("wit/deps").join(format!("parlor-{package}")), &mut files)?;
    }
    for entry in fs::read_dir(wit.join("deps"))? {
        let entry = entry?;
        let name = format!("wasi-{}", entry.file_name().to_string_lossy());
        collect(&entry.path(), &Path::new("wit/deps").join(name), &mut files)?;
    }
    if language == Language::Js {
        files.iter_mut().for_each(|(_, content)| own_sdk(content));
    }
    files.sort();
    Ok(files)
}

/// A program of the repository imports its language's SDK from beside it, a project its own.
fn own_sdk(content: &mut Vec<u8>) {
    if let Ok(text) = std::str::from_utf8(content) {
        *content = text.replace("'../../sdk-js/parlor/", "'./parlor/").into_bytes();
    }
}

/// Reads the files below `folder`, as being below `place`; what tools leave behind is left out.
fn collect(folder: &Path, place: &Path, files: &mut Vec<(PathBuf, Vec<u8>)>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let entry = entry?;
        let name = entry.file_name();
        if ["build", "node_modules", "__pycache__", "tests"].iter().any(|left| name == *left) {
            continue;
        }
        let place = place.join(&name);
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &place, files)?;
        } else {
            files.push((place, fs::read(entry.path())?));
        }
    }
    Ok(())
}

fn tools() -> PathBuf {
    workspace::target().join("tools")
}

/// A Python with what the templates' `requirements.txt` names.
fn python() -> Result<PathBuf> {
    let environment = tools().join("python");
    let requirements = workspace::root().join("guests/templates/python/common/requirements.txt");
    let wanted = fs::read_to_string(&requirements)?;
    let stamp = environment.join("requirements.txt");
    if fs::read_to_string(&stamp).is_ok_and(|there| there == wanted) {
        return Ok(environment);
    }
    ensure!(
        process::exists("python3"),
        "guests in Python need Python 3 with pip and venv: there is no `python3` on the PATH"
    );
    eprintln!("guests: installing {} for Python", wanted.trim());
    process::run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&environment))?;
    let mut pip = Command::new(environment.join("bin/python"));
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"]);
    process::run(pip.arg(&requirements))?;
    fs::write(stamp, wanted)?;
    Ok(environment)
}

/// The packages that guests in JavaScript and TypeScript are built with, exactly those of the lock file.
fn node() -> Result<PathBuf> {
    let folder = tools().join("js");
    let source = workspace::root().join("guests/js");
    let manifests = ["package.json", "package-lock.json"];
    let mut wanted = String::new();
    for name in manifests {
        let path = source.join(name);
        wanted += &fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    }
    let stamp = folder.join("node_modules/.parlor");
    if !fs::read_to_string(&stamp).is_ok_and(|there| there == wanted) {
        for program in ["node", "npm"] {
            ensure!(
                process::exists(program),
                "guests in JavaScript need Node.js 20 or newer, with npm: there is no `{program}` on the PATH"
            );
        }
        fs::create_dir_all(&folder)?;
        for name in manifests {
            fs::copy(source.join(name), folder.join(name))?;
        }
        eprintln!("guests: installing packages for JavaScript");
        let mut npm = Command::new("npm");
        npm.current_dir(&folder);
        process::run(npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]))?;
        fs::write(stamp, wanted)?;
    }
    Ok(folder.join("node_modules"))
}
