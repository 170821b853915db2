//! Where things are in the checkout.

use std::path::{Path, PathBuf};

/// The checkout.
pub fn root() -> &'static Path {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask)
}

/// The folder for everything that is made from the checkout and can be made again.
pub fn target() -> PathBuf {
    root().join("target")
}

/// Where the finished guests are, as `NAME.wasm`; those that only tests use are in `tests/` below it.
pub fn guests() -> PathBuf {
    target().join("guests")
}

/// Where cargo builds guests. Not where it builds the rest: it locks the whole folder, and that one is often in use.
pub fn guest_build() -> PathBuf {
    target().join("guest-build")
}

/// The manifest of the workspace of guests.
pub fn guests_manifest() -> PathBuf {
    root().join("guests/Cargo.toml")
}

/// The manifest of the guests that only tests use, where there is one.
pub fn test_guests_manifest() -> Option<PathBuf> {
    Some(root().join("tests/guests/Cargo.toml")).filter(|manifest| manifest.exists())
}

/// The tests in which guests attack the host, where there are any.
pub fn hostile() -> Option<PathBuf> {
    Some(root().join("tests/hostile")).filter(|folder| folder.exists())
}
