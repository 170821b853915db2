//! `cargo xtask`: Parlor's chores in one program, so that a checkout needs no script, no make and no CI to work.
//!
//! Each subcommand is a file of its own; below them are [`toolchain`] and [`debian`], which make the compiler for
//! guests ready, and [`cargo`], [`process`] and [`workspace`], the little that all of them share.

mod bench;
mod cargo;
mod contract;
mod debian;
mod demo;
mod guests;
mod hostile;
mod languages;
mod lint;
mod page;
mod process;
mod servers;
mod setup;
mod test;
mod toolchain;
mod web;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Parlor's chores: everything that is done with a checkout, beside `cargo build`.
#[derive(Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    max_term_width = 100,
    arg_required_else_help = true,
    after_help = "New here? `cargo xtask demo` builds everything and puts you in a room with a bot.\n\
                  Before a commit: `cargo xtask test --lint`."
)]
struct Cli {
    #[command(flatten)]
    toolchain: toolchain::Options,
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    Setup(setup::Setup),
    Guests(guests::Guests),
    Demo(demo::Demo),
    Test(test::Test),
    Lint(lint::Lint),
    Bench(bench::Bench),
    Contract(contract::Contract),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let outcome = match cli.task {
        Task::Setup(task) => task.run(&cli.toolchain),
        Task::Guests(task) => task.run(&cli.toolchain),
        Task::Demo(task) => task.run(&cli.toolchain),
        Task::Test(task) => task.run(&cli.toolchain),
        Task::Lint(task) => task.run(),
        Task::Bench(task) => task.run(&cli.toolchain),
        Task::Contract(task) => task.run(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // In full, but without the backtrace of an error in some other program.
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
