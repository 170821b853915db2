//! One open connection of an extension: a task that owns the socket, and the handle to it.
//!
//! The task reads and writes at the same time and waits in neither for the other. What it reads it hands to the
//! extension piece by piece, and reads on only when the extension is done with a piece; so a slow extension slows its
//! peer and costs no memory. What the extension sends is queued up to a limit, and so costs no more than that.

mod bytes;
mod messages;
mod terminal;

use std::{sync::Arc, time::Duration};

use ::bytes::Bytes;
use futures_util::future::BoxFuture;
use parking_lot::Mutex;
use tokio::{
    join, select,
    sync::{
        Notify,
        mpsc::{UnboundedReceiver, UnboundedSender, WeakUnboundedSender, unbounded_channel},
    },
    time::sleep,
};
use tokio_util::{sync::CancellationToken, task::AbortOnDropHandle};

use super::{
    address::{Scheme, Target},
    dial::{Dialer, websocket},
    error::Error,
    secrets::Peer,
    stdio::Stdio,
    stream::Stream,
};
use crate::sandbox::grants::{Grants, Host, is_public};

/// How long a peer has to take what is still queued once the extension closes, and how long to hang up after that.
const FAREWELL: Duration = Duration::from_secs(5);
/// What the queue itself costs for each thing that is sent, in bytes: nothing is a lot if it is sent often enough.
const OVERHEAD: usize = 64;

/// What happens on a connection. `Open` comes first (and again after STARTTLS), `Closed` last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// It is up, handshakes included.
    Open,
    /// Bytes, at most 64 KiB; or one message; or one line of the terminal.
    Data(Bytes),
    /// It is gone; no error means in good order.
    Closed(Option<Error>),
}

/// Who hears of a connection.
pub trait Sink: Send + Sync + 'static {
    /// Hands over an event and resolves once it has been dealt with; nothing is read until then. False: there is
    /// nobody any more to hear of this connection, and it ends.
    fn deliver(&self, event: Event) -> BoxFuture<'_, bool>;

    /// Resolves once there is room for the consequences of `size` bytes more. Only the terminal waits for that: a peer
    /// elsewhere would be delayed by others' work.
    fn ready(&self, size: usize) -> BoxFuture<'_, ()> {
        let _ = size;
        Box::pin(async {})
    }

    /// Resolves once all that was delivered so far has had its consequences. At the end of the terminal's input the
    /// output stays open for so long.
    fn settled(&self) -> BoxFuture<'_, ()> {
        Box::pin(async {})
    }
}

/// How much one connection may hold.
#[derive(Clone, Copy, Debug)]
pub struct ConnectionLimits {
    /// Bytes that wait to be sent, and 64 more for each time that something was sent.
    pub unsent: usize,
    /// Bytes of one WebSocket message, either way.
    pub message: usize,
}

/// A connection. Dropping it closes the socket at once.
pub struct Connection {
    shared: Arc<Shared>,
    orders: UnboundedSender<Order>,
    task: AbortOnDropHandle<()>,
}

/// What the extension wants of the task, in its order.
enum Order {
    Send(Bytes),
    StartTls(Host),
    Close,
}

/// What handle and task share.
struct Shared {
    url: String,
    /// None is the terminal.
    target: Option<Target>,
    limits: ConnectionLimits,
    /// Asked by the extension to close.
    closing: CancellationToken,
    /// Told whenever something has left the queue.
    sent: Notify,
    state: Mutex<State>,
}

struct State {
    phase: Phase,
    unsent: usize,
    /// Whether what is queued now will go out over TLS. STARTTLS makes it so when it is asked for, since nothing that
    /// is queued later can go out before.
    secure: bool,
    /// The name that STARTTLS has the peer prove.
    proven: Option<Host>,
    /// STARTTLS was asked for, and the handshake is not over.
    upgrading: bool,
    /// The peer is on the public Internet.
    public: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Opening,
    Open,
    /// No longer open to the extension, or gone.
    Over,
}

