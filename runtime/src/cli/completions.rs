//! `parlor completions`

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
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "parlor", &mut script);
        Ok(super::say(String::from_utf8_lossy(&script).trim_end())?)
    }
}
