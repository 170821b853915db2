//! What a database must do, whichever it is.

use std::{ops::AsyncFn, path::Path, time::Duration};

use tokio::{task::JoinSet, time::timeout};

use super::{change::ENTRY_BYTES, postgres::Server, *};

#[tokio::test]
async fn sqlite_conforms() {
    let folder = tempfile::tempdir().unwrap();
    // A path that needs escaping in a URL, in folders that are not there.
    let url = DatabaseUrl::sqlite(folder.path().join("a b/%20#é/parlor.db"));
    conformance(async || Database::open(&url).await.unwrap()).await;
}

#[tokio::test]
async fn postgres_conforms() {
    let server = Server::start();
    let url = DatabaseUrl::parse(&server.url(), Path::new("")).unwrap();
    conformance(async || Database::open(&url).await.unwrap()).await;
}

async fn conformance(open: impl AsyncFn() -> Database) {
    // Two programs that find an empty database, at the same time.
    let (database, other) = tokio::join!(open(), open());
    values_are_kept(&database).await;
    extensions_and_buckets_are_apart(&database).await;
    what_is_out_of_bounds_is_refused(&database).await;
    lists_go_on_while_keys_come_and_go(&database).await;
    numbers_are_incremented(&database, &other).await;
    quotas_are_exact(&database).await;
    quotas_hold_against_a_crowd(&database, &other).await;
    a_call_given_up_leaves_all_or_nothing(&database).await;
    batches_are_bounded(&database).await;
    other.close().await;
    database.close().await;

    let database = open().await;
    let store = unlimited(&database, "kept");
    assert_eq!(store.get(&bucket("b"), "binary").await, Ok(Some((0..=255).collect())));
    assert_eq!(store.used_bytes().await, Ok(sum(&database, "kept").await));
    assert!(store.used_bytes().await.unwrap() > 256);
    database.close().await;
    assert_eq!(store.used_bytes().await, Err(StoreError::Unavailable));
}

pub(super) fn bucket(name: &str) -> Bucket {
    name.parse().unwrap()
}

pub(super) fn unlimited(database: &Database, extension: &str) -> Store {
    database.store(extension, None, &Limits::default())
}

fn limited(database: &Database, extension: &str, quota: u64) -> Store {
    database.store(extension, Some(ByteSize(quota)), &Limits::default())
}

/// The bytes that are stored, counted one by one.
async fn sum(database: &Database, extension: &str) -> u64 {
    let rows: Vec<(String, Vec<u8>)> =
        sqlx::query_as("SELECT bucket || key, value FROM parlor_store WHERE extension = $1")
            .bind(extension)
            .fetch_all(database.pool())
            .await
            .unwrap();
    rows.iter().map(|(names, value)| ENTRY_BYTES + (names.len() + value.len()) as u64).sum()
}

async fn values_are_kept(database: &Database) {
    let (store, bucket) = (unlimited(database, "kept"), bucket("b"));
    let binary: Vec<u8> = (0..=255).collect();
    for (key, value) in
        [("binary", &binary[..]), ("empty", b""), ("", b"no key"), ("ключ ☃ 🦀 '\"\\%", b"odd key")]
    {
        assert_eq!(store.get(&bucket, key).await, Ok(None));
        assert_eq!(store.exists(&bucket, key).await, Ok(false));
        store.set(&bucket, key, b"something else").await.unwrap();
        store.set(&bucket, key, value).await.unwrap();
        assert_eq!(store.get(&bucket, key).await, Ok(Some(value.to_vec())), "{key:?}");
        assert_eq!(store.exists(&bucket, key).await, Ok(true));
    }
    store.delete(&bucket, "empty").await.unwrap();
    store.delete(&bucket, "empty").await.unwrap();
    assert_eq!(store.exists(&bucket, "empty").await, Ok(false));
    assert_eq!(store.used_bytes().await, Ok(sum(database, "kept").await));
}

