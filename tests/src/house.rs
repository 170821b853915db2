//! A house for tests: real extensions, admitted as a configuration says.

use std::{path::Path, sync::Arc, time::Duration};

use parlor::{
    chat::{Settings, settings::Flood},
    config::{Config, Kind},
    extension::{House, Running, Unfit, Workshop},
    imports::state::Services,
    sandbox::{Cache, Compiler, Loaded, Status},
};

use crate::{guests, scripted::Stage};

/// One grant of every kind, so that a guest which imports everything may run; none leads anywhere.
const EVERYTHING: &str = "grant = { networks = [\"test\"], net = [\"192.0.2.1:1\"], http = [\"https://192.0.2.1\"], store = \"1 MiB\" }";

/// As good as no bound, and still counted.
const UNBOUND: Flood = Flood { commands: u32::MAX, per: Duration::from_secs(10) };

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
    /// An empty house.
    pub fn new() -> Self {
        Self::with(Services::default())
    }

    /// An empty house that shares these.
    pub fn with(services: Services) -> Self {
        Self::configured(Settings { flood: UNBOUND, ..Settings::default() }, services)
    }

    /// An empty house where people talk to bots as `[chat]` with these lines says; the limit of commands, which would be in
    /// the way of most tests, is lifted where they say nothing of it.
    pub fn chat(lines: &str) -> Self {
        Self::chat_with(lines, Services::default())
    }

    /// The same, sharing these.
    pub fn chat_with(lines: &str, services: Services) -> Self {
        let text = format!("[network.test]\ncomponent = \"COMPONENT\"\n[chat]\n{lines}");
        let mut settings = parse(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")), &text).chat;
        if !lines.contains("flood") {
            settings.flood = UNBOUND;
        }
        Self::configured(settings, services)
    }

    fn configured(settings: Settings, services: Services) -> Self {
        let workshop = Workshop::new(64, Compiler::Here).expect("the engine");
        let house = House::new(settings, Arc::new(services));
        let stage = Stage::new(&house.router, "test");
        let cache = Cache::open(guests::cache()).expect("the cache");
        Self { workshop, house, stage, cache }
    }

    /// Admits the one extension that this configuration names; `COMPONENT` in it stands for `path`.
    ///
    /// # Errors
    /// Why it cannot run.
    pub fn admit(&self, path: &Path, configuration: &str) -> Result<Running, Unfit> {
        let config = parse(path, configuration);
        let mut plans =
            [Kind::Network, Kind::Bot].into_iter().flat_map(|kind| config.extensions(kind).values());
        let plan = plans.next().expect("one extension");
        let loaded = Loaded::read(&self.workshop.sandbox, Some(&self.cache), path)?;
        self.house.admit(&self.workshop, &loaded, plan)
    }

    /// Admits a bot `name` on the network `test`, with more lines of configuration. Without a grant among them it has
    /// one of every kind.
    ///
    /// # Errors
    /// Why it cannot run.
    pub fn admit_bot(&self, name: &str, path: &Path, more: &str) -> Result<Running, Unfit> {
        let grants = if more.contains("grant") { "" } else { EVERYTHING };
        let text = format!(
            "[network.test]\ncomponent = \"COMPONENT\"\n[bot.{name}]\ncomponent = \"COMPONENT\"\n{grants}\n{more}"
        );
        let config = parse(path, &text);
        let loaded = Loaded::read(&self.workshop.sandbox, Some(&self.cache), path)?;
        self.house.admit(&self.workshop, &loaded, &config.bots[name])
    }

    /// Admits a bot as [`admit_bot`](Self::admit_bot) does, and waits for its start.
    ///
    /// # Panics
    /// If it cannot run.
    pub async fn bot(&self, name: &str, path: &Path, more: &str) -> (Running, Status) {
        let running = self.admit_bot(name, path, more).unwrap_or_else(|error| panic!("{error}"));
        let status = running.started().await;
        (running, status)
    }
}

/// Reads a configuration in which `COMPONENT` stands for `path`.
fn parse(path: &Path, text: &str) -> Config {
    let text = text.replace("COMPONENT", &path.display().to_string());
    Config::parse("test.toml".as_ref(), text).unwrap_or_else(|error| panic!("{error}"))
}
