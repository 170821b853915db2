//! One behaviour's own instance of an extension, and all that is around it.

use std::{fs, path::PathBuf, sync::Arc};

use tempfile::TempDir;
use tokio::sync::oneshot;
use wasmtime::component::Val;

use super::{
    behaviour::{Behaviour, Seen},
    peer::Peer,
    report::Outcome,
    shape,
    sheet::{Sheet, folder_of},
};
use crate::{
    chat::{Backend, Place, network},
    config::{self, Config},
    extension::{House, Linked, Workshop},
    imports::{
        State,
        clock::ScriptedClock,
        state::Services,
        store::{Database, DatabaseUrl},
    },
    role::Role,
    sandbox::{Blueprint, Call, Guarded, Loaded, Mailbox, Sandbox},
    talk::{
        Listener, Transcript, calls,
        outside::{self, Called, News, Outside},
        stage::{self, Stage},
        values,
    },
};

/// What the extension is called in its house.
const NAME: &str = "conform";
/// The most that comes over a connection in one call.
const PIECE: usize = 64 * 1024;
/// The most that an extension and what is outside can say to each other without a pause.
const MOST_ROUNDS: usize = 10_000;
/// The most of timers' calls of one wait.
const MOST_RINGS: usize = 1_000;

/// An extension and its sheet, ready for trials: compiled once, for all of them.
pub struct Bench {
    sandbox: Sandbox,
    loaded: Loaded,
    sheet: Arc<Sheet>,
    listener: Listener,
}

impl Bench {
    /// Takes a component that was loaded by this engine. `listener` hears the log of this program.
    pub fn new(sandbox: &Sandbox, loaded: Loaded, sheet: Sheet, listener: Listener) -> Self {
        Self { sandbox: sandbox.clone(), loaded, sheet: Arc::new(sheet), listener }
    }

    /// What the extension is.
    ///
    /// # Errors
    /// If it is no extension of this host.
    pub fn roles(&self) -> anyhow::Result<Vec<Role>> {
        Ok(Workshop::on(&self.sandbox)?.link(&self.loaded)?.roles)
    }

    /// Tries one behaviour of a role with a new instance.
    ///
    /// # Errors
    /// If this machine fails, or the sheet cannot be used.
    pub async fn of(&self, role: Role, behaviour: &Behaviour) -> anyhow::Result<Outcome> {
        let transcript = Transcript::default();
        self.listener.follow(&transcript);
        let check = match Trial::new(self, role, transcript.clone()).await? {
            Ok(mut trial) => (behaviour.run)(&mut trial).await,
            Err(seen) => Err(seen),
        };
        let mut printed = transcript.take_printed();
        printed.extend(transcript.take().into_iter().filter(|line| line.starts_with("log: ")));
        Ok(Outcome::new(role, behaviour.name, check, printed))
    }
}

/// A trial under way.
pub struct Trial {
    /// What its sheet says.
    pub sheet: Arc<Sheet>,
    /// What it reports and calls, since that was last taken.
    pub calls: Vec<Called>,
    /// What its handlers returned as errors.
    pub errors: Vec<String>,
    /// The service that it connects to.
    pub peer: Peer,
    /// What it is told of outside.
    pub outside: Outside,
    /// The chat network of bots.
    pub stage: Stage,
    clock: Arc<ScriptedClock>,
    transcript: Transcript,
    loaded: Loaded,
    linked: Linked,
    house: House,
    blueprint: Blueprint<State>,
    guarded: Option<Guarded<State>>,
    /// Files that it may read, and its store.
    _folder: TempDir,
}