async fn extensions_and_buckets_are_apart(database: &Database) {
    let stores = [unlimited(database, "one"), unlimited(database, "two"), unlimited(database, "never")];
    let buckets = [bucket("a"), bucket("A"), bucket("a.b_c-1")];
    for (s, store) in stores[..2].iter().enumerate() {
        for (b, bucket) in buckets.iter().enumerate() {
            store.set(bucket, "key", format!("{s} {b}").as_bytes()).await.unwrap();
        }
    }
    for (s, store) in stores[..2].iter().enumerate() {
        for (b, bucket) in buckets.iter().enumerate() {
            assert_eq!(store.get(bucket, "key").await, Ok(Some(format!("{s} {b}").into_bytes())));
        }
    }
    stores[0].delete(&buckets[0], "key").await.unwrap();
    assert_eq!(stores[0].get(&buckets[0], "key").await, Ok(None));
    assert_eq!(stores[0].exists(&buckets[1], "key").await, Ok(true));
    assert_eq!(stores[1].exists(&buckets[0], "key").await, Ok(true));
    for bucket in &buckets {
        assert_eq!(stores[2].exists(bucket, "key").await, Ok(false));
        assert_eq!(stores[2].list_keys(bucket, None).await, Ok(Page { keys: Vec::new(), next: None }));
    }
    assert_eq!(stores[2].used_bytes().await, Ok(0));
}

async fn what_is_out_of_bounds_is_refused(database: &Database) {
    let limits = Limits { store_value_bytes: 10, ..Limits::default() };
    let (store, bucket) = (database.store("bounds", None, &limits), bucket("b"));
    let longest = "é".repeat(KEY_BYTES / 2);
    store.set(&bucket, &longest, &[0; 10]).await.unwrap();
    assert_eq!(store.get(&bucket, &longest).await, Ok(Some(vec![0; 10])));
    for key in [longest + "k", "nul\0".into()] {
        assert_eq!(store.set(&bucket, &key, b"").await, Err(StoreError::Key));
        assert_eq!(store.get(&bucket, &key).await, Err(StoreError::Key));
        assert_eq!(store.exists(&bucket, &key).await, Err(StoreError::Key));
        assert_eq!(store.delete(&bucket, &key).await, Err(StoreError::Key));
        assert_eq!(store.increment(&bucket, &key, 1).await, Err(StoreError::Key));
        assert_eq!(store.delete_many(&bucket, &["k".into(), key.clone()]).await, Err(StoreError::Key));
    }
    let too_large = Err(StoreError::Value { size: 11, limit: 10 });
    assert_eq!(store.set(&bucket, "k", &[0; 11]).await, too_large);
    assert_eq!(store.set_many(&bucket, &[("a".into(), vec![]), ("k".into(), vec![0; 11])]).await, too_large);
    assert_eq!(store.exists(&bucket, "a").await, Ok(false));
}

async fn lists_go_on_while_keys_come_and_go(database: &Database) {
    let (store, bucket) = (unlimited(database, "list"), bucket("b"));
    let key = |index: usize| format!("{:04}", (index * 7919) % 10_000);
    let entries: Vec<_> = (0..2_500).map(|index| (key(index), b"v".to_vec())).collect();
    for entries in entries.chunks(MOST_KEYS) {
        store.set_many(&bucket, entries).await.unwrap();
    }
    let first = store.list_keys(&bucket, None).await.unwrap();
    assert_eq!(first.keys.len(), MOST_KEYS);
    assert_eq!(first.keys[0], key(0));
    // A page is deleted, a later key is deleted, one is overwritten, one is made.
    store.delete_many(&bucket, &first.keys).await.unwrap();
    store.delete(&bucket, &key(1_500)).await.unwrap();
    store.set(&bucket, &key(1_600), b"new").await.unwrap();
    store.set(&bucket, "new", b"v").await.unwrap();
    let second = store.list_keys(&bucket, first.next).await.unwrap();
    assert_eq!(second.keys.len(), MOST_KEYS);
    let third = store.list_keys(&bucket, second.next).await.unwrap();
    assert_eq!(third.next, None);
    let mut rest = second.keys;
    rest.extend(third.keys);
    let mut expected: Vec<_> = (1_000..2_500).filter(|index| *index != 1_500).map(key).collect();
    expected.push("new".into());
    assert_eq!(rest, expected);
    let beyond = store.list_keys(&bucket, Some(u64::MAX)).await.unwrap();
    assert_eq!(beyond, Page { keys: Vec::new(), next: None });
    // Exactly one page is one page.
    store.delete_many(&bucket, &rest[..501]).await.unwrap();
    let page = store.list_keys(&bucket, None).await.unwrap();
    assert_eq!((page.keys.len(), page.next), (MOST_KEYS - 1, None));
    store.set(&bucket, "last", b"v").await.unwrap();
    let page = store.list_keys(&bucket, None).await.unwrap();
    assert_eq!((page.keys.len(), page.next), (MOST_KEYS, None));
}

