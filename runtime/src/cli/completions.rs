//! `parlor completions`

use std::io;

use clap::CommandFactory;
use clap_complete::Shell;

use super::{Cli, Failed};

/// Print a script that completes parlor's commands and options
///
/// For bash: `source <(parlor completions bash)`.
#[derive(Debug, clap::Args)]
pub struct Completions {
    /// The shell
    shell: Shell,
}

impl Completions {
    pub(super) fn run(&self) -> Result<(), Failed> {
        clap_complete::generate(self.shell, &mut Cli::command(), "parlor", &mut io::stdout());
        Ok(())
    }
}
