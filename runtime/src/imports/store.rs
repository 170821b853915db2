//! What extensions store: one database behind `wasi:keyvalue`, SQLite or PostgreSQL, by the same queries.
//!
//! Every extension has buckets of its own, and nothing that it can say names those of another: the extension is part
//! of every query, and comes from the configuration. A change is one transaction: it is there as a whole or not at all,
//! whenever the program ends or the call is given up.

mod change;
mod database;
mod url;

#[cfg(test)]
mod conformance;
#[cfg(test)]
mod postgres;
#[cfg(test)]
mod tests;

use std::{fmt, str::FromStr, sync::Arc};

use bytesize::ByteSize;
use sqlx::{Any, pool::PoolConnection};

use self::change::Change;
pub use self::{
    database::{Database, OpenError},
    url::{DatabaseUrl, DatabaseUrlError},
};
use crate::sandbox::limits::Limits;

/// The longest key in bytes.
pub const KEY_BYTES: usize = 1 << 10;
/// The longest name of a bucket in bytes.
pub const BUCKET_BYTES: usize = 128;
/// The most keys of one page of a list, and of one call on many.
pub const MOST_KEYS: usize = 1_000;

/// Why something was not stored or found, in words for the extension: they say nothing of the database.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The extension would have more than it was granted.
    #[error("the store is full: it holds {}, and {} are granted", iec(*.used), iec(*.quota))]
    Full {
        /// Bytes that are stored.
        used: u64,
        /// Bytes that were granted.
        quota: u64,
    },
    /// A value is larger than the limits allow.
    #[error("a value of {} is too large: {} are allowed", iec(*.size), iec(*.limit))]
    Value {
        /// Its bytes.
        size: u64,
        /// Bytes that are allowed.
        limit: u64,
    },
    /// No key can be this.
    #[error("a key is at most {KEY_BYTES} bytes of UTF-8 without NUL")]
    Key,
    /// No bucket can be called this.
    #[error("a bucket's name is 1 to {BUCKET_BYTES} of letters, digits, `.`, `_` and `-` of ASCII")]
    Bucket,
    /// Too many keys at once.
    #[error("{MOST_KEYS} keys are the most for one call")]
    Keys,
    /// The values of one answer are larger than one call may carry.
    #[error("the values are more than {} together: ask for fewer at a time", iec(*.0))]
    Answer(u64),
    /// What shall be incremented is no number.
    #[error("the value is not a number from 0 to {} in decimal", u64::MAX)]
    NoNumber,
    /// A number would become larger than numbers are.
    #[error("the sum is larger than {}", u64::MAX)]
    Overflow,
    /// The database failed. The host's log says how.
    #[error("the store is not available")]
    Unavailable,
}

fn iec(bytes: u64) -> impl fmt::Display {
    ByteSize(bytes).display().iec()
}

/// A bucket's name: 1 to 128 of `A`–`Z`, `a`–`z`, `0`–`9`, `.`, `_` and `-`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Bucket(Arc<str>);

impl FromStr for Bucket {
    type Err = StoreError;

    fn from_str(name: &str) -> Result<Self, StoreError> {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        if (1..=BUCKET_BYTES).contains(&name.len()) && name.bytes().all(fits) {
            Ok(Self(name.into()))
        } else {
            Err(StoreError::Bucket)
        }
    }
}

/// The part of the database that is one extension's, with its bounds. Cheap to clone; clones share the quota.
#[derive(Clone, Debug)]
pub struct Store {
    database: Database,
    extension: Arc<str>,
    quota: u64,
    value_bytes: u64,
    answer_bytes: u64,
}

/// A page of keys, and where the next one begins; without that it was the last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// At most [`MOST_KEYS`], in the order in which they were first set.
    pub keys: Vec<String>,
    /// What to list from for more.
    pub next: Option<u64>,
}

impl Database {
    /// The part of one extension, to be named by what no other extension has: two of the same name share everything.
    /// Without a quota it may fill the disk. Of the limits, `store_value_bytes` bounds each value and
    /// `host_call_bytes` the values of one answer.
    pub fn store(&self, extension: &str, quota: Option<ByteSize>, limits: &Limits) -> Store {
        Store {
            database: self.clone(),
            extension: extension.into(),
            quota: quota.map_or(u64::MAX, |quota| quota.as_u64()),
            value_bytes: limits.store_value_bytes as u64,
            answer_bytes: limits.host_call_bytes as u64,
        }
    }
}

