//! What a server of coweb serves to browsers: the pages of the tests, and the clients as they were released.

use std::{
    fs,
    path::{Path, PathBuf},
};

use tempfile::TempDir;

/// The releases of OpenCoweb whose client a browser of today runs, from the one that its manual was written for.
pub const CLIENTS: &[&str] = &["0.4", "0.5", "0.7", "1.0"];

/// What `cargo xtask test` downloaded: packages for Node, and OpenCoweb.
pub fn downloads() -> PathBuf {
    let folder = std::env::var_os("PARLOR_WEB");
    folder.map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/web"), PathBuf::from)
}

/// Something in [`downloads`].
///
/// # Panics
/// If it is not there.
pub fn downloaded(name: &str) -> PathBuf {
    let path = downloads().join(name);
    assert!(path.exists(), "{} is missing: run `cargo xtask setup --tests`", path.display());
    path
}

/// The tests' own scripts and pages.
pub fn sources() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("web")
}

/// A folder to serve: `person.html?client=0.7`, and what that loads.
pub fn site() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    copy(&sources().join("pages"), folder.path());
    let loader = downloaded("node_modules/requirejs/require.js");
    fs::copy(loader, folder.path().join("require.js")).expect("a file");
    for client in CLIENTS {
        let js = downloaded(&format!("opencoweb-{client}/js"));
        for package in ["coweb", "org"] {
            copy(&js.join(package), &folder.path().join("clients").join(client).join(package));
        }
    }
    folder
}

/// Copies a folder and all in it. Servers may well serve no links.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("a file");
        }
    }
}
