//! Where an attack takes place: a house with the neighbour in it, and one hostile extension.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use parking_lot::Mutex;
use parlor::{
    chat::{Network, settings::Flood},
    config::{Config, Extension, Kind},
    extension::{House, Running, Workshop},
    sandbox::{Cache, Compiler, Loaded, Status},
};
use parlor_tests::guests;
use tempfile::TempDir;
use tokio::{sync::mpsc::Receiver, task::JoinHandle, time::timeout};

use super::{
    attack::{Attack, By, End, Role},
    network::Talk,
    peer::Peer,
    services::services,
    session::Sessions,
};

/// Who provokes the attacker.
pub const MALLORY: &str = "@mallory";
/// As good as no bound, and still counted.
const UNBOUND: Flood = Flood { commands: u32::MAX, per: Duration::from_secs(10) };
/// How long the end of an extension is waited for.
const PATIENCE: Duration = Duration::from_secs(4);

/// The arena.
pub struct Arena {
    /// What takes place in it.
    pub attack: Attack,
    /// Where extensions live.
    pub house: Arc<House>,
    /// The network that the neighbour is on.
    pub talk: Arc<Talk>,
    workshop: Arc<Workshop>,
    config: Config,
    /// The attacker's component, or why it is none.
    hostile: Result<Loaded, String>,
    path: PathBuf,
    /// The attackers that were admitted.
    pub attackers: Mutex<Vec<Arc<Running>>>,
    heard: tokio::sync::Mutex<Receiver<String>>,
    lives: Mutex<Vec<JoinHandle<()>>>,
    sessions: tokio::sync::OnceCell<Sessions>,
    _neighbour: Running,
    _peer: Option<Peer>,
    _folder: TempDir,
}

impl Arena {
    /// Makes it ready, up to the coming of the attacker.
    ///
    /// # Errors
    /// In words, if a component is missing.
    pub async fn new(attack: Attack) -> Result<Self, String> {
        let hostile = guests::folder().join("hostile").join(attack.guest).with_extension("wasm");
        if !hostile.is_file() {
            return Err(format!("{} is missing: run `cargo xtask guests --tests`", hostile.display()));
        }
        let peer = match attack.peer {
            Some(manner) => Some(Peer::listen(manner).await.map_err(|error| error.to_string())?),
            None => None,
        };
        let address = peer.as_ref().map_or("192.0.2.1:1", |peer| &*peer.address);
        let config = configuration(&attack, &hostile, address);
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let services = services(&folder).await?;
        let mut settings = config.chat.clone();
        settings.flood = UNBOUND;
        let workshop = Arc::new(Workshop::new(64, Compiler::Here).map_err(|error| error.to_string())?);
        let house = Arc::new(House::new(settings, Arc::new(services)));
        let talk = Arc::new(Talk::new(&house.router, "test"));
        let cache = Cache::open(guests::cache()).map_err(|error| format!("no cache: {error:?}"))?;
        let load = |path: &Path| {
            Loaded::read(&workshop.sandbox, Some(&cache), path).map_err(|error| error.to_string())
        };
        let echo = load(&guests::guest("echo"))?;
        let neighbour = house.admit(&workshop, &echo, &config.bots["neighbour"]);
        let neighbour = neighbour.map_err(|error| error.to_string())?;
        if neighbour.started().await != Status::Running {
            return Err("the neighbour does not run".into());
        }
        let (path, hostile) = (hostile.clone(), load(&hostile));
        let heard = tokio::sync::Mutex::new(talk.listen(MALLORY));
        let sessions = serve(&attack, &house, &workshop, &cache, &config).await?;
        let (attackers, lives) = (Mutex::default(), Mutex::default());
        Ok(Self {
            attack,
            house,
            talk,
            workshop,
            config,
            hostile,
            path,
            attackers,
            heard,
            lives,
            sessions,
            _neighbour: neighbour,
            _peer: peer,
            _folder: folder,
        })
    }

