//! `cargo xtask bench`: figures beside a peer's, taken in turn on one core of the same machine.

mod coweb;
mod density;
mod services;
mod side;

use std::{
    ffi::OsStr,
    io::{BufRead, BufReader, Write},
    path::PathBuf,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use crate::{
    cargo, guests, process,
    toolchain::{self, Toolchain},
    workspace,
};

/// Measure Parlor beside a peer, in turn on one core.
#[derive(Args)]
pub struct Bench {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    Chat(Chat),
    Coweb(coweb::Coweb),
    Services(services::Services),
    Density(density::Density),
}

/// A message in → router → sandboxed echo bot → out, in process; beside Errbot's dispatcher and plain wasmtime.
///
/// Installs Errbot into a Python environment under target/ the first time.
#[derive(Args)]
struct Chat {
    /// How often each side runs; the medians are shown.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u8).range(1..=50))]
    rounds: u8,
    /// Print JSON instead of a table.
    #[arg(long)]
    json: bool,
}

/// The peer, as it comes from the Python registry.
const ERRBOT: &str = "errbot==6.2.1";
/// The core that everything runs on, or the servers where there is a load beside them.
const CORE: &str = "0";

impl Bench {
    /// Builds, measures, and prints.
    pub fn run(self, options: &toolchain::Options) -> Result<()> {
        match self.what {
            What::Chat(chat) => chat.run(options),
            What::Coweb(coweb) => coweb.run(options),
            What::Services(services) => services.run(options),
            What::Density(density) => density.run(options),
        }
    }
}

impl Chat {
    fn run(&self, options: &toolchain::Options) -> Result<()> {
        let toolchain = Toolchain::ready(options)?;
        guests::build(&toolchain, &["echo", "terminal"])?;
        let program = built(&["build", "--profile", "dist", "--workspace", "--bin", "parlor"])?;
        let bench = built(&["bench", "--no-run", "--profile", "dist", "--workspace", "--bench", "chat"])?;
        let python = errbot()?;
        let script = workspace::root().join("tests/benches/errbot/bench.py");

        let mut rounds = Vec::new();
        for round in 1..=self.rounds {
            eprintln!("bench: round {round} of {}", self.rounds);
            let parlor = measured(pinned(&bench).env("PARLOR_GUESTS", workspace::guests()))?;
            let errbot = measured(pinned(&python).arg(&script))?;
            let start = first_answer(&program)?.as_secs_f64() * 1e3;
            rounds.push(json!({ "parlor": parlor["host"], "floor": parlor["floor"], "errbot": errbot, "start_ms": start }));
        }
        let figures = Figures::of(&rounds);
        if self.json {
            println!("{}", serde_json::to_string_pretty(&json!({ "rounds": rounds }))?);
        } else {
            figures.print();
        }
        Ok(())
    }
}

/// Medians over the rounds.
struct Figures {
    /// Messages a second, p50 and p99 in microseconds: of Parlor, Errbot and plain wasmtime.
    one_by_one: [[f64; 3]; 3],
    /// Messages a second with many under way: of Parlor and Errbot.
    pipelined: [f64; 2],
    start_ms: f64,
}

impl Figures {
    fn of(rounds: &[Value]) -> Self {
        let median = |path: &str| median(rounds, path);
        let side =
            |path: &str| ["per_second", "p50_us", "p99_us"].map(|figure| median(&format!("{path}/{figure}")));
        Self {
            one_by_one: [side("/parlor/one_by_one"), side("/errbot/one_by_one"), side("/floor")],
            pipelined: [median("/parlor/pipelined_per_second"), median("/errbot/pipelined_per_second")],
            start_ms: median("/start_ms"),
        }
    }

    fn print(&self) {
        let [parlor, errbot, floor] = self.one_by_one;
        println!("{:34} {:>10} {:>10} {:>10}", "one message after another", "per second", "p50", "p99");
        for (name, [per_second, p50, p99]) in [
            ("Parlor, sandboxed echo", parlor),
            ("Errbot, bare dispatcher", errbot),
            ("plain wasmtime, the same guest", floor),
        ] {
            println!("{name:34} {per_second:>10.0} {p50:>7.1} µs {p99:>7.1} µs");
        }
        println!("messages a second against Errbot    {:>9.1} ×   (wanted: 20)", parlor[0] / errbot[0]);
        println!(
            "p99 against Errbot                  {:>9.3} ×   (wanted: below 0.33)",
            parlor[2] / errbot[2]
        );
        println!("time against plain wasmtime         {:>9.2} ×   (wanted: at most 2)", floor[0] / parlor[0]);
        let [parlor, errbot] = self.pipelined;
        println!("many under way: Parlor {parlor:.0} a second, Errbot {errbot:.0}: {:.1} ×", parlor / errbot);
        println!("program start to first answer       {:>9.1} ms  (wanted: below 100)", self.start_ms);
    }
}

/// The median over the rounds of what is at this path in each.
fn median(rounds: &[Value], path: &str) -> f64 {
    let mut values: Vec<f64> = rounds.iter().filter_map(|round| round.pointer(path)?.as_f64()).collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Builds something, and tells where its program is.
fn built(arguments: &[&str]) -> Result<PathBuf> {
    let artifacts = cargo::build(cargo::cargo().args(arguments))?;
    let program = artifacts.into_iter().find_map(|artifact| artifact.executable);
    program.with_context(|| format!("`cargo {}` built no program", arguments.join(" ")))
}

/// A Python that has the peer.
fn errbot() -> Result<PathBuf> {
    let folder = workspace::target().join("bench-errbot");
    let python = folder.join("bin/python");
    let stamp = folder.join(ERRBOT);
    if !stamp.exists() {
        eprintln!("bench: installing {ERRBOT} into {}", folder.display());
        process::run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
        process::run(Command::new(&python).args(["-m", "pip", "install", "--quiet", ERRBOT]))?;
        std::fs::write(&stamp, "")?;
    }
    Ok(python)
}

/// A command on the one core, where the system can do that.
fn pinned(program: impl AsRef<OsStr>) -> Command {
    pinned_to(CORE, program)
}

/// The same on another core.
fn pinned_to(core: &str, program: impl AsRef<OsStr>) -> Command {
    if process::exists("taskset") {
        let mut command = Command::new("taskset");
        command.args(["--cpu-list", core]).arg(program);
        command
    } else {
        Command::new(program)
    }
}

/// Runs one side, which prints its figures as the last line.
fn measured(command: &mut Command) -> Result<Value> {
    let printed = process::capture(command)?;
    let line = printed.lines().last().context("it printed no figures")?;
    serde_json::from_str(line).with_context(|| format!("no figures: {line}"))
}

/// From starting the program to the echo of the first line. The first of all fills the cache and is not counted.
fn first_answer(program: &PathBuf) -> Result<Duration> {
    let once = || -> Result<Duration> {
        let begin = Instant::now();
        let mut child = Command::new(program)
            .arg("run")
            .arg(workspace::guests().join("terminal.wasm"))
            .arg(workspace::guests().join("echo.wasm"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("parlor cannot be started")?;
        let mut said = child.stdin.take().context("no standard input")?;
        let heard = child.stdout.take().context("no standard output")?;
        writeln!(said, "!echo first")?;
        let mut line = String::new();
        BufReader::new(heard).read_line(&mut line)?;
        let took = begin.elapsed();
        drop(said);
        let status = child.wait()?;
        ensure!(line == "first\n" && status.success(), "parlor answered {line:?} and ended with {status}");
        Ok(took)
    };
    once()?;
    once()
}
