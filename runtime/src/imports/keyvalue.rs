//! `wasi:keyvalue`: the extension's own part of the [`store`](super::store).
//!
//! Every name is a bucket, made by the first value that is set in it. The operations on many keys do all or nothing,
//! which is more than the contract asks for.

use tracing::Level;
use wasmtime::component::{HasSelf, Linker, Resource};

use self::bindings::wasi::keyvalue::{
    atomics, batch,
    store::{self, Error, KeyResponse},
};
use super::{
    state::State,
    store::{Bucket, Store, StoreError},
};
use crate::sandbox::grants::Denial;

/// The contract `wasi:keyvalue` as Rust. Generated from `wit/`.
#[allow(missing_docs, reason = "the documentation is the contract's own, in wit/")]
mod bindings {
    wasmtime::component::bindgen!({
        path: "../wit/deps/keyvalue",
        world: "wasi:keyvalue/imports",
        imports: { default: async | trappable },
        with: { "wasi:keyvalue/store.bucket": super::OpenBucket },
    });
}

/// What a guest calls the bucket that it gives no name.
pub const DEFAULT_BUCKET: &str = "default";

/// A bucket that a guest has open. Many may have the same one open, and one many times.
pub struct OpenBucket {
    store: Store,
    bucket: Bucket,
}

impl OpenBucket {
    /// What a handle stands for, to be had while the state is not: a call that waits does not hold it.
    fn of(state: &State, handle: &Resource<Self>) -> wasmtime::Result<(Store, Bucket)> {
        let Self { store, bucket } = state.table.get(handle)?;
        Ok((store.clone(), bucket.clone()))
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Bucket => Self::NoSuchStore,
            other => Self::Other(other.to_string()),
        }
    }
}

impl State {
    /// The part of the store that is this extension's.
    fn store(&self) -> Result<Store, Error> {
        let common = &self.common;
        let Some(quota) = common.grants.store else {
            let denial = Denial {
                what: "the store".into(),
                why: "is not granted".into(),
                add: "grant = { store = \"1 MiB\" }".into(),
            };
            common.log.denied("keyvalue", &denial.to_string());
            return Err(Error::AccessDenied);
        };
        // It could not be opened, which the host's log tells.
        let database = common.services.database.as_ref().ok_or(StoreError::Unavailable)?;
        Ok(database.store(&common.id, Some(quota), &common.limits))
    }

    /// Passes on what became of a change, and tells the log where more must be granted.
    fn told<T>(&self, result: Result<T, StoreError>) -> Result<T, Error> {
        if let Err(error @ StoreError::Full { .. }) = &result {
            let words = format!("{error}; to allow more, change: grant = {{ store = \"…\" }}");
            self.common.log.line(Level::WARN, "keyvalue", &words);
        }
        result.map_err(Error::from)
    }
}

/// What a call on an open bucket answers: the outer error is a trap, for a guest that uses what it does not have.
type Answer<T> = wasmtime::Result<Result<T, Error>>;

impl store::Host for State {
    async fn open(&mut self, identifier: String) -> Answer<Resource<OpenBucket>> {
        let store = match self.store() {
            Ok(store) => store,
            Err(error) => return Ok(Err(error)),
        };
        let name = if identifier.is_empty() { DEFAULT_BUCKET } else { &identifier };
        let bucket = match name.parse() {
            Ok(bucket) => bucket,
            Err(error) => return Ok(Err(StoreError::into(error))),
        };
        Ok(self.table.push(OpenBucket { store, bucket }).map_err(|error| Error::Other(error.to_string())))
    }
}

impl store::HostBucket for State {
    async fn get(&mut self, bucket: Resource<OpenBucket>, key: String) -> Answer<Option<Vec<u8>>> {
        let (store, bucket) = OpenBucket::of(self, &bucket)?;
        Ok(store.get(&bucket, &key).await.map_err(Error::from))
    }

    async fn set(&mut self, bucket: Resource<OpenBucket>, key: String, value: Vec<u8>) -> Answer<()> {
        let (store, bucket) = OpenBucket::of(self, &bucket)?;
        let result = store.set(&bucket, &key, &value).await;
        Ok(self.told(result))
    }