/// All fail with [`StoreError::Key`] if a key is none, with [`StoreError::Keys`] if there are too many, and with
/// [`StoreError::Unavailable`] if the database does; then nothing has changed.
impl Store {
    /// The value of a key.
    ///
    /// # Errors
    /// As all of them.
    pub async fn get(&self, bucket: &Bucket, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        check_key(key)?;
        self.value(&mut *self.connection().await?, bucket, key).await
    }

    /// The values of keys, in their order.
    ///
    /// # Errors
    /// If the values together are larger than one call may carry; and as all of them.
    pub async fn get_many(
        &self,
        bucket: &Bucket,
        keys: &[String],
    ) -> Result<Vec<Option<Vec<u8>>>, StoreError> {
        check_keys(keys)?;
        let mut connection = self.connection().await?;
        let mut values = Vec::with_capacity(keys.len());
        let mut total = 0;
        for key in keys {
            let value = self.value(&mut connection, bucket, key).await?;
            // Counted while reading: the host never holds more than this and one value.
            total += value.as_ref().map_or(0, |value| value.len() as u64);
            if total > self.answer_bytes {
                return Err(StoreError::Answer(self.answer_bytes));
            }
            values.push(value);
        }
        Ok(values)
    }

    /// Whether there is a value for a key.
    ///
    /// # Errors
    /// As all of them.
    pub async fn exists(&self, bucket: &Bucket, key: &str) -> Result<bool, StoreError> {
        check_key(key)?;
        let found: Option<i64> = sqlx::query_scalar(
            "SELECT ordinal FROM parlor_store WHERE extension = $1 AND bucket = $2 AND key = $3",
        )
        .bind(&*self.extension)
        .bind(&*bucket.0)
        .bind(key)
        .fetch_optional(&mut *self.connection().await?)
        .await
        .map_err(|error| self.database.failed(error))?;
        Ok(found.is_some())
    }

    /// Sets the value of a key.
    ///
    /// # Errors
    /// If the value is too large or the store is full; and as all of them.
    pub async fn set(&self, bucket: &Bucket, key: &str, value: &[u8]) -> Result<(), StoreError> {
        check_key(key)?;
        self.check_value(value)?;
        let mut change = Change::begin(self).await?;
        change.put(bucket, key, value).await?;
        change.commit().await
    }

    /// Sets the values of keys, all of them or none.
    ///
    /// # Errors
    /// If a value is too large or the store would be full; and as all of them.
    pub async fn set_many(&self, bucket: &Bucket, entries: &[(String, Vec<u8>)]) -> Result<(), StoreError> {
        check_keys(entries.iter().map(|(key, _)| key))?;
        entries.iter().try_for_each(|(_, value)| self.check_value(value))?;
        let mut change = Change::begin(self).await?;
        for (key, value) in entries {
            change.put(bucket, key, value).await?;
        }
        change.commit().await
    }

    /// Deletes the value of a key, if there is one.
    ///
    /// # Errors
    /// As all of them.
    pub async fn delete(&self, bucket: &Bucket, key: &str) -> Result<(), StoreError> {
        check_key(key)?;
        let mut change = Change::begin(self).await?;
        change.remove(bucket, key).await?;
        change.commit().await
    }

    /// Deletes the values of keys, those that there are: all of them or none.
    ///
    /// # Errors
    /// As all of them.
    pub async fn delete_many(&self, bucket: &Bucket, keys: &[String]) -> Result<(), StoreError> {
        check_keys(keys)?;
        let mut change = Change::begin(self).await?;
        for key in keys {
            change.remove(bucket, key).await?;
        }
        change.commit().await
    }

    /// Adds to a number and returns the sum; a key without a value counts as 0. Nothing comes between.
    ///
    /// The value is the number in decimal (`b"42"`), as Redis has it: an extension can set it, and a person read it.
    ///
    /// # Errors
    /// If the value is no number, the sum is too large or the store is full; and as all of them.
    pub async fn increment(&self, bucket: &Bucket, key: &str, delta: u64) -> Result<u64, StoreError> {
        check_key(key)?;
        let mut change = Change::begin(self).await?;
        let number = match change.value(bucket, key).await? {
            Some(value) => number(&value).ok_or(StoreError::NoNumber)?,
            None => 0,
        };
        let sum = number.checked_add(delta).ok_or(StoreError::Overflow)?;
        let text = sum.to_string().into_bytes();
        self.check_value(&text)?;
        change.put(bucket, key, &text).await?;
        change.commit().await?;
        Ok(sum)
    }

