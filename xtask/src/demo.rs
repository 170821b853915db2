//! `cargo xtask demo`.

mod irc;

use std::{convert::Infallible, ffi::OsString, process::Command};

use anyhow::{Context, Result};
use clap::Args;

use crate::{
    cargo, guests,
    toolchain::{self, Toolchain},
    workspace,
};

/// The backend that makes a chat room of the terminal.
const BACKEND: &str = "terminal";

/// The bots in the room.
const BOTS: &[&str] = &["echo", "karma", "poll", "remind", "seen"];

/// Those that keep something.
const KEEPERS: &[&str] = &["karma", "poll", "remind", "seen"];

/// Chat with the demo bots in this terminal: builds whatever is missing, then starts Parlor.
///
/// Standard input and output are the chat's alone, and everything else goes to standard error, so that
/// `printf '!echo hi\n' | cargo xtask demo` works too.
#[derive(Args)]
pub struct Demo {
    /// Instead of in this terminal, chat on IRC: starts a local server and the bots on it, and says how to connect.
    #[arg(long)]
    irc: bool,
    /// Further arguments for `parlor run`.
    #[arg(last = true)]
    args: Vec<OsString>,
}

impl Demo {
    /// Builds, then becomes `parlor`.
    pub fn run(self, options: &toolchain::Options) -> Result<()> {
        let toolchain = Toolchain::ready(options)?;
        let backend = if self.irc { irc::BACKEND } else { BACKEND };
        let cast: Vec<&str> = [backend].iter().chain(BOTS).copied().collect();
        guests::build(&toolchain, &cast)?;
        let built = cargo::build(cargo::cargo().args(["build", "--release", "--package", "parlor"]))?;
        let parlor = built.into_iter().find_map(|artifact| artifact.executable);
        let mut parlor = Command::new(parlor.context("cargo built no program for the package parlor")?);
        parlor.arg("run");
        if self.irc {
            return irc::run(parlor.args(self.args));
        }
        for name in cast {
            parlor.arg(workspace::guests().join(format!("{name}.wasm")));
        }
        for name in KEEPERS {
            parlor.arg("--set").arg(format!("bot.{name}.grant.store = \"4 MiB\""));
        }
        // What the demo keeps is the demo's.
        let store = workspace::target().join("demo.db");
        parlor.arg("--set").arg(format!("store.url = {:?}", format!("sqlite:{}", store.display())));
        become_program(parlor.args(self.args)).map(|never| match never {})
    }
}

/// Puts `command` in this process's place: signals, the terminal and the exit status are its own then.
#[cfg(unix)]
fn become_program(command: &mut Command) -> Result<Infallible> {
    use std::os::unix::process::CommandExt;

    Err(command.exec()).with_context(|| format!("cannot start {}", command.get_program().display()))
}

/// Runs `command` and ends with its exit status.
#[cfg(not(unix))]
fn become_program(command: &mut Command) -> Result<Infallible> {
    let status =
        command.status().with_context(|| format!("cannot start {}", command.get_program().display()))?;
    std::process::exit(status.code().unwrap_or(1))
}