    async fn delete(&mut self, bucket: Resource<OpenBucket>, key: String) -> Answer<()> {
        let (store, bucket) = OpenBucket::of(self, &bucket)?;
        Ok(store.delete(&bucket, &key).await.map_err(Error::from))
    }

    async fn exists(&mut self, bucket: Resource<OpenBucket>, key: String) -> Answer<bool> {
        let (store, bucket) = OpenBucket::of(self, &bucket)?;
        Ok(store.exists(&bucket, &key).await.map_err(Error::from))
    }

    async fn list_keys(&mut self, bucket: Resource<OpenBucket>, cursor: Option<u64>) -> Answer<KeyResponse> {
        let (store, bucket) = OpenBucket::of(self, &bucket)?;
        let page = store.list_keys(&bucket, cursor).await;
        Ok(page.map(|page| KeyResponse { keys: page.keys, cursor: page.next }).map_err(Error::from))
    }

    async fn drop(&mut self, bucket: Resource<OpenBucket>) -> wasmtime::Result<()> {
        self.table.delete(bucket)?;
        Ok(())
    }
}

impl atomics::Host for State {
    async fn increment(&mut self, bucket: Resource<OpenBucket>, key: String, delta: u64) -> Answer<u64> {
        let (store, bucket) = OpenBucket::of(self, &bucket)?;
        let result = store.increment(&bucket, &key, delta).await;
        Ok(self.told(result))
    }
}

impl batch::Host for State {
    async fn get_many(
        &mut self,
        bucket: Resource<OpenBucket>,
        keys: Vec<String>,
    ) -> Answer<Vec<Option<(String, Vec<u8>)>>> {
        let (store, bucket) = OpenBucket::of(self, &bucket)?;
        let values = store.get_many(&bucket, &keys).await;
        let pairs =
            |values: Vec<_>| keys.into_iter().zip(values).map(|(key, value)| Some((key, value?))).collect();
        Ok(values.map(pairs).map_err(Error::from))
    }

    async fn set_many(
        &mut self,
        bucket: Resource<OpenBucket>,
        entries: Vec<(String, Vec<u8>)>,
    ) -> Answer<()> {
        let (store, bucket) = OpenBucket::of(self, &bucket)?;
        let result = store.set_many(&bucket, &entries).await;
        Ok(self.told(result))
    }

    async fn delete_many(&mut self, bucket: Resource<OpenBucket>, keys: Vec<String>) -> Answer<()> {
        let (store, bucket) = OpenBucket::of(self, &bucket)?;
        Ok(store.delete_many(&bucket, &keys).await.map_err(Error::from))
    }
}

