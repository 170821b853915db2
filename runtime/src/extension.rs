//! Brings one configured component to life: linked, granted, supervised, and in its place in the house.

use std::{
    borrow::Cow,
    fs,
    ops::Deref,
    sync::{Arc, atomic::AtomicU32},
};

use arc_swap::ArcSwap;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;
use wasmtime::component::Linker;

use crate::{
    chat::{
        self, Bot, Place, Router, Settings, bindings::handlers::bot::Description, bot,
        component::ComponentBackend, exports::ExportIndices, network,
    },
    config::{self, Kind},
    coweb::{self, Managers, managers::Part},
    imports::{
        self, State,
        handlers::HandlerIndices,
        logging::Log,
        printable::printable_line,
        state::{Common, Services},
        traffic::Traffic,
    },
    ledger::Ledger,
    recording::{Journal, Recorder},
    role::{self, Need, NoRole, Role},
    sandbox::{
        Blueprint, Call, Compiler, Extension, Guarded, Hooks, Instantiate, Limits, Live, LoadError, Loaded,
        Mailbox, Sandbox, Status, UnderWay,
    },
};

/// A supervised extension of this program.
pub struct Running {
    extension: Extension<State>,
    common: Arc<Common>,
    seat: Seat,
}

/// What an extension is in the house.
enum Seat {
    Network,
    Bot(Arc<Bot>),
    Manager,
}

impl Deref for Running {
    type Target = Extension<State>;

    fn deref(&self) -> &Self::Target {
        &self.extension
    }
}

/// Why a component cannot run. Each is a sentence with what to do.
#[derive(Debug, thiserror::Error)]
pub enum Unfit {
    /// Its file is no component that can be compiled here.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// It is made for something else.
    #[error("{0}: {1}")]
    Role(String, NoRole),
    /// It is configured as what it is not.
    #[error("{path}: is configured as [{table}.{name}] and exports no {interface}")]
    Misplaced {
        /// Its file.
        path: String,
        /// The table it stands in.
        table: &'static str,
        /// Its name there.
        name: String,
        /// What it would have to export.
        interface: String,
    },
    /// It asks for what it was not given at all.
    #[error("{path}: {why}; add to [{id}] the line: {line}")]
    NotGranted {
        /// Its file.
        path: String,
        /// What it asks for, in words that follow the path.
        why: String,
        /// Where the line belongs.
        id: String,
        /// What to add.
        line: String,
    },
    /// It has an instance in each session, and none of its own.
    #[error("[{0}] is started by the sessions that use it")]
    OfSessions(String),
    /// It imports what nobody here gives, or in another shape.
    #[error("{0}: cannot be linked: {1}")]
    Link(String, String),
}

/// The engine, and what it can give to components. Made once per program.
pub struct Workshop {
    /// The engine.
    pub sandbox: Sandbox,
    linker: Linker<State>,
    /// Where what extensions do is written down.
    recording: Option<Arc<Journal>>,
}

/// What an extension may use beside its own while it is recorded: what passes through goes through the recorder's memory.
const RECORDED_MEMORY: usize = 16 << 20;
/// The same for instances: a recorder has a few.
const RECORDED_INSTANCES: u32 = 8;

impl Workshop {
    /// A workshop for `extensions` components, compiled by `compiler`.
    ///
    /// # Errors
    /// If the engine cannot be made on this machine.
    pub fn new(extensions: u32, compiler: Compiler) -> wasmtime::Result<Self> {
        Self::on(&Sandbox::new(extensions, compiler)?)
    }

    /// A workshop with an engine that there is already.
    ///
    /// # Errors
    /// Only if two interfaces clash, which would be a fault of ours.
    pub fn on(sandbox: &Sandbox) -> wasmtime::Result<Self> {
        let mut linker = imports::linker(sandbox)?;
        chat::add_to_linker(&mut linker)?;
        coweb::services::add_to_linker(&mut linker)?;
        Ok(Self { sandbox: sandbox.clone(), linker, recording: None })
    }

