//! `parlor conform`

use std::path::PathBuf;

use tracing_subscriber::{layer::SubscriberExt as _, util::SubscriberInitExt as _};

use super::{Common, Failed, progress::Shown, say};
use crate::{
    conform::{Bench, Report, Sheet, Verdict, behaviours},
    project::build::{self, Mode},
    role::Role,
    sandbox::{Loaded, Sandbox},
    talk::Listener,
};

/// Try whether an extension does what the contract demands of its roles
///
/// Each behaviour is a sentence that holds or does not, shown with a new instance of the extension: a backend against a
/// scripted service, a manager against a server that asks and answers, a bot against people who say anything. Nothing of
/// it touches a network or the clock. What fails is told with what was seen; what could not be tried, with what is
/// missing in conform.toml.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
conform.toml says what nobody can know of an extension; all of it may be left out, and then less is tried:
  config = { server = \"chat.example.org:7000\" }     as in parlor.toml; so is `limits`
  files  = { \"/users/users.ini\" = \"anna = …\" }     what it may read, by its own paths

  [backend]                                         how its service speaks, a line an element
  room    = \"#lobby\"
  person  = \"anna\"
  message = \"SAY anna #lobby {text}\"                what comes when anna says something there
  private = \"SAY anna * {text}\"                     … to the bot alone
  joins   = [\"JOIN anna #lobby\"]                    … when she enters; `leaves` when she goes
  replies = [{ when = \"JOIN *\", say = [\"JOIN parlor {1}\"] }]
                                                    `*` is any text, {1} that of the first one
  line-end = \"\\r\\n\"                                 where it is not \"\\n\"

  [auth]         user = \"anna\", password = \"secret\"            somebody who is let in
  [access]       welcome = \"anna\", refused = \"eve\"             who may come and who not
  [launcher]     services = [\"a\", \"b\"], manager = \"bayeux\", connection = { url = \"ws://…\" }
  [service-bot]  request = { add = 1 }, sync = {}              what it answers; also app-data, config

Examples:
  parlor conform                               the extension in this folder
  parlor conform irc.wasm --peer conform.toml  any component
  parlor conform irc.wasm --only room          the behaviours with this word in their name")]
pub struct Conform {
    /// An extension's folder, or a component
    #[arg(default_value = ".", value_name = "FOLDER|COMPONENT")]
    extension: PathBuf,
    /// What is known of it and of whom it speaks with [default: `conform.toml` in its folder]
    #[arg(long, value_name = "FILE")]
    peer: Option<PathBuf>,
    /// Only as this, where an extension is several things: `backend`, `bot`, `auth` …
    #[arg(long, value_name = "ROLE")]
    role: Option<String>,
    /// Only behaviours whose name contains this
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    only: String,
    /// Print JSON, for scripts
    #[arg(long)]
    json: bool,
}

impl Conform {
    pub(super) fn run(&self, common: &Common) -> Result<(), Failed> {
        let listener = Listener::default();
        tracing_subscriber::registry().with(listener.clone()).init();
        let sheet = match &self.peer {
            Some(path) => Sheet::load(path),
            None => Sheet::beside(&self.extension),
        };
        let sheet = sheet.map_err(|error| Failed::Usage(error.to_string()))?;
        let component = self.component()?;
        let sandbox = Sandbox::new(4, common.compiler()?)?;
        let loaded = Loaded::read(&sandbox, common.open_cache().as_ref(), &component)?;
        let bench = Bench::new(&sandbox, loaded, sheet, listener);
        let roles = self.roles(&bench)?;
        // One thread: what happens at once happens in the same order each time.
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let mut report = Report { component, behaviours: Vec::new() };
        for role in roles {
            let chosen: Vec<_> =
                behaviours(role).iter().filter(|behaviour| behaviour.name.contains(&self.only)).collect();
            if !self.json && !chosen.is_empty() {
                say(role)?;
            }
            for behaviour in chosen {
                let outcome = runtime.block_on(bench.of(role, behaviour))?;
                if !self.json {
                    say(outcome.after(report.behaviours.last()))?;
                }
                report.behaviours.push(outcome);
            }
        }
        let [passed, failed, untried] =
            [Verdict::Passed, Verdict::Failed, Verdict::Untried].map(|verdict| report.count(verdict));
        if self.json {
            say(serde_json::to_string_pretty(&report)?)?;
        } else {
            say(format_args!("{passed} passed, {failed} failed, {untried} untried"))?;
        }
        match failed {
            _ if report.behaviours.is_empty() => {
                Err(Failed::Usage(format!("no behaviour has {:?} in its name", self.only)))
            }
            0 => Ok(()),
            _ => Err(anyhow::anyhow!("{failed} of {} behaviours failed", passed + failed).into()),
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

    /// The roles to try: all of the extension's, or the one that was named.
    fn roles(&self, bench: &Bench) -> Result<Vec<Role>, Failed> {
        let all = bench.roles()?;
        let Some(name) = &self.role else { return Ok(all) };
        let named: Vec<_> = all.iter().copied().filter(|role| role.to_string() == *name).collect();
        if named.is_empty() {
            let all: Vec<_> = all.iter().map(ToString::to_string).collect();
            return Err(Failed::Usage(format!("--role {name}: the extension is: {}", all.join(", "))));
        }
        Ok(named)
    }
}
