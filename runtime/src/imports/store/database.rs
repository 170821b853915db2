//! Opening the database.

use std::{
    fs::OpenOptions,
    io,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use parking_lot::Mutex;
use sqlx::{
    Any, AnyConnection, AnyPool, AssertSqlSafe, ConnectOptions as _, Connection as _, Executor as _,
    any::{AnyConnectOptions, AnyPoolOptions, install_default_drivers},
    pool::PoolConnection,
};
use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::{sleep, timeout},
};

use super::{
    StoreError,
    url::{DatabaseUrl, Kind},
};

/// How long a call waits for a connection, or to reach the server.
const PATIENCE: Duration = Duration::from_secs(5);
/// A connection that was not used for this long may have been closed from the other side, and is tried first.
const STALE: Duration = Duration::from_secs(10);

/// An open database. Cheap to clone.
///
/// SQLite: a write-ahead log, synchronised when it is merged into the file. A change survives the end of the program
/// at once, and a loss of power as soon as it is merged; the file is never broken by either.
#[derive(Clone, Debug)]
pub struct Database(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    pool: AnyPool,
    /// Those who wait for a write wait here, in a row, and leave connections to those who read. SQLite has one writer
    /// at a time, and would make the others poll.
    writers: Semaphore,
    /// When the log was last told of a failure.
    told: Mutex<Option<Instant>>,
}

/// Why a database cannot be used: for whoever configured it.
#[derive(Debug, thiserror::Error)]
#[error("cannot open the store {url}: {reason}")]
pub struct OpenError {
    /// The database; there is no password in it.
    pub url: DatabaseUrl,
    /// What is the matter.
    pub reason: String,
}

impl Database {
    /// Opens a database and makes in it what is missing. An SQLite file that is missing is made, for this user alone
    /// to read, as are the folders above it.
    ///
    /// # Errors
    /// If it cannot be reached, or not be used.
    pub async fn open(url: &DatabaseUrl) -> Result<Self, OpenError> {
        let failed = |reason: String| OpenError { url: url.clone(), reason };
        install_default_drivers();
        let (text, plan) = match &url.0 {
            Kind::Sqlite(path) => {
                let path = path.clone();
                let prepared = tokio::task::spawn_blocking(move || prepare_file(&path)).await;
                (
                    prepared.map_err(io::Error::from).flatten().map_err(|error| failed(error.to_string()))?,
                    &SQLITE,
                )
            }
            Kind::Postgres(url) => (url.to_string(), &POSTGRES),
        };
        let pool = connect(&text, plan).await.map_err(|error| failed(error.to_string()))?;
        Ok(Self(Arc::new(Inner { pool, writers: Semaphore::new(plan.writers), told: Mutex::default() })))
    }

    /// Ends all connections in good order, once they are not used any more.
    pub async fn close(&self) {
        self.0.pool.close().await;
    }

    pub(super) fn pool(&self) -> &AnyPool {
        &self.0.pool
    }

    pub(super) async fn connection(&self) -> Result<PoolConnection<Any>, StoreError> {
        self.0.pool.acquire().await.map_err(|error| self.failed(error))
    }

    pub(super) async fn writer(&self) -> Result<SemaphorePermit<'_>, StoreError> {
        self.0.writers.acquire().await.map_err(|_| StoreError::Unavailable)
    }

    /// The details are for the host's log, and the extension hears that the store is not available. It may ask again
    /// and again: the log is told once a second.
    pub(super) fn failed(&self, error: sqlx::Error) -> StoreError {
        let now = Instant::now();
        let mut told = self.0.told.lock();
        if told.is_none_or(|told| now - told >= Duration::from_secs(1)) {
            *told = Some(now);
            tracing::warn!(%error, "the store failed");
        }
        StoreError::Unavailable
    }
}

/// What is not the same for all kinds of databases.
struct Plan {
    connections: u32,
    writers: usize,
    /// For every connection. Another program that writes is waited for as long as anything else.
    setup: &'static str,
    /// For the database, which keeps it.
    once: &'static str,
    /// The type of values.
    blob: &'static str,
}