impl Trial {
    /// An instance that was called nothing yet. The inner error is the extension's.
    async fn new(bench: &Bench, role: Role, transcript: Transcript) -> anyhow::Result<Result<Self, Seen>> {
        let clock = Arc::new(ScriptedClock::default());
        let outside = Outside::new(transcript.clone(), Arc::clone(&clock));
        outside.take_calls();
        let mut workshop = Workshop::on(&bench.sandbox)?;
        let loaded = bench.loaded.clone();
        workshop.adapt(|linker| outside.link(&loaded.component, linker))?;
        let linked = workshop.link(&loaded)?;
        let folder = tempfile::tempdir()?;
        let config = configuration(&loaded, &bench.sheet, role, &folder)?;
        let plan: &config::Extension = &config.bots[NAME];
        let database = if loaded.imports.iter().any(|import| import.package == "wasi:keyvalue") {
            Some(Database::open(&DatabaseUrl::sqlite(folder.path().join("store.db"))).await?)
        } else {
            None
        };
        let services = Services { database, clock: Some(Arc::clone(&clock)), ..Services::default() };
        let house = House::new(config.chat.clone(), Arc::new(services));
        let service = stage::Service::new(transcript.clone());
        let backend = Arc::clone(&service) as Arc<dyn Backend>;
        let network = house.router.add_network(stage::NETWORK.into(), backend, network::Plan::default());
        let stage = Stage::new(service, network, Arc::clone(&clock));
        let blueprint = linked.blueprint(&workshop, house.common(plan));
        let mut trial = Self {
            sheet: Arc::clone(&bench.sheet),
            calls: Vec::new(),
            errors: Vec::new(),
            peer: Peer::new(bench.sheet.backend.clone()),
            outside,
            stage,
            clock,
            transcript,
            loaded,
            linked,
            house,
            blueprint,
            guarded: None,
            _folder: folder,
        };
        Ok(trial.again().await.map(|()| trial))
    }

    /// A new instance in the place of this one: what it stored is there, and nothing else of it.
    pub async fn again(&mut self) -> Result<(), Seen> {
        self.outside.forget();
        self.guarded = None;
        let mailbox = Mailbox::new(NAME.into(), 256, usize::MAX, self.house.under_way.clone());
        let fails = |failure| Seen::Wrong(format!("a new instance cannot be made: {failure}"));
        let mut guarded = Guarded::new(&self.blueprint, mailbox, Arc::default()).await.map_err(fails)?;
        let exports = Arc::clone(&self.linked.exports);
        let place = Place { router: Arc::clone(&self.house.router), network: None };
        let load: Call<State> = Box::new(move |live| {
            Box::pin(async move {
                exports.load(live)?;
                live.store.data_mut().layers.insert(place);
                Ok(())
            })
        });
        guarded.call(load).await.map_err(fails)?;
        self.guarded = Some(guarded);
        Ok(())
    }

    /// Milliseconds since 1970.
    pub fn now(&self) -> u64 {
        self.clock.now()
    }

    /// The whole name of an interface that it exports, if it does.
    fn interface(&self, name: &str) -> Option<String> {
        let ours = |package: &str| package.starts_with("parlor:");
        let found =
            self.loaded.exports.iter().find(|export| ours(&export.package) && export.interface == name);
        found.map(ToString::to_string)
    }

    /// Whether it exports this interface.
    pub fn exports(&self, interface: &str) -> bool {
        self.interface(interface).is_some()
    }

    /// Whether it imports this interface.
    pub fn imports(&self, interface: &str) -> bool {
        self.loaded.imports.iter().any(|import| import.interface == interface)
    }

    /// Makes one call, and nothing else.
    async fn invoke(
        &mut self,
        interface: &str,
        function: &str,
        arguments: Vec<Val>,
    ) -> Result<Option<Val>, Seen> {
        let name = self
            .interface(interface)
            .ok_or_else(|| Seen::Wrong(format!("it exports no interface `{interface}`")))?;
        let Some(guarded) = &mut self.guarded else {
            return Err(Seen::Wrong("it crashed before".to_owned()));
        };
        let (say, mut said) = oneshot::channel();
        let called = function.to_owned();
        let call: Call<State> = Box::new(move |live| {
            Box::pin(async move {
                let results = calls::call_with(live, &name, &called, |_| Ok(arguments)).await?;
                // Heard below.
                let _ = say.send(results);
                Ok(())
            })
        });
        if let Err(failure) = guarded.call(call).await {
            self.guarded = None;
            return Err(Seen::Wrong(format!("in {interface}.{function} {failure}")));
        }
        let results = said.try_recv().unwrap_or_else(|_| Err("it said nothing".to_owned()));
        results.map(|results| results.into_iter().next()).map_err(Seen::Wrong)
    }

