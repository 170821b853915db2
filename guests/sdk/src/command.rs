//! Commands: functions of a bot that people call by name.

use crate::bindings::{
    bot::exports::parlor::chat::bot as contract, command_handler::exports::parlor::chat as called,
};

pub use called::command_handler::Invocation;

/// What a command answers: an error is shown to the sender as such.
pub type Reply = Result<Replies, String>;

/// Replies that are sent in order, an empty one not at all. Made with `into()` from text, from several texts, and
/// from `()` where there is nothing to say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Replies(pub Vec<String>);

impl From<()> for Replies {
    fn from((): ()) -> Self {
        Self::default()
    }
}

impl From<&str> for Replies {
    fn from(text: &str) -> Self {
        Self(vec![text.to_owned()])
    }
}

impl From<String> for Replies {
    fn from(text: String) -> Self {
        Self(vec![text])
    }
}

impl From<Vec<String>> for Replies {
    fn from(texts: Vec<String>) -> Self {
        Self(texts)
    }
}

/// A command as [`bot!`](crate::bot!) takes it: what people call, how the host documents it, and what it does.
#[derive(Clone, Copy, Debug)]
pub struct Command {
    name: &'static str,
    summary: &'static str,
    usage: &'static str,
    admin_only: bool,
    hidden: bool,
    run: fn(&Invocation) -> Reply,
}

/// A command of one or more words (`room join`), and the function that it calls.
pub const fn command(name: &'static str, run: fn(&Invocation) -> Reply) -> Command {
    Command { name, summary: "", usage: "", admin_only: false, hidden: false, run }
}

impl Command {
    /// What it does, in one line.
    pub const fn summary(mut self, summary: &'static str) -> Self {
        self.summary = summary;
        self
    }

    /// The arguments, in one line (`NAME [PASSWORD]`).
    pub const fn usage(mut self, usage: &'static str) -> Self {
        self.usage = usage;
        self
    }

    /// For the host's admins alone.
    pub const fn admin_only(mut self) -> Self {
        self.admin_only = true;
        self
    }

    /// Left out of the help.
    pub const fn hidden(mut self) -> Self {
        self.hidden = true;
        self
    }

    /// What the host is told about it.
    pub(crate) fn declare(&self) -> contract::Command {
        contract::Command {
            name: self.name.to_owned(),
            summary: self.summary.to_owned(),
            usage: self.usage.to_owned(),
            admin_only: self.admin_only,
            hidden: self.hidden,
        }
    }

    /// Runs the one of `commands` that is called.
    pub(crate) fn dispatch(commands: &[Self], call: &Invocation) -> Result<Vec<String>, String> {
        match commands.iter().find(|known| known.name == call.command) {
            Some(command) => (command.run)(call).map(|replies| replies.0),
            // The host passes on what was declared, so that this is a fault of the host's.
            None => Err(format!("this bot has no command {:?}", call.command)),
        }
    }
}
