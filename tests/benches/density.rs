//! Many live bots in one program: what each costs in memory, how long all take to start, and how long a message takes to
//! find the one that it is for.
//!
//! Prints one line of JSON for as many bots as the variable `BOTS` says. `cargo xtask bench density` runs this for several
//! numbers, each in a process of its own.

use std::{
    env, fs,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::Context;
use futures_util::future::join_all;
use parlor::{
    chat::Settings,
    config::Config,
    extension::{House, Workshop},
    imports::state::Services,
    sandbox::{Cache, Compiler, Loaded, Status},
};
use parlor_tests::{
    guests::{self, guest},
    scripted::Stage,
};
use serde_json::json;

/// As the program has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Messages that are measured.
const MESSAGES: usize = 20_000;

fn main() -> anyhow::Result<()> {
    let bots: usize = env::var("BOTS").context("BOTS says how many")?.parse()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let measured = runtime.spawn(measure(bots));
    println!("{}", runtime.block_on(measured)??);
    Ok(())
}

async fn measure(bots: usize) -> anyhow::Result<serde_json::Value> {
    let component = guest("echo");
    let text: String = (0..bots)
        .map(|number| {
            format!("[bot.b{number}]\ncomponent = {component:?}\ngrant = {{ networks = [\"test\"] }}\n")
        })
        .collect();
    let begin = Instant::now();
    let text = format!("[network.test]\ncomponent = {component:?}\n[chat]\nflood = false\n{text}");
    let config = Config::parse("density.toml".as_ref(), text)?;
    let workshop = Workshop::new(bots as u32 + 1, Compiler::Here)?;
    let house = House::new(Settings { ..config.chat.clone() }, Arc::new(Services::default()));
    let stage = Stage::new(&house.router, "test");
    let cache = Cache::open(guests::cache())?;
    let loaded = Loaded::read(&workshop.sandbox, Some(&cache), &component)?;
    let before = memory()?;
    let running: Vec<_> =
        config.bots.values().map(|plan| house.admit(&workshop, &loaded, plan)).collect::<Result<_, _>>()?;
    let started = join_all(running.iter().map(|bot| bot.started())).await;
    anyhow::ensure!(started.iter().all(|status| *status == Status::Running), "{started:?}");
    let start = begin.elapsed();

    let mut heard = stage.listen().await;
    let mut latencies = Vec::with_capacity(MESSAGES);
    // Every bot is called: one that has never been touched costs less.
    let mut number = 0;
    for _ in 0..MESSAGES.max(bots) {
        // All over the place, and each in its turn: the step and the count have no common factor.
        number = (number + 7_919) % bots;
        let command = if config.bots.keys().next().is_some_and(|first| *first == format!("b{number}")) {
            "!echo hello".to_owned()
        } else {
            format!("!b{number}-echo hello")
        };
        let sent = Instant::now();
        stage.tell("@ann", &command);
        let answer = heard.recv().await.context("no answer")?.body;
        latencies.push(sent.elapsed());
        anyhow::ensure!(answer == "hello", "a wrong answer: {answer}");
    }
    let after = memory()?;
    latencies.sort_unstable();
    let at = |share: f64| latencies[(latencies.len() as f64 * share) as usize];
    let micro = |time: Duration| time.as_nanos() as f64 / 1e3;
    Ok(json!({
        "bots": bots,
        "start_ms": start.as_secs_f64() * 1e3,
        "resident": after.resident,
        "page_tables": after.page_tables,
        "per_bot": (after.resident + after.page_tables).saturating_sub(before.resident + before.page_tables) / bots as u64,
        "p50_us": micro(at(0.5)),
        "p99_us": micro(at(0.99)),
    }))
}

/// What this process has of the machine's memory, in bytes.
struct Memory {
    resident: u64,
    page_tables: u64,
}

fn memory() -> anyhow::Result<Memory> {
    let status = fs::read_to_string("/proc/self/status")?;
    let of = |name: &str| -> anyhow::Result<u64> {
        let line = status.lines().find_map(|line| line.strip_prefix(name)).context("no such line")?;
        Ok(line.trim().trim_end_matches(" kB").parse::<u64>()? * 1024)
    };
    Ok(Memory { resident: of("VmRSS:")?, page_tables: of("VmPTE:")? })
}
