//! `cargo xtask test`.

use anyhow::Result;
use clap::Args;

use crate::{
    cargo, guests,
    languages::Languages,
    lint,
    page::Page,
    process, servers,
    toolchain::{self, Toolchain},
    web, workspace,
};

/// Run the tests, with the guests that they use built and the servers that they talk to installed first.
///
/// Uses cargo-nextest where it is installed. Everything is built in the release profile, the one that the program
/// itself has, so that the big dependencies are compiled once.
#[derive(Args)]
pub struct Test {
    /// Run only tests whose name contains this. Doc tests are left out then.
    filter: Option<String>,
    /// Also what `cargo xtask lint` does, first.
    #[arg(long)]
    lint: bool,
}

impl Test {
    /// Builds, then runs them; fails where one of them fails.
    pub fn run(self, options: &toolchain::Options) -> Result<()> {
        if self.lint {
            lint::all()?;
        }
        servers::ready()?;
        web::ready()?;
        web::python()?;
        let toolchain = Toolchain::ready(options)?;
        guests::build(&toolchain, &[])?;
        guests::build_tests(&toolchain)?;
        // Tests of the command line run the program itself, which no test target makes cargo build.
        let parlor = cargo::parlor()?;
        let languages = Languages::ready(options)?;
        languages.build(&parlor)?;

        let nextest = process::capture(cargo::cargo().args(["nextest", "--version"])).is_ok();
        let runner: &[&str] = match (nextest, &self.filter) {
            (true, _) => &["nextest", "run"],
            (false, Some(_)) => &["test", "--tests"],
            (false, None) => &["test"],
        };
        run(runner, self.filter.as_deref())?;
        // Nextest knows no doc tests.
        if nextest && self.filter.is_none() {
            run(&["test", "--doc"], None)?;
        }
        if self.filter.is_none() {
            guests_own()?;
            languages.test_sdks()?;
            Page::ready()?.test(&parlor)?;
        }
        Ok(())
    }
}

/// Runs what the guests test of themselves: their parsers, and the SDK's examples. That needs no WebAssembly, so it is
/// this machine's own compiler that builds them.
fn guests_own() -> Result<()> {
    let mut cargo = cargo::cargo();
    cargo
        .args(["test", "--workspace", "--no-fail-fast", "--manifest-path"])
        .arg(workspace::guests_manifest());
    cargo.arg("--target-dir").arg(workspace::target().join("guest-tests"));
    process::run_in_front(&mut cargo)
}

/// Runs the tests of the whole workspace; all of them, whatever fails on the way.
fn run(runner: &[&str], filter: Option<&str>) -> Result<()> {
    let mut cargo = cargo::cargo();
    cargo.args(runner).args(["--release", "--workspace", "--no-fail-fast"]);
    cargo.args(filter).env("PARLOR_GUESTS", workspace::guests());
    process::run_in_front(&mut cargo)
}
