//! Load for a server of Bayeux, the same for all: Parlor, OpenCoweb's own and faye. `cargo xtask bench coweb` and
//! `cargo xtask bench services` start the servers and call it, with a [`Plan`] as JSON; it prints what it measured as JSON.
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
    /// Requests of the clients of one session to its bot, until they are answered: likewise, of each client its share.
    Requests { clients: usize, window: usize, seconds: f64, rate: f64 },
    /// Memory and time of the processor for clients that only wait, in sessions of so many.
    Idle { clients: usize, per_session: usize, seconds: f64 },
}

/// What clients send.
#[derive(Clone, Copy)]
pub enum Load {
    /// Operations, which all clients of the session must get.
    Operations,
    /// Requests, which the session's bot must answer.
    Requests,
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
                let people = join(&plan, "fan-out", clients, || Rc::clone(&board)).await?;
                let senders = Senders {
                    what: Load::Operations,
                    clients: &people[..publishers],
                    boards: &[board],
                    window,
                };
                senders.measure(&plan, Duration::from_secs_f64(seconds), rate).await
            }
            Measure::Requests { clients, window, seconds, rate } => {
                let people = join(&plan, "bench", clients, || Rc::new(Board::new(1))).await?;
                let listening = try_join_all(people.iter().map(|asker| asker.await_answers()));
                timeout(PATIENCE, listening).await.context("the bot did not come")??;
                let boards: Vec<_> = people.iter().map(|asker| Rc::clone(asker.board())).collect();
                let window = window / clients;
                let senders = Senders { what: Load::Requests, clients: &people, boards: &boards, window };
                senders.measure(&plan, Duration::from_secs_f64(seconds), rate).await
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

/// Brings clients into the session of this name, each with a board: first one, then the others, some at a time.
async fn join(
    plan: &Plan,
    name: &str,
    clients: usize,
    board: impl Fn() -> Rc<Board>,
) -> Result<Vec<Rc<Client>>> {
    let joining = async {
        let mut people = vec![Client::join(plan, name, board()).await?];
        while people.len() < clients {
            let more = AT_ONCE.min(clients - people.len());
            people.extend(try_join_all((0..more).map(|_| Client::join(plan, name, board()))).await?);
        }
        Ok(people)
    };
    timeout(PATIENCE, joining).await.context("the clients did not all come in")?
}

/// The clients that send, and what.
struct Senders<'a> {
    what: Load,
    clients: &'a [Rc<Client>],
    /// All that they have: one, or each its own.
    boards: &'a [Rc<Board>],
    /// How many may be under way on each.
    window: usize,
}

impl Senders<'_> {
    async fn measure(&self, plan: &Plan, time: Duration, rate: f64) -> Result<Value> {
        let [per_second, load, server] = self.throughput(plan, time).await?;
        let [half, most] = self.latency(rate, time).await?;
        Ok(json!({
            "per_second": per_second, "load_cpu": load, "server_cpu": server, "p50_ms": half, "p99_ms": most,
        }))
    }

    /// How many a second with a window of them under way; and the shares of a core that the load and the server used.
    async fn throughput(&self, plan: &Plan, time: Duration) -> Result<[f64; 3]> {
        let over = Rc::new(Cell::new(false));
        let sending = self.clients.iter().map(|client| {
            let (client, over) = (Rc::clone(client), Rc::clone(&over));
            let (what, window) = (self.what, self.window);
            spawn_local(async move {
                while !over.get() {
                    let board = client.board();
                    board.at_most(window - 1).await;
                    let free = window.saturating_sub(board.under_way()).min(BATCH);
                    let now = Instant::now();
                    client.send(what, (0..free).map(|_| board.begin(now))).await?;
                }
                anyhow::Ok(())
            })
        });
        let sending: Vec<_> = sending.collect();
        let measured = async {
            sleep(WARM_UP).await;
            let processors =
                || anyhow::Ok([process::processor(std::process::id())?, process::processor(plan.process)?]);
            let completed = || self.boards.iter().map(|board| board.completed()).sum::<usize>();
            let (begin, before, used) = (Instant::now(), completed(), processors()?);
            sleep(time).await;
            let (took, done) = (begin.elapsed(), completed() - before);
            let [load, server] = processors()?;
            let share = |now: Duration, before: Duration| (now - before).as_secs_f64() / took.as_secs_f64();
            Ok([done as f64 / took.as_secs_f64(), share(load, used[0]), share(server, used[1])])
        };
        let measured: Result<_> = measured.await;
        over.set(true);
        for sending in sending {
            sending.await??;
        }
        self.all_done().await?;
        measured
    }

    /// How long it takes at this rate, from when something is sent to when the last client has it that it is for: in
    /// milliseconds, of half of them at most, and of 99 in 100.
    async fn latency(&self, rate: f64, time: Duration) -> Result<[f64; 2]> {
        let before: Vec<_> = self.boards.iter().map(|board| board.count()).collect();
        let pause = Duration::from_secs_f64(1.0 / rate);
        let mut ticks = interval_at(Instant::now() + pause, pause);
        let mut sending = Vec::new();
        for client in self.clients.iter().cycle().take((time.as_secs_f64() * rate) as usize) {
            ticks.tick().await;
            let (client, number, what) = (Rc::clone(client), client.board().begin(Instant::now()), self.what);
            sending.push(spawn_local(async move { client.send(what, [number].into_iter()).await }));
        }
        for sending in sending {
            sending.await??;
        }
        self.all_done().await?;
        let times = self.boards.iter().zip(before).flat_map(|(board, before)| board.times(before));
        let mut times: Vec<_> = times.collect();
        times.sort_unstable();
        let at = |share: usize| times[(times.len() * share / 100).min(times.len() - 1)].as_secs_f64() * 1e3;
        Ok([at(50), at(99)])
    }

    async fn all_done(&self) -> Result<()> {
        let lost = match self.what {
            Load::Operations => "some operations did not reach everybody",
            Load::Requests => "some requests were not answered",
        };
        let done = async {
            for board in self.boards {
                board.at_most(0).await;
            }
        };
        timeout(PATIENCE, done).await.context(lost)
    }
}

/// What clients cost that only wait.
async fn idle(plan: &Plan, clients: usize, per_session: usize, time: Duration) -> Result<Value> {
    let board = Rc::new(Board::new(per_session));
    let (begin, before) = (Instant::now(), process::memory(plan.process)?);
    let mut people = Vec::new();
    while people.len() < clients {
        let few = per_session.min(clients - people.len());
        people.extend(join(plan, &format!("idle-{}", people.len()), few, || Rc::clone(&board)).await?);
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
