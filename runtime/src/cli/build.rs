//! `parlor build`

use std::path::PathBuf;

use super::{Common, Failed, inspect::Inspect, progress::Shown};
use crate::project::build::{self, Mode};

/// Build a project into a component
///
/// The language is seen from the project's files. What is not installed is said, with the command that installs it. The
/// component is `build/NAME.wasm`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  parlor build                 the project in this folder
  parlor build greeter         one elsewhere")]
pub struct Build {
    /// The project's folder
    #[arg(default_value = ".", value_name = "FOLDER")]
    folder: PathBuf,
}

impl Build {
    pub(super) fn run(&self, common: &Common) -> Result<(), Failed> {
        let built = {
            let mut shown = Shown::new();
            build::build(&self.folder, Mode::Release, &mut shown)?
        };
        super::say(format_args!("{} ({:.1} s)", built.path.display(), built.took.as_secs_f64()))?;
        Inspect::of(built.path).run(common)
    }
}