    /// Lets the attacker in and has it attack, and returns once it has come to the end that it should.
    ///
    /// # Errors
    /// In words, if it comes to another end, or to none in its time.
    pub async fn fight(&self) -> Result<(), String> {
        if in_session(self.attack.role) {
            let provoked = self.provoke(0);
            let over = timeout(self.attack.within, provoked).await;
            return over.map_err(|_| format!("it was not over within {:?}", self.attack.within))?;
        }
        for number in 0..self.attack.copies {
            match self.admit(number) {
                Ok(running) => {
                    // One after the other, so that the first of them has the command.
                    if self.attack.copies > 1 {
                        running.started().await;
                    }
                    self.attackers.lock().push(Arc::new(running));
                }
                Err(why) if self.attack.end == End::StaysOut => {
                    // As the program does.
                    tracing::error!("{why}. The others run on.");
                }
                Err(why) => return Err(why),
            }
        }
        let attackers = self.attackers.lock().clone();
        let all = attackers.iter().enumerate().map(|(number, running)| self.one(number, running));
        let all = futures_util::future::try_join_all(all);
        timeout(self.attack.within, all)
            .await
            .map_err(|_| format!("it was not over within {:?}", self.attack.within))?
            .map(drop)
    }

    fn admit(&self, number: usize) -> Result<Running, String> {
        let hostile = self.hostile.as_ref().map_err(Clone::clone)?;
        let kind = match self.attack.role {
            Role::Bot => Kind::Bot,
            Role::Backend => Kind::Network,
            Role::Auth => Kind::Auth,
            Role::Access => Kind::Access,
            Role::Updater => Kind::Updater,
            Role::Launcher => Kind::Launcher,
            Role::Manager => Kind::Manager,
            Role::Service => Kind::Service,
        };
        let attacks = |plan: &&Extension| plan.kind == kind && plan.component == self.path;
        let plan = self.config.extensions(kind).values().find(attacks);
        let mut plan = plan.expect("the attacker is configured").clone();
        if number > 0 {
            plan.name = format!("{}{}", plan.name, number + 1);
        }
        self.house.admit(&self.workshop, hostile, &plan).map_err(|error| error.to_string())
    }

    /// What becomes of one attacker.
    async fn one(&self, number: usize, running: &Running) -> Result<(), String> {
        let started = running.started().await;
        let End::StaysOut = self.attack.end else {
            if started != Status::Running {
                return Err(format!("it did not start: {started:?}"));
            }
            return tokio::try_join!(self.provoke(number), self.end(running)).map(drop);
        };
        match started {
            Status::Failed(_) => Ok(()),
            other => Err(format!("it was to stay out, and is {other:?}")),
        }
    }

    async fn provoke(&self, number: usize) -> Result<(), String> {
        let command = if number == 0 { "!attack".into() } else { format!("!bad{}-attack", number + 1) };
        match self.attack.by {
            By::Starting => Ok(()),
            By::Word => {
                self.talk.tell(MALLORY, &command);
                Ok(())
            }
            By::Command(wanted) => {
                self.talk.tell(MALLORY, &command);
                loop {
                    let answer = self.heard().await?;
                    // Of several, any may answer first.
                    if answer.starts_with(wanted) || self.attack.copies > 1 {
                        return Ok(());
                    }
                    // It may say anything else before.
                    if answer.starts_with("error: ") || answer.starts_with("told: ") {
                        return Err(format!("{command} was answered {answer:?}, not {wanted:?}"));
                    }
                }
            }
            By::Connecting => {
                let network = self.bad()?;
                self.lives.lock().push(tokio::spawn(async move { network.live().await }));
                Ok(())
            }
            By::Deed(deed) => deed(self).await,
        }
    }

    /// The server of sessions.
    ///
    /// # Errors
    /// If there is none.
    pub fn sessions(&self) -> Result<&Sessions, String> {
        self.sessions.get().ok_or_else(|| "there are no sessions".into())
    }

    /// The network that the attacker is.
    ///
    /// # Errors
    /// If there is none.
    pub fn bad(&self) -> Result<Arc<Network>, String> {
        self.house.router.network("bad").ok_or_else(|| "there is no network".into())
    }

    /// What Mallory is told next.
    ///
    /// # Errors
    /// If the network is gone.
    pub async fn heard(&self) -> Result<String, String> {
        self.heard.lock().await.recv().await.ok_or_else(|| "the network is gone".into())
    }

    async fn end(&self, running: &Running) -> Result<(), String> {
        match self.attack.end {
            End::StaysOut | End::Ends | End::RunsOn => {}
            End::Restarts => {
                running.settled(|status| matches!(status, Status::Restarting(_))).await;
                let status = running.settled(|status| !matches!(status, Status::Restarting(_))).await;
                if status != Status::Running {
                    return Err(format!("it was to run again, and is {status:?}"));
                }
            }
            End::Quarantined => {
                running.settled(|status| matches!(status, Status::Quarantined(_))).await;
            }
            End::Stopped => {
                running.settled(|status| matches!(status, Status::Stopped)).await;
            }
        }
        Ok(())
    }

