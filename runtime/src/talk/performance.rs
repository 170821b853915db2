//! One test of a script, given to a new extension in a house of its own.

use std::{sync::Arc, time::Duration};

use tempfile::TempDir;
use tokio::{
    sync::oneshot,
    task::yield_now,
    time::{Instant, timeout_at},
};
use wasmtime::component::Val;

use super::{
    calls,
    outside::{News, Outside},
    script::{Script, Step, Test},
    stage::{self, Stage},
    step::Action,
    transcript::Transcript,
    values::{self, Written, option, string},
};
use crate::{
    chat::{
        access::Pattern,
        network,
        settings::{Desk, Whom},
    },
    config::Config,
    extension::{House, Linked, Running, Workshop},
    imports::{
        State,
        clock::ScriptedClock,
        keyvalue::DEFAULT_BUCKET,
        state::Services,
        store::{Bucket, Database, DatabaseUrl, Store},
    },
    role::Role,
    sandbox::{Class, Extension, Hooks, Loaded, Sandbox, Status},
};

/// How long an extension may be at work after a step, beyond the limit of a call: then something is wrong with us.
const PATIENCE: Duration = Duration::from_secs(90);
/// How long it may take to say goodbye.
const GOODBYE: Duration = Duration::from_secs(3);
/// Turns of the runtime's queue after which whatever was woken has run.
const TURNS: usize = 32;
/// The most of timers' calls of one wait, which ends a script that waits a year for a timer of a second.
const MOST_RINGS: usize = 10_000;

/// An extension that is ready to be tested: compiled once, for all tests.
pub struct Prepared {
    sandbox: Sandbox,
    loaded: Loaded,
}

impl Prepared {
    /// Takes a component that was loaded by this engine.
    pub fn new(sandbox: &Sandbox, loaded: Loaded) -> Self {
        Self { sandbox: sandbox.clone(), loaded }
    }

    /// What it is.
    ///
    /// # Errors
    /// If it is no extension of this host.
    pub fn roles(&self) -> anyhow::Result<Vec<Role>> {
        Ok(Workshop::on(&self.sandbox)?.link(&self.loaded)?.roles)
    }
}

/// What a script says about the extension, before anything happens.
#[derive(Clone, Default)]
struct Settings {
    config: Vec<(String, String)>,
    admins: Vec<String>,
    role: Option<String>,
    app_data: Option<String>,
}

impl Settings {
    fn take(&mut self, action: &Action) {
        match action {
            Action::Config(key, value) => self.config.push((key.clone(), value.clone())),
            Action::Admin(name) => self.admins.push(name.clone()),
            Action::As(role) => self.role = Some(role.clone()),
            Action::AppData(json) => self.app_data = Some(json.clone()),
            _ => {}
        }
    }
}

/// The extension that is tested.
enum Actor {
    Bot(Box<Running>),
    Other(Extension<State>),
}

impl Actor {
    fn extension(&self) -> &Extension<State> {
        match self {
            Self::Bot(running) => running,
            Self::Other(extension) => extension,
        }
    }
}

/// A test under way.
pub struct Performance {
    workshop: Workshop,
    loaded: Loaded,
    house: House,
    config: Config,
    role: Role,
    app_data: String,
    actor: Option<Actor>,
    stage: Stage,
    outside: Outside,
    transcript: Transcript,
    clock: Arc<ScriptedClock>,
    store: Store,
    lets: Vec<(String, String)>,
    /// Held so that the store's file is there; goes with this.
    _folder: TempDir,
}

impl Performance {
    /// Runs one test of a script: what the extension did after each of its steps.
    ///
    /// # Errors
    /// If the extension is not one that can be tested, or this machine fails.
    pub async fn run(
        prepared: &Prepared,
        script: &Script,
        test: &Test,
        transcript: &Transcript,
    ) -> anyhow::Result<Vec<Vec<String>>> {
        let mut settings = Settings::default();
        script.settings.iter().chain(&test.steps).for_each(|step| settings.take(&step.action));
        let mut performance = Self::begin(prepared, settings, transcript).await?;
        for step in &script.settings {
            performance.set(&step.action);
        }
        let mut done = Vec::new();
        for step in &test.steps {
            if let Err(words) = performance.step(step).await {
                performance.transcript.line(format_args!("script: {words}"));
            }
            performance.settle().await?;
            done.push(transcript.take());
        }
        performance.end().await;
        Ok(done)
    }

