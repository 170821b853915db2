//! Connections, which the host keeps, and which call `on_connection` when something happens on them.

use crate::{bindings::imports::parlor::host::net as contract, chat};

pub use contract::{Encoding, Error, Part, Piece};

/// One connection of this extension. It stays open when it goes out of scope.
///
/// ```no_run
/// use parlor_sdk::prelude::*;
///
/// bot! {
///     on_start: || { Connection::open("tls://time.example.org:13")?; Ok(()) },
///     on_connection: hear,
/// }
///
/// fn hear(connection: Connection, event: ConnectionEvent) -> Handled {
///     match event {
///         ConnectionEvent::Open => log::info("connected"),
///         ConnectionEvent::Data(bytes) => {
///             log::info(String::from_utf8_lossy(&bytes));
///             connection.close();
///         }
///         ConnectionEvent::Closed(reason) => log::info(reason.map_or("done".into(), String::from)),
///     }
///     Ok(())
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Connection(pub u32);

/// What happened on a connection.
#[derive(Clone, Debug)]
pub enum ConnectionEvent {
    /// It is up, TLS and WebSocket handshake included.
    Open,
    /// Bytes have come, or one whole WebSocket message, or one line of the terminal.
    Data(Vec<u8>),
    /// It is gone; no reason means that it was closed in good order.
    Closed(Option<Error>),
}

impl Connection {
    /// Opens a connection to `tcp://host:port`, `tls://host:port`, `ws://…`, `wss://…` or `stdio:`, where granted.
    /// Returns at once; `on_connection` hears what becomes of it.
    pub fn open(url: &str) -> Result<Self, Error> {
        contract::connect(url).map(Self)
    }

    /// Queues bytes, or one whole WebSocket message. Never waits.
    pub fn send(self, data: impl AsRef<[u8]>) -> Result<(), Error> {
        contract::send(self.0, data.as_ref())
    }

    /// Queues what the host completes with secrets that the extension never sees.
    pub fn send_filled(self, parts: &[Part]) -> Result<(), Error> {
        contract::send_filled(self.0, parts)
    }

    /// Turns an open `tcp://` connection into TLS; [`ConnectionEvent::Open`] comes once more.
    pub fn start_tls(self, server_name: &str) -> Result<(), Error> {
        contract::start_tls(self.0, server_name)
    }

    /// Sends what is queued, then closes; [`ConnectionEvent::Closed`] follows. One that is gone is ignored.
    pub fn close(self) {
        contract::close(self.0);
    }

    /// Those that are open now, with the URL of each: after a reload, those that the extension left behind.
    pub fn all() -> Vec<(Self, String)> {
        contract::connections().into_iter().map(|(connection, url)| (Self(connection), url)).collect()
    }
}

impl Error {
    /// Why, in words for people.
    pub fn words(&self) -> String {
        match self {
            Self::Denied(address) => format!("{address} is not granted"),
            Self::Unreachable(why) | Self::Tls(why) | Self::Other(why) => why.clone(),
            Self::Full => "too much is waiting to be sent".to_owned(),
            Self::Closed => "the connection is closed".to_owned(),
        }
    }
}

/// For `?` in handlers and commands.
impl From<Error> for String {
    fn from(error: Error) -> Self {
        error.words()
    }
}

/// For `?` in a backend, whose service is behind the connection.
impl From<Error> for chat::Error {
    fn from(error: Error) -> Self {
        match error {
            Error::Denied(_) => Self::Denied(error.words()),
            Error::Full => Self::Full,
            Error::Closed => Self::NotConnected,
            Error::Unreachable(_) | Error::Tls(_) | Error::Other(_) => Self::Other(error.words()),
        }
    }
}
