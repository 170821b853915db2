//! `parlor test`

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use tracing_subscriber::{layer::SubscriberExt as _, util::SubscriberInitExt as _};

use super::{Common, Failed, progress::Shown, say};
use crate::{
    project::build::{self, Mode},
    sandbox::{Loaded, Sandbox},
    talk::{Listener, Outcome, Prepared, Script},
};

/// Try an extension in conversations, without a network
///
/// A script says what people say and do; the indented lines below each step are what the extension does then. Clock,
/// chance, network and store are the script's, so that the outcome is the same each time. With a folder, the extension
/// in it is built first, and its scripts are `tests/*.talk`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A script:
  test greets who asks
  anna in #lobby: !hello
    #lobby: Hello, anna!
  wait 1m
  store
    greeted = 1

Examples:
  parlor test                            the extension in this folder
  parlor test karma.wasm karma.talk      any component, any scripts
  parlor test --bless                    write what was seen into the scripts")]
pub struct Test {
    /// An extension's folder, or a component
    #[arg(default_value = ".", value_name = "FOLDER|COMPONENT")]
    extension: PathBuf,
    /// Scripts [default: `tests/*.talk` in the folder]
    #[arg(value_name = "SCRIPT")]
    scripts: Vec<PathBuf>,
    /// Only tests whose name contains this
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    only: String,
    /// Write what was seen into the scripts, in place of what was expected
    #[arg(long)]
    bless: bool,
    /// Print JSON, for scripts
    #[arg(long)]
    json: bool,
}

impl Test {
    pub(super) fn run(&self, common: &Common) -> Result<(), Failed> {
        let listener = Listener::default();
        tracing_subscriber::registry().with(listener.clone()).init();
        let component = self.component()?;
        let scripts = self.scripts()?;
        let sandbox = Sandbox::new(4, common.compiler()?)?;
        let loaded = Loaded::read(&sandbox, common.open_cache().as_ref(), &component)?;
        let prepared = Prepared::new(&sandbox, loaded);
        // One thread: what happens at once happens in the same order each time.
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let mut outcomes = Vec::new();
        for script in &scripts {
            let outcome = runtime.block_on(Outcome::of(&prepared, script, &self.only, &listener))?;
            if !self.json {
                say(script.path.display())?;
                outcome.tests.iter().try_for_each(say)?;
            }
            if self.bless && !outcome.passed() {
                fs::write(&script.path, &outcome.written)
                    .with_context(|| format!("cannot write {}", script.path.display()))?;
            }
            outcomes.push(outcome);
        }
        let tests = || outcomes.iter().flat_map(|outcome| &outcome.tests);
        let (all, failed) = (tests().count(), tests().filter(|test| !test.passed).count());
        if self.json {
            say(serde_json::to_string_pretty(&outcomes)?)?;
        } else {
            say(format_args!("{} passed, {failed} failed", all - failed))?;
        }
        match failed {
            _ if all == 0 => Err(Failed::Usage("no test was run".into())),
            0 => Ok(()),
            _ if self.bless => {
                say("the scripts have what was seen now: read what has changed")?;
                Ok(())
            }
            _ => Err(anyhow::anyhow!(
                "{failed} of {all} tests failed; where the new answer is right, `--bless` writes it into the script"
            )
            .into()),
        }
    }

    /// The component, built where a folder was named.
    fn component(&self) -> Result<PathBuf, Failed> {
        if !self.extension.is_dir() {
            return Ok(self.extension.clone());
        }
        let mut shown = Shown::new();
        Ok(build::build(&self.extension, Mode::Release, &mut shown)?.path)
    }

    fn scripts(&self) -> Result<Vec<Script>, Failed> {
        let mut paths = self.scripts.clone();
        if paths.is_empty() {
            let folder = match self.extension.is_dir() {
                true => self.extension.join("tests"),
                false => self.extension.parent().unwrap_or(Path::new(".")).join("tests"),
            };
            let files = fs::read_dir(&folder).into_iter().flatten().flatten().map(|entry| entry.path());
            paths.extend(files.filter(|path| path.extension().is_some_and(|ending| ending == "talk")));
            paths.sort();
            if paths.is_empty() {
                let folder = folder.display();
                return Err(Failed::Usage(format!(
                    "there is no script in {folder}: write {folder}/NAME.talk, or name one on the command line; `parlor test --help` shows what one looks like"
                )));
            }
        }
        let read = paths.iter().map(|path| Script::load(path));
        read.collect::<Result<_, _>>().map_err(|error| Failed::Usage(error.to_string()))
    }
}
