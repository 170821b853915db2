//! The guests that attack the host in `tests/hostile`, and the tables there that name them.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};

use crate::{
    guests::{self, Guest},
    toolchain::Toolchain,
    workspace,
};

/// How a row of a table begins to name its guest.
const NAMED: &str = "guest: \"";
/// What is around an attack in WebAssembly's own text, and where in it that stands.
const FRAME: &str = "wat/bot.txt";
const PLACE: &str = ";; THE ATTACK";

/// Builds them: those in Rust, and those in WebAssembly's own text.
///
/// # Errors
/// Also if there is a guest that no attack names, or an attack whose guest there is not.
pub fn build(toolchain: &Toolchain, folder: &Path) -> Result<Vec<Guest>> {
    let mut built = guests::examples(toolchain, &folder.join("guests/Cargo.toml"), "hostile")?;
    let frame = fs::read_to_string(folder.join(FRAME)).context("there is no frame for attacks in text")?;
    for text in files(&folder.join("wat"), "wat")? {
        let whole = frame.replace(PLACE, &fs::read_to_string(&text)?);
        let component = wat::parse_str(whole).with_context(|| format!("{} is not right", text.display()))?;
        let name = text.file_stem().unwrap_or_default();
        let path = workspace::guests().join("hostile").join(name).with_extension("wasm");
        let changed = guests::write_if_different(&component, &path)?;
        built.push(Guest { path, changed });
    }
    let name = |guest: &Guest| guest.path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let there: BTreeSet<_> = built.iter().map(name).collect();
    let named = named(folder)?;
    let idle: Vec<_> = there.difference(&named).map(String::as_str).collect();
    ensure!(idle.is_empty(), "no attack in {} names the guest {}", folder.display(), idle.join(", "));
    let missing: Vec<_> = named.difference(&there).map(String::as_str).collect();
    ensure!(
        missing.is_empty(),
        "an attack in {} names {}, and there is no such guest",
        folder.display(),
        missing.join(", ")
    );
    Ok(built)
}

/// The guests that the tables name.
fn named(folder: &Path) -> Result<BTreeSet<String>> {
    let mut named = BTreeSet::new();
    for table in files(folder, "rs")? {
        let text = fs::read_to_string(&table)?;
        let rows = text.split(NAMED).skip(1).filter_map(|rest| rest.split_once('"'));
        named.extend(rows.map(|(name, _)| name.to_owned()).filter(|name| !name.is_empty()));
    }
    Ok(named)
}

fn files(folder: &Path, ending: &str) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == ending) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