    /// Whether those that should run on do.
    ///
    /// # Errors
    /// If one does not.
    pub fn check(&self) -> Result<(), String> {
        let attackers = self.attackers.lock();
        match attackers.iter().map(|running| running.status()).find(|status| *status != Status::Running) {
            Some(other) if self.attack.end == End::RunsOn => {
                Err(format!("it was to run on, and is {other:?}"))
            }
            _ => Ok(()),
        }
    }

    /// Sends the attackers away, and what was done for them.
    pub async fn clear(&mut self) {
        if let Some(sessions) = self.sessions.take() {
            sessions.stop().await;
        }
        for life in self.lives.lock().drain(..) {
            life.abort();
        }
        let attackers = std::mem::take(&mut *self.attackers.lock());
        for running in attackers {
            let over = |status: &Status| !matches!(status, Status::Running | Status::Restarting(_));
            if !over(&running.status()) {
                running.stop(PATIENCE).await;
            }
            self.house.router.remove_bot(&running.name);
        }
    }
}

/// Whether there is an instance of its own for each session.
fn in_session(role: Role) -> bool {
    matches!(role, Role::Launcher | Role::Manager | Role::Service)
}

/// A server of sessions, where the attacker serves in one.
async fn serve(
    attack: &Attack,
    house: &House,
    workshop: &Arc<Workshop>,
    cache: &Cache,
    config: &Config,
) -> Result<tokio::sync::OnceCell<Sessions>, String> {
    if !in_session(attack.role) {
        return Ok(tokio::sync::OnceCell::new());
    }
    // Who its users are, and what they may, the shipped managers say.
    Sessions::start(house, workshop, cache, config).await.map(|sessions| sessions.into())
}

/// What the house is configured as.
fn configuration(attack: &Attack, hostile: &Path, peer: &str) -> Config {
    let limits = attack.all_limits();
    let (grants, config) = (attack.grants.replace("PEER", peer), attack.config.replace("PEER", peer));
    let table = format!(
        "component = {hostile:?}\n{limits}\ngrant = {{ {grants} }}\nconfig = {{ {config} }}\n{}\n",
        attack.more
    );
    let inline =
        format!("{{ component = {hostile:?}, {limits}, grant = {{ {grants} }}, config = {{ {config} }} }}");
    let echo = guests::guest("echo");
    let service = format!("{{ component = {:?} }}", guests::guest("echo-service"));
    let networks = if attack.role == Role::Backend { "[\"test\", \"bad\"]" } else { "[\"test\"]" };
    let attacker = match attack.role {
        Role::Bot => format!("[bot.bad]\n{table}"),
        Role::Backend => format!("[network.bad]\n{table}"),
        Role::Auth => sessions(&[("auth", &inline)]),
        Role::Access => sessions(&[("access", &inline)]),
        Role::Updater => sessions(&[("updater", &inline)]),
        Role::Launcher => sessions(&[("launcher", &inline), ("service.bad", &service)]),
        Role::Manager => sessions(&[("manager", &inline), ("service.bad", &service)]),
        Role::Service => sessions(&[("service.bad", &inline)]),
    };
    let text = format!(
        "[chat]\n{}\n[network.test]\ncomponent = {echo:?}\n\
         [bot.neighbour]\ncomponent = {echo:?}\ngrant = {{ networks = {networks} }}\n[network.gone]\ncomponent = {echo:?}\n[secret.key]\nenv = \"NOT_READ\"\nto = [\"192.0.2.1:443\"]\n{attacker}",
        attack.chat
    );
    Config::parse("arena.toml".as_ref(), &*text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// The table of a server of sessions with these in it, and shipped managers for the rest.
fn sessions(given: &[(&str, &str)]) -> String {
    let shipped = [
        ("auth", "public-auth"),
        ("access", "public-access"),
        ("updater", "exact-updater"),
        ("launcher", "component-launcher"),
        ("manager", "component-manager"),
    ];
    let mut table =
        String::from("[coweb]\nlisten = \"127.0.0.1:0\"\ngrace = \"300ms\"\nupdater-timeout = \"1s\"\n");
    for (key, value) in given {
        table.push_str(&format!("{key} = {value}\n"));
    }
    let serves = given.iter().any(|(key, _)| key.starts_with("service"));
    for (key, guest) in shipped {
        // Without services there is nobody to launch them either.
        if given.iter().all(|(other, _)| *other != key) && (serves || !["launcher", "manager"].contains(&key))
        {
            table.push_str(&format!("{key} = {{ component = {:?} }}\n", guests::guest(guest)));
        }
    }
    table
}
