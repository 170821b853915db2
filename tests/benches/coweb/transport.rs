//! Requests and sockets, kept open.

use anyhow::{Context, Result, ensure};
use futures_util::{
    SinkExt, StreamExt,
    stream::{SplitSink, SplitStream},
};
use http_body_util::{BodyExt, Full};
use hyper::{
    Request, StatusCode,
    body::Bytes,
    client::conn::http1::{SendRequest, handshake},
    header,
};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpStream, task::spawn_local};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{Message as Frame, client::IntoClientRequest},
};

/// A connection for one request after another.
pub struct Http {
    requests: SendRequest<Full<Bytes>>,
    server: String,
    /// What the server knows the client by.
    pub cookie: Option<String>,
}

/// The two halves of a socket.
pub struct Socket {
    pub sending: SplitSink<WebSocketStream<TcpStream>, Frame>,
    pub receiving: SplitStream<WebSocketStream<TcpStream>>,
}

async fn connect(server: &str) -> Result<TcpStream> {
    let stream = TcpStream::connect(server).await.with_context(|| format!("cannot reach {server}"))?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

impl Http {
    /// Connects, as a client that has this cookie.
    pub async fn open(server: &str, cookie: Option<String>) -> Result<Self> {
        let (requests, connection) = handshake(TokioIo::new(connect(server).await?)).await?;
        // Whoever waits for an answer is told of its end.
        spawn_local(connection);
        Ok(Self { requests, server: server.to_owned(), cookie })
    }

    /// Posts this text, and returns what is answered.
    pub async fn post(&mut self, path: &str, body: String) -> Result<Bytes> {
        let mut request = Request::post(path)
            .header(header::HOST, &self.server)
            .header(header::CONTENT_TYPE, "application/json;charset=UTF-8");
        if let Some(cookie) = &self.cookie {
            request = request.header(header::COOKIE, cookie);
        }
        self.requests.ready().await?;
        let answer = self.requests.send_request(request.body(Full::new(body.into()))?).await?;
        let status = answer.status();
        if let Some(cookie) = answer.headers().get(header::SET_COOKIE) {
            self.cookie = cookie.to_str()?.split(';').next().map(str::to_owned);
        }
        let answer = answer.into_body().collect().await?.to_bytes();
        ensure!(status == StatusCode::OK, "{path}: {status}: {}", String::from_utf8_lossy(&answer));
        Ok(answer)
    }
}

impl Socket {
    /// Connects, as a client that has this cookie.
    pub async fn open(server: &str, path: &str, cookie: Option<&str>) -> Result<Self> {
        let mut request = format!("ws://{server}{path}").into_client_request()?;
        if let Some(cookie) = cookie {
            request.headers_mut().insert("cookie", cookie.parse()?);
        }
        let (socket, _) = client_async(request, connect(server).await?).await?;
        let (sending, receiving) = socket.split();
        Ok(Self { sending, receiving })
    }
}

/// Sends a frame of text.
pub async fn send(sending: &mut SplitSink<WebSocketStream<TcpStream>, Frame>, text: String) -> Result<()> {
    Ok(sending.send(Frame::text(text)).await?)
}
