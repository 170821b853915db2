//! What is stored.

use std::collections::BTreeMap;

/// All buckets.
#[derive(Debug, Default)]
pub(super) struct Buckets {
    /// Bytes of all keys and values; without bounds where nothing is said.
    pub quota: Option<usize>,
    by_name: BTreeMap<String, BTreeMap<String, Vec<u8>>>,
}

impl Buckets {
    fn set(&mut self, bucket: &str, key: &str, value: &[u8]) -> Result<(), String> {
        let old = self.get(bucket, key).map_or(0, |old| key.len() + old.len());
        let new = key.len() + value.len();
        if new > old
            && let Some(quota) = self.quota
        {
            let used = self.used();
            if used - old + new > quota {
                return Err(format!("the store is full: it holds {used} bytes"));
            }
        }
        let keys = self.by_name.entry(bucket.to_owned()).or_default();
        keys.insert(key.to_owned(), value.to_owned());
        Ok(())
    }

    fn used(&self) -> usize {
        let all = self.by_name.values().flatten();
        all.map(|(key, value)| key.len() + value.len()).sum()
    }

    fn get(&self, bucket: &str, key: &str) -> Option<Vec<u8>> {
        self.by_name.get(bucket)?.get(key).cloned()
    }

    fn delete(&mut self, bucket: &str, key: &str) {
        if let Some(keys) = self.by_name.get_mut(bucket) {
            keys.remove(key);
        }
    }
}

/// The functions of `wasi:keyvalue`.
pub(crate) mod keyvalue {
    use super::super::{State, with};
    use crate::bindings::imports::wasi::keyvalue::store::{Error, KeyResponse};

    #[derive(Debug)]
    pub struct Bucket(String);

    pub fn open(name: &str) -> Result<Bucket, Error> {
        allowed("open", |_| Ok(Bucket(name.to_owned())))
    }

    fn allowed<R>(call: &str, work: impl FnOnce(&mut State) -> Result<R, String>) -> Result<R, Error> {
        with(|state| {
            state.permit(call)?;
            work(state)
        })
        .map_err(Error::Other)
    }

    impl Bucket {
        pub fn get(&self, key: &str) -> Result<Option<Vec<u8>>, Error> {
            allowed("get", |state| Ok(state.store.get(&self.0, key)))
        }

        pub fn set(&self, key: &str, value: &[u8]) -> Result<(), Error> {
            allowed("set", |state| state.store.set(&self.0, key, value))
        }

        pub fn delete(&self, key: &str) -> Result<(), Error> {
            allowed("delete", |state| {
                state.store.delete(&self.0, key);
                Ok(())
            })
        }

        pub fn list_keys(&self, _cursor: Option<u64>) -> Result<KeyResponse, Error> {
            allowed("list-keys", |state| {
                let keys = state.store.by_name.get(&self.0).map(|keys| keys.keys().cloned().collect());
                Ok(KeyResponse { keys: keys.unwrap_or_default(), cursor: None })
            })
        }
    }

    pub mod atomics {
        use super::*;

        pub fn increment(bucket: &Bucket, key: &str, delta: u64) -> Result<u64, Error> {
            allowed("increment", |state| {
                let old = state.store.get(&bucket.0, key).unwrap_or_else(|| b"0".to_vec());
                let old = str::from_utf8(&old).ok().and_then(|text| text.parse::<u64>().ok());
                let sum = old.ok_or("the value is not a number")?.checked_add(delta);
                let sum = sum.ok_or("the sum is too large")?;
                state.store.set(&bucket.0, key, sum.to_string().as_bytes())?;
                Ok(sum)
            })
        }
    }

    pub mod batch {
        use super::*;

        type Entry = (String, Vec<u8>);

        pub fn get_many(bucket: &Bucket, keys: &[String]) -> Result<Vec<Option<Entry>>, Error> {
            let get = |key: &String| Ok(bucket.get(key)?.map(|value| (key.clone(), value)));
            keys.iter().map(get).collect()
        }

        pub fn set_many(bucket: &Bucket, entries: &[Entry]) -> Result<(), Error> {
            entries.iter().try_for_each(|(key, value)| bucket.set(key, value))
        }

        pub fn delete_many(bucket: &Bucket, keys: &[String]) -> Result<(), Error> {
            keys.iter().try_for_each(|key| bucket.delete(key))
        }
    }
}
