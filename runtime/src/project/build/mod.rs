//! Building a project: one file per toolchain, and what they share.

mod c;
mod javascript;
mod python;
mod rust;
mod tool;
mod world;

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use self::tool::Tool;
use super::{Language, Unrecognised};

/// What a component is built for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// To be run: small and fast.
    Release,
    /// To be tried at once: built as fast as can be.
    Fast,
}

/// What has been built.
#[derive(Debug)]
pub struct Built {
    /// What the project is called.
    pub name: String,
    /// The component.
    pub path: PathBuf,
    /// The program that the component is to be given and run, where it is but the engine for it: JavaScript that was built
    /// to be tried at once.
    pub program: Option<PathBuf>,
    /// What it is written in.
    pub language: Language,
    /// How long it took.
    pub took: Duration,
}

/// Hears how a build gets on. It is called from the thread that builds.
pub trait Progress {
    /// A step begins, such as `compiling with cargo`; the one before is done.
    fn step(&mut self, what: &str);
    /// The newest line of a tool, which says what it is at.
    fn detail(&mut self, line: &str);
    /// Called about once a second while a step goes on.
    fn waiting(&mut self);
    /// What a tool says to people: warnings, and errors before the build fails. Lines, shown as they are.
    fn show(&mut self, text: &str);
}

/// Why there is no component.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// There is no project, or not just one.
    #[error(transparent)]
    Unrecognised(#[from] Unrecognised),
    /// Something has to be installed.
    #[error("{what} is not installed, and a project in {language} needs it. Install it with:\n\n    {remedy}\n", what = .0.what, language = .0.language, remedy = .0.from_anywhere())]
    Missing(Missing),
    /// A tool could not be run at all.
    #[error("{tool}: cannot be run: {why}", tool = .0, why = .1)]
    Unrunnable(String, io::Error),
    /// A tool said no. What it said has been shown.
    #[error("nothing was built: {tool} failed, and said why above", tool = .0)]
    Failed(String),
    /// The project cannot become a component as it is; the words say what to do.
    #[error("{0}")]
    Refused(String),
    /// A file could not be read or written.
    #[error("{path}: {why}", path = .0.display(), why = .1)]
    File(PathBuf, io::Error),
}

/// What has to be installed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// What the project is written in.
    pub language: Language,
    /// What there is not.
    pub what: &'static str,
    /// The one command that installs it.
    pub remedy: String,
    /// The folder to be in for that, where it matters.
    pub folder: Option<PathBuf>,
}

impl Missing {
    /// What the machine lacks.
    fn here(language: Language, what: &'static str, remedy: &str) -> BuildError {
        BuildError::Missing(Self { language, what, remedy: remedy.to_owned(), folder: None })
    }

    /// What the project in `folder` lacks.
    fn within(folder: &Path, language: Language, what: &'static str, remedy: &str) -> BuildError {
        let folder = Some(folder.to_owned());
        BuildError::Missing(Self { language, what, remedy: remedy.to_owned(), folder })
    }

    /// The command for somebody who is where the program was called.
    fn from_anywhere(&self) -> String {
        match &self.folder {
            Some(folder) if folder != Path::new(".") => format!("cd {} && {}", folder.display(), self.remedy),
            _ => self.remedy.clone(),
        }
    }
}

/// Builds the project in `folder`, whatever its language is.
///
/// # Errors
/// See [`BuildError`].
pub fn build(folder: &Path, mode: Mode, progress: &mut dyn Progress) -> Result<Built, BuildError> {
    let start = Instant::now();
    let language = Language::of(folder)?;
    let (path, program) = match language {
        Language::Rust => (rust::build(folder, mode, progress)?, None),
        Language::Python => (python::build(folder, progress)?, None),
        Language::Js | Language::Ts => javascript::build(folder, language, mode, progress)?,
        Language::C => (c::build(folder, mode, progress)?, None),
    };
    let name = match &program {
        // Such a component is not named after it.
        Some(_) => world::read(folder)?.name.to_string(),
        None => path.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
    };
    Ok(Built { name, path, program, language, took: start.elapsed() })
}

/// What has to be installed before the project in `folder` can be built, as far as that can be told without building it.
pub fn missing(folder: &Path, language: Language) -> Option<Missing> {
    let found = match language {
        Language::Rust => rust::find(folder),
        Language::Python => python::find(folder),
        Language::Js | Language::Ts => javascript::find(folder, language),
        Language::C => c::find(folder),
    };
    match found {
        Err(BuildError::Missing(missing)) => Some(missing),
        _ => None,
    }
}

/// The folder of what is built, under the project's.
fn output_folder(folder: &Path) -> Result<PathBuf, BuildError> {
    let output = folder.join("build");
    fs::create_dir_all(&output).map_err(|why| BuildError::File(output.clone(), why))?;
    Ok(output)
}

/// Puts a component where it is looked for, whole or not at all: whoever watches the file never reads half of it.
fn put(component: &[u8], path: &Path) -> Result<(), BuildError> {
    let beside = path.with_extension("wasm.new");
    let put = fs::write(&beside, component).and_then(|()| fs::rename(&beside, path));
    put.map_err(|why| BuildError::File(path.to_owned(), why))
}
