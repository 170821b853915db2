//! `cargo xtask bench coweb`: Parlor's sessions beside OpenCoweb's own server and faye, under the same load.

use anyhow::Result;
use clap::Args;
use serde_json::{Value, json};

use super::side::{self, Programs, Side};
use crate::toolchain;

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

/// Clients of the session; how many of them publish; and how many operations are under way.
const CLIENTS: u32 = 50;
const PUBLISHERS: u32 = 5;
const WINDOW: u32 = 250;
/// Operations a second, where it is measured how long they take: what each side can bear.
const RATE: f64 = 10.0;

/// In the order in which they take turns.
const SIDES: &[Side] = &[
    Side {
        name: "Parlor, long polling",
        dialect: "coweb",
        transport: "long-polling",
        beside: &["OpenCoweb, long polling", "faye, long polling"],
        command: |programs| side::parlor(programs, ""),
    },
    Side {
        name: "OpenCoweb, long polling",
        dialect: "coweb",
        transport: "long-polling",
        beside: &[],
        command: |programs| side::opencoweb(programs, &[]),
    },
    Side {
        name: "faye, long polling",
        dialect: "bayeux",
        transport: "long-polling",
        beside: &[],
        command: |_| side::faye(),
    },
    Side {
        name: "Parlor, websocket",
        dialect: "coweb",
        transport: "websocket",
        beside: &["faye, websocket"],
        command: |programs| side::parlor(programs, ""),
    },
    Side {
        name: "faye, websocket",
        dialect: "bayeux",
        transport: "websocket",
        beside: &[],
        command: |_| side::faye(),
    },
];

impl Coweb {
    /// Builds, measures, and prints.
    pub fn run(&self, options: &toolchain::Options) -> Result<()> {
        let sides = side::chosen(SIDES, self.only.as_deref());
        let programs = Programs::ready(options, &["public-auth", "public-access", "exact-updater"])?;
        let fan_out = json!({ "fan-out": {
            "clients": CLIENTS, "publishers": PUBLISHERS, "window": WINDOW, "seconds": self.seconds, "rate": RATE,
        }});
        let idle =
            json!({ "idle": { "clients": self.idle, "per-session": CLIENTS, "seconds": self.seconds }});
        let rounds = side::rounds(&sides, self.rounds, |side, round| {
            let mut figures = side.measure(&programs, &fan_out)?;
            // Memory does not vary as speed does.
            if self.idle > 0 && round == 1 {
                figures["idle"] = side.measure(&programs, &idle)?;
            }
            Ok(figures)
        })?;
        if self.json {
            println!("{}", serde_json::to_string_pretty(&json!({ "rounds": rounds }))?);
        } else {
            self.print(&sides, &rounds);
        }
        Ok(())
    }

    fn print(&self, sides: &[&Side], rounds: &[Value]) {
        println!(
            "operations that reach all {CLIENTS} clients of a session: {WINDOW} under way; then {RATE} a second"
        );
        side::print(sides, rounds);
        if self.idle == 0 {
            return;
        }
        println!("{} clients that only wait, in sessions of {CLIENTS}", self.idle);
        println!("{:26} {:>10} {:>12} {:>9} {:>10}", "", "memory", "per client", "all in", "core of it");
        for side in sides {
            let [memory, each, joined, used] = ["memory_mib", "kib_per_client", "joined_s", "server_cpu"]
                .map(|name| side::figure(rounds, side.name, &format!("idle/{name}")));
            let used = used * 100.0;
            println!("{:26} {memory:>6.0} MiB {each:>8.1} KiB {joined:>7.1} s {used:>8.1} %", side.name);
        }
    }
}