    /// Puts something in the place of what it gives to components.
    ///
    /// # Errors
    /// Those of `adapt`.
    pub fn adapt(
        &mut self,
        adapt: impl FnOnce(&mut Linker<State>) -> wasmtime::Result<()>,
    ) -> wasmtime::Result<()> {
        adapt(&mut self.linker)
    }

    /// Writes down what the extensions do that are made here from now on. Each then has three instances, for which the
    /// engine must have room.
    pub fn record(&mut self, journal: Arc<Journal>) {
        self.recording = Some(journal);
    }

    /// Links a component with what there is, for nobody in particular.
    ///
    /// # Errors
    /// If it is made for another host, or imports what there is not.
    pub fn link(&self, loaded: &Loaded) -> Result<Linked, Unfit> {
        self.link_as(loaded, None)
    }

    /// Links a component with what there is; recorded under its name, if it has one and there is a recording.
    fn link_as(&self, loaded: &Loaded, id: Option<&str>) -> Result<Linked, Unfit> {
        let path = loaded.path.display().to_string();
        let roles = role::roles(loaded).map_err(|error| Unfit::Role(path.clone(), error))?;
        let unlinked = |error: wasmtime::Error| Unfit::Link(path.clone(), format!("{error:#}"));
        let (pre, component, recorded) = match self.recording.as_ref().zip(id) {
            Some((journal, id)) => {
                let recorder = self.recorder(journal, id, loaded).map_err(unlinked)?;
                (recorder.pre().clone(), Arc::new(recorder) as Arc<dyn Instantiate<State>>, true)
            }
            None => {
                let pre = self.linker.instantiate_pre(&loaded.component).map_err(unlinked)?;
                (pre.clone(), Arc::new(pre) as Arc<dyn Instantiate<State>>, false)
            }
        };
        let handlers = HandlerIndices::new(&pre, &loaded.exports).map_err(unlinked)?;
        let exports = ExportIndices::new(&pre, &loaded.exports).map_err(unlinked)?;
        let coweb = coweb::exports::ExportIndices::new(&pre, &loaded.exports).map_err(unlinked)?;
        let exports = Arc::new(Exports { handlers, chat: exports, coweb });
        Ok(Linked { component, recorded, roles, exports })
    }

    fn recorder(
        &self,
        journal: &Arc<Journal>,
        id: &str,
        loaded: &Loaded,
    ) -> wasmtime::Result<Recorder<State>> {
        let bytes = fs::read(&loaded.path)?;
        let name = loaded.path.file_name().unwrap_or_default().to_string_lossy();
        let extension = (&loaded.component, &*bytes);
        Recorder::new(&self.sandbox, Arc::clone(journal), id, &name, extension, &self.linker)
    }

    /// Links a component for the place that it is configured in.
    ///
    /// # Errors
    /// If it cannot run there, as it is or with what it is granted.
    pub fn fit(&self, loaded: &Loaded, plan: &config::Extension) -> Result<Linked, Unfit> {
        let path = loaded.path.display().to_string();
        let linked = self.link_as(loaded, Some(&plan.id()))?;
        let role = match plan.kind {
            Kind::Network => Role::Backend,
            Kind::Bot => Role::Bot,
            Kind::Auth => Role::Auth,
            Kind::Access => Role::Access,
            Kind::Updater => Role::Updater,
            Kind::Launcher => Role::Launcher,
            Kind::Manager => Role::Manager,
            Kind::Service => Role::ServiceBot,
        };
        if !linked.roles.contains(&role) {
            let (table, name) = (plan.kind.table(), plan.name.clone());
            let (package, interface) = role.interface();
            let interface = format!("{package}/{interface}");
            return Err(Unfit::Misplaced { path, table, name, interface });
        }
        // A component that is a bot as well may do without networks where it is a backend.
        let needed = |need: &Need| plan.kind == Kind::Bot || need.grant != "networks";
        match role::missing(loaded, &plan.grant).into_iter().find(needed) {
            Some(need) => Err(Unfit::NotGranted { path, why: need.why(), id: plan.id(), line: need.line() }),
            None => Ok(linked),
        }
    }
}

