//! The command line: one file per subcommand.

pub mod build;
pub mod check;
pub mod compile;
pub mod completions;
pub mod conform;
pub mod inspect;
pub mod log;
pub mod new;
pub mod progress;
pub mod replay;
pub mod run;
pub mod test;
mod watch;

use std::{
    env,
    fmt::Display,
    io::{self, Write as _},
    path::PathBuf,
    process::ExitCode,
    time::Duration,
};

use bytesize::ByteSize;
use clap::{Args, Parser, Subcommand};

use crate::sandbox::{
    Cache, Caps, Compiler,
    compiler::worker::{self, Allowance},
};

/// Runs chat bots, chat backends and the managers of collaboration servers as WebAssembly components that can do nothing
/// but what you grant them.
#[derive(Debug, Parser)]
#[command(name = "parlor", version, max_term_width = 100, after_help = EXAMPLES)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    common: Common,
}

/// Shown below the help.
const EXAMPLES: &str = "\
Examples:
  parlor new greeter --lang python   begin a bot of your own
  parlor run --watch greeter         talk to it in this terminal, while you change it
  parlor run echo.wasm               try a bot in this terminal
  parlor inspect echo.wasm           see what it is, and what it would have to be granted
  parlor check parlor.toml           find what is wrong with a configuration
  parlor run -c parlor.toml          run networks and bots

Exit status: 0 fine, 1 failed, 2 wrong usage or configuration.";

/// What every subcommand takes.
#[derive(Debug, Args)]
pub struct Common {
    /// How log lines are written to standard error
    #[arg(long, value_enum, default_value_t = log::Format::Text, global = true, value_name = "FORMAT")]
    pub log_format: log::Format,

    /// What is logged: `error`, `warn`, `info`, `debug`, or a filter such as `info,guest=debug` [default: `info`,
    /// or `warn` while the terminal is used for chat]
    #[arg(long, env = "PARLOR_LOG", global = true, value_name = "FILTER")]
    pub log: Option<String>,

    /// Where compiled components are kept [default: `parlor` in the user's cache folder]
    #[arg(long, env = "PARLOR_CACHE", global = true, value_name = "FOLDER")]
    pub cache: Option<PathBuf>,

    /// How long a component may take to compile, such as `10min` [default: 3min]
    #[arg(long, env = "PARLOR_COMPILE_TIME", global = true, value_name = "TIME", hide_short_help = true)]
    #[arg(value_parser = humantime::parse_duration)]
    pub compile_time: Option<Duration>,

    /// How much memory its compiler may take, such as `8GiB`; kept on Linux only [default: 2GiB]
    #[arg(long, env = "PARLOR_COMPILE_MEMORY", global = true, value_name = "SIZE", hide_short_help = true)]
    pub compile_memory: Option<ByteSize>,
}

impl Common {
    /// What compiles components: this program once more, for each of them.
    fn compiler(&self) -> io::Result<Compiler> {
        let usual = Caps::default();
        Compiler::this_program(Caps {
            time: self.compile_time.unwrap_or(usual.time),
            memory: self.compile_memory.map_or(usual.memory, |size| size.as_u64()),
            ..usual
        })
    }

    /// The cache of compiled components; none, with a word of warning, where it cannot be used.
    fn open_cache(&self) -> Option<Cache> {
        let folder = self.cache.clone().or_else(|| {
            directories::ProjectDirs::from("", "", "parlor").map(|folders| folders.cache_dir().to_owned())
        })?;
        match Cache::open(&folder) {
            Ok(cache) => Some(cache),
            Err(error) => {
                tracing::warn!("compiled components are not kept: {}: {error}", folder.display());
                None
            }
        }
    }
}

#[derive(Debug, Subcommand)]
enum Command {
    New(new::New),
    Build(build::Build),
    Test(test::Test),
    Conform(conform::Conform),
    Run(run::Run),
    Inspect(inspect::Inspect),
    Check(check::Check),
    Compile(compile::Compile),
    Replay(replay::Replay),
    Completions(completions::Completions),
}

/// How a command failed: what is said, and the exit status.
#[derive(Debug)]
pub enum Failed {
    /// Wrong usage or configuration: status 2.
    Usage(String),
    /// Anything else: status 1.
    Work(anyhow::Error),
}

impl<E: Into<anyhow::Error>> From<E> for Failed {
    fn from(error: E) -> Self {
        Self::Work(error.into())
    }
}

/// Writes a line to standard output. A reader that has seen enough (`| head`) is no failure.
fn say(line: impl Display) -> io::Result<()> {
    match writeln!(io::stdout(), "{line}") {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        done => done,
    }
}

/// Runs the program as its arguments say. The exit status is 0 if all is fine, 1 if something failed, 2 on wrong
/// usage or configuration.
pub fn main() -> ExitCode {
    // None of the commands, which help and completions show: it is of use to a host alone.
    if let Some(allowance) = Allowance::of_command_line(env::args_os()) {
        return worker::main(allowance);
    }
    let cli = Cli::parse();
    let done = match cli.command {
        Command::New(new) => new.run(&cli.common),
        Command::Build(build) => build.run(&cli.common),
        Command::Replay(replay) => replay.run(&cli.common),
        Command::Compile(compile) => compile.run(&cli.common),
        Command::Run(run) => run.run(&cli.common),
        Command::Inspect(inspect) => inspect.run(&cli.common),
        Command::Check(check) => check.run(&cli.common),
        Command::Test(test) => test.run(&cli.common),
        Command::Conform(conform) => conform.run(&cli.common),
        Command::Completions(completions) => completions.run(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failed::Usage(words)) => {
            log::last_words(cli.common.log_format, words.trim_end());
            ExitCode::from(2)
        }
        Err(Failed::Work(error)) => {
            log::last_words(cli.common.log_format, &format!("{error:#}"));
            ExitCode::from(1)
        }
    }
}
