//! What launchers and service managers hear of bots, wherever these run.

use crate::{
    Handled,
    bindings::coweb_imports::parlor::coweb::{bridge::Error, processes, sockets},
};

/// What a bot did that runs in this server as a component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ComponentEvent {
    /// It has started, and shows the token that it was launched with.
    Started(String),
    /// It answers the request of this token with this JSON.
    Reply(String, String),
    /// It publishes this JSON.
    Publish(String),
    /// It has ended; with words, if it failed.
    Exit(Option<String>),
}

/// A WebSocket connection that a bot elsewhere opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Socket(pub u32);

/// What became of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SocketEvent {
    /// Somebody has connected, who is nobody yet.
    Open,
    /// A text message.
    Text(String),
    /// It is closed.
    Close,
}

impl Socket {
    /// The URL that bots on this machine connect to.
    pub fn url() -> String {
        sockets::url()
    }

    /// Queues a text message. Never waits; fails if there is no such connection or too much is unsent.
    pub fn send(self, text: impl AsRef<str>) -> Handled {
        sockets::send(self.0, text.as_ref())
    }

    /// Closes it. [`SocketEvent::Close`] does not follow.
    pub fn close(self) {
        sockets::close(self.0);
    }
}

/// A program of the machine that runs for a launcher.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Process(pub u32);

impl Process {
    /// Starts a granted program, which is told `input` on its standard input, and has these variables besides those that
    /// the grant gives it.
    pub fn start(program: &str, input: &[u8], environment: &[(String, String)]) -> Result<Self, String> {
        processes::start(program, input, environment).map(Self)
    }

    /// Asks it to end, and kills it and all that it started three seconds later.
    pub fn stop(self) {
        processes::stop(self.0);
    }
}

impl Error {
    /// Why, in words for the log.
    pub fn words(&self) -> &'static str {
        match self {
            Self::UnknownService => "no such service was started in this session",
            Self::WrongToken => "the launch token is wrong, used or too old",
            Self::NotSubscribed => "the bot was not let in, or does not listen yet",
            Self::UnknownRequest => "nobody waits for this answer",
            Self::TooLarge => "it is more than the limits of the session allow",
            Self::NotJson => "it is no JSON",
        }
    }
}

/// For `?` in handlers.
impl From<Error> for String {
    fn from(error: Error) -> Self {
        error.words().to_owned()
    }
}
