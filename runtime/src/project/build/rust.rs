//! Rust: cargo compiles, and its linker makes the component.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use serde::Deserialize;

use super::{
    BuildError, Made, Missing, Mode, Progress, Tool, output_folder, put,
    tool::{self, Stream},
    trial_folder,
};
use crate::project::Language;

/// What makes components of Rust.
const TARGET: &str = "wasm32-wasip2";

/// What a release build does without when it is only to be tried: the optimisers, the compiler's and the linker's.
///
/// It stays the release profile otherwise: so it behaves alike (arithmetic that overflows, `cfg(debug_assertions)`), and
/// what cargo compiled for this machine, the macros and all they need, serves both. (That is most of a first build, and
/// would be compiled again for another number of `codegen-units`, or with settings for all packages.)
const FAST: [&str; 3] =
    ["profile.release.opt-level=0", "profile.release.lto='off'", "profile.release.incremental=true"];

/// What cargo says, a line of JSON each.
#[derive(Deserialize)]
#[serde(tag = "reason")]
enum Message {
    #[serde(rename = "compiler-artifact")]
    Made(Artifact),
    #[serde(rename = "compiler-message")]
    Diagnosed { message: Diagnostic },
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
struct Artifact {
    package_id: String,
    manifest_path: PathBuf,
    filenames: Vec<PathBuf>,
}

#[derive(Deserialize)]
struct Diagnostic {
    rendered: Option<String>,
}

/// Builds the project in `folder`.
pub fn build(folder: &Path, mode: Mode, progress: &mut dyn Progress) -> Result<Made, BuildError> {
    let cargo = match mode {
        Mode::Release => find(folder)?,
        // To ask the compiler takes longer than it compiles a line that was changed.
        Mode::Fast => Tool::new("cargo"),
    };
    progress.step("compiling with cargo");
    let mut command = cargo.command(folder);
    let diagnostics = if tool::in_colour() { "json-diagnostic-rendered-ansi" } else { "json" };
    command.args(["build", "--release", "--target", TARGET, "--message-format", diagnostics]);
    if mode == Mode::Fast {
        command.args(FAST.iter().flat_map(|setting| ["--config", setting]));
    }
    let manifest = fs::canonicalize(folder.join("Cargo.toml"))
        .map_err(|why| BuildError::File(folder.join("Cargo.toml"), why))?;
    let (mut component, mut said) = (None, String::new());
    let status = tool::watch(&mut command, progress, |stream, line, progress| match stream {
        Stream::Out => match serde_json::from_str(line) {
            Ok(Message::Diagnosed { message }) => said.extend(message.rendered),
            Ok(Message::Made(artifact)) if artifact.manifest_path == manifest => {
                component = artifact.component().or(component.take());
            }
            // Build scripts may print lines of their own among cargo's.
            _ => {}
        },
        Stream::Error if is_status(line) => progress.detail(line.trim()),
        Stream::Error => tool::add_line(&mut said, line),
    })?;
    if !status.success() {
        find(folder)?;
    }
    if !said.is_empty() {
        progress.show(&said);
    }
    if !status.success() {
        return Err(BuildError::Failed("cargo".into()));
    }
    let Some((name, component)) = component else {
        return Err(BuildError::Refused(format!(
            "{}: makes no component; the package needs these lines:\n\n    [lib]\n    crate-type = [\"cdylib\"]",
            folder.join("Cargo.toml").display()
        )));
    };
    let output = match mode {
        Mode::Release => output_folder(folder)?,
        // What is there to be run stays, and stays small.
        Mode::Fast => trial_folder(folder)?,
    };
    let path = output.join(&name).with_extension("wasm");
    put(&fs::read(&component).map_err(|why| BuildError::File(component, why))?, &path)?;
    Ok(Made { name, path, program: None })
}

impl Artifact {
    /// The component that this is, and the name of its package.
    fn component(&self) -> Option<(String, PathBuf)> {
        let file = self.filenames.iter().find(|file| file.extension().is_some_and(|ext| ext == "wasm"))?;
        Some((package_name(&self.package_id).to_owned(), file.clone()))
    }
}

/// The name in a package's id, `path+file:///echo#0.1.0` or `path+file:///folder#echo@0.1.0`: where it is not said, it is
/// the folder's.
fn package_name(id: &str) -> &str {
    let (place, version) = id.rsplit_once('#').unwrap_or((id, ""));
    match version.split_once('@') {
        Some((name, _)) => name,
        None => place.rsplit('/').next().unwrap_or(place),
    }
}

/// Whether a line says what cargo is at: a verb, set to the right of a column.
fn is_status(line: &str) -> bool {
    let verb = line.trim_start();
    verb.len() < line.len() && verb.starts_with(|first: char| first.is_ascii_uppercase())
}

/// Cargo, and with it a compiler that has the target.
pub fn find(folder: &Path) -> Result<Tool, BuildError> {
    let all = "apt install rustup && rustup default stable && rustup target add wasm32-wasip2";
    if tool::on_path("cargo").is_none() {
        return Err(Missing::here(Language::Rust, "Rust", all));
    }
    let rustc = Tool::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    let library = rustc.ask(folder, &["--print", "target-libdir", "--target", TARGET]);
    let has_std = library
        .is_some_and(|library| fs::read_dir(library).is_ok_and(|mut files| files.any(|file| file.is_ok())));
    if !has_std {
        let remedy = if tool::on_path("rustup").is_some() { "rustup target add wasm32-wasip2" } else { all };
        return Err(Missing::here(Language::Rust, "Rust's standard library for WebAssembly", remedy));
    }
    Ok(Tool::new("cargo"))
}

#[cfg(test)]
mod tests {
    use super::{is_status, package_name};

    #[test]
    fn package_names() {
        assert_eq!(package_name("path+file:///bots/echo#0.1.0"), "echo");
        assert_eq!(package_name("path+file:///bots/echo#my-bot@0.1.0"), "my-bot");
    }

    #[test]
    fn what_cargo_is_at_is_told_from_what_it_has_to_say() {
        for line in [
            "   Compiling serde v1.0.228",
            "    Finished `release` profile",
            "    Blocking waiting for file lock",
        ] {
            assert!(is_status(line), "{line}");
        }
        for line in [
            "error: could not compile",
            " --> Cargo.toml:7:4",
            "  |",
            "7 | foo",
            "Caused by:",
            "  no such file",
        ] {
            assert!(!is_status(line), "{line}");
        }
    }
}
