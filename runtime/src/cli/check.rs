//! `parlor check`

use std::path::PathBuf;

use super::{Common, Failed};
use crate::{components::Components, config::Config, extension::Workshop, role};

/// Find what is wrong with a configuration, without running it
///
/// Reads the file, compiles every component, and compares what each asks for with what it is granted. Secrets must
/// be there, but are not shown. Nothing is started and nothing is connected to.
#[derive(Debug, clap::Args)]
pub struct Check {
    /// The configuration
    #[arg(default_value = "parlor.toml")]
    file: PathBuf,
}

impl Check {
    pub(super) fn run(&self, common: &Common) -> Result<(), Failed> {
        super::log::start(common, "warn")?;
        let config = Config::load(&self.file).map_err(|error| Failed::Usage(error.to_string()))?;
        for warning in &config.warnings {
            tracing::warn!("{warning}");
        }
        let extensions: Vec<_> = config.all().collect();
        let workshop = Workshop::new(extensions.len() as u32, common.compiler()?)?;
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        let paths = extensions.iter().map(|plan| plan.component.clone());
        let components =
            runtime.block_on(Components::load(&workshop.sandbox, common.open_cache().as_ref(), paths));
        let mut wrong = Vec::new();
        for plan in &extensions {
            let loaded = match components.get(&plan.component) {
                Ok(loaded) => loaded,
                Err(error) => {
                    wrong.push(error);
                    continue;
                }
            };
            match workshop.fit(loaded, plan) {
                Ok(_) => super::say(format_args!("{}: fine ({})", plan.id(), plan.component.display()))?,
                Err(error) => wrong.push(error.to_string()),
            }
            for need in role::missing(loaded, &plan.grant) {
                tracing::debug!(extension = plan.id(), grant = need.grant, "not granted");
            }
        }
        if let Some(Err(error)) =
            config.coweb.as_ref().and_then(|coweb| coweb.cookie_secret.as_ref()).map(|secret| secret.load())
        {
            wrong.push(error.to_string());
        }
        if let Err(errors) = config.load_secrets() {
            wrong.extend(errors.iter().map(ToString::to_string));
        }
        if wrong.is_empty() {
            return Ok(super::say(format_args!("{}: fine", self.file.display()))?);
        }
        Err(Failed::Usage(wrong.join("\nparlor: ")))
    }
}
