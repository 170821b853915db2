//! Load for a server of Bayeux, the same for all: Parlor, OpenCoweb's own and faye. `cargo xtask bench coweb` starts the
//! servers and calls it, with a [`Plan`] as JSON; it prints what it measured as JSON.
//!
//! It uses one core, and little of that: what it must not be is what limits a server.

mod board;
mod client;
mod message;
mod process;
mod transport;

use std::{cell::Cell, rc::Rc, time::Duration};

use anyhow::{Context, Result};
use board::Board;
use client::Client;
use futures_util::future::try_join_all;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::{
    task::{LocalSet, spawn_local},
    time::{Instant, interval_at, sleep, timeout},
};

/// What is to be done.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Plan {
    /// The server: `127.0.0.1:8080`.
    pub server: String,
    /// Its process.
    pub process: u32,
    /// How sessions are joined.
    pub dialect: Dialect,
    /// What carries messages.
    pub transport: Transport,
    /// What is measured.
    pub measure: Measure,
}

/// How a client comes to hear the others.
#[derive(Deserialize, Clone, Copy, PartialEq)]
#[serde(rename_all = "kebab-case")]
pub enum Dialect {
    /// It prepares a session and joins it, as OpenCoweb's clients do.
    Coweb,
    /// It subscribes to a channel at `/bayeux`.
    Bayeux,
}

/// What carries messages.
#[derive(Deserialize, Clone, Copy, PartialEq)]
#[serde(rename_all = "kebab-case")]
pub enum Transport {
    /// In a session of coweb with acknowledgements, which its clients need for the total order.
    LongPolling,
    /// Without: one connection has an order anyway.
    Websocket,
}

/// What is measured.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", rename_all_fields = "kebab-case")]
pub enum Measure {
    /// Operations that reach all clients of one session: how many a second with so many under way, and then how long
    /// each takes at a fixed rate.
    FanOut { clients: usize, publishers: usize, window: usize, seconds: f64, rate: f64 },
    /// Memory and time of the processor for clients that only wait, in sessions of so many.
    Idle { clients: usize, per_session: usize, seconds: f64 },
}

/// How long anything may take that must happen.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long a server is loaded before anything is measured.
const WARM_UP: Duration = Duration::from_secs(1);
/// The most operations in one request or frame.
const BATCH: usize = 32;
/// How many clients come in at the same time.
const AT_ONCE: usize = 20;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let plan = std::env::args().nth(1).filter(|argument| argument.starts_with('{'));
    // Without a plan it is `cargo bench` or `cargo test` that calls, which have nothing to measure here.
    let Some(plan) = plan else {
        eprintln!("`cargo xtask bench coweb` says what to do");
        return Ok(());
    };
    let plan: Plan = serde_json::from_str(&plan).context("this is no plan")?;
    let tasks = LocalSet::new();
    let figures = tasks.run_until(async {
        match plan.measure {
            Measure::FanOut { clients, publishers, window, seconds, rate } => {
                let board = Rc::new(Board::new(clients));
                let people = join(&plan, "fan-out", clients, &board).await?;
                let publishers = &people[..publishers];
                let seconds = Duration::from_secs_f64(seconds);
                let [per_second, load, server] =
                    throughput(&plan, &board, publishers, window, seconds).await?;
                let [half, most] = latency(&board, publishers, rate, seconds).await?;
                Ok(json!({
                    "per_second": per_second, "load_cpu": load, "server_cpu": server,
                    "p50_ms": half, "p99_ms": most,
                }))
            }
            Measure::Idle { clients, per_session, seconds } => {
                idle(&plan, clients, per_session, Duration::from_secs_f64(seconds)).await
            }
        }
    });
    let figures: Value = figures.await?;
    println!("{figures}");
    Ok(())
}

/// Brings clients into the session of this name: first one, then the others, some at a time.
async fn join(plan: &Plan, name: &str, clients: usize, board: &Rc<Board>) -> Result<Vec<Rc<Client>>> {
    let joining = async {
        let mut people = vec![Client::join(plan, name, board).await?];
        while people.len() < clients {
            let more = AT_ONCE.min(clients - people.len());
            people.extend(try_join_all((0..more).map(|_| Client::join(plan, name, board))).await?);
        }
        Ok(people)
    };
    timeout(PATIENCE, joining).await.context("the clients did not all come in")?
}