/// A component, linked: what it exports has been found.
pub struct Linked {
    /// Makes its instances.
    component: Arc<dyn Instantiate<State>>,
    /// Whether what they do is written down.
    recorded: bool,
    /// What it is.
    pub roles: Vec<Role>,
    /// What it exports to each layer.
    pub(crate) exports: Arc<Exports>,
}

/// What a component exports to each layer.
pub(crate) struct Exports {
    handlers: HandlerIndices,
    chat: ExportIndices,
    coweb: coweb::exports::ExportIndices,
}

impl Exports {
    /// Takes them into the state of a new instance, where each layer finds its own. Before anything is called.
    pub fn load(&self, live: &mut Live<State>) -> wasmtime::Result<()> {
        self.handlers.load(live)?;
        self.chat.load(live)?;
        self.coweb.load(live)
    }
}

impl Linked {
    pub(crate) fn blueprint(&self, workshop: &Workshop, common: Arc<Common>) -> Blueprint<State> {
        let mut limits = common.limits.clone();
        if self.recorded {
            limits.memory = limits.memory.saturating_add(RECORDED_MEMORY);
            limits.instances = limits.instances.saturating_add(RECORDED_INSTANCES);
        }
        Blueprint {
            name: Arc::clone(&common.name),
            sandbox: workshop.sandbox.clone(),
            component: Arc::clone(&self.component),
            limits,
            make_state: Box::new(move |limiter, mailbox| State::new(Arc::clone(&common), limiter, mailbox)),
        }
    }
}

/// What an extension comes into.
pub struct House {
    /// Between networks and bots.
    pub router: Arc<Router>,
    /// The managers of a server of sessions.
    pub managers: Arc<Managers>,
    /// What all extensions share of the host's side.
    pub services: Arc<Services>,
    /// Counts the calls that are under way in the whole program.
    pub under_way: UnderWay,
    /// What each extension uses.
    pub ledger: Arc<Ledger>,
    /// Set when the terminal that some extension talks to has come to its end.
    pub terminal_ended: CancellationToken,
}

impl House {
    /// A house with nobody in it.
    pub fn new(settings: Settings, services: Arc<Services>) -> Self {
        let under_way = UnderWay::default();
        let router = Router::new(settings, under_way.clone());
        let (managers, terminal_ended) = (Arc::default(), CancellationToken::new());
        Self { router, managers, services, under_way, ledger: Arc::default(), terminal_ended }
    }

    /// Starts a configured extension.
    ///
    /// # Errors
    /// If it cannot run here, as it is or with what it was granted. Whether it then starts well is its own matter.
    pub fn admit(
        &self,
        workshop: &Workshop,
        loaded: &Loaded,
        plan: &config::Extension,
    ) -> Result<Running, Unfit> {
        let linked = workshop.fit(loaded, plan)?;
        let common = self.common(plan);
        let name = Arc::clone(&common.name);
        let blueprint = linked.blueprint(workshop, Arc::clone(&common));
        let running = match plan.kind {
            Kind::Network => {
                let backend = Arc::new(ComponentBackend::default());
                let hooks = self.backend_hooks(&name, &backend, &linked, plan);
                let extension = Extension::spawn(blueprint, hooks, self.under_way.clone());
                backend.attach(extension.mailbox().clone());
                Running { extension, common, seat: Seat::Network }
            }
            Kind::Bot => {
                let bot = Arc::new(Bot::new(name, plan.grant.networks.clone()));
                let extension =
                    Extension::spawn(blueprint, self.bot_hooks(&bot, &linked), self.under_way.clone());
                bot.attach(extension.mailbox().clone());
                Running { extension, common, seat: Seat::Bot(bot) }
            }
            Kind::Auth | Kind::Access | Kind::Updater | Kind::Launcher | Kind::Manager | Kind::Service => {
                let part = match plan.kind {
                    Kind::Auth => Part::Auth,
                    Kind::Access => Part::Access,
                    Kind::Updater => Part::Updater,
                    // Each session has its own: `ServiceFactory`.
                    _ => return Err(Unfit::OfSessions(plan.id())),
                };
                let hooks = self.manager_hooks(part, plan, &linked);
                let extension = Extension::spawn(blueprint, hooks, self.under_way.clone());
                self.managers.attach(part, extension.mailbox().clone());
                Running { extension, common, seat: Seat::Manager }
            }
        };
        self.ledger.enter(&running.common, &running.extension);
        Ok(running)
    }

