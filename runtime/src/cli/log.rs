//! Where the host's own log goes: standard error, as text or as JSON lines.

use std::io::{IsTerminal, stderr};

use clap::ValueEnum;
use tracing_subscriber::{EnvFilter, filter::LevelFilter, fmt};

use super::{Common, Failed};
use crate::imports::logging::LEFT_OUT;

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
    let wrong = |why: String| {
        Failed::Usage(format!("--log {filter}: {why}; try `--log info` or `--log info,guest=debug`"))
    };
    // To the filter a lone word that is no level is the name of something to log at every level, and nothing else.
    if let Some(word) = filter.split(',').map(str::trim).find(|part| {
        !part.is_empty() && !part.contains(['=', '[', ']', '{', '}']) && part.parse::<LevelFilter>().is_err()
    }) {
        return Err(wrong(format!("there is no level `{word}`")));
    }
    let mut all: Vec<&str> = LEFT_OUT.to_vec();
    // Later ones count more: who asks for it gets it.
    all.push(filter);
    let filter = EnvFilter::try_new(all.join(",")).map_err(|error| wrong(error.to_string()))?;
    let builder = fmt().with_env_filter(filter).with_writer(stderr);
    match common.log_format {
        Format::Text => builder.with_ansi(stderr().is_terminal()).with_target(false).init(),
        Format::Json => builder.json().flatten_event(true).init(),
    }
    Ok(())
}

/// The program's last words, in the form that its log has.
pub fn last_words(format: Format, words: &str) {
    match format {
        Format::Text => eprintln!("parlor: {words}"),
        // Whoever collects the log reads JSON lines only, and a wrong command line ends before there is a log.
        Format::Json => eprintln!("{}", serde_json::json!({ "level": "ERROR", "message": words })),
    }
}
