//! The host's own commands: which there are, and what each does.

mod extensions;
mod help;
mod rooms;
mod status;

use std::sync::Arc;

use super::{
    bindings::handlers::bot::Command,
    router::{Router, Routes},
    turn::Turn,
};

/// A command of the host's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Builtin {
    /// What can be said here.
    Help,
    /// Which commands have to do with something.
    Apropos,
    /// What this program is.
    About,
    /// How it is doing.
    Status,
    /// Since when it runs.
    Uptime,
    /// Who the asker is to it.
    Whoami,
    /// What the asker asked last.
    History,
    /// Which bots there are, and what they use.
    Bots,
    /// Starts a bot that was stopped.
    Start,
    /// Stops one.
    Stop,
    /// Reads its component again.
    Reload,
    /// Which networks there are.
    Networks,
    /// Something about a room.
    Room(rooms::Request),
}

impl Builtin {
    /// All of them.
    pub const ALL: [Self; 20] = [
        Self::Help,
        Self::Apropos,
        Self::About,
        Self::Status,
        Self::Uptime,
        Self::Whoami,
        Self::History,
        Self::Bots,
        Self::Start,
        Self::Stop,
        Self::Reload,
        Self::Networks,
        Self::Room(rooms::Request::Join),
        Self::Room(rooms::Request::Leave),
        Self::Room(rooms::Request::Create),
        Self::Room(rooms::Request::Destroy),
        Self::Room(rooms::Request::List),
        Self::Room(rooms::Request::Topic),
        Self::Room(rooms::Request::Occupants),
        Self::Room(rooms::Request::Invite),
    ];

    /// Name, arguments, what it does.
    fn says(self) -> [&'static str; 3] {
        match self {
            Self::Help => ["help", "[COMMAND or BOT]", "says what can be said"],
            Self::Apropos => ["apropos", "WORD", "finds commands that have to do with WORD"],
            Self::About => ["about", "", "says what this is"],
            Self::Status => {
                ["status", "[EXTENSION]", "says how networks and bots are doing; to admins, what one uses"]
            }
            Self::Uptime => ["uptime", "", "says since when it runs"],
            Self::Whoami => ["whoami", "", "says who you are to the bots"],
            Self::History => ["history", "", "lists your last commands"],
            Self::Bots => ["bots", "", "lists the bots, and what they use"],
            Self::Start => ["start", "BOT", "starts a bot that was stopped or failed"],
            Self::Stop => ["stop", "BOT", "stops a bot until it is started again"],
            Self::Reload => ["reload", "BOT", "puts a bot's new component in place of the old one"],
            Self::Networks => ["networks", "", "lists the networks"],
            Self::Room(request) => request.says(),
        }
    }

    /// For admins alone: what changes anything, or tells of others.
    fn admin_only(self) -> bool {
        matches!(self, Self::Bots | Self::Start | Self::Stop | Self::Reload | Self::Networks | Self::Room(_))
    }

    /// As a bot would declare it.
    pub fn declaration(self) -> Command {
        let [name, usage, summary] = self.says().map(str::to_owned);
        Command { name, usage, summary, admin_only: self.admin_only(), hidden: false }
    }

    /// Does it, and answers. What takes its time is done meanwhile.
    pub(super) fn run(self, router: &Arc<Router>, routes: &Routes, arguments: &str, turn: Turn) {
        let Some(message) = turn.message() else { return };
        let text = match self {
            Self::Help => help::help(router, routes, message, arguments),
            Self::Apropos => help::apropos(router, routes, message, arguments),
            Self::About => status::about(),
            Self::Status => match arguments.trim() {
                "" => status::status(router),
                // What others use is nobody else's business.
                _ if !router.settings().access.is_admin(message) => "Only admins may see that.".into(),
                name => extensions::status(router, name),
            },
            Self::Uptime => status::uptime(router),
            Self::Whoami => status::whoami(router, message),
            Self::History => status::history(turn.network(), message),
            Self::Networks => status::networks(router),
            Self::Bots => extensions::bots(router),
            Self::Start | Self::Stop | Self::Reload => {
                let (task, name) = (extensions::Task::of(self), arguments.trim().to_owned());
                let steward = router.steward();
                return router.meanwhile(turn, async move { extensions::run(task, steward, &name).await });
            }
            Self::Room(request) => {
                let (network, arguments) = (Arc::clone(turn.network()), arguments.to_owned());
                return router
                    .meanwhile(turn, async move { rooms::run(request, &network, &arguments).await });
            }
        };
        turn.answer(vec![text]);
    }
}

/// The answer to a command that was called in the wrong way.
fn usage(builtin: Builtin) -> String {
    let [name, usage, summary] = builtin.says();
    format!("usage: `{name} {usage}`: {summary}")
}
