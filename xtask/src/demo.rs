//! `cargo xtask demo`.

mod irc;

use std::{convert::Infallible, ffi::OsString, process::Command};

use anyhow::{Context, Result};
use clap::Args;

use crate::{
    cargo, guests,
    page::{self, Page},
    toolchain::{self, Toolchain},
    workspace,
};

/// The backend that makes a chat room of the terminal.
const BACKEND: &str = "terminal";

/// The bots in the room.
const BOTS: &[&str] = &["echo", "karma", "poll", "remind", "seen"];

/// Those that keep something.
const KEEPERS: &[&str] = &["karma", "poll", "remind", "seen"];

/// Chat with the demo bots in this terminal, and edit a page together in browsers: builds whatever is missing, then
/// starts Parlor.
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
        guests::build(&toolchain, &[&cast, page::GUESTS].concat())?;
        let mut parlor = Command::new(cargo::parlor()?);
        // Where it finds the managers, wherever cargo was told to build.
        parlor.arg("run").env("PARLOR_GUESTS", workspace::guests());
        let page = page_settings();
        if self.irc {
            return irc::run(parlor.args(self.args), &page);
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
        for setting in page {
            parlor.arg("--set").arg(setting);
        }
        become_program(parlor.args(self.args)).map(|never| match never {})
    }
}

/// Makes the page ready and says where it will be. The bots are there without it too.
fn page_settings() -> Vec<String> {
    match Page::ready().and_then(|page| page.settings()) {
        Ok((address, settings)) => {
            eprintln!("A page to edit together: http://{address}/ (open it in two windows)");
            settings.into()
        }
        Err(why) => {
            eprintln!("There is no page to edit together: {why:#}");
            Vec::new()
        }
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