const SQLITE: Plan = Plan {
    connections: 4,
    writers: 1,
    setup: "PRAGMA busy_timeout = 5000; PRAGMA synchronous = NORMAL;",
    once: "PRAGMA journal_mode = WAL",
    blob: "BLOB",
};

const POSTGRES: Plan = Plan {
    connections: 8,
    writers: 6,
    setup: "SET lock_timeout = '5s'; SET client_min_messages = 'warning';",
    once: "",
    blob: "BYTEA",
};

async fn connect(url: &str, plan: &'static Plan) -> Result<AnyPool, sqlx::Error> {
    let options = url.parse::<AnyConnectOptions>()?.disable_statement_logging();
    // A pool tries again and again, and at last tells only that it did. So the first connection is made without one.
    let mut first = timeout(PATIENCE, AnyConnection::connect_with(&options))
        .await
        .map_err(|_| sqlx::Error::Io(io::ErrorKind::TimedOut.into()))??;
    first.execute(plan.setup).await?;
    let started = Instant::now();
    while let Err(error) = prepare(&mut first, plan).await {
        if !is_race(&error) || started.elapsed() > PATIENCE {
            return Err(error);
        }
        sleep(Duration::from_millis(10)).await;
    }
    let pool = AnyPoolOptions::new()
        .max_connections(plan.connections)
        .acquire_timeout(PATIENCE)
        .test_before_acquire(false)
        .before_acquire(|connection, meta| {
            Box::pin(async move { Ok(meta.idle_for < STALE || connection.ping().await.is_ok()) })
        })
        .after_connect(move |connection, _| {
            Box::pin(async move { connection.execute(plan.setup).await.map(drop) })
        })
        .connect_with(options)
        .await?;
    first.close().await?;
    Ok(pool)
}

/// Makes the file with its folders, and returns its URL.
fn prepare_file(path: &Path) -> io::Result<String> {
    let path = std::path::absolute(path)?;
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    // SQLite gives its log and index the permissions of the file.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(&path)?;
    // Only for its way of escaping what a path may have in it and a URL may not.
    let url = ::url::Url::from_file_path(&path).map_err(|()| io::ErrorKind::InvalidFilename)?;
    Ok(format!("sqlite://{}", url.path()))
}

/// Makes in the database what is not there yet.
async fn prepare(connection: &mut AnyConnection, plan: &Plan) -> Result<(), sqlx::Error> {
    connection.execute(plan.once).await?;
    // Mostly they are there, and then nothing more is needed: neither time nor the right to make tables.
    let probe = "SELECT entry.bucket, entry.key, entry.value, entry.ordinal, account.used, account.ordinal \
                 FROM parlor_store entry JOIN parlor_store_usage account ON entry.extension = account.extension \
                 WHERE 1 = 0";
    if sqlx::query(probe).fetch_optional(&mut *connection).await.is_ok() {
        return Ok(());
    }
    let tables = format!(
        "CREATE TABLE IF NOT EXISTS parlor_store (\
             extension TEXT NOT NULL, bucket TEXT NOT NULL, key TEXT NOT NULL, value {blob} NOT NULL, \
             ordinal BIGINT NOT NULL, PRIMARY KEY (extension, bucket, key));\
         CREATE UNIQUE INDEX IF NOT EXISTS parlor_store_ordinal ON parlor_store (extension, bucket, ordinal);\
         CREATE TABLE IF NOT EXISTS parlor_store_usage (\
             extension TEXT NOT NULL PRIMARY KEY, used BIGINT NOT NULL, ordinal BIGINT NOT NULL);",
        blob = plan.blob
    );
    sqlx::raw_sql(AssertSqlSafe(tables)).execute(connection).await.map(drop)
}

/// Whether another program is preparing the same database at the same time. SQLite does not wait for its turn to
/// begin a log, and PostgreSQL's "if not exists" looks before it leaps.
fn is_race(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code());
    // SQLITE_BUSY, SQLITE_BUSY_RECOVERY, SQLITE_BUSY_SNAPSHOT; unique_violation, duplicate_table, duplicate_object.
    code.is_some_and(|code| ["5", "261", "517", "23505", "42P07", "42710"].contains(&&*code))
}