pub(super) fn add_to_linker(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    store::add_to_linker::<_, HasSelf<State>>(linker, |state| state)?;
    atomics::add_to_linker::<_, HasSelf<State>>(linker, |state| state)?;
    batch::add_to_linker::<_, HasSelf<State>>(linker, |state| state)
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, atomic::AtomicU32};

    use bytesize::ByteSize;
    use tempfile::TempDir;
    use tokio_util::sync::CancellationToken;

    use super::{
        super::store::{Database, DatabaseUrl},
        atomics::Host as _,
        batch::Host as _,
        store::{Host as _, HostBucket as _},
        *,
    };
    use crate::{
        imports::{
            logging::Log,
            state::{Common, Services},
        },
        sandbox::{Grants, Limiter, Limits, Mailbox, UnderWay},
    };

    /// The host's side of a new instance.
    fn state(database: Option<&Database>, quota: Option<u64>) -> State {
        let limits = Limits { handles: 10, ..Limits::default() };
        let grants = Grants { store: quota.map(ByteSize), ..Grants::default() };
        let services = Services { database: database.cloned(), ..Services::default() };
        let common = Common {
            name: "test".into(),
            id: "bot.test".into(),
            grants: Arc::new(grants),
            log: Log::new("test".into(), &limits),
            traffic: crate::imports::traffic::Traffic::default(),
            limits,
            config: Default::default(),
            services: Arc::new(services),
            dialer: Default::default(),
            terminal_ended: CancellationToken::new(),
            numbers: AtomicU32::new(1),
        };
        let limiter = Limiter::new(&common.limits);
        State::new(Arc::new(common), limiter, Mailbox::new("test".into(), 1, 1, UnderWay::default())).unwrap()
    }

    async fn database() -> (TempDir, Database) {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::open(&DatabaseUrl::sqlite(folder.path().join("parlor.db"))).await.unwrap();
        (folder, database)
    }

    /// Another handle for the same bucket: a call takes one.
    fn again(bucket: &Resource<OpenBucket>) -> Resource<OpenBucket> {
        Resource::new_borrow(bucket.rep())
    }

    #[tokio::test]
    async fn what_one_instance_sets_the_next_one_gets() {
        let (_folder, database) = database().await;
        let mut first = state(Some(&database), Some(1_000));
        let bucket = first.open("notes".into()).await.unwrap().unwrap();
        first.set(again(&bucket), "a".into(), b"1".to_vec()).await.unwrap().unwrap();
        let entries = vec![("b".into(), b"2".to_vec()), ("c".into(), b"41".to_vec())];
        first.set_many(again(&bucket), entries).await.unwrap().unwrap();
        assert_eq!(first.increment(again(&bucket), "c".into(), 1).await.unwrap().unwrap(), 42);
        drop(first);

        let mut second = state(Some(&database), Some(1_000));
        let bucket = second.open("notes".into()).await.unwrap().unwrap();
        assert_eq!(second.get(again(&bucket), "a".into()).await.unwrap().unwrap(), Some(b"1".to_vec()));
        let keys = ["c", "never", "a"].map(String::from).to_vec();
        let found = second.get_many(again(&bucket), keys).await.unwrap().unwrap();
        assert_eq!(found, [Some(("c".into(), b"42".to_vec())), None, Some(("a".into(), b"1".to_vec()))]);
        second.delete(again(&bucket), "a".into()).await.unwrap().unwrap();
        assert!(!second.exists(again(&bucket), "a".into()).await.unwrap().unwrap());
        second.delete_many(again(&bucket), vec!["b".into()]).await.unwrap().unwrap();
        let page = second.list_keys(again(&bucket), None).await.unwrap().unwrap();
        assert_eq!((page.keys, page.cursor), (vec!["c".into()], None));
    }

    #[tokio::test]
    async fn a_bucket_without_a_name_is_the_default_one() {
        let (_folder, database) = database().await;
        let mut state = state(Some(&database), Some(1_000));
        let unnamed = state.open(String::new()).await.unwrap().unwrap();
        let named = state.open("default".into()).await.unwrap().unwrap();
        state.set(unnamed, "k".into(), b"v".to_vec()).await.unwrap().unwrap();
        assert!(state.exists(named, "k".into()).await.unwrap().unwrap());
        let error = state.open("no such/name".into()).await.unwrap().unwrap_err();
        assert!(matches!(error, Error::NoSuchStore));
    }

    #[tokio::test]
    async fn nothing_is_stored_without_a_grant() {
        let (_folder, database) = database().await;
        let error = state(Some(&database), None).open("b".into()).await.unwrap().unwrap_err();
        assert!(matches!(error, Error::AccessDenied));
        let error = state(None, Some(1_000)).open("b".into()).await.unwrap().unwrap_err();
        assert!(matches!(error, Error::Other(words) if words == "the store is not available"));
    }

    #[tokio::test]
    async fn bounds_are_errors_and_stolen_handles_are_traps() {
        let (_folder, database) = database().await;
        let mut state = state(Some(&database), Some(10));
        let bucket = state.open("b".into()).await.unwrap().unwrap();
        let error = state.set(again(&bucket), "k".into(), vec![0; 10]).await.unwrap().unwrap_err();
        assert!(matches!(error, Error::Other(words) if words.starts_with("the store is full")));
        for _ in 1..10 {
            state.open("b".into()).await.unwrap().unwrap();
        }
        assert!(matches!(state.open("b".into()).await.unwrap().unwrap_err(), Error::Other(_)));
        let stale = again(&bucket);
        state.drop(bucket).await.unwrap();
        assert!(state.get(stale, "k".into()).await.is_err());
        state.open("b".into()).await.unwrap().unwrap();
    }
}
