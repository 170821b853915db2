//! Lines for the host's log, as `wasi:logging` takes them. The host adds which extension they come from.
//!
//! ```no_run
//! use parlor_sdk::log;
//!
//! let lost = 3;
//! log::warn(format!("{lost} messages were too old to count"));
//! ```

use crate::bindings::imports::wasi::logging::logging::Level;
#[cfg(target_family = "wasm")]
use crate::bindings::imports::wasi::logging::logging::log;
#[cfg(not(target_family = "wasm"))]
use crate::testing::log;

/// The values of variables and the flow of control.
pub fn trace(line: impl AsRef<str>) {
    log(Level::Trace, "", line.as_ref());
}

/// For whoever debugs the extension.
pub fn debug(line: impl AsRef<str>) {
    log(Level::Debug, "", line.as_ref());
}

/// For whoever watches it.
pub fn info(line: impl AsRef<str>) {
    log(Level::Info, "", line.as_ref());
}

/// Something hazardous.
pub fn warn(line: impl AsRef<str>) {
    log(Level::Warn, "", line.as_ref());
}

/// Something went wrong.
pub fn error(line: impl AsRef<str>) {
    log(Level::Error, "", line.as_ref());
}

/// The extension cannot go on.
pub fn critical(line: impl AsRef<str>) {
    log(Level::Critical, "", line.as_ref());
}
