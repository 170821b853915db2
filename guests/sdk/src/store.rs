//! What an extension wants to find again after a restart, in its own bucket of `wasi:keyvalue`.

use crate::bindings::imports::wasi::keyvalue::store::{Bucket, Error, open};

/// The extension's own store: keys and values, kept over restarts. It needs the grant `store`.
///
/// ```no_run
/// # fn count() -> Result<u64, String> {
/// use parlor_sdk::Store;
///
/// let store = Store::open()?;
/// let visits = store.get("visits")?.and_then(|text| text.parse().ok()).unwrap_or(0) + 1;
/// store.set("visits", visits.to_string())?;
/// # Ok(visits)
/// # }
/// ```
#[derive(Debug)]
pub struct Store(Bucket);

impl Store {
    /// Opens it; an error where it is not granted.
    pub fn open() -> Result<Self, String> {
        open("default").map(Self).map_err(words)
    }

    /// The text at a key; none where there is nothing.
    pub fn get(&self, key: &str) -> Result<Option<String>, String> {
        let Some(bytes) = self.get_bytes(key)? else {
            return Ok(None);
        };
        String::from_utf8(bytes).map(Some).map_err(|_| format!("what is stored at {key:?} is no text"))
    }

    /// The bytes at a key; none where there is nothing.
    pub fn get_bytes(&self, key: &str) -> Result<Option<Vec<u8>>, String> {
        self.0.get(key).map_err(words)
    }

    /// Keeps text or bytes at a key, in place of what was there.
    pub fn set(&self, key: &str, value: impl AsRef<[u8]>) -> Result<(), String> {
        self.0.set(key, value.as_ref()).map_err(words)
    }

    /// Forgets what is at a key.
    pub fn delete(&self, key: &str) -> Result<(), String> {
        self.0.delete(key).map_err(words)
    }

    /// All keys, in no order.
    pub fn keys(&self) -> Result<Vec<String>, String> {
        let mut all = Vec::new();
        let mut cursor = None;
        loop {
            let page = self.0.list_keys(cursor).map_err(words)?;
            all.extend(page.keys);
            cursor = page.cursor;
            if cursor.is_none() {
                return Ok(all);
            }
        }
    }
}

fn words(error: Error) -> String {
    match error {
        Error::NoSuchStore => "there is no such store".to_owned(),
        Error::AccessDenied => "the store is not granted".to_owned(),
        Error::Other(why) => why,
    }
}
