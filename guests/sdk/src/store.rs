//! What an extension wants to find again after a restart, in its own bucket of `wasi:keyvalue`.

#[cfg(target_family = "wasm")]
use crate::bindings::imports::wasi::keyvalue::{
    atomics, batch,
    store::{Bucket, open},
};
#[cfg(not(target_family = "wasm"))]
use crate::testing::keyvalue::{Bucket, atomics, batch, open};

use crate::bindings::imports::wasi::keyvalue::store::Error;

/// How many values [`Store::all`] reads at once: as many as surely fit into one answer of the host's.
const READ_AT_ONCE: usize = 100;
/// How many keys are changed at once: the host takes no more.
const CHANGED_AT_ONCE: usize = 1_000;

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
        Self::bucket("default")
    }

    /// Opens a part of it that has keys of its own, so that they are listed apart from all others. Its name has 1 to 128
    /// letters, digits, `.`, `_` and `-`.
    pub fn bucket(name: &str) -> Result<Self, String> {
        open(name).map(Self).map_err(words)
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

    /// Adds to the number at a key, in decimal, and returns the sum; nothing there counts as 0. Nothing comes between,
    /// whoever else counts at this key.
    pub fn increment(&self, key: &str, by: u64) -> Result<u64, String> {
        atomics::increment(&self.0, key, by).map_err(words)
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

/// Many keys at once.
impl Store {
    /// The keys that begin with `prefix`, and the text at each, in no order.
    pub fn all(&self, prefix: &str) -> Result<Vec<(String, String)>, String> {
        let mut keys = self.keys()?;
        keys.retain(|key| key.starts_with(prefix));
        let mut all = Vec::with_capacity(keys.len());
        for keys in keys.chunks(READ_AT_ONCE) {
            for (key, value) in batch::get_many(&self.0, keys).map_err(words)?.into_iter().flatten() {
                let text =
                    String::from_utf8(value).map_err(|_| format!("what is stored at {key:?} is no text"))?;
                all.push((key, text));
            }
        }
        Ok(all)
    }

    /// Keeps all of these, each at its key.
    pub fn set_all(&self, entries: &[(String, Vec<u8>)]) -> Result<(), String> {
        entries
            .chunks(CHANGED_AT_ONCE)
            .try_for_each(|entries| batch::set_many(&self.0, entries))
            .map_err(words)
    }

    /// Forgets what is at all of these.
    pub fn delete_all(&self, keys: &[String]) -> Result<(), String> {
        keys.chunks(CHANGED_AT_ONCE).try_for_each(|keys| batch::delete_many(&self.0, keys)).map_err(words)
    }
}

/// Values of one's own, kept as JSON.
#[cfg(feature = "json")]
impl Store {
    /// The value at a key; none where there is nothing.
    pub fn get_json<T: serde::de::DeserializeOwned>(&self, key: &str) -> Result<Option<T>, String> {
        self.get(key)?.map(|text| from_json(key, &text)).transpose()
    }

    /// Keeps a value at a key, in place of what was there.
    pub fn set_json(&self, key: &str, value: &impl serde::Serialize) -> Result<(), String> {
        self.set(key, to_json(value)?)
    }

    /// Keeps all of these, each at its key.
    pub fn set_all_json(&self, entries: &[(String, impl serde::Serialize)]) -> Result<(), String> {
        let entries: Result<Vec<_>, _> =
            entries.iter().map(|(key, value)| to_json(value).map(|text| (key.clone(), text))).collect();
        self.set_all(&entries?)
    }

    /// The keys that begin with `prefix`, and the value at each, in no order.
    pub fn all_json<T: serde::de::DeserializeOwned>(&self, prefix: &str) -> Result<Vec<(String, T)>, String> {
        let read = |(key, text): (String, String)| from_json(&key, &text).map(|value| (key, value));
        self.all(prefix)?.into_iter().map(read).collect()
    }
}

#[cfg(feature = "json")]
fn to_json(value: &impl serde::Serialize) -> Result<Vec<u8>, String> {
    serde_json::to_vec(value).map_err(|error| format!("this cannot be stored: {error}"))
}

#[cfg(feature = "json")]
fn from_json<T: serde::de::DeserializeOwned>(key: &str, text: &str) -> Result<T, String> {
    serde_json::from_str(text).map_err(|error| format!("what is stored at {key:?} cannot be read: {error}"))
}

fn words(error: Error) -> String {
    match error {
        Error::NoSuchStore => "there is no such store".to_owned(),
        Error::AccessDenied => "the store is not granted".to_owned(),
        Error::Other(why) => why,
    }
}