    /// What stays the same over all instances of a configured extension.
    pub(crate) fn common(&self, plan: &config::Extension) -> Arc<Common> {
        let name: Arc<str> = plan.name.as_str().into();
        Arc::new(Common {
            name: Arc::clone(&name),
            id: plan.id(),
            grants: Arc::new(plan.grant.clone()),
            limits: plan.limits.clone(),
            config: ArcSwap::from_pointee(plan.config.clone()),
            log: Log::new(name, &plan.limits),
            traffic: Traffic::default(),
            services: Arc::clone(&self.services),
            dialer: self.services.dialer.for_another(),
            terminal_ended: self.terminal_ended.clone(),
            numbers: AtomicU32::new(1),
        })
    }

    /// Puts another component in the place of a bot's that runs; that one stays if the new one does not start.
    ///
    /// # Errors
    /// Why the new one cannot run, in words.
    pub async fn replace(
        &self,
        workshop: &Workshop,
        running: &Running,
        loaded: &Loaded,
        plan: &config::Extension,
    ) -> Result<(), String> {
        let Seat::Bot(bot) = &running.seat else { return Err("only bots can be reloaded".into()) };
        let linked = workshop.fit(loaded, plan).map_err(|error| error.to_string())?;
        // For the new one's instances; what runs has read its own.
        let before = running.common.config.swap(Arc::new(plan.config.clone()));
        let blueprint = linked.blueprint(workshop, Arc::clone(&running.common));
        let replaced = running.extension.replace(blueprint, self.bot_hooks(bot, &linked)).await;
        replaced.map_err(|error| {
            running.common.config.store(before);
            error.to_string()
        })
    }

    fn backend_hooks(
        &self,
        name: &Arc<str>,
        backend: &Arc<ComponentBackend>,
        linked: &Linked,
        plan: &config::Extension,
    ) -> Hooks<State> {
        let plan = network::Plan { rooms: plan.rooms.clone(), unlimited: plan.grant.check_stdio().is_ok() };
        let as_backend = Arc::clone(backend) as Arc<dyn chat::Backend>;
        let network = self.router.add_network(Arc::clone(name), as_backend, plan);
        let place = Place { router: Arc::clone(&self.router), network: Some(Arc::clone(&network)) };
        let exports = Arc::clone(&linked.exports);
        let (begun, name, router) = (Arc::clone(backend), Arc::clone(name), Arc::clone(&self.router));
        Hooks {
            start: Arc::new(move |live| {
                let (exports, place) = (Arc::clone(&exports), place.clone());
                let backend = Arc::clone(&begun);
                Box::pin(async move {
                    exports.load(live)?;
                    live.store.data_mut().layers.insert(place);
                    backend.begin(live).await
                })
            }),
            stop: Arc::new(|live| Box::pin(ComponentBackend::end(live))),
            again: true,
            changed: Box::new(move |status| {
                tell(&router, &name, "network", status);
                if let Status::Restarting(_) | Status::Quarantined(_) | Status::Failed(_) = status {
                    network.on_disconnected("its backend failed".into(), false);
                }
            }),
        }
    }

    fn manager_hooks(&self, part: Part, plan: &config::Extension, linked: &Linked) -> Hooks<State> {
        let exports = Arc::clone(&linked.exports);
        let managers = Arc::clone(&self.managers);
        let (name, told) = (plan.id(), Arc::clone(&self.router));
        Hooks {
            start: Arc::new(move |live| {
                let (exports, managers) = (Arc::clone(&exports), Arc::clone(&managers));
                Box::pin(async move {
                    exports.load(live)?;
                    managers.begin(part, live).await
                })
            }),
            // A manager has nothing to say at the end.
            stop: Arc::new(|_| Box::pin(async { Ok(Ok(())) })),
            again: true,
            changed: Box::new(move |status| tell(&told, &name, "manager", status)),
        }
    }

