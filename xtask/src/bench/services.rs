//! `cargo xtask bench services`: requests to the bot of a session, beside OpenCoweb's own server with a bot within it.

use anyhow::Result;
use clap::Args;
use serde_json::json;

use super::side::{self, Programs, Side};
use crate::{toolchain, workspace};

/// Requests from clients of a session to its bot and back: beside OpenCoweb's Python server with a bot in its process.
///
/// Once with an access manager that allows everything, and once with one that decides by rules: it is asked about every
/// request. Each server has one core, the load another. Installs the peer under target/ the first time.
#[derive(Args)]
pub struct Services {
    /// How often each side runs; the medians are shown.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u8).range(1..=50))]
    rounds: u8,
    /// How long each figure is taken, in seconds.
    #[arg(long, default_value_t = 5.0)]
    seconds: f64,
    /// Only the side whose name contains this, such as `lists` or `websocket`.
    #[arg(long)]
    only: Option<String>,
    /// Print JSON instead of a table.
    #[arg(long)]
    json: bool,
}

/// Clients of the session, all of whom ask; and how many requests are under way: of each client its share, so that no
/// message carries more than that.
const CLIENTS: u32 = 50;
const WINDOW: u32 = 250;
/// Requests a second, where it is measured how long they take: what each side can bear.
const RATE: f64 = 100.0;

const GUESTS: &[&str] = &[
    "public-auth",
    "public-access",
    "list-access",
    "exact-updater",
    "component-launcher",
    "component-manager",
    "clock",
];

/// The rules that list-access decides by: those of `tests/web/opencoweb-server.py`.
const RULES: &str = r#"
access = { allow-users = ["*"], deny-users = ["eve"] }
rules = [
    { keys = ["secret-*"], allow-users = ["anna", "b*"] },
    { services = ["scribe", "visits"], allow-users = ["anna"] },
    { keys = ["bench*"], services = ["clock"], allow-users = ["user*"], deny-users = ["eve", "mallory*"] },
]
"#;

/// In the order in which they take turns. The peer reaches its clients by long polling only.
const SIDES: &[Side] = &[
    Side {
        name: "Parlor, long polling",
        dialect: "coweb",
        transport: "long-polling",
        beside: &["OpenCoweb, long polling"],
        command: |programs| side::parlor(programs, &clock()),
    },
    Side {
        name: "OpenCoweb, long polling",
        dialect: "coweb",
        transport: "long-polling",
        beside: &[],
        command: |programs| side::opencoweb(programs, &[]),
    },
    Side {
        name: "Parlor, lists, long polling",
        dialect: "coweb",
        transport: "long-polling",
        beside: &["OpenCoweb, lists, long polling"],
        command: |programs| side::parlor(programs, &clock_and_lists()),
    },
    Side {
        name: "OpenCoweb, lists, long polling",
        dialect: "coweb",
        transport: "long-polling",
        beside: &[],
        command: |programs| side::opencoweb(programs, &["--lists"]),
    },
    Side {
        name: "Parlor, websocket",
        dialect: "coweb",
        transport: "websocket",
        beside: &["OpenCoweb, long polling"],
        command: |programs| side::parlor(programs, &clock()),
    },
    Side {
        name: "Parlor, lists, websocket",
        dialect: "coweb",
        transport: "websocket",
        beside: &["OpenCoweb, lists, long polling"],
        command: |programs| side::parlor(programs, &clock_and_lists()),
    },
];

/// Configures the bot. It answers and does nothing else: what a bot publishes has its own limit, far below this load.
fn clock() -> String {
    format!("service.clock = {{ component = {} }}\n", guest("clock"))
}

fn clock_and_lists() -> String {
    format!("{}[coweb.access]\ncomponent = {}\n[coweb.access.config]{RULES}", clock(), guest("list-access"))
}

/// A component as the configuration names it.
fn guest(name: &str) -> String {
    format!("{:?}", workspace::guests().join(format!("{name}.wasm")).display().to_string())
}

impl Services {
    /// Builds, measures, and prints.
    pub fn run(&self, options: &toolchain::Options) -> Result<()> {
        let sides = side::chosen(SIDES, self.only.as_deref());
        let programs = Programs::ready(options, GUESTS)?;
        let requests = json!({ "requests": {
            "clients": CLIENTS, "window": WINDOW, "seconds": self.seconds, "rate": RATE,
        }});
        let rounds = side::rounds(&sides, self.rounds, |side, _| side.measure(&programs, &requests))?;
        if self.json {
            println!("{}", serde_json::to_string_pretty(&json!({ "rounds": rounds }))?);
        } else {
            println!(
                "requests of {CLIENTS} clients to the bot of their session, until its answers: {WINDOW} under way; \
                 then {RATE} a second"
            );
            side::print(&sides, &rounds);
        }
        Ok(())
    }
}
