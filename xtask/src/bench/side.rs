//! Servers of sessions that are measured beside each other: each has one core, the load that is the same for all another.

use std::{
    fs::{self, File},
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value, json};

use super::{built, measured, median, pinned, pinned_to};
use crate::{
    guests,
    toolchain::{self, Toolchain},
    web, workspace,
};

/// The core of the load.
const LOAD: &str = "1";
/// How long a server may take until it listens.
const PATIENCE: Duration = Duration::from_secs(30);

/// A server, over one of its transports.
pub struct Side {
    pub name: &'static str,
    pub dialect: &'static str,
    pub transport: &'static str,
    /// What it is measured against.
    pub beside: &'static [&'static str],
    pub command: fn(&Programs) -> Result<Command>,
}

/// Those whose names contain this; all of them where nothing is wanted.
pub fn chosen(sides: &'static [Side], only: Option<&str>) -> Vec<&'static Side> {
    sides.iter().filter(|side| only.is_none_or(|only| side.name.contains(only))).collect()
}

/// What the sides run, and the load.
pub struct Programs {
    parlor: PathBuf,
    python: PathBuf,
    load: PathBuf,
}

impl Programs {
    /// Builds them, with these guests, and installs the peers.
    pub fn ready(options: &toolchain::Options, needed: &[&str]) -> Result<Self> {
        let toolchain = Toolchain::ready(options)?;
        guests::build(&toolchain, needed)?;
        let programs = Self {
            parlor: built(&["build", "--profile", "dist", "--workspace", "--bin", "parlor"])?,
            python: web::python()?,
            load: built(&["bench", "--no-run", "--profile", "dist", "--workspace", "--bench", "coweb"])?,
        };
        web::ready()?;
        Ok(programs)
    }
}

impl Side {
    /// Starts it, measures this, and ends it.
    pub fn measure(&self, programs: &Programs, measure: &Value) -> Result<Value> {
        let server = Server::start(self, programs)?;
        let plan = json!({
            "server": server.address, "process": server.process.id(),
            "dialect": self.dialect, "transport": self.transport, "measure": measure,
        });
        let mut load = pinned_to(LOAD, "prlimit");
        let figures = measured(load.arg(nofile()).arg(&programs.load).arg(plan.to_string()));
        figures.with_context(|| format!("{}: {}", self.name, server.log()))
    }
}

/// Measures all sides in turn, so many times; each round has its figures by the sides' names.
pub fn rounds(
    sides: &[&Side],
    count: u8,
    mut measure: impl FnMut(&Side, u8) -> Result<Value>,
) -> Result<Vec<Value>> {
    let mut rounds = Vec::new();
    for round in 1..=count {
        eprintln!("bench: round {round} of {count}");
        let mut figures = Map::new();
        for side in sides {
            figures.insert(side.name.to_owned(), measure(side, round)?);
        }
        rounds.push(Value::Object(figures));
    }
    Ok(rounds)
}

/// The median of a side's figure.
pub fn figure(rounds: &[Value], side: &str, name: &str) -> f64 {
    median(rounds, &format!("/{side}/{name}"))
}

/// Prints how much each side does and how long that takes it, and then the ratios.
pub fn print(sides: &[&Side], rounds: &[Value]) {
    let figure = |side: &str, name: &str| figure(rounds, side, name);
    let width = sides.iter().map(|side| side.name.len()).max().unwrap_or_default();
    println!(
        "{:width$} {:>12} {:>9} {:>9}   {:>10} {:>8}",
        "", "a second", "p50", "p99", "core of it", "of load"
    );
    for side in sides {
        let [per_second, half, most, server, load] =
            ["per_second", "p50_ms", "p99_ms", "server_cpu", "load_cpu"].map(|name| figure(side.name, name));
        let (server, load) = (server * 100.0, load * 100.0);
        println!(
            "{:width$} {per_second:>12.0} {half:>6.2} ms {most:>6.2} ms   {server:>8.0} % {load:>6.0} %",
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
}

/// More files than anybody has by default: each client is one.
fn nofile() -> &'static str {
    "--nofile=16384:16384"
}

/// Parlor, whose configuration says this of sessions besides: lines of the table `[coweb]`, and tables that follow.
pub fn parlor(programs: &Programs, more: &str) -> Result<Command> {
    let configuration = folder().join("parlor.toml");
    fs::write(&configuration, format!("[coweb]\nlisten = \"127.0.0.1:0\"\n{more}"))?;
    let mut command = pinned("prlimit");
    command.arg(nofile()).arg(&programs.parlor).args(["run", "--config"]).arg(configuration);
    command.env("PARLOR_GUESTS", workspace::guests());
    Ok(command)
}

/// OpenCoweb's own server, with these arguments besides.
pub fn opencoweb(programs: &Programs, more: &[&str]) -> Result<Command> {
    let mut command = pinned("prlimit");
    command.arg(nofile()).arg(&programs.python).args(["-W", "ignore"]);
    command.arg(workspace::root().join("tests/web/opencoweb-server.py"));
    command.arg(web::folder().join("opencoweb-1.0")).arg(folder()).args(more);
    command.args(["--port=0", "--logging=warning"]);
    Ok(command)
}

/// faye on Node.
pub fn faye() -> Result<Command> {
    let script = folder().join("faye-server.mjs");
    // Node looks for packages from where the script is: in target/web/node_modules then.
    fs::copy(workspace::root().join("tests/web/faye-server.mjs"), &script)?;
    let mut command = pinned("prlimit");
    command.arg(nofile()).arg("node").arg(script);
    Ok(command)
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
    fn start(side: &Side, programs: &Programs) -> Result<Self> {
        let name = side.name;
        fs::create_dir_all(folder())?;
        let mut command = (side.command)(programs)?;
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