impl Connection {
    /// Opens a connection to `tcp://`, `tls://`, `ws://`, `wss://` or `stdio:`, and tells `sink` how it goes. Must be
    /// called within a Tokio runtime.
    ///
    /// # Errors
    /// `Denied` if the grants do not allow the URL, `Other` if it is none of these or the terminal is in use.
    pub fn open(
        url: &str,
        dialer: &Dialer,
        grants: &Arc<Grants>,
        limits: ConnectionLimits,
        sink: Arc<dyn Sink>,
    ) -> Result<Self, Error> {
        let (way, target) = if url == "stdio:" {
            grants.check_stdio()?;
            (Way::Terminal(Stdio::take()?), None)
        } else {
            let target: Target = url.parse()?;
            if matches!(target.scheme, Scheme::Http | Scheme::Https) {
                return Err(Error::Other("a connection is tcp, tls, ws or wss; HTTP is for `fetch`".into()));
            }
            grants.check_asked(&target.endpoint)?;
            (Way::Network(dialer.clone(), Arc::clone(grants)), Some(target))
        };
        let state = State {
            phase: Phase::Opening,
            unsent: 0,
            secure: target.as_ref().is_some_and(|target| target.scheme.is_secure()),
            proven: None,
            upgrading: false,
            public: true,
        };
        let shared = Arc::new(Shared {
            url: url.to_owned(),
            target,
            limits,
            closing: CancellationToken::new(),
            sent: Notify::new(),
            state: Mutex::new(state),
        });
        let (orders, queue) = unbounded_channel();
        let task = Task { shared: Arc::clone(&shared), own: orders.downgrade(), orders: queue, sink };
        let task = tokio::spawn(task.run(way));
        Ok(Self { shared, orders, task: AbortOnDropHandle::new(task) })
    }

    /// The URL that was asked for.
    pub fn url(&self) -> &str {
        &self.shared.url
    }

    /// Whether it is up.
    pub fn is_open(&self) -> bool {
        self.shared.state.lock().phase == Phase::Open
    }

    /// Bytes that wait to be sent, with what the queue itself costs.
    pub fn unsent(&self) -> usize {
        self.shared.state.lock().unsent
    }

    /// Queues bytes, or one whole message. Never waits.
    ///
    /// # Errors
    /// `Closed` if it is not open, `Full` if this would exceed a limit; nothing is queued then.
    pub fn send(&self, data: Bytes) -> Result<(), Error> {
        let Shared { limits, target, .. } = &*self.shared;
        let mut state = self.shared.state.lock();
        if state.phase != Phase::Open {
            return Err(Error::Closed);
        }
        let framed = target.as_ref().is_some_and(|target| matches!(target.scheme, Scheme::Ws | Scheme::Wss));
        if framed && data.len() > limits.message || state.unsent.saturating_add(data.len()) > limits.unsent {
            return Err(Error::Full);
        }
        let cost = data.len() + OVERHEAD;
        // The task may be gone by now, and is about to say so.
        self.orders.send(Order::Send(data)).map_err(|_| Error::Closed)?;
        state.unsent += cost;
        Ok(())
    }

    /// Who what is sent now would go to: what a secret's own grants are checked against.
    ///
    /// # Errors
    /// `Closed` if it is not open.
    pub fn peer(&self) -> Result<Peer, Error> {
        let state = self.shared.state.lock();
        if state.phase != Phase::Open {
            return Err(Error::Closed);
        }
        Ok(match &self.shared.target {
            None => Peer::Terminal,
            Some(target) => Peer::Network {
                hosts: std::iter::once(&target.endpoint.host).chain(&state.proven).cloned().collect(),
                port: target.endpoint.port,
                exposed: state.public && !state.secure,
            },
        })
    }

