//! Projects of extensions, in any language, and what they are built with.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use tempfile::TempDir;

use crate::program::parlor;

/// The program, with what projects are built with: as `cargo xtask test` got it, or as it is on this machine.
pub fn parlor_with_tools() -> Command {
    let mut command = parlor();
    for name in ["PATH", "HOME", "CARGO_HOME", "RUSTUP_HOME", "RUSTUP_TOOLCHAIN"] {
        command.envs(env::var_os(name).map(|value| (name, value)));
    }
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target");
    let said = fs::read_to_string(target.join("tools/languages.env")).unwrap_or_default();
    command.envs(said.lines().filter_map(|line| line.split_once('=')));
    // What all projects in Rust need is compiled once.
    command.env("CARGO_TARGET_DIR", target.join("guest-projects/rust"));
    command
}

/// A new project in a folder of its own.
pub struct Project {
    /// The project.
    pub folder: PathBuf,
    name: String,
    _home: TempDir,
}

impl Project {
    /// `parlor new`.
    ///
    /// # Panics
    /// If it fails.
    pub fn new(name: &str, language: &str, kind: &str) -> Self {
        let home = tempfile::tempdir().expect("a folder");
        let mut command = parlor_with_tools();
        command.current_dir(home.path()).args(["new", name, "--lang", language, "--kind", kind]);
        succeeds(&mut command);
        Self { folder: home.path().join(name), name: name.to_owned(), _home: home }
    }

    /// The program, to be given arguments, in the project's folder.
    pub fn parlor(&self) -> Command {
        let mut command = parlor_with_tools();
        command.current_dir(&self.folder);
        command
    }

    /// `parlor build`; the component.
    ///
    /// # Panics
    /// If it fails.
    pub fn build(&self) -> PathBuf {
        succeeds(self.parlor().arg("build"));
        self.folder.join("build").join(&self.name).with_extension("wasm")
    }

    /// What is in a file of it.
    ///
    /// # Panics
    /// If there is none.
    pub fn read(&self, file: &str) -> String {
        fs::read_to_string(self.folder.join(file)).expect("a file of text")
    }

    /// Writes a file of it.
    ///
    /// # Panics
    /// If it cannot be written.
    pub fn write(&self, file: &str, text: &str) {
        fs::write(self.folder.join(file), text).expect("a file");
    }
}

/// Runs a command to its end; what it wrote to standard output.
///
/// # Panics
/// If it fails, with all that it wrote.
pub fn succeeds(command: &mut Command) -> String {
    let output = command.output().expect("it runs");
    let (out, error) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{command:?}: {}\n{out}\n{error}", output.status);
    out.into_owned()
}
