//! The components of a program: read and compiled before anything runs.

use std::{
    collections::{HashMap, HashSet},
    path::{Path, PathBuf},
    time::Duration,
};

use futures_util::future::join_all;
use tokio::{task::spawn_blocking, time::timeout};

use crate::sandbox::{Cache, LoadError, Loaded, Sandbox};

/// How often a long compilation says that it is still at work.
const PROGRESS: Duration = Duration::from_secs(2);

/// The components of a program, each read and compiled once.
#[derive(Default)]
pub struct Components {
    loaded: HashMap<PathBuf, Result<Loaded, LoadError>>,
}

impl Components {
    /// Reads and compiles components, several at a time. The log hears of those that take
    /// longer than a moment.
    pub async fn load(
        sandbox: &Sandbox,
        cache: Option<&Cache>,
        paths: impl IntoIterator<Item = PathBuf>,
    ) -> Self {
        let distinct: HashSet<_> = paths.into_iter().collect();
        let loads = distinct.into_iter().map(|path| async {
            let (sandbox, cache, file) = (sandbox.clone(), cache.cloned(), path.clone());
            let mut load = spawn_blocking(move || Loaded::read(&sandbox, cache.as_ref(), &file));
            let mut waited = 0;
            let loaded = loop {
                match timeout(PROGRESS, &mut load).await {
                    Ok(loaded) => break loaded,
                    Err(_) => {
                        waited += PROGRESS.as_secs();
                        tracing::warn!(
                            "{}: compiling, {waited} s so far; it is kept for the next time",
                            path.display()
                        );
                    }
                }
            };
            let interrupted =
                |why: tokio::task::JoinError| LoadError::Interrupted(path.clone(), why.to_string());
            let loaded = loaded.unwrap_or_else(|error| Err(interrupted(error)));
            (path, loaded)
        });
        Self { loaded: join_all(loads).await.into_iter().collect() }
    }

    /// A component that was to be loaded.
    ///
    /// # Errors
    /// Why it could not be.
    pub fn get(&self, path: &Path) -> Result<&Loaded, String> {
        match self.loaded.get(path) {
            Some(loaded) => loaded.as_ref().map_err(ToString::to_string),
            None => Err(format!("{}: was not loaded", path.display())),
        }
    }

    /// Whether this component was to be loaded.
    pub fn has(&self, path: &Path) -> bool {
        self.loaded.contains_key(path)
    }

    /// Takes in those of another set.
    pub fn extend(&mut self, other: Self) {
        self.loaded.extend(other.loaded);
    }
}
