//! One change to one extension's part of the database.

use sqlx::{Any, Transaction};
use tokio::sync::SemaphorePermit;

use super::{Bucket, Store, StoreError};

/// What a key costs besides its bytes and those of its value and bucket: without it, nothing at all could be stored without
/// end.
pub const ENTRY_BYTES: u64 = 32;

/// A transaction that has the extension's account of its bytes in hand. Dropped without [`commit`](Self::commit) it
/// changes nothing.
///
/// The account is a row of its own that every change takes first: so the count is exact whatever happens to the
/// program or a call half-way, and whichever other programs use the database. A count in memory would be neither,
/// and adding up all lengths would make each change slower with all that is stored. Taking it first also puts the
/// changes of one extension in a row, which makes increments atomic.
pub(super) struct Change<'a> {
    store: &'a Store,
    // Before the permit, so that it is dropped first.
    transaction: Transaction<'static, Any>,
    _permit: SemaphorePermit<'a>,
    /// Bytes of all that is stored, as the account has them.
    used: u64,
    /// The number of the key that was last made. They are never used again, so that lists can go on from one.
    ordinal: i64,
    /// Both as they are in the database.
    before: (u64, i64),
}

impl<'a> Change<'a> {
    /// Waits for its turn.
    pub async fn begin(store: &'a Store) -> Result<Self, StoreError> {
        let permit = store.database.writer().await?;
        let mut transaction =
            store.database.pool().begin().await.map_err(|error| store.database.failed(error))?;
        // An update that changes nothing locks the row in PostgreSQL, and in SQLite, as the first statement of the
        // transaction, waits for other writers.
        let (used, ordinal): (i64, i64) = sqlx::query_as(
            "INSERT INTO parlor_store_usage (extension, used, ordinal) VALUES ($1, 0, 0) \
             ON CONFLICT (extension) DO UPDATE SET used = parlor_store_usage.used RETURNING used, ordinal",
        )
        .bind(&*store.extension)
        .fetch_one(&mut *transaction)
        .await
        .map_err(|error| store.database.failed(error))?;
        let used = used.try_into().unwrap_or(0);
        Ok(Self { store, transaction, _permit: permit, used, ordinal, before: (used, ordinal) })
    }

    /// The value of a key.
    pub async fn value(&mut self, bucket: &Bucket, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.store.value(&mut self.transaction, bucket, key).await
    }

    /// Sets the value of a key. After an error the change must not be committed.
    pub async fn put(&mut self, bucket: &Bucket, key: &str, value: &[u8]) -> Result<(), StoreError> {
        let old: Option<i64> = sqlx::query_scalar(
            "SELECT CAST(length(value) AS BIGINT) FROM parlor_store \
             WHERE extension = $1 AND bucket = $2 AND key = $3",
        )
        .bind(&*self.store.extension)
        .bind(&*bucket.0)
        .bind(key)
        .fetch_optional(&mut *self.transaction)
        .await
        .map_err(|error| self.store.database.failed(error))?;
        let new = i64::try_from(value.len()).unwrap_or(i64::MAX);
        let used =
            self.used.saturating_sub(entry_bytes(bucket, key, old)) + entry_bytes(bucket, key, Some(new));
        // What takes no more room may always be done, even if less is granted than there was.
        if used > self.store.quota && used > self.used {
            return Err(StoreError::Full { used: self.used, quota: self.store.quota });
        }
        self.used = used;
        if old.is_none() {
            self.ordinal += 1;
        }
        sqlx::query(
            "INSERT INTO parlor_store (extension, bucket, key, value, ordinal) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT (extension, bucket, key) DO UPDATE SET value = excluded.value",
        )
        .bind(&*self.store.extension)
        .bind(&*bucket.0)
        .bind(key)
        .bind(value)
        .bind(self.ordinal)
        .execute(&mut *self.transaction)
        .await
        .map_err(|error| self.store.database.failed(error))?;
        Ok(())
    }

    /// Deletes the value of a key, if there is one.
    pub async fn remove(&mut self, bucket: &Bucket, key: &str) -> Result<(), StoreError> {
        let old: Option<i64> = sqlx::query_scalar(
            "DELETE FROM parlor_store WHERE extension = $1 AND bucket = $2 AND key = $3 \
             RETURNING CAST(length(value) AS BIGINT)",
        )
        .bind(&*self.store.extension)
        .bind(&*bucket.0)
        .bind(key)
        .fetch_optional(&mut *self.transaction)
        .await
        .map_err(|error| self.store.database.failed(error))?;
        self.used = self.used.saturating_sub(entry_bytes(bucket, key, old));
        Ok(())
    }

    /// Makes it last.
    pub async fn commit(mut self) -> Result<(), StoreError> {
        // A value in place of one as long changes nothing here.
        if (self.used, self.ordinal) != self.before {
            sqlx::query("UPDATE parlor_store_usage SET used = $2, ordinal = $3 WHERE extension = $1")
                .bind(&*self.store.extension)
                .bind(i64::try_from(self.used).unwrap_or(i64::MAX))
                .bind(self.ordinal)
                .execute(&mut *self.transaction)
                .await
                .map_err(|error| self.store.database.failed(error))?;
        }
        self.transaction.commit().await.map_err(|error| self.store.database.failed(error))
    }
}

/// What a key and a value of this length count; nothing if there is no value.
fn entry_bytes(bucket: &Bucket, key: &str, length: Option<i64>) -> u64 {
    let names = bucket.0.len() as u64 + key.len() as u64;
    length.map_or(0, |length| ENTRY_BYTES + names + u64::try_from(length).unwrap_or(0))
}
