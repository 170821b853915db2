//! The program at work: all configured extensions in one house, from the first start to the last goodbye.

use std::{future::pending, sync::Arc, time::Duration};

use futures_util::future::join_all;
use tokio::{task::JoinSet, time::timeout};

use crate::{
    bots::{Bots, GOODBYE, admit},
    chat::{Router, Steward},
    components::Components,
    config::Config,
    coweb::{
        self,
        services::factory::{Factory, Nobody},
    },
    extension::{House, Running, Workshop},
    imports::state::Services,
    sandbox::{Cache, Status},
    service_factory::ServiceFactory,
};

/// What is under way when the program stops is waited for while something comes to its end in every such time…
const DRAIN: Duration = Duration::from_secs(3);
/// … and all together no longer than this.
const ALL_DRAIN: Duration = Duration::from_secs(5);
/// How long networks wait for bots to be ready before they connect.
const HEAD_START: Duration = Duration::from_secs(3);

/// A running program.
pub struct Program {
    house: Arc<House>,
    bots: Arc<Bots>,
    networks: Vec<Arc<Running>>,
    managers: Vec<Running>,
    server: Option<coweb::Server>,
    lives: JoinSet<()>,
}

impl Program {
    /// Starts everything that `config` names. What cannot run is told in the log and left out.
    ///
    /// # Errors
    /// If there is to be a server of sessions, and it cannot listen.
    pub async fn start(
        workshop: Workshop,
        cache: Option<Cache>,
        components: Components,
        config: &Config,
        services: Services,
    ) -> anyhow::Result<Self> {
        for warning in &config.warnings {
            tracing::warn!("{warning}");
        }
        let house = Arc::new(House::new(config.chat.clone(), Arc::new(services)));
        let workshop = Arc::new(workshop);
        let bots = Bots::admit(Arc::clone(&house), Arc::clone(&workshop), cache, &components, config);
        let bots = Arc::new(bots);
        let steward: Arc<dyn Steward> = Arc::clone(&bots) as _;
        house.router.obey(Arc::downgrade(&steward));
        let networks: Vec<_> = config
            .networks
            .values()
            .filter_map(|plan| admit(&house, &workshop, &components, plan).map(Arc::new).ok())
            .collect();
        // A bot that is ready before its network is misses nothing; one that takes its time delays nobody for long.
        let ready = join_all(bots.running().into_iter().map(|bot| async move { bot.started().await }));
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
        let (managers, server) = serve(&house, &workshop, &components, config).await?;
        Ok(Self { house, bots, networks, managers, server, lives })
    }

    /// Waits until no network or none of the bots that there were is left: nobody can talk to anybody any more. At
    /// once, if that is how it begins; never for want of bots where none were configured.
    pub async fn deserted(&self, config: &Config) {
        let over = |running: &Arc<Running>| {
            let running = Arc::clone(running);
            async move { drop(running.settled(is_over).await) }
        };
        if self.server.is_some() {
            // Browsers talk to it without any of them.
            pending::<()>().await;
        }
        let networks = join_all(self.networks.iter().map(over));
        let bots = async {
            self.bots.all_lost().await;
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

    /// The server of sessions.
    pub fn server(&self) -> Option<&coweb::Server> {
        self.server.as_ref()
    }

    /// Its bots.
    pub fn bots(&self) -> &Arc<Bots> {
        &self.bots
    }

    /// Between networks and bots.
    pub fn router(&self) -> &Arc<Router> {
        &self.house.router
    }

    /// Lets what is under way come to its end, says goodbye and stops.
    pub async fn stop(mut self) {
        // Networks that go away from here on do not come back.
        self.lives.shutdown().await;
        if let Some(server) = self.server.take() {
            server.stop().await;
        }
        // At the end of the terminal's input that was waited for already, and what is not done is not worth another wait.
        if !self.house.terminal_ended.is_cancelled() {
            let drained = timeout(ALL_DRAIN, self.house.under_way.all_done(DRAIN));
            if !drained.await.unwrap_or(false) {
                tracing::warn!("what is still under way is cut off");
            }
        }
        // Bots first: they may have a last word to say.
        join_all(self.bots.running().iter().map(|bot| bot.stop(GOODBYE))).await;
        join_all(self.networks.iter().map(|network| network.stop(GOODBYE))).await;
        join_all(self.managers.iter().map(|manager| manager.stop(GOODBYE))).await;
    }
}

/// Starts the server of sessions, if there is to be one, and its managers before it. One that fails later denies.
async fn serve(
    house: &Arc<House>,
    workshop: &Arc<Workshop>,
    components: &Components,
    config: &Config,
) -> anyhow::Result<(Vec<Running>, Option<coweb::Server>)> {
    let Some(plan) = &config.coweb else { return Ok((Vec::new(), None)) };
    let admitted = plan.managers.values().filter_map(|plan| admit(house, workshop, components, plan).ok());
    let managers: Vec<_> = admitted.collect();
    // Each has its call-timeout for that.
    let started = join_all(managers.iter().map(|manager| manager.started())).await;
    let failed = started.iter().any(|status| matches!(status, Status::Failed(_)));
    if failed || managers.len() < plan.managers.len() {
        anyhow::bail!("coweb: not served, since a manager of it does not run; see above");
    }
    let factory = ServiceFactory::new(house, workshop, components, config);
    let factory: Arc<dyn Factory> = match factory {
        Ok(Some(factory)) => Arc::new(factory),
        Ok(None) => Arc::new(Nobody),
        Err(why) => anyhow::bail!("coweb: not served: {why}"),
    };
    let settings = plan.settings.clone();
    let server = coweb::Server::start(settings, Arc::clone(&house.managers), factory).await;
    Ok((managers, Some(server.map_err(anyhow::Error::msg)?)))
}

/// Whether an extension will not come back.
fn is_over(status: &Status) -> bool {
    matches!(status, Status::Failed(_) | Status::Quarantined(_) | Status::Stopped)
}
