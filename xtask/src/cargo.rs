//! Calling cargo, and reading from its messages what it made.

use std::{
    env,
    ffi::OsString,
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Command, Stdio},
};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use crate::workspace;

/// The cargo that runs us, in the root of the checkout.
pub fn cargo() -> Command {
    // Cargo tells the programs that it runs where it is itself, which saves a round through rustup.
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")));
    command.current_dir(workspace::root());
    // What `cargo run` told this program of its own package. Build scripts of dependencies watch some of it, and would
    // run again, with all that depends on them, at each change between `cargo xtask` and plain cargo.
    for (name, _) in env::vars_os() {
        let inherited = name.to_str().is_some_and(|name| {
            name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") || name == "OUT_DIR"
        });
        if inherited {
            command.env_remove(name);
        }
    }
    command
}

/// Something that cargo made.
#[derive(Deserialize)]
pub struct Artifact {
    package_id: String,
    target: Target,
    filenames: Vec<PathBuf>,
    /// The program, where it is one.
    pub executable: Option<PathBuf>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
    crate_types: Vec<String>,
}

impl Artifact {
    /// The component that this is, and the name for it: the package's, or the example's.
    pub fn component(&self) -> Option<(&str, &PathBuf)> {
        if !self.target.crate_types.iter().any(|kind| kind == "cdylib") {
            return None;
        }
        let file = self.filenames.iter().find(|file| file.extension().is_some_and(|ext| ext == "wasm"))?;
        let example = self.target.kind.iter().any(|kind| kind == "example");
        let name = if example { &self.target.name } else { package_name(&self.package_id) };
        Some((name, file))
    }
}

/// Runs a `cargo build` and returns what was made, or was there already.
///
/// Where cargo puts what is left to cargo, and so to the environment and configuration of whoever builds.
pub fn build(command: &mut Command) -> Result<Vec<Artifact>> {
    #[derive(Deserialize)]
    #[serde(tag = "reason", rename_all = "kebab-case")]
    enum Message {
        CompilerArtifact(Artifact),
        #[serde(other)]
        Other,
    }

    command.arg("--message-format=json-render-diagnostics").stdin(Stdio::null()).stdout(Stdio::piped());
    let mut child = command.spawn().context("cannot run cargo")?;
    let mut artifacts = Vec::new();
    if let Some(stdout) = child.stdout.take() {
        for line in BufReader::new(stdout).lines() {
            // Build scripts and procedural macros may print lines of their own among cargo's.
            if let Ok(Message::CompilerArtifact(artifact)) = serde_json::from_str(&line?) {
                artifacts.push(artifact);
            }
        }
    }
    let status = child.wait()?;
    ensure!(status.success(), "the build failed: what cargo said is above");
    Ok(artifacts)
}

/// Builds the program, and says where it is.
pub fn parlor() -> Result<PathBuf> {
    let built = build(cargo().args(["build", "--release", "--package", "parlor"]))?;
    let program = built.into_iter().find_map(|artifact| artifact.executable);
    program.context("cargo built no program for the package parlor")
}

/// The name in a fully qualified package id, `path+file:///bots/echo#0.1.0` or `path+file:///bots/echo#other@0.1.0`:
/// where it is not said, it is the folder's.
fn package_name(id: &str) -> &str {
    let (place, version) = id.rsplit_once('#').unwrap_or((id, ""));
    match version.split_once('@') {
        Some((name, _)) => name,
        None => place.rsplit('/').next().unwrap_or(place),
    }
}

#[cfg(test)]
mod tests {
    use super::package_name;

    #[test]
    fn package_names() {
        assert_eq!(package_name("path+file:///guests/bots/echo#0.1.0"), "echo");
        assert_eq!(package_name("path+file:///guests/bots/echo#echo-bot@0.1.0"), "echo-bot");
    }
}
