//! What kind of extension a project makes.

use std::fmt;

use clap::ValueEnum;

/// What kind of extension a project makes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// A chat bot: commands, messages, timers
    #[default]
    Bot,
    /// The glue to one chat service
    Backend,
    /// Says who the people of a collaboration server are
    Auth,
    /// Decides what they may do
    Access,
    /// Starts and stops the service bots of a session
    Launcher,
    /// Speaks with the service bots of a session
    Manager,
    /// A bot that serves in a session
    ServiceBot,
    /// Chooses who brings late joiners up to date
    Updater,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Bot,
        Self::Backend,
        Self::Auth,
        Self::Access,
        Self::Launcher,
        Self::Manager,
        Self::ServiceBot,
        Self::Updater,
    ];

    /// As on the command line, and in the names of the templates.
    pub fn name(self) -> &'static str {
        match self {
            Self::Bot => "bot",
            Self::Backend => "backend",
            Self::Auth => "auth",
            Self::Access => "access",
            Self::Launcher => "launcher",
            Self::Manager => "manager",
            Self::ServiceBot => "service-bot",
            Self::Updater => "updater",
        }
    }

    /// What it is, in a sentence.
    pub fn what(self) -> &'static str {
        match self {
            Self::Bot => "a bot",
            Self::Backend => "a backend",
            Self::Auth => "an auth manager",
            Self::Access => "an access manager",
            Self::Launcher => "a launcher",
            Self::Manager => "a service manager",
            Self::ServiceBot => "a service bot",
            Self::Updater => "an updater matcher",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
