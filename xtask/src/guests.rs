//! `cargo xtask guests`: from Rust crates to the components in `target/guests`.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use clap::Args;

use crate::{
    cargo::{self, Artifact},
    hostile,
    languages::Languages,
    toolchain::{self, Toolchain},
    workspace,
};

/// Build guests into target/guests/NAME.wasm.
#[derive(Args)]
pub struct Guests {
    /// The guests to build: names of packages in guests/. All, where none is named.
    names: Vec<String>,
    /// Also the guests that only tests use, into target/guests/tests/, and those that attack, into target/guests/hostile/.
    #[arg(long)]
    tests: bool,
    /// Also those in other languages than Rust, which the program builds: into target/guests/NAME-LANGUAGE.wasm.
    #[arg(long)]
    languages: bool,
}

/// A guest that is ready.
pub struct Guest {
    /// Its component.
    pub path: PathBuf,
    /// Whether it is another than before.
    pub changed: bool,
}

impl Guests {
    /// Builds them, and says which changed.
    pub fn run(self, options: &toolchain::Options) -> Result<()> {
        let toolchain = Toolchain::ready(options)?;
        let names: Vec<&str> = self.names.iter().map(String::as_str).collect();
        let mut guests = build(&toolchain, &names)?;
        if self.tests {
            guests.extend(build_tests(&toolchain)?);
        }
        if self.languages {
            guests.extend(Languages::ready(options)?.build(&cargo::parlor()?)?);
        }
        for Guest { path, changed } in guests {
            let size = fs::metadata(&path)?.len().div_ceil(1024);
            let path = path.strip_prefix(workspace::root()).unwrap_or(&path);
            eprintln!("guests: {} {size} KiB{}", path.display(), if changed { "" } else { ", as before" });
        }
        Ok(())
    }
}

/// Builds the named guests, or all.
pub fn build(toolchain: &Toolchain, names: &[&str]) -> Result<Vec<Guest>> {
    let mut cargo = toolchain.cargo_build(&workspace::guests_manifest());
    match names {
        [] => cargo.arg("--workspace"),
        names => cargo.args(names.iter().flat_map(|name| ["--package", name])),
    };
    collect(cargo::build(&mut cargo)?, &workspace::guests())
}

/// Builds the guests that only tests use, where the checkout has any.
pub fn build_tests(toolchain: &Toolchain) -> Result<Vec<Guest>> {
    let mut guests = Vec::new();
    if let Some(manifest) = workspace::test_guests_manifest() {
        guests.extend(examples(toolchain, &manifest, "tests")?);
    }
    if let Some(folder) = workspace::hostile() {
        guests.extend(hostile::build(toolchain, &folder)?);
    }
    Ok(guests)
}

/// Builds guests that are each an example of one package, since an example costs a file and no manifest.
pub fn examples(toolchain: &Toolchain, manifest: &Path, folder: &str) -> Result<Vec<Guest>> {
    let mut cargo = toolchain.cargo_build(manifest);
    cargo.args(["--workspace", "--examples"]);
    collect(cargo::build(&mut cargo)?, &workspace::guests().join(folder))
}

/// Copies the components among `artifacts` into `folder`, each under the name that it has as a guest.
fn collect(artifacts: Vec<Artifact>, folder: &Path) -> Result<Vec<Guest>> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let mut guests = Vec::new();
    for (name, file) in artifacts.iter().filter_map(Artifact::component) {
        let path = folder.join(format!("{name}.wasm"));
        let changed = copy_if_different(file, &path)
            .with_context(|| format!("cannot copy {} to {}", file.display(), path.display()))?;
        guests.push(Guest { path, changed });
    }
    Ok(guests)
}

/// Copies a file whole or not at all, and not where the copy is there already: whoever watches it, or goes by its
/// time, sees real changes only and never half a file.
pub fn copy_if_different(from: &Path, to: &Path) -> Result<bool> {
    write_if_different(&fs::read(from)?, to)
}

/// The same for what is not in a file yet.
pub fn write_if_different(new: &[u8], to: &Path) -> Result<bool> {
    if fs::read(to).is_ok_and(|old| old == new) {
        return Ok(false);
    }
    let partial = to.with_extension("wasm.partial");
    fs::write(&partial, new)?;
    fs::rename(&partial, to)?;
    Ok(true)
}
