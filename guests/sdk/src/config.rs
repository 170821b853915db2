//! What the extension's owner configured for it, as `wasi:config` gives it.

#[cfg(target_family = "wasm")]
use crate::bindings::imports::wasi::config::store;
use crate::bindings::imports::wasi::config::store::Error;
#[cfg(not(target_family = "wasm"))]
use crate::testing::config as store;

/// The value of a key; none where it is not configured.
pub fn get(key: &str) -> Result<Option<String>, String> {
    store::get(key).map_err(words)
}

/// The value of a key that must be there; an error says which is missing, as `on_start` wants it.
pub fn require(key: &str) -> Result<String, String> {
    get(key)?.ok_or_else(|| format!("`{key}` is not configured"))
}

/// All keys and values.
pub fn all() -> Result<Vec<(String, String)>, String> {
    store::get_all().map_err(words)
}

fn words(error: Error) -> String {
    match error {
        Error::Upstream(why) | Error::Io(why) => why,
    }
}
