//! What serves in sessions: launcher, service manager and bots, linked and granted once, and made anew for each session.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

use crate::{
    chat::{Bot, Place, Router},
    components::Components,
    config::{Config, Extension as Plan, Kind},
    coweb::{
        bindings::parlor::coweb::services::LaunchError,
        services::factory::{Factory, Hired, Position},
    },
    extension::{House, Linked, Workshop},
    imports::{State, state::Common},
    ledger::Ledger,
    role::Role,
    sandbox::{Extension, Hooks, Status, UnderWay},
};

/// The most instances that serve in sessions at a time; those of one session are its launcher, its manager and its bots.
pub const MOST_INSTANCES: u32 = 3_000;

/// Makes them for sessions.
pub struct ServiceFactory {
    workshop: Arc<Workshop>,
    router: Arc<Router>,
    ledger: Arc<Ledger>,
    /// Sessions end by themselves: what is under way in them keeps nobody.
    under_way: UnderWay,
    launcher: Model,
    manager: Model,
    /// By service; why not, where a component does not run.
    bots: BTreeMap<String, Result<Model, String>>,
    stop_unused: BTreeSet<String>,
    /// Numbers the bots of sessions that are in the chat as well.
    guests: AtomicU64,
    /// Whether there is only what serves where nothing is configured.
    idle: bool,
}

/// A component of which instances are made.
struct Model {
    linked: Linked,
    common: Arc<Common>,
    /// The networks that its instances are on while they serve.
    networks: Vec<String>,
}

impl ServiceFactory {
    /// What a configuration has for sessions; none if that is nothing. A service whose component does not run is told in
    /// the log, and fails whoever uses it.
    ///
    /// # Errors
    /// Why launcher or manager cannot run.
    pub fn new(
        house: &House,
        workshop: &Arc<Workshop>,
        components: &Components,
        config: &Config,
    ) -> Result<Option<Self>, String> {
        let Some(coweb) = &config.coweb else { return Ok(None) };
        let (Some(launcher), Some(manager)) = (&coweb.launcher, &coweb.manager) else { return Ok(None) };
        let model = |plan: &Plan, as_bot: bool| {
            let loaded = components.get(&plan.component)?;
            let linked = workshop.fit(loaded, plan).map_err(|error| error.to_string())?;
            let networks = if as_bot { plan.grant.networks.clone() } else { Vec::new() };
            Ok::<_, String>(Model { linked, common: house.common(plan), networks })
        };
        let told = |plan: &Plan, as_bot| {
            model(plan, as_bot).inspect_err(|why| tracing::error!("{why}. Its service does not run."))
        };
        let mut bots: BTreeMap<_, _> =
            coweb.services.iter().map(|(name, plan)| (name.clone(), told(plan, true))).collect();
        for bot in config.bots.values() {
            if let Some(service) = &bot.service {
                // It is on its networks as the bot that it is, so its instances in sessions are not.
                let plan = Plan { kind: Kind::Bot, ..bot.clone() };
                let serves = told(&plan, false).and_then(|model| {
                    let serves = model.linked.roles.contains(&Role::ServiceBot);
                    let why = || format!("{}: exports no parlor:coweb/service-bot", plan.component.display());
                    if serves { Ok(model) } else { Err(why()).inspect_err(|why| tracing::error!("{why}")) }
                });
                bots.insert(service.clone(), serves);
            }
        }
        Ok(Some(Self {
            workshop: Arc::clone(workshop),
            router: Arc::clone(&house.router),
            ledger: Arc::clone(&house.ledger),
            under_way: UnderWay::default(),
            launcher: model(launcher, false)?,
            manager: model(manager, false)?,
            idle: bots.is_empty() && coweb.default_launcher,
            bots,
            guests: AtomicU64::new(1),
            stop_unused: coweb.stop_unused.iter().cloned().collect(),
        }))
    }
}

/// Takes an instance out of the chat when it ends, however that happens.
struct Guest {
    router: Arc<Router>,
    bot: Arc<Bot>,
}

impl Drop for Guest {
    fn drop(&mut self) {
        self.router.remove_bot(&self.bot.name);
    }
}

impl Model {
    fn make(&self, factory: &ServiceFactory, hired: Hired, name: Option<Arc<str>>) -> Extension<State> {
        let blueprint = self.linked.blueprint(&factory.workshop, Arc::clone(&self.common));
        let (exports, router) = (Arc::clone(&self.linked.exports), Arc::clone(&factory.router));
        let talks = !self.networks.is_empty() && self.linked.roles.contains(&Role::Bot);
        let bot = name.filter(|_| talks).map(|name| Arc::new(Bot::new(name, self.networks.clone())));
        let guest = bot.clone().map(|bot| Guest { router: Arc::clone(&router), bot });
        let (post, begins) = (Arc::new(hired.post), bot.clone());
        let (first, changed) = (hired.start, hired.changed);
        let hooks = Hooks {
            start: Arc::new(move |live| {
                let (exports, post, router) = (Arc::clone(&exports), Arc::clone(&post), Arc::clone(&router));
                let (bot, first) = (begins.clone(), Arc::clone(&first));
                Box::pin(async move {
                    exports.load(live)?;
                    let layers = &mut live.store.data_mut().layers;
                    layers.insert(post);
                    layers.insert(Place { router: Arc::clone(&router), network: None });
                    if let Err(words) = first(live).await? {
                        return Ok(Err(words));
                    }
                    let Some(bot) = bot else { return Ok(Ok(())) };
                    let begun = bot.begin(live).await?;
                    if begun.is_ok() {
                        router.add_bot(&bot);
                    }
                    Ok(begun)
                })
            }),
            stop: hired.stop,
            again: false,
            changed: Box::new(move |status: &Status| {
                let _here = &guest;
                changed(status);
            }),
        };
        let extension = Extension::spawn(blueprint, hooks, factory.under_way.clone());
        factory.ledger.enter(&self.common, &extension);
        if let Some(bot) = bot {
            bot.attach(extension.mailbox().clone());
        }
        extension
    }
}

impl Factory for ServiceFactory {
    fn is_idle(&self) -> bool {
        self.idle
    }

    fn stops_unused(&self, service: &str) -> bool {
        self.stop_unused.contains(service)
    }

    fn hire(&self, what: Position<'_>, hired: Hired) -> Result<Extension<State>, LaunchError> {
        let (model, name) = match what {
            Position::Launcher => (&self.launcher, None),
            Position::Manager => (&self.manager, None),
            Position::Bot(service) => {
                let model = self.bots.get(service).ok_or(LaunchError::NotFound)?;
                let model = model.as_ref().map_err(|why| LaunchError::Failed(why.clone()))?;
                // Unique among the bots of the chat.
                (model, Some(format!("{service}/{}", self.guests.fetch_add(1, Relaxed)).into()))
            }
        };
        Ok(model.make(self, hired, name))
    }
}
