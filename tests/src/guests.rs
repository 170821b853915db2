//! The built guests.

use std::path::{Path, PathBuf};

/// The folder of built guests: `PARLOR_GUESTS`, or where `cargo xtask guests` puts them.
pub fn folder() -> PathBuf {
    std::env::var_os("PARLOR_GUESTS")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/guests"), PathBuf::from)
}

/// The folder of compiled guests. It outlives the tests, so that only the first one waits.
pub fn cache() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/test-cache")
}

/// A guest that users get, such as `echo`.
///
/// # Panics
/// If it was not built.
pub fn guest(name: &str) -> PathBuf {
    existing(folder().join(name))
}

/// A guest that only tests use, such as `trap-in-start`.
///
/// # Panics
/// If it was not built.
pub fn test_guest(name: &str) -> PathBuf {
    existing(folder().join("tests").join(name))
}

fn existing(path: PathBuf) -> PathBuf {
    let path = path.with_extension("wasm");
    assert!(path.is_file(), "{} is missing: run `cargo xtask guests --tests`", path.display());
    path
}
