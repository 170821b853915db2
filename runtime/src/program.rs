//! The program at work: all configured extensions in one house, from the first start to the last goodbye.

use std::{
    collections::{HashMap, HashSet},
    future::pending,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use futures_util::future::join_all;
use tokio::{
    task::{JoinSet, spawn_blocking},
    time::timeout,
};

use crate::{
    chat::{Router, Settings},
    config::{Config, Kind},
    extension::{House, Running, Workshop},
    imports::state::Services,
    sandbox::{Cache, LoadError, Loaded, Sandbox, Status},
};

/// What is under way when the program stops is waited for while something comes to its end in every such time…
const DRAIN: Duration = Duration::from_secs(3);
/// … and all together no longer than this.
const ALL_DRAIN: Duration = Duration::from_secs(5);
/// How long an extension may take to say goodbye.
const GOODBYE: Duration = Duration::from_secs(3);
/// How long networks wait for bots to be ready before they connect.
const HEAD_START: Duration = Duration::from_secs(3);

/// A running program.
pub struct Program {
    house: House,
    bots: Vec<Arc<Running>>,
    networks: Vec<Arc<Running>>,
    lives: JoinSet<()>,
}

impl Program {
    /// Starts everything that `config` names. What cannot run is told in the log and left out.
    pub async fn start(
        workshop: Workshop,
        components: Components,
        config: &Config,
        services: Services,
    ) -> Self {
        let settings = Settings { prefix: config.chat.prefix.clone() };
        let house = House::new(Router::new(settings), Arc::new(services));
        let admit = |kind| {
            let plans = config.extensions(kind).values();
            let admitted = plans.filter_map(|plan| {
                let fit = match components.get(&plan.component) {
                    Ok(loaded) => house.admit(&workshop, loaded, plan),
                    Err(error) => {
                        tracing::error!("{error}. The others run on.");
                        return None;
                    }
                };
                match fit {
                    Ok(running) => Some(Arc::new(running)),
                    Err(error) => {
                        tracing::error!("{error}. The others run on.");
                        None
                    }
                }
            });
            admitted.collect::<Vec<_>>()
        };
        let bots = admit(Kind::Bot);
        let networks = admit(Kind::Network);
        // A bot that is ready before its network is misses nothing; one that takes its time delays nobody for long.
        let ready = join_all(bots.iter().map(|bot| bot.started()));
        if timeout(HEAD_START, ready).await.is_err() {
            tracing::warn!("some bots are still starting; the networks connect without them");
        }
        let mut lives = JoinSet::new();
        for running in &networks {
            let (running, router) = (Arc::clone(running), Arc::clone(&house.router));
            lives.spawn(async move {
                if running.started().await == Status::Running
                    && let Some(network) = router.network(&running.name)
                {
                    tokio::select! {
                        () = network.live() => {}
                        // There is nothing left to connect.
                        _ = running.settled(is_over) => {}
                    }
                }
            });
        }
        Self { house, bots, networks, lives }
    }

    /// Waits until no network or none of the bots that there were is left: nobody can talk to anybody any more. At
    /// once, if that is how it begins; never for want of bots where none were configured.
    pub async fn deserted(&self, config: &Config) {
        let over = |running: &Arc<Running>| {
            let running = Arc::clone(running);
            async move { drop(running.settled(is_over).await) }
        };
        let networks = join_all(self.networks.iter().map(over));
        let bots = async {
            join_all(self.bots.iter().map(over)).await;
            if config.bots.is_empty() {
                pending::<()>().await;
            }
        };
        tokio::select! {
            _ = networks => {}
            () = bots => {}
        }
    }

    /// Waits until the terminal that an extension talks to has come to its end; for ever if there is none.
    pub async fn terminal_ended(&self) {
        self.house.terminal_ended.cancelled().await;
    }

    /// Between networks and bots.
    pub fn router(&self) -> &Arc<Router> {
        &self.house.router
    }

    /// Lets what is under way come to its end, says goodbye and stops.
    pub async fn stop(mut self) {
        // Networks that go away from here on do not come back.
        self.lives.shutdown().await;
        // At the end of the terminal's input that was waited for already, and what is not done is not worth another wait.
        if !self.house.terminal_ended.is_cancelled() {
            let drained = timeout(ALL_DRAIN, self.house.under_way.all_done(DRAIN));
            if !drained.await.unwrap_or(false) {
                tracing::warn!("what is still under way is cut off");
            }
        }
        // Bots first: they may have a last word to say.
        join_all(self.bots.iter().map(|bot| bot.stop(GOODBYE))).await;
        join_all(self.networks.iter().map(|network| network.stop(GOODBYE))).await;
    }
}

/// Whether an extension will not come back.
fn is_over(status: &Status) -> bool {
    matches!(status, Status::Failed(_) | Status::Quarantined(_) | Status::Stopped)
}

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
            let invalid = |why: tokio::task::JoinError| LoadError::Invalid(path.clone(), why.to_string());
            let loaded = loaded.unwrap_or_else(|error| Err(invalid(error)));
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

/// How often a long compilation says that it is still at work.
const PROGRESS: Duration = Duration::from_secs(2);
