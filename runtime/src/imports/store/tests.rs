//! What is not the same for all databases, or needs none.

use std::path::Path;

use super::{
    conformance::{bucket, unlimited},
    *,
};

#[test]
fn buckets_have_plain_names() {
    for name in ["default", "A.b_c-1", &"b".repeat(BUCKET_BYTES)] {
        assert!(name.parse::<Bucket>().is_ok(), "{name:?}");
    }
    for name in ["", "a b", "é", "a/b", "a\0", &"b".repeat(BUCKET_BYTES + 1)] {
        assert_eq!(name.parse::<Bucket>(), Err(StoreError::Bucket), "{name:?}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_file_is_for_this_user_alone() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = tempfile::tempdir().unwrap();
    let database = Database::open(&DatabaseUrl::sqlite(folder.path().join("parlor.db"))).await.unwrap();
    unlimited(&database, "a").set(&bucket("b"), "k", b"v").await.unwrap();
    for file in std::fs::read_dir(&folder).unwrap() {
        let file = file.unwrap();
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{:?}", file.path());
    }
}

#[tokio::test]
async fn what_cannot_be_opened_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("parlor.db");
    std::fs::write(&file, "this is no database, and long enough to be seen as none").unwrap();
    let error = Database::open(&DatabaseUrl::sqlite(&file)).await.unwrap_err().to_string();
    assert!(error.ends_with("file is not a database"), "{error}");
    let error = Database::open(&DatabaseUrl::sqlite(file.join("below"))).await.unwrap_err().to_string();
    assert!(error.starts_with("cannot open the store sqlite:"), "{error}");
    let url = format!("postgres:///parlor?host={}", folder.path().display());
    let error =
        Database::open(&DatabaseUrl::parse(&url, Path::new("")).unwrap()).await.unwrap_err().to_string();
    assert!(error.contains("No such file"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_programs_may_make_the_same_file_at_once() {
    for _ in 0..10 {
        let folder = tempfile::tempdir().unwrap();
        let url = DatabaseUrl::sqlite(folder.path().join("parlor.db"));
        let mut opening = tokio::task::JoinSet::new();
        for _ in 0..8 {
            let url = url.clone();
            opening.spawn(
                async move { Database::open(&url).await.map(drop).map_err(|error| error.to_string()) },
            );
        }
        assert_eq!(opening.join_all().await, vec![Ok(()); 8]);
    }
}