    /// The keys of a bucket, page by page: first without a cursor, then with the one of the page before.
    ///
    /// A key that is there all the while is listed once, whatever is set and deleted between two pages. A cursor
    /// stays good for ever, and one that never was lists whatever comes after it.
    ///
    /// # Errors
    /// As all of them.
    pub async fn list_keys(&self, bucket: &Bucket, cursor: Option<u64>) -> Result<Page, StoreError> {
        // No ordinal is that large.
        let after = cursor.map_or(0, |cursor| i64::try_from(cursor).unwrap_or(i64::MAX));
        // One more than a page, to know whether there is another.
        let mut rows: Vec<(String, i64)> = sqlx::query_as(
            "SELECT key, ordinal FROM parlor_store \
             WHERE extension = $1 AND bucket = $2 AND ordinal > $3 ORDER BY ordinal LIMIT 1001",
        )
        .bind(&*self.extension)
        .bind(&*bucket.0)
        .bind(after)
        .fetch_all(&mut *self.connection().await?)
        .await
        .map_err(|error| self.database.failed(error))?;
        let more = rows.len() > MOST_KEYS;
        rows.truncate(MOST_KEYS);
        let next = rows.last().filter(|_| more).and_then(|(_, ordinal)| u64::try_from(*ordinal).ok());
        Ok(Page { keys: rows.into_iter().map(|(key, _)| key).collect(), next })
    }

    /// The names of the buckets that hold anything, in order.
    ///
    /// # Errors
    /// As all of them.
    pub async fn buckets(&self) -> Result<Vec<String>, StoreError> {
        sqlx::query_scalar("SELECT DISTINCT bucket FROM parlor_store WHERE extension = $1 ORDER BY bucket")
            .bind(&*self.extension)
            .fetch_all(&mut *self.connection().await?)
            .await
            .map_err(|error| self.database.failed(error))
    }

    /// The bytes of all keys and values in all buckets, and what each costs besides: what counts towards the quota.
    ///
    /// # Errors
    /// As all of them.
    pub async fn used_bytes(&self) -> Result<u64, StoreError> {
        let used: Option<i64> =
            sqlx::query_scalar("SELECT used FROM parlor_store_usage WHERE extension = $1")
                .bind(&*self.extension)
                .fetch_optional(&mut *self.connection().await?)
                .await
                .map_err(|error| self.database.failed(error))?;
        Ok(used.map_or(0, |used| u64::try_from(used).unwrap_or(0)))
    }

    async fn connection(&self) -> Result<PoolConnection<Any>, StoreError> {
        self.database.connection().await
    }

    async fn value(
        &self,
        connection: &mut sqlx::AnyConnection,
        bucket: &Bucket,
        key: &str,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        sqlx::query_scalar("SELECT value FROM parlor_store WHERE extension = $1 AND bucket = $2 AND key = $3")
            .bind(&*self.extension)
            .bind(&*bucket.0)
            .bind(key)
            .fetch_optional(connection)
            .await
            .map_err(|error| self.database.failed(error))
    }

    fn check_value(&self, value: &[u8]) -> Result<(), StoreError> {
        match value.len() as u64 {
            size if size > self.value_bytes => Err(StoreError::Value { size, limit: self.value_bytes }),
            _ => Ok(()),
        }
    }
}

/// The same everywhere, though only PostgreSQL cannot hold a NUL in text.
fn check_key(key: &str) -> Result<(), StoreError> {
    if key.len() > KEY_BYTES || key.contains('\0') { Err(StoreError::Key) } else { Ok(()) }
}

fn check_keys<'a>(
    keys: impl IntoIterator<Item = &'a String, IntoIter: ExactSizeIterator>,
) -> Result<(), StoreError> {
    let mut keys = keys.into_iter();
    if keys.len() > MOST_KEYS {
        return Err(StoreError::Keys);
    }
    keys.try_for_each(|key| check_key(key))
}

/// Digits alone: no sign and no space, which `parse` would let pass in part.
fn number(value: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(value).ok()?;
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}