    /// Makes TLS of an open `tcp://` connection to a peer which must prove that it is `name` (STARTTLS: RFC 3207 for
    /// SMTP, RFC 6120 for XMPP). What was queued before goes out in the clear; bytes that come in the clear from now
    /// on end the connection, since anybody on the way could have put them there (CVE-2011-0411).
    ///
    /// # Errors
    /// `Closed` if it is not open; `Other` if it is not `tcp://`, is TLS already, or `name` is no host's name.
    pub fn start_tls(&self, name: &str) -> Result<(), Error> {
        let name: Host =
            name.parse().map_err(|_| Error::Other("the server name is no host's name".into()))?;
        let mut state = self.shared.state.lock();
        if state.phase != Phase::Open {
            return Err(Error::Closed);
        }
        if !self.shared.target.as_ref().is_some_and(|target| target.scheme == Scheme::Tcp) {
            return Err(Error::Other("only a tcp:// connection can be made TLS".into()));
        }
        if state.secure {
            return Err(Error::Other("this connection is TLS already, or becoming it".into()));
        }
        self.orders.send(Order::StartTls(name.clone())).map_err(|_| Error::Closed)?;
        (state.secure, state.upgrading, state.proven) = (true, true, Some(name));
        Ok(())
    }

    /// Sends what is queued, for 5 s at most, then says goodbye and hears the peer out, for 5 s at most.
    /// [`Event::Closed`] follows.
    pub fn close(&self) {
        self.shared.state.lock().phase = Phase::Over;
        // In its turn; the task that is gone has closed.
        let _ = self.orders.send(Order::Close);
        self.shared.closing.cancel();
    }

    /// Closes, and waits until that is done: 10 s at most.
    pub async fn finish(self) {
        self.close();
        // A task that panicked has closed, too.
        let _ = self.task.await;
    }
}

impl Shared {
    /// So much has left the queue.
    fn sent(&self, bytes: usize) {
        let mut state = self.state.lock();
        state.unsent = state.unsent.saturating_sub(bytes);
        drop(state);
        self.sent.notify_one();
    }

    /// Resolves once most of what was queued has left the queue. For one at a time.
    async fn drained(&self) {
        while self.state.lock().unsent > self.limits.unsent / 4 {
            self.sent.notified().await;
        }
    }

    /// Resolves when the extension closed and the time for farewells is over.
    async fn farewell(&self) {
        self.closing.cancelled().await;
        sleep(FAREWELL).await;
    }
}

/// How a connection is to be made.
enum Way {
    Terminal(Stdio),
    Network(Dialer, Arc<Grants>),
}

/// How a connection ended.
enum End {
    /// Nobody wants to hear of it.
    Unheard,
    Closed(Option<Error>),
}

/// How reading ended.
enum Heard {
    /// It was told to stop.
    Stopped,
    /// The peer has nothing more to say.
    All,
    Failed(Error),
    Unheard,
}

/// How writing ended.
enum Said {
    /// It was told to stop.
    Stopped,
    /// Everything, up to the extension's `close`.
    All,
    /// Everything, up to STARTTLS.
    StartTls(Host),
    Failed(Error),
}

struct Task {
    shared: Arc<Shared>,
    orders: UnboundedReceiver<Order>,
    /// For orders that the task gives itself.
    own: WeakUnboundedSender<Order>,
    sink: Arc<dyn Sink>,
}

impl Task {
    async fn run(mut self, way: Way) {
        let end = match way {
            Way::Terminal(stdio) => self.terminal(stdio, tokio::io::stdout()).await,
            Way::Network(dialer, grants) => self.network(&dialer, &grants).await,
        };
        self.shared.state.lock().phase = Phase::Over;
        if let End::Closed(reason) = end {
            self.sink.deliver(Event::Closed(reason)).await;
        }
    }