    async fn begin(prepared: &Prepared, settings: Settings, transcript: &Transcript) -> anyhow::Result<Self> {
        let clock = Arc::new(ScriptedClock::default());
        let outside = Outside::new(transcript.clone(), Arc::clone(&clock));
        let mut workshop = Workshop::on(&prepared.sandbox)?;
        let loaded = prepared.loaded.clone();
        workshop.adapt(|linker| outside.link(&loaded.component, linker))?;
        let roles = workshop.link(&loaded)?.roles;
        let role = match &settings.role {
            None => roles[0],
            Some(name) => *roles.iter().find(|role| role.to_string() == *name).ok_or_else(|| {
                let roles: Vec<_> = roles.iter().map(ToString::to_string).collect();
                anyhow::anyhow!("`as {name}`: the extension is: {}", roles.join(", "))
            })?,
        };
        let config = configuration(&loaded, &settings)?;
        let folder = tempfile::tempdir()?;
        let url = DatabaseUrl::sqlite(folder.path().join("store.db"));
        let database = Database::open(&url).await?;
        let plan = &config.bots[NAME];
        let store = database.store(&plan.id(), None, &plan.limits);
        let services =
            Services { database: Some(database), clock: Some(Arc::clone(&clock)), ..Services::default() };
        let house = House::new(config.chat.clone(), Arc::new(services));
        let service = stage::Service::new(transcript.clone());
        let backend = Arc::clone(&service) as Arc<dyn crate::chat::Backend>;
        let network = house.router.add_network(stage::NETWORK.into(), backend, network::Plan::default());
        let stage = Stage::new(service, network, Arc::clone(&clock));
        let app_data = settings.app_data.unwrap_or_else(|| "{}".to_owned());
        let (transcript, lets) = (transcript.clone(), Vec::new());
        Ok(Self {
            workshop,
            loaded,
            house,
            config,
            role,
            app_data,
            actor: None,
            stage,
            outside,
            transcript,
            clock,
            store,
            lets,
            _folder: folder,
        })
    }

    /// What may be said at any time.
    fn set(&mut self, action: &Action) {
        match action {
            Action::Let(name, text) => self.lets.push((format!("${name}"), text.clone())),
            Action::Answer(function, answer) => self.outside.answer(function, answer),
            Action::Http { request, status, body } => self.outside.page(request, *status, body),
            _ => {}
        }
    }

    /// `text` with what stands for the names in it.
    fn resolve(&self, text: &str) -> String {
        self.lets.iter().rev().fold(text.to_owned(), |text, (name, value)| text.replace(name, value))
    }