async fn numbers_are_incremented(database: &Database, other: &Database) {
    let (store, bucket) = (unlimited(database, "numbers"), bucket("b"));
    assert_eq!(store.increment(&bucket, "n", 41).await, Ok(41));
    assert_eq!(store.increment(&bucket, "n", 1).await, Ok(42));
    assert_eq!(store.get(&bucket, "n").await, Ok(Some(b"42".to_vec())));
    store.set(&bucket, "n", b"0100").await.unwrap();
    assert_eq!(store.increment(&bucket, "n", 0).await, Ok(100));
    assert_eq!(store.increment(&bucket, "n", u64::MAX - 100).await, Ok(u64::MAX));
    assert_eq!(store.increment(&bucket, "n", 1).await, Err(StoreError::Overflow));
    assert_eq!(store.increment(&bucket, "n", 0).await, Ok(u64::MAX));
    for value in ["", "+1", "-1", " 1", "1.0", "x", "99999999999999999999"] {
        store.set(&bucket, "x", value.as_bytes()).await.unwrap();
        assert_eq!(store.increment(&bucket, "x", 1).await, Err(StoreError::NoNumber), "{value:?}");
    }
    // Two programs, twenty calls at a time each.
    let mut calls = JoinSet::new();
    for store in [unlimited(database, "numbers"), unlimited(other, "numbers")] {
        for _ in 0..20 {
            let (store, bucket) = (store.clone(), bucket.clone());
            calls.spawn(async move {
                for _ in 0..5 {
                    store.increment(&bucket, "crowd", 3).await.unwrap();
                }
            });
        }
    }
    calls.join_all().await;
    assert_eq!(store.get(&bucket, "crowd").await, Ok(Some(b"600".to_vec())));
}

async fn quotas_are_exact(database: &Database) {
    // A key in one of these costs so much besides.
    const MORE: u64 = ENTRY_BYTES + 1;
    const QUOTA: u64 = 100 + 2 * MORE;
    let (store, a, b) = (limited(database, "quota", QUOTA), bucket("a"), bucket("b"));
    let full = |used| Err(StoreError::Full { used, quota: QUOTA });
    store.set(&a, "12345", &[0; 45]).await.unwrap();
    store.set(&b, "12345", &[0; 45]).await.unwrap();
    assert_eq!(store.used_bytes().await, Ok(QUOTA));
    assert_eq!(store.set(&b, "x", b"").await, full(QUOTA));
    assert_eq!(store.increment(&b, "x", 1).await, full(QUOTA).map(|()| 0));
    // Not even nothing is for nothing.
    assert_eq!(store.set(&bucket("c"), "", b"").await, full(QUOTA));
    // What takes no more room may always be done.
    store.set(&a, "12345", &[1; 45]).await.unwrap();
    store.set(&a, "12345", &[1; 5]).await.unwrap();
    assert_eq!(store.used_bytes().await, Ok(60 + 2 * MORE));
    // All of a batch or none of it.
    let entries = [("x".into(), vec![0; 5]), ("y".into(), vec![0; 5])];
    assert_eq!(store.set_many(&a, &entries).await, full(66 + 3 * MORE));
    assert_eq!(store.exists(&a, "x").await, Ok(false));
    assert_eq!(store.used_bytes().await, Ok(60 + 2 * MORE));
    // A batch that names a key twice counts it once.
    let entries = [("x".into(), vec![0; 3]), ("x".into(), vec![0; 6])];
    store.set_many(&a, &entries).await.unwrap();
    assert_eq!(store.used_bytes().await, Ok(67 + 3 * MORE));
    // Less is granted now than there is.
    let less = limited(database, "quota", 10);
    assert_eq!(less.set(&a, "z", b"").await, Err(StoreError::Full { used: 67 + 3 * MORE, quota: 10 }));
    less.set(&a, "x", &[0; 5]).await.unwrap();
    less.delete_many(&a, &["x".into(), "12345".into(), "never".into()]).await.unwrap();
    less.delete(&b, "12345").await.unwrap();
    assert_eq!(less.used_bytes().await, Ok(0));
}

