//! `cargo xtask bench coweb`: Parlor's sessions beside OpenCoweb's own server and faye, under the same load.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use clap::Args;
use serde_json::{Map, Value, json};

use super::{built, measured, median, pinned, pinned_to};
use crate::{
    guests,
    toolchain::{self, Toolchain},
    web, workspace,
};

/// Operations that reach all clients of a session, and clients that only wait: beside OpenCoweb's Python server and faye.
///
/// Each server has one core, the load another. Installs the peers under target/ the first time.
#[derive(Args)]
pub struct Coweb {
    /// How often each side runs; the medians are shown.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u8).range(1..=50))]
    rounds: u8,
    /// How long each figure is taken, in seconds.
    #[arg(long, default_value_t = 5.0)]
    seconds: f64,
    /// How many clients only wait. None leaves that out.
    #[arg(long, default_value_t = 5000)]
    idle: u32,
    /// Only the side whose name contains this, such as `faye` or `websocket`.
    #[arg(long)]
    only: Option<String>,
    /// Print JSON instead of a table.
    #[arg(long)]
    json: bool,
}

/// The core of the load.
const LOAD: &str = "1";
/// Clients of the session; how many of them publish; and how many operations are under way.
const CLIENTS: u32 = 50;
const PUBLISHERS: u32 = 5;
const WINDOW: u32 = 250;
/// Operations a second, where it is measured how long they take: what each side can bear.
const RATE: f64 = 10.0;
/// How long a server may take until it listens.
const PATIENCE: Duration = Duration::from_secs(30);

/// A server, over one of its transports.
struct Side {
    name: &'static str,
    dialect: &'static str,
    transport: &'static str,
    /// What it is measured against.
    beside: &'static [&'static str],
    command: fn(&Programs) -> Command,
}

/// In the order in which they take turns.
const SIDES: &[Side] = &[
    Side {
        name: "Parlor, long polling",
        dialect: "coweb",
        transport: "long-polling",
        beside: &["OpenCoweb, long polling", "faye, long polling"],
        command: parlor,
    },
    Side {
        name: "OpenCoweb, long polling",
        dialect: "coweb",
        transport: "long-polling",
        beside: &[],
        command: opencoweb,
    },
    Side {
        name: "faye, long polling",
        dialect: "bayeux",
        transport: "long-polling",
        beside: &[],
        command: faye,
    },
    Side {
        name: "Parlor, websocket",
        dialect: "coweb",
        transport: "websocket",
        beside: &["faye, websocket"],
        command: parlor,
    },
    Side { name: "faye, websocket", dialect: "bayeux", transport: "websocket", beside: &[], command: faye },
];

/// What the sides run.
struct Programs {
    parlor: PathBuf,
    python: PathBuf,
}

impl Coweb {
    /// Builds, measures, and prints.
    pub fn run(&self, options: &toolchain::Options) -> Result<()> {
        let sides: Vec<&Side> = SIDES
            .iter()
            .filter(|side| self.only.as_ref().is_none_or(|only| side.name.contains(only)))
            .collect();
        let toolchain = Toolchain::ready(options)?;
        guests::build(&toolchain, &["public-auth", "public-access", "exact-updater"])?;
        let programs = Programs {
            parlor: built(&["build", "--release", "--package", "parlor"])?,
            python: web::python()?,
        };
        let load = built(&["bench", "--no-run", "--package", "parlor-tests", "--bench", "coweb"])?;
        web::ready()?;

        let fan_out = json!({ "fan-out": {
            "clients": CLIENTS, "publishers": PUBLISHERS, "window": WINDOW, "seconds": self.seconds, "rate": RATE,
        }});
        let idle =
            json!({ "idle": { "clients": self.idle, "per-session": CLIENTS, "seconds": self.seconds }});
        let mut rounds = Vec::new();
        for round in 1..=self.rounds {
            eprintln!("bench: round {round} of {}", self.rounds);
            let mut figures = Map::new();
            for side in &sides {
                let mut of_side = side.measure(&programs, &load, &fan_out)?;
                // Memory does not vary as speed does.
                if self.idle > 0 && round == 1 {
                    of_side["idle"] = side.measure(&programs, &load, &idle)?;
                }
                figures.insert(side.name.to_owned(), of_side);
            }
            rounds.push(Value::Object(figures));
        }
        if self.json {
            println!("{}", serde_json::to_string_pretty(&json!({ "rounds": rounds }))?);
        } else {
            self.print(&sides, &rounds);
        }
        Ok(())
    }