    async fn step(&mut self, step: &Step) -> Result<(), String> {
        match &step.action {
            Action::Test(_) => self.start().await?,
            Action::Config(..) | Action::Admin(_) | Action::As(_) | Action::AppData(_) => {}
            setting @ (Action::Let(..) | Action::Answer(..) | Action::Http { .. }) => self.set(setting),
            Action::Says { who, room, text } => self.stage.say(who, room.as_deref(), text),
            Action::Joins(who, room) => self.stage.enter(who, room, true),
            Action::Leaves(who, room) => self.stage.leave(who, room),
            Action::Renamed(before, after) => self.stage.rename(before, after),
            Action::Topic { who, room, topic } => self.stage.topic(who, room, topic),
            Action::Invites(who, room) => self.stage.invite(who, room),
            Action::Presence { who, status, note } => self.stage.presence(who, status, note.clone()),
            Action::Reacts { who, mark, message, added } => self.stage.react(who, mark, message, *added)?,
            Action::Network(true) => self.stage.connect(),
            Action::Network(false) => self.stage.disconnect(),
            Action::Wait(time) => self.wait(*time).await?,
            Action::Store => self.show_store().await?,
            Action::Restart => {
                self.end().await;
                self.start().await?;
            }
            Action::Call(text) => {
                let written = Written::parse(&self.resolve(text))?;
                let results = self.call(written).await?;
                let answer = values::answer(&results).unwrap_or_else(|| "done".to_owned());
                self.transcript.line(format_args!("= {answer}"));
            }
            Action::Subscribes(who) => self.serve("on-subscribe", &[string(who)]).await?,
            Action::Unsubscribes(who) => self.serve("on-unsubscribe", &[string(who)]).await?,
            Action::Asks(who, json) => {
                let token = self.outside.token(who);
                let json = self.resolve(json);
                self.serve("on-request", &[string(&json), string(&token), string(who)]).await?;
            }
            Action::Syncs(who, json) => {
                let json = self.resolve(json);
                self.serve("on-sync", &[string(&json), string(who)]).await?;
            }
            Action::SessionEnds => self.serve("on-shutdown", &[]).await?,
            Action::Server(text) => {
                let number = self.outside.connection().ok_or("there is no connection")?;
                let bytes: Vec<_> = text.bytes().chain([b'\n']).map(|byte| byte.to_string()).collect();
                let arguments = [number.to_string(), format!("[{}]", bytes.join(", "))];
                self.tell("net-handler", "on-data", &arguments).await?;
            }
            Action::ServerCloses => {
                let number = self.outside.connection().ok_or("there is no connection")?;
                self.outside.close(number);
            }
            Action::Say(to, text) => self.send(to, text).await?,
        }
        Ok(())
    }

    /// Starts the extension, and waits until it has, or has not.
    async fn start(&mut self) -> Result<(), String> {
        self.stage.connect();
        let plan = &self.config.bots[NAME];
        let actor = if self.role == Role::Bot {
            let running = self.house.admit(&self.workshop, &self.loaded, plan);
            Actor::Bot(Box::new(running.map_err(|error| error.to_string())?))
        } else {
            let linked = self.workshop.link(&self.loaded).map_err(|error| error.to_string())?;
            let blueprint = linked.blueprint(&self.workshop, self.house.common(plan));
            let under_way = self.house.under_way.clone();
            Actor::Other(Extension::spawn(blueprint, self.hooks(&linked)?, under_way))
        };
        let status = actor.extension().started().await;
        self.actor = Some(actor);
        if status == Status::Running && self.role == Role::Backend {
            for function in ["describe", "connect"] {
                self.tell("backend", function, &[]).await?;
            }
        }
        Ok(())
    }

    /// How an extension starts that is no bot.
    fn hooks(&self, linked: &Linked) -> Result<Hooks<State>, String> {
        let exports = Arc::clone(&linked.exports);
        let (_, interface) = self.role.interface();
        let name = self.interface(interface)?;
        let first = match self.role {
            Role::Auth | Role::Access | Role::Updater => Some(Written::new(interface, "start", &[])),
            Role::Manager => Some(Written::new(interface, "start-services", &[])),
            Role::ServiceBot => {
                let arguments = [string("test"), string(&self.app_data)];
                Some(Written::new(interface, "start", &arguments))
            }
            Role::Backend | Role::Bot | Role::Launcher => None,
        };
        let transcript = self.transcript.clone();
        Ok(Hooks {
            start: Arc::new(move |live| {
                let (exports, name, first) = (Arc::clone(&exports), name.clone(), first.clone());
                Box::pin(async move {
                    exports.load(live)?;
                    let Some(first) = first else { return Ok(Ok(())) };
                    let started = calls::call(live, &name, &first).await?;
                    Ok(started.and_then(|results| calls::refusal(&results).map_or(Ok(()), Err)))
                })
            }),
            stop: Arc::new(|_| Box::pin(async { Ok(Ok(())) })),
            again: true,
            changed: Box::new(move |status| {
                if let Status::Restarting(why) | Status::Failed(why) | Status::Quarantined(why) = status {
                    transcript.line(format_args!("log: {why}"));
                }
            }),
        })
    }

