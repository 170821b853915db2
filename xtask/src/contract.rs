//! `cargo xtask contract`: the contract as pages, from the WIT that it is written in.
//!
//! - `names` knows what there is, and where it stands: anchors, links, types as text.
//! - `page` is the page of one package; `index` is the page before all of them.

mod index;
mod names;
mod page;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use clap::Args;
use wit_parser::{PackageId, Resolve};

use crate::workspace;

use self::names::Names;

/// Where the WIT is, package by package, in the order of the index.
const PACKAGES: [&str; 6] = ["chat", "host", "coweb", "deps/keyvalue", "deps/config", "deps/logging"];

/// What mends a page that is not as it should be.
const REMEDY: &str = "run `cargo xtask contract`, and commit what it writes";

/// Write the contract's pages, docs/contract/, from the WIT in wit/.
#[derive(Args)]
pub struct Contract {
    /// Write nothing; fail if a page is not what the WIT says.
    #[arg(long)]
    check: bool,
}

impl Contract {
    /// Writes the pages, or compares them.
    pub fn run(self) -> Result<()> {
        if self.check { check() } else { write() }
    }
}

/// Fails with the first page that is not what the WIT says.
pub fn check() -> Result<()> {
    let pages = pages()?;
    for (name, text) in &pages {
        let file = folder().join(name);
        // A checkout may have other line ends.
        match fs::read_to_string(&file) {
            Ok(old) if old.replace("\r\n", "\n") == *text => {}
            Ok(_) => bail!("{} is not what the WIT in wit/ says: {REMEDY}", shown(&file)),
            Err(error) => bail!("{}: {error}: {REMEDY}", shown(&file)),
        }
    }
    match superfluous(&pages)? {
        Some(file) => bail!("{} is about nothing that there is in wit/: {REMEDY}", shown(&file)),
        None => Ok(()),
    }
}

fn write() -> Result<()> {
    let pages = pages()?;
    fs::create_dir_all(folder())?;
    for (name, text) in &pages {
        let file = folder().join(name);
        fs::write(&file, text).with_context(|| format!("cannot write {}", shown(&file)))?;
        eprintln!("contract: {}", shown(&file));
    }
    while let Some(file) = superfluous(&pages)? {
        fs::remove_file(&file).with_context(|| format!("cannot remove {}", shown(&file)))?;
        eprintln!("contract: {} is gone", shown(&file));
    }
    Ok(())
}

/// Every page by the name of its file.
fn pages() -> Result<BTreeMap<String, String>> {
    let mut resolve = Resolve::default();
    let mut packages: Vec<PackageId> = Vec::new();
    for package in PACKAGES {
        let folder = workspace::root().join("wit").join(package);
        let (id, _) = resolve.push_dir(&folder).with_context(|| format!("cannot read {}", shown(&folder)))?;
        packages.push(id);
    }
    let names = Names::new(&resolve, &packages)?;
    let mut pages = BTreeMap::from([("README.md".to_owned(), index::write(&names))]);
    for package in &packages {
        pages.insert(names.file(*package).to_owned(), page::write(&names, *package));
    }
    Ok(pages)
}

/// A page in the folder that is none of these.
fn superfluous(pages: &BTreeMap<String, String>) -> Result<Option<PathBuf>> {
    for file in fs::read_dir(folder()).with_context(|| format!("cannot read {}", shown(&folder())))? {
        let file = file?;
        if !file.file_name().to_str().is_some_and(|name| pages.contains_key(name)) {
            return Ok(Some(file.path()));
        }
    }
    Ok(None)
}

fn folder() -> PathBuf {
    workspace::root().join("docs/contract")
}

fn shown(path: &Path) -> String {
    path.strip_prefix(workspace::root()).unwrap_or(path).display().to_string()
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_is_checked_in_is_what_the_wit_says() {
        super::check().unwrap();
    }

    #[test]
    fn every_link_leads_to_a_heading() {
        let pages = super::pages().unwrap();
        let mut links = 0;
        for (name, text) in &pages {
            let targets = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
            let tagged = text.split("<a href=\"").skip(1).filter_map(|rest| rest.split('"').next());
            for target in targets.chain(tagged) {
                let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
                if file.starts_with("..") {
                    continue;
                }
                let page = &pages[if file.is_empty() { name } else { file }];
                let has = |line: &str| {
                    line.strip_prefix('#').is_some_and(|heading| super::names::anchor(heading) == anchor)
                };
                assert!(anchor.is_empty() || page.lines().any(has), "{name}: {target}");
                links += 1;
            }
        }
        assert!(links > 300, "{links} links");
    }
}
