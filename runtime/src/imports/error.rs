//! Why the host refused or ended something on the network.

use crate::sandbox::grants::Denial;

/// Mirrors `parlor:host/net.error`, which says what each case means.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "the documentation is the contract's own, in wit/")]
pub enum Error {
    #[error("{0} is not granted")]
    Denied(String),
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

impl Error {
    /// Tells the log the line that would allow it; the extension hears no more than what it asked for.
    pub fn denied(denial: Denial) -> Self {
        tracing::warn!("{denial}");
        Self::Denied(denial.what)
    }
}
