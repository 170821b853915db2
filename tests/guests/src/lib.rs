//! The test guests are the examples of this package, one file per behaviour; this library is what they share.

pub mod mood;
pub mod recording;

use parlor_sdk::Invocation;

/// The arguments of a command as one value of this type; the error is the command's usage.
pub fn argument<T: std::str::FromStr>(call: &Invocation) -> Result<T, String> {
    call.arguments.trim().parse().map_err(|_| format!("usage: {} with one argument", call.command))
}

/// The arguments of a command as words, the last of which is the rest.
pub fn words<const N: usize>(call: &Invocation) -> Result<[&str; N], String> {
    let words: Vec<_> = call.arguments.trim().splitn(N, ' ').collect();
    words.try_into().map_err(|_| format!("usage: {} with {N} arguments", call.command))
}
