//! `parlor run`

use std::{
    collections::BTreeMap,
    io::{self, IsTerminal, stdin, stdout},
    path::{Path, PathBuf},
    sync::Arc,
    time::SystemTime,
};

use anyhow::Context;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::signal;

use super::{
    Common, Failed,
    watch::{Watched, Watching},
};
use crate::{
    chat::access::Pattern,
    components::Components,
    config::{CommandLineExtension, Config, Kind},
    extension::Workshop,
    imports::{
        dial::Dialer, resolver::Resolver, secrets::Secret, state::Services, store::Database, tls::Tls,
    },
    program::Program,
    recording::{Journal, RecordingFile},
    role::{Role, roles},
    sandbox::Sandbox,
    service_factory::MOST_INSTANCES,
    shipped,
};

/// Run bots and backends
///
/// What each component is, is read from the component. With no backend at all, this terminal is the network: type,
/// and the bots answer. Components on the command line may use each other and nothing else; what more they may do is
/// granted with --set or in a configuration.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  parlor run echo.wasm
  parlor run irc.wasm echo.wasm --set 'network.irc.grant.net = [\"irc.example.org:6697\"]' \\
                                --set 'network.irc.config.server = \"irc.example.org:6697\"'
  parlor run -c parlor.toml
  parlor run --watch greeter           a project: edit it, save, and the bot is the new one")]
pub struct Run {
    /// A configuration; see `parlor check`
    #[arg(short, long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Sets a key of the configuration, for components on the command line (TOML; may be given again)
    #[arg(long = "set", value_name = "KEY=VALUE")]
    sets: Vec<String>,
    /// Builds the bot in this folder and runs it, and again after each change of its files, while everything else goes on
    /// (may be given again). It may have a store of 1 MiB
    #[arg(long, value_name = "FOLDER")]
    watch: Vec<PathBuf>,
    /// Writes every call into and out of the extensions into this new file, without secrets; `parlor replay` plays it
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
    /// Components to run
    #[arg(value_name = "COMPONENT", required_unless_present_any = ["config", "watch"])]
    components: Vec<PathBuf>,
}

impl Run {
    pub(super) fn run(&self, common: &Common) -> Result<(), Failed> {
        let file = match &self.config {
            Some(path) => Config::load(path).map_err(|error| Failed::Usage(error.to_string()))?,
            None => Config::default(),
        };
        // Standard error may be the same screen as the chat.
        let chat = self.config.is_none();
        super::log::start(common, if chat { "warn,watch=info" } else { "info" })?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            // Guests compute in slices of a tick. Looking at the sockets after every few of them keeps a busy guest
            // from making its neighbours' messages wait.
            .event_interval(7)
            .build()
            .context("the runtime cannot be started")?;
        let done = runtime.block_on(self.serve(common, file));
        // A thread that still waits for standard input would never end.
        runtime.shutdown_background();
        done
    }

