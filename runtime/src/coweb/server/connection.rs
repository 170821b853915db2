//! One connection: HTTP/1.1 within bounds of time.

use std::{net::SocketAddr, pin::pin, time::Duration};

use axum::{Router, body::Body, http::Request};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    time::timeout,
};
use tokio_io_timeout::TimeoutStream;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use super::Remote;

/// How long a client may take for its part of TLS's handshake.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// How long a client may take to send the head of a request; between two requests, too.
const HEAD: Duration = Duration::from_secs(60);
/// How long a client may take to swallow what it is sent.
const SWALLOW: Duration = Duration::from_secs(20);
/// The most bytes of a request's head.
const MOST_HEAD: usize = 64 << 10;

/// Serves a connection until it ends. What goes wrong with it is its client's matter.
pub(super) async fn serve(
    stream: TcpStream,
    remote: SocketAddr,
    tls: Option<TlsAcceptor>,
    routes: Router,
    stop: CancellationToken,
) {
    // A message must not wait for the next one.
    let _ = stream.set_nodelay(true);
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(SWALLOW));
    let stream = Box::pin(stream);
    match tls {
        None => speak(stream, remote, routes, stop).await,
        Some(tls) => match timeout(HANDSHAKE, tls.accept(stream)).await {
            Ok(Ok(stream)) => speak(stream, remote, routes, stop).await,
            Ok(Err(error)) => tracing::debug!(%remote, %error, "coweb: no TLS"),
            Err(_) => tracing::debug!(%remote, "coweb: TLS's handshake took too long"),
        },
    }
}

async fn speak(
    stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
    remote: SocketAddr,
    routes: Router,
    stop: CancellationToken,
) {
    // A layer of the routes would do it too, and make a whole table of routes for each connection.
    let answer = service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(Remote(remote.ip()));
        routes.clone().oneshot(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .max_buf_size(MOST_HEAD)
        .serve_connection(TokioIo::new(stream), answer)
        .with_upgrades();
    let mut connection = pin!(connection);
    let done = tokio::select! {
        done = &mut connection => done,
        () = stop.cancelled() => {
            // What it is answering is still answered; nothing more is taken.
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = done {
        tracing::debug!(%remote, %error, "coweb: a connection broke");
    }
}