    async fn network(&mut self, dialer: &Dialer, grants: &Grants) -> End {
        let shared = Arc::clone(&self.shared);
        let Some(target) = &shared.target else {
            return End::Closed(None);
        };
        let dialled = select! {
            // Closed before it was open.
            () = shared.closing.cancelled() => return End::Closed(None),
            dialled = self.dial(dialer, target, grants) => dialled,
        };
        let talked = match dialled {
            Err(error) => return End::Closed(Some(error)),
            Ok(Dialled::Messages(socket)) => self.messages(socket).await.map(|()| None),
            Ok(Dialled::Bytes(stream)) => self.bytes(stream).await,
        };
        let (stream, name) = match talked {
            Err(end) => return end,
            Ok(None) => return End::Closed(None),
            Ok(Some(upgrade)) => upgrade,
        };
        let secured = select! {
            () = shared.farewell() => return End::Closed(None),
            secured = self.upgrade(dialer, stream, &name) => secured,
        };
        match secured {
            Err(error) => End::Closed(Some(error)),
            Ok(stream) => self.bytes(stream).await.err().unwrap_or(End::Closed(None)),
        }
    }

    async fn dial(&self, dialer: &Dialer, target: &Target, grants: &Grants) -> Result<Dialled, Error> {
        let stream = dialer.dial(target, grants).await?;
        self.shared.state.lock().public = stream.peer_ip().is_none_or(is_public);
        Ok(match target.scheme {
            Scheme::Ws | Scheme::Wss => {
                let socket = websocket(stream, target, self.shared.limits.message).await?;
                Dialled::Messages(Box::new(socket))
            }
            _ => Dialled::Bytes(stream),
        })
    }

    async fn upgrade(&self, dialer: &Dialer, stream: Stream, name: &Host) -> Result<Stream, Error> {
        let stream =
            stream.into_plain().ok_or_else(|| Error::Other("the connection is TLS already".into()))?;
        let stream = bytes::refuse_unread(stream)?;
        let secured = dialer.secure(stream, name).await?;
        self.shared.state.lock().upgrading = false;
        Ok(secured)
    }

    /// Tells the extension that the connection is up; false if nobody is there to hear it.
    async fn opened(&self) -> bool {
        {
            let mut state = self.shared.state.lock();
            if state.phase == Phase::Opening {
                state.phase = Phase::Open;
            }
        }
        self.sink.deliver(Event::Open).await
    }
}

enum Dialled {
    Bytes(Stream),
    Messages(Box<messages::Socket>),
}

/// Reads and writes until one of both is over; then the other is told to stop. Returns what writing came to, if that
/// is not the end.
async fn converse(
    shared: &Shared,
    stop: &CancellationToken,
    read: impl Future<Output = Heard>,
    write: impl Future<Output = Said>,
) -> Result<Option<Host>, End> {
    let read = async {
        let heard = read.await;
        stop.cancel();
        heard
    };
    let write = async {
        let said = select! {
            biased;
            said = write => said,
            () = stop.cancelled() => Said::Stopped,
            () = shared.farewell() => {
                stop.cancel();
                return Said::Failed(Error::Unreachable("the peer did not take what was sent before the end".into()));
            }
        };
        // A socket that is closed while there is something to read in it takes back what it sent last (RFC 1122,
        // section 4.2.2.13); and a peer that broke the connection may have said why. So the peer is heard out.
        if !matches!(said, Said::StartTls(_)) {
            select! {
                () = stop.cancelled() => {}
                () = sleep(FAREWELL) => {}
            }
        }
        stop.cancel();
        said
    };
    match join!(read, write) {
        (Heard::Unheard, _) => Err(End::Unheard),
        (_, Said::All) => Err(End::Closed(None)),
        (_, Said::Failed(error)) | (Heard::Failed(error), _) => Err(End::Closed(Some(error))),
        (Heard::Stopped, Said::StartTls(name)) => Ok(Some(name)),
        (Heard::All | Heard::Stopped, _) => Err(End::Closed(None)),
    }
}

#[cfg(test)]
mod tests;
