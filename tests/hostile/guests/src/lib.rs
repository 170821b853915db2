//! Hostile guests are the examples of this package, one file for each attack; this library is what they share.

pub mod service;

use std::hint::black_box;

use parlor_sdk::Reply;

/// The answer of a guest that was told no.
///
/// # Errors
/// Never: it says so.
pub fn told(no: impl Into<String>) -> Reply {
    let no: String = no.into();
    Ok(format!("told: {}", no.chars().take(200).collect::<String>()).into())
}

/// Computes until somebody ends it.
pub fn for_ever() -> ! {
    loop {
        black_box(());
    }
}
