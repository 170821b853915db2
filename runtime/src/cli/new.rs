//! `parlor new`

use std::path::PathBuf;

use super::{Common, Failed};
use crate::project::{
    self, Kind, Language, Name, NewError,
    build::{self, shell_word},
};

/// Make a project: an extension that builds at once, with a test, to be changed into yours
///
/// The contract and the SDK of the language are inside; nothing is downloaded for them. What else the language needs is
/// said at the end.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  parlor new greeter --lang python                   a chat bot
  parlor new my-net --lang rust --kind backend       the glue to a chat service
  parlor new adder --lang ts --kind service-bot      a bot that serves in coweb sessions")]
pub struct New {
    /// What it is called: words of lowercase letters and digits, with `-` between them
    name: String,
    /// What it is written in
    #[arg(short, long, value_name = "LANGUAGE")]
    lang: Language,
    /// What it is
    #[arg(short, long, default_value_t)]
    kind: Kind,
    /// The folder to make it in, new or empty [default: one of its name]
    #[arg(long, value_name = "FOLDER")]
    into: Option<PathBuf>,
}

impl New {
    pub(super) fn run(&self, _: &Common) -> Result<(), Failed> {
        let name = Name::parse(&self.name).map_err(|error| Failed::Usage(error.to_string()))?;
        let folder = self.into.clone().unwrap_or_else(|| name.as_str().into());
        project::create(&folder, self.lang, self.kind, &name).map_err(|error| match error {
            NewError::NotEmpty(_) => Failed::Usage(error.to_string()),
            NewError::Unwritable(..) => error.into(),
        })?;
        let (what, source) = (self.kind.what(), self.lang.source());
        super::say(format_args!(
            "{name} is {what} in {}: {source} in {}. Next:",
            self.lang,
            folder.display()
        ))?;
        let install = build::missing(&folder, self.lang).map(|missing| format!(" && {}", missing.remedy));
        super::say(format_args!("  cd {}{}", shell_word(&folder), install.unwrap_or_default()))?;
        super::say("  parlor build && parlor test")?;
        super::say("  parlor run --watch .")?;
        Ok(())
    }
}
