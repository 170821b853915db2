//! A house for tests: real extensions, admitted as a configuration says.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use parlor::{
    chat::{Router, Settings},
    config::{Config, Kind},
    extension::{House, Running, Unfit, Workshop},
    sandbox::{Cache, Loaded, Status},
};

use crate::scripted::Stage;

/// One grant of every kind, so that a guest which imports everything may run; none leads anywhere.
const EVERYTHING: &str = "grant = { networks = [\"test\"], net = [\"192.0.2.1:1\"], http = [\"https://192.0.2.1\"], store = \"1 MiB\" }";

/// A workshop, a house, and a network `test` in it.
pub struct TestHouse {
    /// The engine and what it gives.
    pub workshop: Workshop,
    /// Where extensions live.
    pub house: House,
    /// The network `test`.
    pub stage: Stage,
    cache: Cache,
}

impl Default for TestHouse {
    fn default() -> Self {
        Self::new()
    }
}

impl TestHouse {
    /// An empty house. Compiled guests are kept in `target/`, so that only the first test waits.
    pub fn new() -> Self {
        let workshop = Workshop::new(64).expect("the engine");
        let house = House::new(Router::new(Settings::default()), Arc::default());
        let stage = Stage::new(&house.router, "test");
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/test-cache");
        let cache = Cache::open(folder).expect("the cache");
        Self { workshop, house, stage, cache }
    }

    /// Admits the one extension that this configuration names; `COMPONENT` in it stands for `path`.
    ///
    /// # Errors
    /// Why it cannot run.
    pub fn admit(&self, path: &Path, configuration: &str) -> Result<Running, Unfit> {
        let text = configuration.replace("COMPONENT", &path.display().to_string());
        let config = Config::parse(&PathBuf::from("test.toml"), text).unwrap_or_else(|error| panic!("{error}"));
        let mut plans = [Kind::Network, Kind::Bot].into_iter().flat_map(|kind| config.extensions(kind).values());
        let plan = plans.next().expect("one extension");
        let loaded = Loaded::read(&self.workshop.sandbox, Some(&self.cache), path)?;
        self.house.admit(&self.workshop, &loaded, plan)
    }

    /// Admits a bot `name` on the network `test`, with more lines of configuration, and waits for its start.
    pub async fn bot(&self, name: &str, path: &Path, more: &str) -> (Running, Status) {
        let networks = if more.contains("grant") { "" } else { EVERYTHING };
        let text = format!("[network.test]\ncomponent = \"COMPONENT\"\n[bot.{name}]\ncomponent = \"COMPONENT\"\n{networks}\n{more}");
        let text = text.replace("COMPONENT", &path.display().to_string());
        let config = Config::parse(&PathBuf::from("test.toml"), text).unwrap_or_else(|error| panic!("{error}"));
        let loaded = Loaded::read(&self.workshop.sandbox, Some(&self.cache), path).expect("a component");
        let plan = &config.bots[name];
        let running = self.house.admit(&self.workshop, &loaded, plan).unwrap_or_else(|error| panic!("{error}"));
        let status = running.started().await;
        (running, status)
    }
}