    /// Calls an export, and lets come to its end what that brings about. It fails if the extension does.
    pub async fn call(&mut self, path: &str, arguments: Vec<Val>) -> Result<Option<Val>, Seen> {
        let (interface, function) = path.split_once('.').unwrap_or((path, ""));
        let answer = self.invoke(interface, function, arguments).await?;
        self.settle().await?;
        Ok(answer)
    }

    /// Calls an export that returns a `result`.
    pub async fn ask(&mut self, path: &str, arguments: Vec<Val>) -> Result<Result<Option<Val>, Val>, Seen> {
        match self.call(path, arguments).await? {
            Some(Val::Result(Ok(value))) => Ok(Ok(value.map(|value| *value))),
            Some(Val::Result(Err(Some(error)))) => Ok(Err(*error)),
            other => Err(Seen::Wrong(format!("{path} answered {other:?}"))),
        }
    }

    /// Calls an export that returns a `result`, which is to be fine; what is in it, if anything is.
    pub async fn fine(&mut self, path: &str, arguments: Vec<Val>) -> Result<Val, Seen> {
        match self.ask(path, arguments).await? {
            Ok(value) => Ok(value.unwrap_or(Val::Tuple(Vec::new()))),
            Err(error) => Err(Seen::Wrong(format!("{path} answered err({})", shape::shown(&error)))),
        }
    }

    /// Calls an export that returns a `result`, whatever that is then.
    pub async fn attempt(&mut self, path: &str, arguments: Vec<Val>) -> Result<(), Seen> {
        self.ask(path, arguments).await.map(drop)
    }

    /// Calls an export whose error is words for the log: whether it was fine. The words must be some.
    pub async fn words(
        &mut self,
        path: &str,
        arguments: Vec<Val>,
    ) -> Result<Result<Option<Val>, String>, Seen> {
        match self.ask(path, arguments).await? {
            Ok(value) => Ok(Ok(value)),
            Err(Val::String(words)) if words.trim().is_empty() => {
                Err(Seen::Wrong(format!("{path} failed and did not say why")))
            }
            Err(error) => Ok(Err(values::words(&error).unwrap_or_default().to_owned())),
        }
    }

    /// Tells a handler something, if it has that; what it returns as an error is noted.
    pub async fn tell(&mut self, path: &str, arguments: Vec<Val>) -> Result<(), Seen> {
        let (interface, function) = path.split_once('.').unwrap_or((path, ""));
        if !self.exports(interface) {
            return Ok(());
        }
        let answer = self.invoke(interface, function, arguments).await?;
        if let Some(words) = calls::refusal(answer.as_slice()) {
            self.errors.push(words);
        }
        Ok(())
    }

    /// Lets all come to its end that was begun: calls to the outside are noted, the service answers, and the extension
    /// hears of it.
    pub async fn settle(&mut self) -> Result<(), Seen> {
        for _ in 0..MOST_ROUNDS {
            for called in self.outside.take_calls() {
                self.note(called);
            }
            let says = self.peer.takes();
            if !says.is_empty() {
                self.hear(&says).await?;
                continue;
            }
            match self.outside.news() {
                None => return Ok(()),
                Some(News::Open(number)) => self.tell("net-handler.on-open", vec![Val::U32(number)]).await?,
                Some(News::Closed(number)) => {
                    self.tell("net-handler.on-close", vec![Val::U32(number), Val::Option(None)]).await?;
                }
                Some(News::Response(number, _)) => {
                    let why = shape::case("unreachable", Some(shape::text("there is no network here")));
                    let answer = Val::Result(Err(Some(Box::new(why))));
                    self.tell("fetch-handler.on-response", vec![Val::U32(number), answer]).await?;
                }
            }
        }
        Err(Seen::Wrong(format!("it and the service answer each other without an end: {MOST_ROUNDS} times")))
    }

    fn note(&mut self, called: Called) {
        match (&*called.interface, &*called.function, &called.arguments[..]) {
            ("net", "connect", [Val::String(url)]) => self.peer.open(url),
            ("net", "send", [_, data]) => self.peer.hear(&outside::bytes(data)),
            ("net", "send-filled", [_, Val::List(parts)]) => {
                let data: Vec<u8> = parts.iter().flat_map(outside::filled).collect();
                self.peer.hear(&data);
            }
            _ => {}
        }
        self.calls.push(called);
    }

