//! Building a project: one file per toolchain, and what they share.

mod c;
mod javascript;
mod python;
mod rust;
mod tool;
pub(super) mod world;

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
    /// What the project calls itself.
    pub name: String,
    /// The component: `build/NAME.wasm` in the project's folder, or one in `build/dev` if it is only to be tried. (C has but
    /// one.)
    pub path: PathBuf,
    /// The program that the component is to be given and run, where it is but the engine for it: JavaScript that was built
    /// to be tried at once.
    pub program: Option<PathBuf>,
    /// What it is written in.
    pub language: Language,
    /// How long it took.
    pub took: Duration,
}

/// What a language's build leaves: parts of [`Built`].
struct Made {
    name: String,
    path: PathBuf,
    program: Option<PathBuf>,
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
    #[error("{what} is not installed, and a project in {language} needs it. Install it with:\n\n    {remedy}", what = .0.what, language = .0.language, remedy = .0.command())]
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
    fn command(&self) -> String {
        match &self.folder {
            Some(folder) if folder != Path::new(".") => {
                format!("cd {} && {}", shell_word(folder), self.remedy)
            }
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
    let Made { name, path, program } = match language {
        Language::Rust => rust::build(folder, mode, progress)?,
        Language::Python => python::build(folder, progress)?,
        Language::Js | Language::Ts => javascript::build(folder, language, mode, progress)?,
        Language::C => c::build(folder, progress)?,
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

/// A path as a shell takes it for one word.
pub fn shell_word(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_./+,@%".contains(letter);
    if text.chars().all(plain) { text } else { format!("'{}'", text.replace('\'', "'\\''")) }
}

/// The folder of what is built, under the project's.
fn output_folder(folder: &Path) -> Result<PathBuf, BuildError> {
    // `build/bot.wasm` reads better than `./build/bot.wasm`.
    let folder = folder.strip_prefix(".").unwrap_or(folder);
    made_folder(folder.join("build"))
}

/// The folder of what is built only to be tried.
fn trial_folder(folder: &Path) -> Result<PathBuf, BuildError> {
    made_folder(output_folder(folder)?.join("dev"))
}

fn made_folder(folder: PathBuf) -> Result<PathBuf, BuildError> {
    match fs::create_dir_all(&folder) {
        Ok(()) => Ok(folder),
        Err(why) => Err(BuildError::File(folder, why)),
    }
}

/// Puts a component where it is looked for, whole or not at all: whoever watches the file never reads half of it.
fn put(component: &[u8], path: &Path) -> Result<(), BuildError> {
    let beside = path.with_extension("wasm.new");
    let put = fs::write(&beside, component).and_then(|()| fs::rename(&beside, path));
    put.map_err(|why| BuildError::File(path.to_owned(), why))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_said_with_the_command_for_where_one_is() {
        let said = |folder: &str| {
            Missing::within(Path::new(folder), Language::Js, "esbuild", "npm install").to_string()
        };
        assert_eq!(
            said("my bot"),
            "esbuild is not installed, and a project in JavaScript needs it. Install it with:\n\n    \
             cd 'my bot' && npm install"
        );
        assert!(said(".").ends_with("    npm install"));
        let here = Missing::here(Language::C, "a compiler", "apt install clang").to_string();
        assert!(here.ends_with("    apt install clang"), "{here}");
    }

    #[test]
    fn paths_become_words_of_a_shell() {
        for (path, word) in
            [("my-bot", "my-bot"), ("../b_2", "../b_2"), ("a b", "'a b'"), ("it's", r"'it'\''s'")]
        {
            assert_eq!(shell_word(Path::new(path)), word);
        }
    }

    #[test]
    fn a_component_is_put_whole() {
        let folder = tempfile::tempdir().unwrap();
        let output = output_folder(folder.path()).unwrap();
        put(b"one", &output.join("bot.wasm")).unwrap();
        put(b"two", &output.join("bot.wasm")).unwrap();
        let names: Vec<_> = fs::read_dir(&output).unwrap().map(|file| file.unwrap().file_name()).collect();
        assert_eq!(names, ["bot.wasm"]);
        assert_eq!(fs::read(output.join("bot.wasm")).unwrap(), b"two");
        let words = put(b"", &folder.path().join("no/bot.wasm")).unwrap_err().to_string();
        assert!(words.contains("no/bot.wasm: No such file"), "{words}");
    }
}