    /// The whole name of an interface that the extension exports.
    fn interface(&self, name: &str) -> Result<String, String> {
        let found = self.loaded.exports.iter().find(|export| export.interface == name);
        found.map(ToString::to_string).ok_or_else(|| {
            let names: Vec<_> = self.loaded.exports.iter().map(|export| export.interface.clone()).collect();
            format!("it exports no interface `{name}`; it exports: {}", names.join(", "))
        })
    }

    /// Calls an export, and waits for what it answers.
    async fn call(&self, written: Written) -> Result<Vec<Val>, String> {
        let name = self.interface(&written.interface)?;
        let actor = self.actor.as_ref().ok_or("it does not run")?;
        let (say, said) = oneshot::channel();
        let call = actor.extension().mailbox().push(
            Class::Own,
            Box::new(move |live: &mut crate::sandbox::Live<State>| {
                Box::pin(async move {
                    let results = calls::call(live, &name, &written).await?;
                    // Whoever asked may be gone.
                    let _ = say.send(results);
                    Ok(())
                })
            }),
        );
        call.map_err(|_| "it does not run".to_owned())?;
        // Dropped unsent when it trapped: the log has said why.
        said.await.unwrap_or_else(|_| Err("it gave no answer".to_owned()))
    }

    /// Calls a handler; what it refuses is told.
    async fn tell(&self, interface: &str, function: &str, arguments: &[String]) -> Result<(), String> {
        if let Some(words) = calls::refusal(&self.call(Written::new(interface, function, arguments)).await?) {
            self.transcript.line(format_args!("error: {words}"));
        }
        Ok(())
    }

    async fn serve(&self, function: &str, arguments: &[String]) -> Result<(), String> {
        self.tell("service-bot", function, arguments).await
    }

    /// Lets the host send something by a backend, as it would what a bot says.
    async fn send(&self, to: &str, text: &str) -> Result<(), String> {
        let person = |name: &str, room: Option<&str>| {
            format!(
                "{{network: \"net\", person: {name}, client: none, nick: some({name}), display-name: none, room: {}, access-id: {name}}}",
                option(room),
                name = string(name)
            )
        };
        let recipient = match to.strip_prefix('@') {
            Some(name) => format!("person({})", person(name, None)),
            None if to.starts_with(char::is_alphanumeric) => format!("person({})", person(to, None)),
            None => format!("room({})", string(to)),
        };
        let message = format!(
            "{{id: none, network: \"net\", sender: {}, recipient: {recipient}, body: {}, parent: none, timestamp: {}, delayed: false, extras: []}}",
            person(stage::ME, None),
            string(text),
            self.clock.now()
        );
        self.tell("backend", "send-message", &[message]).await
    }

    /// Puts the clock on, and rings the timers that are due on the way.
    async fn wait(&mut self, time: Duration) -> Result<(), String> {
        self.settle().await.map_err(|error| error.to_string())?;
        let until = self.clock.now().saturating_add(u64::try_from(time.as_millis()).unwrap_or(u64::MAX));
        let mut rings = 0;
        while let Some(number) = self.outside.next_timer(until) {
            rings += 1;
            if rings > MOST_RINGS {
                return Err(format!("its timers ring more than {MOST_RINGS} times"));
            }
            self.tell("timer-handler", "on-timer", &[number.to_string()]).await?;
            self.settle().await.map_err(|error| error.to_string())?;
        }
        self.clock.set(until);
        Ok(())
    }