    fn bot_hooks(&self, bot: &Arc<Bot>, linked: &Linked) -> Hooks<State> {
        let place = Place { router: Arc::clone(&self.router), network: None };
        let exports = Arc::clone(&linked.exports);
        let (begun, router) = (Arc::clone(bot), Arc::clone(&self.router));
        let (name, told) = (Arc::clone(&bot.name), Arc::clone(&self.router));
        Hooks {
            start: Arc::new(move |live| {
                let (exports, place) = (Arc::clone(&exports), place.clone());
                let (bot, router) = (Arc::clone(&begun), Arc::clone(&router));
                Box::pin(async move {
                    exports.load(live)?;
                    live.store.data_mut().layers.insert(place);
                    let begun = bot.begin(live).await?;
                    if begun.is_ok() {
                        router.add_bot(&bot);
                    }
                    Ok(begun)
                })
            }),
            stop: Arc::new(|live| Box::pin(Bot::end(live))),
            again: true,
            changed: Box::new(move |status| {
                tell(&told, &name, "bot", status);
                if let Status::Stopped | Status::Quarantined(_) | Status::Failed(_) = status {
                    told.remove_bot(&name);
                }
            }),
        }
    }
}

/// Says what became of an extension, once per change; to the admins what is bad.
fn tell(router: &Arc<Router>, name: &str, kind: &str, status: &Status) {
    // Why may be its own words.
    let why = match status {
        Status::Restarting(why) | Status::Failed(why) | Status::Quarantined(why) => printable_line(why),
        _ => Cow::Borrowed(""),
    };
    match status {
        Status::Starting => {}
        Status::Running => tracing::info!("{kind} {name}: running"),
        Status::Stopped => tracing::info!("{kind} {name}: stopped"),
        Status::Restarting(_) => tracing::warn!("{kind} {name}: {why}. It is started again."),
        Status::Failed(_) => {
            tracing::error!("{kind} {name} stays out: {why}. The others run on.");
            router.warn_admins(format!("{kind} {name} stays out: {why}"));
        }
        Status::Quarantined(_) => {
            tracing::error!(
                "{kind} {name} is quarantined after failing again and again: {why}. The others run on."
            );
            router.warn_admins(format!("{kind} {name} is quarantined after failing again and again: {why}"));
        }
    }
}

/// What a component says of itself, without being started: for tools.
///
/// # Errors
/// In words, if it is no bot or fails.
pub async fn describe(workshop: &Workshop, linked: &Linked, name: &str) -> Result<Description, String> {
    let limits = Limits::default();
    let name: Arc<str> = name.into();
    let common = Arc::new(Common {
        name: Arc::clone(&name),
        id: String::from(&*name),
        grants: Arc::default(),
        limits: limits.clone(),
        config: ArcSwap::default(),
        log: Log::new(Arc::clone(&name), &limits),
        traffic: Traffic::default(),
        services: Arc::default(),
        dialer: Default::default(),
        terminal_ended: CancellationToken::new(),
        numbers: AtomicU32::new(1),
    });
    let blueprint = linked.blueprint(workshop, common);
    let mailbox = Mailbox::new(name, 1, 1, UnderWay::default());
    let mut live =
        Guarded::new(&blueprint, mailbox, Arc::default()).await.map_err(|failure| failure.to_string())?;
    let (say, mut said) = oneshot::channel();
    let exports = Arc::clone(&linked.exports);
    let call: Call<State> = Box::new(move |live| {
        Box::pin(async move {
            exports.load(live)?;
            // Heard below.
            let _ = say.send(bot::describe(live).await?);
            Ok(())
        })
    });
    live.call(call).await.map_err(|failure| failure.to_string())?;
    said.try_recv().unwrap_or_else(|_| Err("it said nothing".into()))
}