    async fn serve(&self, common: &Common, file: Config) -> Result<(), Failed> {
        let cache = common.open_cache();
        let watched: Vec<_> =
            self.watch.iter().map(|folder| Watched::new(folder, &file)).collect::<Result<_, _>>()?;
        let count = file.all().count() + 2 * self.components.len() + watched.len() + 1;
        let in_sessions = file.coweb.as_ref().is_some_and(|coweb| coweb.launcher.is_some());
        // Each configured one has room for a second that takes its place.
        let count = count as u32 + if in_sessions { MOST_INSTANCES / 2 } else { 0 };
        // A recorded one has a recorder on each side.
        let count = if self.record.is_some() { count.saturating_mul(3) } else { count };
        let mut workshop = Workshop::new(count, common.compiler()?)?;
        let sandbox = &workshop.sandbox.clone();
        let paths = self.components.iter().chain(watched.iter().map(|project| &project.component));
        let mut components = Components::load(sandbox, cache.as_ref(), paths.cloned()).await;
        let mut extensions = self.recognise(&components)?;
        for project in &watched {
            check_bot(&components, &project.component)?;
            if !file.bots.contains_key(&project.bot) {
                extensions.push(project.extension());
            }
        }
        let backends = extensions.iter().any(|extension| extension.kind == Kind::Network);
        let bots = extensions.iter().any(|extension| extension.kind == Kind::Bot) || !file.bots.is_empty();
        if !backends && file.networks.is_empty() && (bots || file.coweb.is_none()) {
            extensions.push(CommandLineExtension::new(find_terminal()?, Kind::Network));
        }
        let mut sets = self.sets.clone();
        sets.extend(default_grants(&extensions, &self.sets));
        let new = watched.iter().filter(|project| !file.bots.contains_key(&project.bot));
        sets.extend(new.filter_map(|project| default_store(&project.bot, &self.sets)));
        let mut config =
            file.with_components(&extensions, &sets).map_err(|error| Failed::Usage(error.to_string()))?;
        for project in &watched {
            if let Some(plan) = config.bots.get_mut(&project.bot) {
                plan.component.clone_from(&project.component);
                plan.config.extend(project.config.clone());
            }
        }
        tell_if_interactive(&mut config);
        if self.config.is_none() && config.chat.access.admins.is_empty() {
            // Who starts the program at a terminal owns it: as themselves there, and not as whom they play.
            config.chat.access.admins.extend(Pattern::people(OWNER));
        }
        components.extend(load_rest(sandbox, cache.as_ref(), &components, &config).await);
        config.load_cookie_secret().map_err(|error| Failed::Usage(error.to_string()))?;
        let secrets = config.load_secrets().map_err(|errors| {
            Failed::Usage(errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\nparlor: "))
        })?;
        if let Some(path) = &self.record {
            workshop.record(recording(path, &secrets)?);
        }
        let services = services(&config, secrets).await?;
        // Whoever sees a bot answer may ask it to stop.
        let mut asked_to_stop = Stop::listen()?;
        let program = Program::start(workshop, cache, components, &config, services).await?;
        let _watching = Watching::start(watched, program.bots())?;
        let done = tokio::select! {
            biased;
            () = program.deserted(&config) => Err(anyhow::anyhow!("nothing is left to run; see above").into()),
            () = program.terminal_ended() => Ok(()),
            signal = asked_to_stop.next() => {
                tracing::info!("{signal}: goodbye");
                Ok(())
            }
        };
        tokio::select! {
            () = program.stop() => done,
            signal = asked_to_stop.next() => Err(anyhow::anyhow!("{signal} again: stopped at once").into()),
        }
    }

    /// What the components on the command line are.
    fn recognise(&self, components: &Components) -> Result<Vec<CommandLineExtension>, Failed> {
        let mut extensions = Vec::new();
        for path in &self.components {
            let loaded = match components.get(path) {
                Ok(loaded) => loaded,
                Err(error) => {
                    tracing::error!("{error}. The others run on.");
                    continue;
                }
            };
            match roles(loaded) {
                Ok(roles) => {
                    let kinds = roles.iter().filter_map(|role| match role {
                        Role::Backend => Some(Kind::Network),
                        Role::Bot => Some(Kind::Bot),
                        _ => None,
                    });
                    let before = extensions.len();
                    extensions.extend(kinds.map(|kind| CommandLineExtension::new(path, kind)));
                    if let Some(role) = roles.first().filter(|_| extensions.len() == before) {
                        tracing::error!(
                            "{}: is of use to sessions, and runs where `parlor.toml` says so, in [{}]. The others run on.",
                            path.display(),
                            role.table("")
                        );
                    }
                }
                Err(error) => tracing::error!("{}: {error}. The others run on.", path.display()),
            }
        }
        Ok(extensions)
    }
}

/// The largest recording, in bytes; it ends there.
const LONGEST_RECORDING: u64 = 256 << 20;

/// Begins a recording in a new file.
fn recording(path: &Path, secrets: &BTreeMap<String, SecretString>) -> Result<Arc<Journal>, Failed> {
    let file = RecordingFile::create(path, LONGEST_RECORDING)
        .map_err(|error| Failed::Usage(format!("--record {}: {error}", path.display())))?;
    let known = secrets.iter().map(|(name, value)| (name.clone(), value.expose_secret().to_owned()));
    let now = humantime::format_rfc3339_seconds(SystemTime::now());
    let remarks = [format!("Parlor {}, {now}", env!("CARGO_PKG_VERSION"))];
    Ok(Journal::new(Box::new(file), known, &remarks))
}

/// A bot is the only extension that can be exchanged while it runs.
fn check_bot(components: &Components, path: &Path) -> Result<(), Failed> {
    let loaded = components.get(path).map_err(Failed::Usage)?;
    let roles = roles(loaded).map_err(|error| Failed::Usage(format!("{}: {error}", path.display())))?;
    if roles.contains(&Role::Bot) {
        return Ok(());
    }
    let roles: Vec<_> = roles.iter().map(ToString::to_string).collect();
    Err(Failed::Usage(format!(
        "--watch: {} is of the kind {}, and only bots can be exchanged while they run; `parlor test` tries the others",
        path.display(),
        roles.join(", ")
    )))
}

/// Opens what all extensions share.
async fn services(config: &Config, values: BTreeMap<String, SecretString>) -> Result<Services, Failed> {
    let tls = match &config.tls.extra_roots {
        Some(file) => {
            Tls::with_extra_roots(file).with_context(|| format!("[tls] extra-roots: {}", file.display()))?
        }
        None => Tls::default(),
    };
    let secrets = values.into_iter().filter_map(|(name, value)| {
        let secret = config.secrets.get(&name)?;
        Some((name, Secret { value, to: secret.to.clone(), in_clear: secret.in_clear }))
    });
    let stores = config.all().any(|plan| plan.grant.store.is_some());
    let database = if stores {
        let url = config.database_url().map_err(|error| Failed::Usage(error.to_string()))?;
        Some(Database::open(&url).await?)
    } else {
        None
    };
    Ok(Services {
        dialer: Dialer::new(Resolver::default(), tls),
        secrets: secrets.collect(),
        clock: None,
        database,
    })
}

/// The network that this terminal is.
const TERMINAL: &str = "terminal";
/// Whoever sits at it, unless they say that they are somebody else.
const OWNER: &str = "terminal/@you";

/// On the command line every bot is granted every network, and a backend called `terminal` the terminal.
/// Not where `sets` say something else.
fn default_grants(extensions: &[CommandLineExtension], sets: &[String]) -> Vec<String> {
    let of = |kind| extensions.iter().filter(move |extension| extension.kind == kind);
    let networks: Vec<_> = of(Kind::Network).map(|network| format!("{:?}", network.name)).collect();
    let networks = networks.join(", ");
    let bots =
        of(Kind::Bot).map(|bot| (format!("bot.{}.grant", bot.name), "networks", format!("[{networks}]")));
    let terminal = of(Kind::Network).filter(|network| network.name == TERMINAL);
    let terminal = terminal.map(|_| (format!("network.{TERMINAL}.grant"), "net", "[\"stdio:\"]".to_owned()));
    let said = |grant: &str, key: &str| {
        sets.iter().filter_map(|set| set.split_once('=')).map(|(said, _)| said.trim()).any(|said| {
            said == grant || said.strip_prefix(grant).and_then(|rest| rest.strip_prefix('.')) == Some(key)
        })
    };
    let unsaid = bots.chain(terminal).filter(|(grant, key, _)| !said(grant, key));
    unsaid.map(|(grant, key, value)| format!("{grant}.{key} = {value}")).collect()
}

/// A store for a bot that is worked on, where `sets` say nothing of it.
fn default_store(bot: &str, sets: &[String]) -> Option<String> {
    let grant = format!("bot.{bot}.grant");
    let said = sets.iter().any(|set| {
        let key = set.split('=').next().unwrap_or_default().trim();
        key == grant || key == format!("{grant}.store")
    });
    (!said).then(|| format!("{grant}.store = \"1 MiB\""))
}

/// Tells a backend that talks to the terminal whether a person sits there.
fn tell_if_interactive(config: &mut Config) {
    let interactive = stdin().is_terminal() && stdout().is_terminal();
    for network in config.networks.values_mut() {
        if network.grant.check_stdio().is_ok() {
            network.config.entry("interactive".into()).or_insert_with(|| interactive.to_string());
        }
    }
}

async fn load_rest(
    sandbox: &Sandbox,
    cache: Option<&crate::sandbox::Cache>,
    known: &Components,
    config: &Config,
) -> Components {
    let unknown = config.all().map(|plan| plan.component.clone()).filter(|path| !known.has(path));
    Components::load(sandbox, cache, unknown).await
}

/// Where the terminal backend lies.
fn find_terminal() -> Result<PathBuf, Failed> {
    shipped::find(TERMINAL).ok_or_else(|| {
        Failed::Usage(
            "no backend was given, and the terminal's is not beside the program: name the folder with terminal.wasm in \
             PARLOR_GUESTS, or give a backend on the command line"
                .into(),
        )
    })
}

/// Ctrl-C and SIGTERM.
struct Stop {
    #[cfg(unix)]
    interrupt: signal::unix::Signal,
    #[cfg(unix)]
    terminate: signal::unix::Signal,
    #[cfg(windows)]
    interrupt: signal::windows::CtrlC,
}

impl Stop {
    /// Listens from now on.
    fn listen() -> io::Result<Self> {
        #[cfg(unix)]
        {
            use signal::unix::{SignalKind, signal};
            Ok(Self {
                interrupt: signal(SignalKind::interrupt())?,
                terminate: signal(SignalKind::terminate())?,
            })
        }
        #[cfg(windows)]
        Ok(Self { interrupt: signal::windows::ctrl_c()? })
    }

    /// Waits for the next, and says which it was.
    async fn next(&mut self) -> &'static str {
        #[cfg(unix)]
        tokio::select! {
            _ = self.interrupt.recv() => "interrupted",
            _ = self.terminate.recv() => "terminated",
        }
        #[cfg(windows)]
        {
            self.interrupt.recv().await;
            "interrupted"
        }
    }
}
