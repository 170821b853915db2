//! `parlor compile`

use std::{path::PathBuf, time::Instant};

use super::{Common, Failed, progress::Shown, say};
use crate::{
    config::Config,
    project::build::Progress as _,
    sandbox::{Loaded, Sandbox},
};

/// Compile components ahead of time
///
/// A component is compiled once for this machine and kept, so that it starts at once from then on. That takes a moment
/// for one in Rust or C, and up to a minute for one in Python. Where the program is installed or updated, this is the
/// time to do it. What takes too long or too much memory is given up: --compile-time and --compile-memory allow more.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  parlor compile karma.wasm
  parlor compile -c parlor.toml        all components of a configuration")]
pub struct Compile {
    /// A configuration whose components are compiled
    #[arg(short, long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Components
    #[arg(value_name = "COMPONENT", required_unless_present = "config")]
    components: Vec<PathBuf>,
}

impl Compile {
    pub(super) fn run(&self, common: &Common) -> Result<(), Failed> {
        super::log::start(common, "warn")?;
        let mut paths = self.components.clone();
        if let Some(path) = &self.config {
            let config = Config::load(path).map_err(|error| Failed::Usage(error.to_string()))?;
            paths.extend(config.all().map(|plan| plan.component.clone()));
        }
        paths.sort();
        paths.dedup();
        let cache = common.open_cache().ok_or_else(|| {
            Failed::Usage("there is no folder to keep compiled components in; name one with --cache".into())
        })?;
        // With room for one, since nothing is run.
        let sandbox = Sandbox::new(1, common.compiler()?)?;
        let mut failed = 0;
        for path in &paths {
            let begin = Instant::now();
            let read = {
                let mut shown = Shown::new();
                shown.step(&format!("compiling {}", path.display()));
                shown.during(|| Loaded::read(&sandbox, Some(&cache), path))
            };
            match read {
                Ok(loaded) if loaded.compiled => {
                    say(format_args!(
                        "{}: compiled in {:.1} s",
                        path.display(),
                        begin.elapsed().as_secs_f64()
                    ))?;
                }
                Ok(_) => say(format_args!("{}: was compiled already", path.display()))?,
                Err(error) => {
                    failed += 1;
                    tracing::error!("{error}");
                }
            }
        }
        match failed {
            0 => Ok(()),
            _ => Err(anyhow::anyhow!("{failed} of {} components cannot be compiled; see above", paths.len())
                .into()),
        }
    }
}
