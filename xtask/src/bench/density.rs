//! `cargo xtask bench density`: what many live bots cost.

use anyhow::{Context, Result};
use clap::Args;
use serde_json::{Value, json};

use super::{built, measured, pinned};
use crate::{
    guests,
    toolchain::{self, Toolchain},
    workspace,
};

/// Many live bots in one program: memory of each, time to start all, and the time of a message among them.
///
/// Each number of bots runs in a process of its own, on one core; all of them are the echo bot.
#[derive(Args)]
pub struct Density {
    /// How many bots, in turn. The first is what the others are compared with.
    #[arg(long, value_delimiter = ',', default_values_t = [1, 1_000, 10_000])]
    bots: Vec<u32>,
    /// Print JSON instead of a table.
    #[arg(long)]
    json: bool,
}

impl Density {
    pub(super) fn run(&self, options: &toolchain::Options) -> Result<()> {
        let toolchain = Toolchain::ready(options)?;
        guests::build(&toolchain, &["echo"])?;
        let bench = built(&["bench", "--no-run", "--profile", "dist", "--workspace", "--bench", "density"])?;
        let mut seen = Vec::new();
        for bots in &self.bots {
            eprintln!("bench: {bots} bots");
            let mut bench = pinned(&bench);
            bench.env("PARLOR_GUESTS", workspace::guests()).env("BOTS", bots.to_string());
            seen.push(measured(&mut bench)?);
        }
        if self.json {
            println!("{}", serde_json::to_string_pretty(&json!(seen))?);
            return Ok(());
        }
        let of = |value: &Value, path: &str| value[path].as_f64().context("a figure");
        let first = of(seen.first().context("nothing was measured")?, "p50_us")?;
        println!(
            "{:>8} {:>12} {:>12} {:>12} {:>10} {:>10} {:>8}",
            "bots", "memory", "per bot", "start", "p50", "p99", "p50 by 1"
        );
        for value in &seen {
            let memory = of(value, "resident")? + of(value, "page_tables")?;
            println!(
                "{:>8} {:>8.0} MiB {:>8.1} KiB {:>9.0} ms {:>7.1} µs {:>7.1} µs {:>8.2}",
                of(value, "bots")?,
                memory / 1024.0 / 1024.0,
                of(value, "per_bot")? / 1024.0,
                of(value, "start_ms")?,
                of(value, "p50_us")?,
                of(value, "p99_us")?,
                of(value, "p50_us")? / first
            );
        }
        println!("wanted: 10,000 bots within 1,024 MiB; the time among them at most 1.5 times that of one");
        Ok(())
    }
}
