//! Opens connections: name, address, TCP, TLS and WebSocket handshake, each checked and bounded in time.

use std::{net::SocketAddr, time::Duration};

use tokio::{
    net::{TcpSocket, TcpStream},
    time::timeout,
};
use tokio_tungstenite::{
    WebSocketStream, client_async_with_config,
    tungstenite::{self, client::IntoClientRequest, protocol::WebSocketConfig},
};

use super::{address::Target, error::Error, resolver::Resolver, stream::Stream, tls::Tls};
use crate::sandbox::grants::{Endpoint, Grants, Host};

/// How long one address may take to answer.
const ATTEMPT: Duration = Duration::from_secs(10);
/// How long all addresses of a name may take together.
const CONNECT: Duration = Duration::from_secs(30);
/// How long each handshake after that may take.
const HANDSHAKE: Duration = Duration::from_secs(15);

/// Opens connections for extensions. Cheap to clone. By default it asks the system's resolver, and trusts who this
/// machine trusts.
#[derive(Clone, Default)]
pub struct Dialer {
    resolver: Resolver,
    tls: Tls,
}

impl Dialer {
    /// Asks `resolver` for names, and speaks TLS as `tls` says.
    pub fn new(resolver: Resolver, tls: Tls) -> Self {
        Self { resolver, tls }
    }

    /// The same for another extension: how much it may ask for at a time is its own.
    pub fn for_another(&self) -> Self {
        Self { resolver: self.resolver.for_another(), tls: self.tls.clone() }
    }

    /// Connects to an address that `endpoint` leads to and `grants` allow, in the clear.
    ///
    /// # Errors
    /// `Denied` or `Unreachable`.
    pub async fn connect(&self, endpoint: &Endpoint, grants: &Grants) -> Result<TcpStream, Error> {
        let addresses = self.resolver.resolve(endpoint, grants).await?;
        let (host, port) = (&endpoint.host, endpoint.port);
        let attempts = async {
            let mut failure = None;
            for address in addresses {
                match timeout(ATTEMPT, connect(address)).await {
                    Ok(Ok(stream)) => return Ok(stream),
                    Ok(Err(error)) => failure = Some(error.to_string()),
                    Err(_) => failure = Some(format!("it did not answer within {} s", ATTEMPT.as_secs())),
                }
            }
            let words = failure.unwrap_or_default();
            Err(Error::Unreachable(format!("{host} did not take a connection on port {port}: {words}")))
        };
        let late =
            |_| Err(Error::Unreachable(format!("{host} did not answer within {} s", CONNECT.as_secs())));
        timeout(CONNECT, attempts).await.unwrap_or_else(late)
    }

    /// Makes TLS of an open connection; see [`Tls::connect`].
    ///
    /// # Errors
    /// `Tls` or `Unreachable`.
    pub async fn secure(&self, stream: TcpStream, name: &Host) -> Result<Stream, Error> {
        let secured = in_time(name, "the TLS handshake", self.tls.connect(stream, name)).await?;
        Ok(Stream::Tls(Box::new(secured)))
    }

    /// Connects as the scheme of `target` says, up to where its own protocol begins.
    ///
    /// # Errors
    /// `Denied`, `Unreachable` or `Tls`.
    pub async fn dial(&self, target: &Target, grants: &Grants) -> Result<Stream, Error> {
        let stream = self.connect(&target.endpoint, grants).await?;
        if target.scheme.is_secure() {
            self.secure(stream, &target.endpoint.host).await
        } else {
            Ok(Stream::Plain(stream))
        }
    }
}

/// Shakes hands for a WebSocket over `stream`. No message may be larger than `largest` bytes, either way.
///
/// # Errors
/// `Unreachable` if the connection breaks, `Other` if the peer is not willing.
pub async fn websocket(
    stream: Stream,
    target: &Target,
    largest: usize,
) -> Result<WebSocketStream<Stream>, Error> {
    let host = &target.endpoint.host;
    let request = target.url().into_client_request().map_err(|error| Error::Other(error.to_string()))?;
    let config = WebSocketConfig::default()
        // Held for as long as the connection lives: small, since most of them are idle.
        .read_buffer_size(8 << 10)
        // Each message is flushed before the next one is taken.
        .write_buffer_size(0)
        .max_write_buffer_size(largest.saturating_add(8 << 10))
        .max_message_size(Some(largest))
        .max_frame_size(Some(largest));
    let handshake = async {
        match client_async_with_config(request, stream, Some(config)).await {
            Ok((socket, _)) => Ok(socket),
            Err(tungstenite::Error::Http(answer)) => Err(Error::Other(format!(
                "{host} answered {} instead of opening a WebSocket",
                answer.status()
            ))),
            Err(tungstenite::Error::Io(error)) => {
                Err(Error::Unreachable(format!("the connection to {host} broke: {error}")))
            }
            Err(error) => Err(Error::Other(format!("{host} did not open a WebSocket: {error}"))),
        }
    };
    in_time(host, "the WebSocket handshake", handshake).await
}

async fn connect(address: SocketAddr) -> std::io::Result<TcpStream> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // A line of chat is to go out when it is written.
    socket.set_nodelay(true)?;
    // A peer that vanished is noticed some day, even by an extension that never speaks.
    socket.set_keepalive(true)?;
    socket.connect(address).await
}

async fn in_time<T>(
    host: &Host,
    what: &str,
    handshake: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    let late =
        |_| Err(Error::Unreachable(format!("{what} with {host} took longer than {} s", HANDSHAKE.as_secs())));
    timeout(HANDSHAKE, handshake).await.unwrap_or_else(late)
}
