//! Calls that are taken down in the log, so that a test reads in which order they came.

use std::fmt::Display;

use parlor_sdk::log;

use crate::mood;

/// Takes down that `whom` was called, and with what; then it is as the configured [`mood`] says, which knows the call by
/// its name alone.
///
/// # Errors
/// If the call is to fail.
pub fn called(whom: &str, name: &str, with: impl Display) -> Result<bool, String> {
    log::info(format!("call: {whom}.{name} {with}").trim_end());
    mood::at(name)
}
