//! `cargo xtask lint`.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::Result;
use clap::Args;

use crate::{cargo, contract, process, workspace};

/// Installed where it is missing: this version of cargo-deny.
const CARGO_DENY: &str = "cargo-deny@0.20.2";

/// Check form, lints and dependencies: rustfmt, clippy and cargo-deny (installed into target/tools where missing); and
/// that the pages in docs/contract/ are those of the contract.
///
/// Guests get rustfmt and cargo-deny only: clippy belongs to one compiler, and theirs may be another.
#[derive(Args)]
pub struct Lint {}

impl Lint {
    /// Does all of it; fails at the first thing that is wrong.
    pub fn run(self) -> Result<()> {
        all()
    }
}

/// Checks everything.
pub fn all() -> Result<()> {
    let manifests: Vec<PathBuf> = [workspace::root().join("Cargo.toml"), workspace::guests_manifest()]
        .into_iter()
        .chain(workspace::test_guests_manifest())
        .chain(workspace::hostile().map(|folder| folder.join("guests/Cargo.toml")))
        .collect();

    for manifest in &manifests {
        say("cargo fmt", manifest);
        let mut fmt = cargo::cargo();
        fmt.args(["fmt", "--all", "--check"]);
        process::run(fmt.arg("--manifest-path").arg(manifest))?;
    }

    eprintln!("lint: cargo xtask contract --check");
    contract::check()?;

    say("cargo clippy", &manifests[0]);
    let mut clippy = cargo::cargo();
    clippy.args(["clippy", "--release", "--workspace", "--all-targets"]);
    process::run(clippy.args(["--", "-D", "warnings"]))?;

    let deny = cargo_deny()?;
    for manifest in &manifests {
        say("cargo deny", manifest);
        // Advisories are left out: they come from a repository, which not everyone who builds can reach.
        let mut deny = Command::new(&deny);
        deny.current_dir(workspace::root());
        deny.arg("--manifest-path").arg(manifest);
        process::run(deny.args(["check", "bans", "licenses", "sources"]))?;
    }
    Ok(())
}

/// The program cargo-deny: ours, the user's, or ours now.
fn cargo_deny() -> Result<PathBuf> {
    let folder = workspace::target().join("tools").join(CARGO_DENY);
    let ours = folder.join("bin/cargo-deny");
    if ours.exists() {
        return Ok(ours);
    }
    if process::exists("cargo-deny") {
        return Ok(PathBuf::from("cargo-deny"));
    }
    eprintln!("lint: installing {CARGO_DENY} into {}, once", folder.display());
    let mut install = cargo::cargo();
    install.args(["install", "--locked", CARGO_DENY]);
    install.arg("--root").arg(&folder);
    // As its authors release it, it takes twice as long to build, to be half a second faster.
    for (key, value) in [("OPT_LEVEL", "0"), ("LTO", "off"), ("CODEGEN_UNITS", "16")] {
        install.env(format!("CARGO_PROFILE_RELEASE_{key}"), value);
    }
    process::run(&mut install)?;
    Ok(ours)
}

fn say(what: &str, manifest: &Path) {
    let manifest = manifest.strip_prefix(workspace::root()).unwrap_or(manifest);
    eprintln!("lint: {what}, {}", manifest.display());
}