    fn print(&self, sides: &[&Side], rounds: &[Value]) {
        let figure = |side: &str, name: &str| median(rounds, &format!("/{side}/{name}"));
        println!(
            "operations that reach all {CLIENTS} clients of a session: {WINDOW} under way; then {RATE} a second"
        );
        println!(
            "{:26} {:>12} {:>9} {:>9}   {:>10} {:>8}",
            "", "a second", "p50", "p99", "core of it", "of load"
        );
        for side in sides {
            let [per_second, half, most, server, load] =
                ["per_second", "p50_ms", "p99_ms", "server_cpu", "load_cpu"]
                    .map(|name| figure(side.name, name));
            let (server, load) = (server * 100.0, load * 100.0);
            println!(
                "{:26} {per_second:>12.0} {half:>6.2} ms {most:>6.2} ms   {server:>8.0} % {load:>6.0} %",
                side.name
            );
        }
        for side in sides {
            let measured = |other: &&&str| sides.iter().any(|side| side.name == **other);
            for other in side.beside.iter().filter(measured) {
                let ratio = |name| figure(side.name, name) / figure(other, name);
                let (more, later) = (ratio("per_second"), ratio("p99_ms"));
                println!("{} against {other}: {more:.1} × as many, p99 {later:.2} ×", side.name);
            }
        }
        if self.idle == 0 {
            return;
        }
        println!("{} clients that only wait, in sessions of {CLIENTS}", self.idle);
        println!("{:26} {:>10} {:>12} {:>9} {:>10}", "", "memory", "per client", "all in", "core of it");
        for side in sides {
            let [memory, each, joined, used] = ["memory_mib", "kib_per_client", "joined_s", "server_cpu"]
                .map(|name| figure(side.name, &format!("idle/{name}")));
            let used = used * 100.0;
            println!("{:26} {memory:>6.0} MiB {each:>8.1} KiB {joined:>7.1} s {used:>8.1} %", side.name);
        }
    }
}

impl Side {
    /// Starts it, measures this, and ends it.
    fn measure(&self, programs: &Programs, load: &Path, measure: &Value) -> Result<Value> {
        let server = Server::start(self.name, (self.command)(programs))?;
        let plan = json!({
            "server": server.address, "process": server.process.id(),
            "dialect": self.dialect, "transport": self.transport, "measure": measure,
        });
        let figures = measured(pinned_to(LOAD, "prlimit").arg(nofile()).arg(load).arg(plan.to_string()));
        figures.with_context(|| format!("{}: {}", self.name, server.log()))
    }
}

/// More files than anybody has by default: each client is one.
fn nofile() -> &'static str {
    "--nofile=16384:16384"
}

fn parlor(programs: &Programs) -> Command {
    let configuration = folder().join("parlor.toml");
    let mut command = pinned("prlimit");
    command.arg(nofile()).arg(&programs.parlor).args(["run", "--config"]).arg(configuration);
    command.env("PARLOR_GUESTS", workspace::guests());
    command
}

fn opencoweb(programs: &Programs) -> Command {
    let mut command = pinned("prlimit");
    command.arg(nofile()).arg(&programs.python).args(["-W", "ignore"]);
    command.arg(workspace::root().join("tests/web/opencoweb-server.py"));
    command.arg(web::folder().join("opencoweb-1.0")).arg(folder()).args(["--port=0", "--logging=warning"]);
    command
}

fn faye(_: &Programs) -> Command {
    let mut command = pinned("prlimit");
    command.arg(nofile()).arg("node").arg(folder().join("faye-server.mjs"));
    command
}

/// Where servers write what they say, and find what they read.
fn folder() -> PathBuf {
    web::folder().join("bench")
}

/// A server that runs. It ends with this.
struct Server {
    process: Child,
    address: String,
    log: PathBuf,
}

impl Server {
    fn start(name: &str, mut command: Command) -> Result<Self> {
        fs::create_dir_all(folder())?;
        fs::write(folder().join("parlor.toml"), "[coweb]\nlisten = \"127.0.0.1:0\"\n")?;
        // Node looks for packages from where the script is: in target/web/node_modules then.
        fs::copy(workspace::root().join("tests/web/faye-server.mjs"), folder().join("faye-server.mjs"))?;
        let log = folder().join("log");
        let file = File::create(&log)?;
        command.stdin(Stdio::null()).stdout(file.try_clone()?).stderr(file);
        let process = command.spawn().with_context(|| format!("cannot start {name}"))?;
        let mut server = Self { process, address: String::new(), log };
        let begin = Instant::now();
        loop {
            if let Some(address) = server.listens() {
                server.address = address;
                return Ok(server);
            }
            if server.process.try_wait()?.is_some() || begin.elapsed() > PATIENCE {
                bail!("{name} does not listen: {}", server.log());
            }
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Where it listens, once it has said so in a whole line.
    fn listens(&self) -> Option<String> {
        let log = self.log();
        let (_, rest) = log.split_once("listening on ")?;
        let (address, _) = rest.split_once('\n')?;
        Some(address.trim().trim_start_matches("http://").to_owned())
    }

    fn log(&self) -> String {
        String::from_utf8_lossy(&fs::read(&self.log).unwrap_or_default()).into_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // One of them does not listen to anything less. It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
