//! `parlor replay`

use std::{fs, path::PathBuf, sync::Arc};

use super::{Common, Failed, say};
use crate::{
    recording::{Recorded, Replay as Player, Transcript},
    sandbox::{Limits, Loaded, Sandbox, bare::Bare, meter::Meter},
};

/// The largest recording that is read, in bytes: larger than `run --record` makes one.
const MOST_BYTES: u64 = 512 << 20;

/// Play a recording to an extension, and show where it behaves differently
///
/// `parlor run --record` makes recordings. The extension is run again without a network, a store or a clock: every answer
/// that it gets is the recorded one. So a bug that somebody recorded can be looked at, and once it is mended the same
/// recording shows what has changed. Secrets are not in recordings; what depends on one cannot be played.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  parlor run -c parlor.toml --record talk.rec
  parlor replay talk.rec karma.wasm
  parlor replay talk.rec karma.wasm --name bot.karma --verbose")]
pub struct Replay {
    /// A recording
    #[arg(value_name = "FILE")]
    recording: PathBuf,
    /// The component: the one that was recorded, or another build of it
    #[arg(value_name = "EXTENSION")]
    component: PathBuf,
    /// Which of the recorded extensions it stands for [default: the only one, or the one of the same file name]
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Show every call that is played
    #[arg(short, long)]
    verbose: bool,
}

impl Replay {
    pub(super) fn run(&self, common: &Common) -> Result<(), Failed> {
        super::log::start(common, "warn")?;
        let shown = self.recording.display();
        let usage = |why: String| Failed::Usage(format!("{shown}: {why}"));
        let size = fs::metadata(&self.recording).map_err(|error| usage(error.to_string()))?.len();
        if size > MOST_BYTES {
            return Err(usage(format!("it is larger than {MOST_BYTES} bytes")));
        }
        let text = fs::read_to_string(&self.recording).map_err(|error| usage(error.to_string()))?;
        let transcript = Transcript::read(&text).map_err(|error| usage(error.to_string()))?;
        let recorded = self.choose(transcript)?;
        let sandbox = Sandbox::new(2, common.compiler()?)?;
        let loaded = Loaded::read(&sandbox, common.open_cache().as_ref(), &self.component)?;
        let verbose = self.verbose;
        let player = Player::new(&loaded.component, move |line| {
            if verbose {
                // Whoever reads this may have seen enough.
                let _ = say(line);
            }
        })?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (limits, meter) = (Limits::default(), Arc::new(Meter::default()));
        let name = recorded.name.clone();
        let store = || Ok(Bare::store(&sandbox, &limits, &meter));
        let arm = |store: &mut _| Bare::arm(store, &sandbox, &meter);
        let outcome = runtime.block_on(player.play(recorded, store, arm))?;
        if let Some(difference) = outcome.difference {
            say(difference)?;
            return Err(anyhow::anyhow!("{} does not behave as recorded", self.component.display()).into());
        }
        let counts = outcome.counts;
        say(format_args!(
            "{name}: as recorded, in {} calls and {} answers of {} instances ({} answers of clocks and the like were made up)",
            counts.calls, counts.imports, counts.instances, counts.made_up
        ))?;
        Ok(())
    }

    fn choose(&self, mut transcript: Transcript) -> Result<Recorded, Failed> {
        let shown = self.recording.display();
        let file = self.component.file_name().unwrap_or_default().to_string_lossy();
        let made_of = |recorded: &Recorded| {
            recorded.instances.first().is_some_and(|instance| instance.described == file)
        };
        let names: Vec<_> = transcript.extensions.iter().map(|recorded| recorded.name.clone()).collect();
        let found = match &self.name {
            Some(name) => names.iter().position(|other| other == name),
            None if names.len() == 1 => Some(0),
            None => {
                let mut same =
                    transcript.extensions.iter().enumerate().filter(|(_, recorded)| made_of(recorded));
                same.next().filter(|_| same.next().is_none()).map(|(place, _)| place)
            }
        };
        match found {
            Some(place) => Ok(transcript.extensions.swap_remove(place)),
            None if names.is_empty() => Err(Failed::Usage(format!("{shown}: no extension was recorded"))),
            None => Err(Failed::Usage(format!(
                "{shown}: say with --name which of these the component stands for: {}",
                names.join(", ")
            ))),
        }
    }
}