    /// The service sends this; each element is one piece.
    pub async fn hear(&mut self, pieces: &[Vec<u8>]) -> Result<(), Seen> {
        for data in pieces.iter().flat_map(|piece| piece.chunks(PIECE)) {
            // A connection that was closed brings nothing.
            let Some(number) = self.outside.connection() else { return Ok(()) };
            self.tell("net-handler.on-data", vec![Val::U32(number), shape::bytes(data)]).await?;
        }
        Ok(())
    }

    /// Puts the clock on by so many milliseconds, and rings the timers that are due on the way: as many as there is
    /// patience for.
    pub async fn wait(&mut self, milliseconds: u64) -> Result<(), Seen> {
        let until = self.clock.now().saturating_add(milliseconds);
        for _ in 0..MOST_RINGS {
            let Some(number) = self.outside.next_timer(until) else { break };
            self.tell("timer-handler.on-timer", vec![Val::U32(number)]).await?;
            self.settle().await?;
        }
        self.clock.set(until);
        Ok(())
    }

    /// The calls of `INTERFACE.FUNCTION` among those that were noted, each with its arguments.
    pub fn called(&self, path: &str) -> Vec<&[Val]> {
        let (interface, function) = path.split_once('.').unwrap_or((path, ""));
        let it = |called: &&Called| called.interface == interface && called.function == function;
        self.calls.iter().filter(it).map(|called| &*called.arguments).collect()
    }

    /// Forgets what was noted.
    pub fn forget(&mut self) {
        self.calls.clear();
        self.errors.clear();
        self.transcript.take();
        self.peer.written();
    }

    /// Drops what a call answered with, if that is a handle.
    pub async fn drop_handle(&mut self, handle: Val) -> Result<(), Seen> {
        let (Val::Resource(handle), Some(guarded)) = (handle, &mut self.guarded) else { return Ok(()) };
        let call: Call<State> =
            Box::new(move |live| Box::pin(async move { handle.resource_drop_async(&mut live.store).await }));
        guarded.call(call).await.map_err(|failure| {
            self.guarded = None;
            Seen::Wrong(format!("when a room was dropped {failure}"))
        })
    }
}

/// A configuration in which the extension is granted all that leads nowhere, and its files.
fn configuration(loaded: &Loaded, sheet: &Sheet, role: Role, folder: &TempDir) -> anyhow::Result<Config> {
    let mut dirs = toml::value::Array::new();
    for (path, text) in &sheet.files {
        let Some((parent, name)) = folder_of(path) else { continue };
        // One folder of ours for each of its own, however deep that is.
        let host: PathBuf = folder.path().join(parent.replace('/', "+"));
        if !host.is_dir() {
            fs::create_dir(&host)?;
            let pairs = [("host", host.display().to_string()), ("guest", parent.to_owned())];
            let pairs = pairs.map(|(key, value)| (key.to_owned(), toml::Value::String(value)));
            dirs.push(toml::Value::Table(toml::Table::from_iter(pairs)));
        }
        fs::write(host.join(name), text)?;
    }
    let as_service = sheet.service_bot.as_ref().and_then(|questions| questions.config.as_ref());
    let config = as_service.filter(|_| role == Role::ServiceBot).unwrap_or(&sheet.config);
    let component = toml::Value::String(loaded.path.display().to_string());
    let text = format!(
        "[network.{network}]\ncomponent = {component}\n[bot.{NAME}]\ncomponent = {component}\nconfig = {config}\nlimits = {limits}\n\
         grant = {{ networks = [\"{network}\"], net = [\"192.0.2.1:1\"], http = [\"https://192.0.2.1\"], store = \"64 MiB\", dirs = {dirs} }}\n",
        network = stage::NETWORK,
        config = toml::Value::Table(config.clone()),
        limits = toml::Value::Table(sheet.limits.clone()),
        dirs = toml::Value::Array(dirs),
    );
    Ok(Config::parse(super::sheet::NAME.as_ref(), text)?)
}
