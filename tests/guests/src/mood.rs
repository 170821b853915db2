//! What becomes of a call that a test has configured: `at` names the call, and `mood` is what happens then. `fails`,
//! `traps`, `spins` and `waits` happen here; who `lies` says something else than it should.

use std::{hint::black_box, process, thread, time::Duration};

use parlor_sdk::config;

/// Whether the call of this name is to lie.
///
/// # Errors
/// If it is to fail.
pub fn at(call: &str) -> Result<bool, String> {
    if config::get("at")?.as_deref() != Some(call) {
        return Ok(false);
    }
    match config::get("mood")?.as_deref() {
        Some("fails") => Err("words that only the log may have".into()),
        Some("traps") => process::abort(),
        Some("spins") => loop {
            black_box(());
        },
        Some("waits") => {
            thread::sleep(Duration::from_secs(60));
            Ok(false)
        }
        mood => Ok(mood == Some("lies")),
    }
}
