//! What the extension's owner configured for it, as `wasi:config` gives it.

use crate::bindings::imports::wasi::config::store;

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

fn words(error: store::Error) -> String {
    match error {
        store::Error::Upstream(why) | store::Error::Io(why) => why,
    }
}