    async fn show_store(&self) -> Result<(), String> {
        let mut lines = Vec::new();
        for name in self.store.buckets().await.map_err(|error| error.to_string())? {
            let bucket: Bucket = name.parse().map_err(|error| format!("{error}"))?;
            let mut cursor = None;
            loop {
                let page = self.store.list_keys(&bucket, cursor).await.map_err(|error| error.to_string())?;
                for key in page.keys {
                    let value = self.store.get(&bucket, &key).await.map_err(|error| error.to_string())?;
                    let value = String::from_utf8_lossy(&value.unwrap_or_default()).into_owned();
                    let bucket = if name == DEFAULT_BUCKET { String::new() } else { format!("{name}: ") };
                    lines.push(format!("{bucket}{} = {}", shown(&key), shown(&value)));
                }
                cursor = page.next;
                if cursor.is_none() {
                    break;
                }
            }
        }
        lines.sort();
        lines.iter().for_each(|line| self.transcript.line(line));
        Ok(())
    }

    /// Waits until the extension has nothing to do, and tells it what is new outside.
    async fn settle(&self) -> anyhow::Result<()> {
        let deadline = Instant::now() + PATIENCE;
        let stuck = |_| anyhow::anyhow!("the extension is still at work after {PATIENCE:?}");
        loop {
            timeout_at(deadline, self.house.under_way.below(1)).await.map_err(stuck)?;
            // Whatever was woken by the last of it gets its turn; there is one thread.
            for _ in 0..TURNS {
                yield_now().await;
            }
            if self.house.under_way.count() > 0 {
                continue;
            }
            let Some(actor) = &self.actor else { break };
            let coming = |status: &Status| matches!(status, Status::Starting | Status::Restarting(_));
            if coming(&actor.extension().status()) {
                let settled = actor.extension().settled(|status| !coming(status));
                timeout_at(deadline, settled).await.map_err(stuck)?;
                continue;
            }
            let Some(news) = self.outside.news() else { break };
            let told = match news {
                News::Open(number) => self.tell("net-handler", "on-open", &[number.to_string()]).await,
                News::Closed(number) => {
                    let arguments = [number.to_string(), "none".to_owned()];
                    self.tell("net-handler", "on-close", &arguments).await
                }
                News::Response(number, answer) => {
                    self.tell("fetch-handler", "on-response", &[number.to_string(), answer]).await
                }
            };
            if let Err(words) = told {
                self.transcript.line(format_args!("error: {words}"));
            }
        }
        self.outside.flush();
        Ok(())
    }

    /// Ends the extension; what it holds goes with it, but for its store.
    async fn end(&mut self) {
        if let Some(actor) = self.actor.take() {
            actor.extension().stop(GOODBYE).await;
        }
        self.outside.forget();
    }
}

/// What the extension is called in its house.
const NAME: &str = "test";

/// A configuration in which the extension is a bot that was granted all that leads nowhere.
fn configuration(loaded: &Loaded, settings: &Settings) -> anyhow::Result<Config> {
    let pairs: Vec<_> =
        settings.config.iter().map(|(key, value)| format!("{key:?} = {}", toml(value))).collect();
    let component = toml(&loaded.path.display().to_string());
    let text = format!(
        "[network.{network}]\ncomponent = {component}\n[bot.{NAME}]\ncomponent = {component}\nconfig = {{ {} }}\n\
         grant = {{ networks = [\"{network}\"], net = [\"192.0.2.1:1\"], http = [\"https://192.0.2.1\"], store = \"64 MiB\" }}\n\
",
        pairs.join(", "),
        network = stage::NETWORK,
    );
    let mut config = Config::parse("the script".as_ref(), text)?;
    config.chat.flood.commands = 0;
    let admins = settings.admins.iter().map(|name| format!("{}/{name}", stage::NETWORK));
    config.chat.access.admins.extend(admins.flat_map(|name| Pattern::people(&name)));
    config.chat.tell_admins =
        vec![Desk { network: stage::NETWORK.to_owned(), to: Whom::Person("admins".to_owned()) }];
    Ok(config)
}

/// A text as TOML.
fn toml(text: &str) -> String {
    ::toml::Value::String(text.to_owned()).to_string()
}

/// A key or value as it is if that can be read, else as a JSON string.
fn shown(text: &str) -> String {
    if !text.is_empty() && text.trim() == text && !text.chars().any(char::is_control) {
        text.to_owned()
    } else {
        serde_json::Value::from(text).to_string()
    }
}