/// Operations a second with a window of them under way; and the shares of a core that the load and the server used.
async fn throughput(
    plan: &Plan,
    board: &Rc<Board>,
    publishers: &[Rc<Client>],
    window: usize,
    time: Duration,
) -> Result<[f64; 3]> {
    let over = Rc::new(Cell::new(false));
    let publishing = publishers.iter().map(|publisher| {
        let (publisher, board, over) = (Rc::clone(publisher), Rc::clone(board), Rc::clone(&over));
        spawn_local(async move {
            while !over.get() {
                board.at_most(window - 1).await;
                let free = window.saturating_sub(board.under_way()).min(BATCH);
                let now = Instant::now();
                publisher.publish((0..free).map(|_| board.begin(now))).await?;
            }
            anyhow::Ok(())
        })
    });
    let publishing: Vec<_> = publishing.collect();
    let measured = async {
        sleep(WARM_UP).await;
        let processors =
            || anyhow::Ok([process::processor(std::process::id())?, process::processor(plan.process)?]);
        let (begin, before, used) = (Instant::now(), board.completed(), processors()?);
        sleep(time).await;
        let (took, done) = (begin.elapsed(), board.completed() - before);
        let [load, server] = processors()?;
        let share = |now: Duration, before: Duration| (now - before).as_secs_f64() / took.as_secs_f64();
        Ok([done as f64 / took.as_secs_f64(), share(load, used[0]), share(server, used[1])])
    };
    let measured: Result<_> = measured.await;
    over.set(true);
    for publishing in publishing {
        publishing.await??;
    }
    timeout(PATIENCE, board.at_most(0)).await.context("some operations did not reach everybody")?;
    measured
}

/// How long operations take at this rate, from when they are sent to when the last client has them: in milliseconds, of
/// half of them at most, and of 99 in 100.
async fn latency(
    board: &Rc<Board>,
    publishers: &[Rc<Client>],
    rate: f64,
    time: Duration,
) -> Result<[f64; 2]> {
    let before = board.count();
    let pause = Duration::from_secs_f64(1.0 / rate);
    let mut ticks = interval_at(Instant::now() + pause, pause);
    let mut sending = Vec::new();
    for publisher in publishers.iter().cycle().take((time.as_secs_f64() * rate) as usize) {
        ticks.tick().await;
        let (publisher, number) = (Rc::clone(publisher), board.begin(Instant::now()));
        sending.push(spawn_local(async move { publisher.publish([number].into_iter()).await }));
    }
    for sending in sending {
        sending.await??;
    }
    timeout(PATIENCE, board.at_most(0)).await.context("some operations did not reach everybody")?;
    let times = board.times(before);
    let at = |share: usize| times[(times.len() * share / 100).min(times.len() - 1)].as_secs_f64() * 1e3;
    Ok([at(50), at(99)])
}

/// What clients cost that only wait.
async fn idle(plan: &Plan, clients: usize, per_session: usize, time: Duration) -> Result<Value> {
    let board = Rc::new(Board::new(per_session));
    let (begin, before) = (Instant::now(), process::memory(plan.process)?);
    let mut people = Vec::new();
    while people.len() < clients {
        let few = per_session.min(clients - people.len());
        people.extend(join(plan, &format!("idle-{}", people.len()), few, &board).await?);
    }
    let joined = begin.elapsed();
    for person in &people {
        person.rest().await;
    }
    let used = process::processor(plan.process)?;
    sleep(time).await;
    let used = process::processor(plan.process)? - used;
    let memory = process::memory(plan.process)?;
    Ok(json!({
        "joined_s": joined.as_secs_f64(),
        "memory_mib": memory as f64 / (1 << 20) as f64,
        "kib_per_client": memory.saturating_sub(before) as f64 / 1024.0 / clients as f64,
        "server_cpu": used.as_secs_f64() / time.as_secs_f64(),
    }))
}