async fn quotas_hold_against_a_crowd(database: &Database, other: &Database) {
    let quota = 1_000;
    let mut calls = JoinSet::new();
    for call in 0..20 {
        let store = limited(if call % 2 == 0 { database } else { other }, "crowd", quota);
        calls.spawn(async move {
            for index in 0..10 {
                let key = format!("{}", (call + index) % 15);
                match index % 3 {
                    0 => store.delete(&bucket("b"), &key).await.unwrap(),
                    _ => match store.set(&bucket("b"), &key, &vec![0; 20 * (1 + call)]).await {
                        Ok(()) | Err(StoreError::Full { .. }) => {}
                        Err(error) => panic!("{error}"),
                    },
                }
            }
        });
    }
    calls.join_all().await;
    let used = unlimited(database, "crowd").used_bytes().await.unwrap();
    assert_eq!(used, sum(database, "crowd").await);
    assert!(used <= quota);
}

async fn a_call_given_up_leaves_all_or_nothing(database: &Database) {
    let (store, bucket) = (unlimited(database, "given-up"), bucket("b"));
    for micros in (0..3_000).step_by(50) {
        let entries = [("a".to_owned(), vec![0; micros]), (micros.to_string(), vec![0; 10])];
        // Whether it came in time does not matter.
        let _ = timeout(Duration::from_micros(micros as u64), store.set_many(&bucket, &entries)).await;
    }
    store.set(&bucket, "last", b"").await.unwrap();
    assert_eq!(store.used_bytes().await, Ok(sum(database, "given-up").await));
}

async fn batches_are_bounded(database: &Database) {
    let limits = Limits { host_call_bytes: 100, ..Limits::default() };
    let (store, bucket) = (database.store("batch", None, &limits), bucket("b"));
    let keys = |count: usize| -> Vec<String> { (0..count).map(|index| index.to_string()).collect() };
    let entries =
        |count| -> Vec<(String, Vec<u8>)> { keys(count).into_iter().map(|key| (key, vec![1; 10])).collect() };
    assert_eq!(store.set_many(&bucket, &entries(MOST_KEYS + 1)).await, Err(StoreError::Keys));
    assert_eq!(store.get_many(&bucket, &keys(MOST_KEYS + 1)).await, Err(StoreError::Keys));
    assert_eq!(store.delete_many(&bucket, &keys(MOST_KEYS + 1)).await, Err(StoreError::Keys));
    store.set_many(&bucket, &entries(MOST_KEYS)).await.unwrap();
    assert_eq!(store.get_many(&bucket, &keys(10)).await, Ok(vec![Some(vec![1; 10]); 10]));
    assert_eq!(store.get_many(&bucket, &keys(11)).await, Err(StoreError::Answer(100)));
    let found = store.get_many(&bucket, &["5".into(), "never".into(), "5".into()]).await;
    assert_eq!(found, Ok(vec![Some(vec![1; 10]), None, Some(vec![1; 10])]));
    store.delete_many(&bucket, &keys(MOST_KEYS)).await.unwrap();
    assert_eq!(store.used_bytes().await, Ok(0));
    store.set_many(&bucket, &[]).await.unwrap();
}
