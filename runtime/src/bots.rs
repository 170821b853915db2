//! The bots of a running program: admins start, stop and reload them.

use std::{collections::BTreeMap, path::PathBuf, sync::Arc, time::Duration};

use futures_util::future::join_all;
use parking_lot::RwLock;
use tokio::{sync::Mutex, task::spawn_blocking};

use crate::{
    chat::{
        Steward,
        steward::{Done, Report},
    },
    components::Components,
    config::{Config, Extension},
    extension::{House, Running, Workshop},
    sandbox::{Cache, Loaded, Status},
};

/// How long an extension may take to say goodbye.
pub(crate) const GOODBYE: Duration = Duration::from_secs(3);

/// All configured bots.
pub struct Bots {
    house: Arc<House>,
    workshop: Arc<Workshop>,
    cache: Option<Cache>,
    places: BTreeMap<String, Place>,
}

/// A configured bot, whether it runs or not.
struct Place {
    /// As configured; another while somebody works on its component.
    plan: RwLock<Extension>,
    /// Why it cannot run, where that showed before it was started.
    now: RwLock<Result<Arc<Running>, String>>,
    /// Held while it is started, stopped or reloaded.
    busy: Mutex<()>,
}

/// Admits one extension. Why it cannot run is told in the log, too.
///
/// # Errors
/// Why it cannot run.
pub(crate) fn admit(
    house: &House,
    workshop: &Workshop,
    components: &Components,
    plan: &Extension,
) -> Result<Running, String> {
    let fit = components
        .get(&plan.component)
        .and_then(|loaded| house.admit(workshop, loaded, plan).map_err(|error| error.to_string()));
    fit.inspect_err(|error| tracing::error!("{error}. The others run on."))
}

impl Bots {
    /// Starts all bots of a configuration. Those that cannot run are told in the log and left out, until an admin starts
    /// them.
    pub fn admit(
        house: Arc<House>,
        workshop: Arc<Workshop>,
        cache: Option<Cache>,
        components: &Components,
        config: &Config,
    ) -> Self {
        let places = config.bots.iter().map(|(name, plan)| {
            let now = admit(&house, &workshop, components, plan).map(Arc::new);
            (
                name.clone(),
                Place { plan: RwLock::new(plan.clone()), now: RwLock::new(now), busy: Mutex::default() },
            )
        });
        let places = places.collect();
        Self { house, workshop, cache, places }
    }

    /// Those that could be admitted.
    pub fn running(&self) -> Vec<Arc<Running>> {
        self.places.values().filter_map(Place::running).collect()
    }

    /// Waits until every bot has failed for good. One that was stopped has not: an admin may start it again.
    pub async fn all_lost(&self) {
        let lost = |status: &Status| matches!(status, Status::Failed(_) | Status::Quarantined(_));
        loop {
            let running = self.running();
            join_all(running.iter().map(|bot| bot.settled(lost))).await;
            // Meanwhile one may have been started again.
            if self.running().iter().all(|bot| lost(&bot.status())) {
                return;
            }
            tokio::task::yield_now().await;
        }
    }

    fn place(&self, name: &str) -> Result<&Place, String> {
        self.places.get(name).ok_or_else(|| {
            let names: Vec<_> = self.places.keys().map(String::as_str).collect();
            format!(
                "there is no bot `{}`; there are: {}",
                name.chars().take(40).collect::<String>(),
                names.join(", ")
            )
        })
    }

    async fn load(&self, place: &Place) -> Result<Loaded, String> {
        let (sandbox, cache) = (self.workshop.sandbox.clone(), self.cache.clone());
        let path = place.plan.read().component.clone();
        let loaded = spawn_blocking(move || Loaded::read(&sandbox, cache.as_ref(), &path)).await;
        loaded.map_err(|error| error.to_string())?.map_err(|error| error.to_string())
    }

    /// Takes a bot's component anew, whether it runs or not.
    async fn renew(&self, place: &Place) -> Result<(), String> {
        match place.alive() {
            Some(running) => {
                let loaded = self.load(place).await?;
                let plan = place.plan.read().clone();
                let replaced = self.house.replace(&self.workshop, &running, &loaded, &plan).await;
                replaced.map_err(|why| format!("stays as it was: {why}"))
            }
            None => self.begin(place).await.map_err(|why| format!("stays out: {why}")),
        }
    }

