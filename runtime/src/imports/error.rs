//! Why the host refused or ended something on the network.

use crate::sandbox::grants::Denial;

/// Mirrors `parlor:host/net.error`, which says what each case means.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "the documentation is the contract's own, in wit/")]
pub enum Error {
    /// The extension hears what it asked for, and only the log how to allow it.
    #[error("{} is denied", .0.what)]
    Denied(Box<Denial>),
    #[error("{0}")]
    Unreachable(String),
    #[error("{0}")]
    Tls(String),
    #[error("more connections, or more unsent bytes, than the limits allow")]
    Full,
    #[error("there is no such connection, or it is not open")]
    Closed,
    #[error("{0}")]
    Other(String),
}

impl From<Denial> for Error {
    fn from(denial: Denial) -> Self {
        Self::Denied(Box::new(denial))
    }
}
