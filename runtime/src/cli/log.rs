//! Where the host's own log goes: standard error, as text or as JSON lines.

use std::io::{IsTerminal, stderr};

use clap::ValueEnum;
use tracing_subscriber::{EnvFilter, fmt};

use super::{Common, Failed};

/// How log lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Starts logging, at `level` where nothing else was asked for.
///
/// # Errors
/// If the filter on the command line is none.
pub fn start(common: &Common, level: &str) -> Result<(), Failed> {
    let filter = common.log.as_deref().unwrap_or(level);
    let filter = EnvFilter::try_new(filter).map_err(|error| {
        Failed::Usage(format!("--log {filter}: {error}; try `--log info` or `--log info,guest=debug`"))
    })?;
    let builder = fmt().with_env_filter(filter).with_writer(stderr);
    match common.log_format {
        Format::Text => builder.with_ansi(stderr().is_terminal()).with_target(false).init(),
        Format::Json => builder.json().flatten_event(true).init(),
    }
    Ok(())
}