    /// Puts another component, with more to its configuration, in the place of a bot's: for whoever works on it.
    ///
    /// # Errors
    /// Why the new one does not run, in words that follow the bot's name.
    pub async fn exchange(
        &self,
        name: &str,
        component: PathBuf,
        config: BTreeMap<String, String>,
    ) -> Result<(), String> {
        let place = self.place(name)?;
        let _busy = place.busy.lock().await;
        let before = place.plan.read().clone();
        {
            let mut plan = place.plan.write();
            plan.component = component;
            plan.config.extend(config);
        }
        self.renew(place).await.inspect_err(|_| *place.plan.write() = before)
    }

    /// Starts one that does not run, and waits until it does.
    async fn begin(&self, place: &Place) -> Result<(), String> {
        let loaded = self.load(place).await?;
        let plan = place.plan.read().clone();
        let running = self.house.admit(&self.workshop, &loaded, &plan).map_err(|error| error.to_string())?;
        let running = Arc::new(running);
        *place.now.write() = Ok(Arc::clone(&running));
        match running.started().await {
            Status::Failed(why) | Status::Quarantined(why) => Err(why),
            _ => Ok(()),
        }
    }
}

impl Place {
    fn running(&self) -> Option<Arc<Running>> {
        self.now.read().as_ref().ok().cloned()
    }

    /// The one that takes calls, or will soon.
    fn alive(&self) -> Option<Arc<Running>> {
        let alive = |status| matches!(status, Status::Starting | Status::Running | Status::Restarting(_));
        self.running().filter(|running| alive(running.status()))
    }

    /// How it stands, in words.
    fn state(&self) -> String {
        match &*self.now.read() {
            Ok(running) => in_words(&running.status()),
            Err(why) => format!("out: {why}"),
        }
    }
}

/// How an extension stands.
fn in_words(status: &Status) -> String {
    match status {
        Status::Starting => "starting".to_owned(),
        Status::Running => "running".to_owned(),
        Status::Stopped => "stopped".to_owned(),
        Status::Restarting(why) => format!("starting again: {why}"),
        Status::Failed(why) => format!("out: {why}"),
        Status::Quarantined(why) => format!("quarantined: {why}"),
    }
}

impl Steward for Bots {
    fn bots(&self) -> Vec<Report> {
        let report = |(name, place): (&String, &Place)| {
            let id = place.plan.read().id();
            let figures = self.house.ledger.report(&id).map(|report| report.figures).unwrap_or_default();
            let state = place.state();
            Report { name: name.clone(), runs: state == "running", state, figures }
        };
        self.places.iter().map(report).collect()
    }

    fn extension(&self, name: &str) -> Option<Report> {
        if let Some(bot) = self.bots().into_iter().find(|bot| bot.name == name) {
            return Some(bot);
        }
        let called = |id: &str| id == name || id.rsplit_once('.').is_some_and(|(_, last)| last == name);
        let report = self.house.ledger.reports().into_iter().find(|report| called(&report.id))?;
        let state = match (&report.status, report.instances) {
            (Some(status), 0 | 1) => in_words(status),
            (Some(_), many) => format!("{many} run"),
            (None, _) => "not started yet".to_owned(),
        };
        let runs = report.instances > 0;
        Some(Report { name: report.id, state, runs, figures: report.figures })
    }

    fn start<'a>(&'a self, name: &'a str) -> Done<'a> {
        Box::pin(async move {
            let place = self.place(name)?;
            let _busy = place.busy.lock().await;
            if place.alive().is_some() {
                return Err(format!("{name} runs already; `reload` takes its component anew"));
            }
            self.begin(place).await.map_err(|why| format!("{name} stays out: {why}"))?;
            Ok(format!("{name} is running."))
        })
    }

    fn stop<'a>(&'a self, name: &'a str) -> Done<'a> {
        Box::pin(async move {
            let place = self.place(name)?;
            let _busy = place.busy.lock().await;
            let running = place.alive().ok_or_else(|| format!("{name} does not run"))?;
            running.stop(GOODBYE).await;
            Ok(format!("{name} is stopped, until `start {name}` or the next start of the program."))
        })
    }

    fn reload<'a>(&'a self, name: &'a str) -> Done<'a> {
        Box::pin(async move {
            let place = self.place(name)?;
            let _busy = place.busy.lock().await;
            self.renew(place).await.map_err(|why| format!("{name} {why}"))?;
            Ok(format!("{name} is reloaded."))
        })
    }
}
