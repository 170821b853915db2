//! `parlor:coweb/sockets`: WebSocket connections of bots elsewhere, to the session's own address.

use std::{
    collections::HashMap,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use axum::extract::ws::{Message, Utf8Bytes, WebSocket};
use futures_util::{SinkExt, StreamExt};
use tokio::{
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    time::timeout,
};
use wasmtime::component::{HasSelf, Linker};

use super::Services;
use crate::{
    coweb::{bindings::parlor::coweb::sockets, exports},
    imports::State,
    sandbox::{Call, Class},
};

/// The most connections of one session.
const MOST_SOCKETS: usize = 128;
/// The most bytes that wait to be sent on one of them.
const MOST_UNSENT: usize = 4 << 20;
/// How long a bot may take to swallow a message.
const SWALLOW: Duration = Duration::from_secs(20);
const NO_HANDLER: &str = "it exports no parlor:coweb/socket-handler";

/// The connections of a session, by number.
#[derive(Default)]
pub(super) struct Sockets {
    last: u32,
    open: HashMap<u32, Line>,
}

/// One of them; its end when it is dropped.
struct Line {
    frames: UnboundedSender<Utf8Bytes>,
    unsent: Arc<AtomicUsize>,
}

impl Services {
    /// Serves a bot's connection to its end.
    pub async fn serve_socket(self: Arc<Self>, socket: WebSocket) {
        // Begins the manager where nobody has used a service yet.
        let Some(crew) = self.crew().await else { return };
        let (frames, outgoing) = unbounded_channel();
        let unsent = Arc::new(AtomicUsize::new(0));
        let number = {
            let mut sockets = self.sockets.lock();
            if sockets.open.len() >= MOST_SOCKETS {
                tracing::warn!(session = %self.session.id, "too many bots connect");
                return;
            }
            sockets.last = sockets.last.wrapping_add(1);
            let number = sockets.last;
            sockets.open.insert(number, Line { frames, unsent: Arc::clone(&unsent) });
            number
        };
        let (sending, mut receiving) = socket.split();
        let manager = crew.managing();
        let hears = async {
            let opened = manager.ask(move |live| {
                Box::pin(async move {
                    match &exports::of(live)?.sockets {
                        Some(handler) => handler.call_on_open(&mut live.store, number).await,
                        None => Ok(Err(NO_HANDLER.into())),
                    }
                })
            });
            if let Err(why) = opened.await {
                tracing::warn!(session = %self.session.id, %why, "a bot's connection was not taken");
                return;
            }
            // One after the other: a bot that says much waits until it has been heard.
            while let Some(Ok(message)) = receiving.next().await {
                let text = match message {
                    Message::Text(text) => text,
                    Message::Close(_) => return,
                    _ => continue,
                };
                let heard = manager.ask(move |live| {
                    Box::pin(async move {
                        match &exports::of(live)?.sockets {
                            Some(handler) => handler.call_on_text(&mut live.store, number, &text).await,
                            None => Ok(Err(NO_HANDLER.into())),
                        }
                    })
                });
                if let Err(why) = heard.await {
                    tracing::warn!(session = %self.session.id, %why, "a bot was not heard, and its connection is closed");
                    return;
                }
            }
        };
        let says = says(sending, outgoing, unsent);
        // The one ends where the connection is lost or the bot goes, the other where the manager closes it.
        futures_util::future::select(pin!(hears), pin!(says)).await;
        if self.sockets.lock().open.remove(&number).is_some() {
            self.socket_closed(number);
        }
    }

    /// Tells the manager.
    fn socket_closed(&self, number: u32) {
        let Some(crew) = self.at_work() else { return };
        let call: Call<State> = Box::new(move |live| {
            Box::pin(async move {
                let exports = exports::of(live)?;
                let Some(handler) = &exports.sockets else { return Ok(()) };
                if let Err(words) = handler.call_on_close(&mut live.store, number).await? {
                    live.store.data().common.log.failed("on-close", &words);
                }
                Ok(())
            })
        });
        // Bounded by the connections that there were.
        let _ = crew.manager().push(Class::Own, call);
    }

    fn send_text(&self, to: u32, text: String) -> Result<(), String> {
        if text.len() > self.most_bytes {
            return Err(format!("a message has {} bytes at most", self.most_bytes));
        }
        let sockets = self.sockets.lock();
        let line = sockets.open.get(&to).ok_or("there is no such connection")?;
        let size = text.len();
        if line.unsent.fetch_add(size, Relaxed) + size > MOST_UNSENT {
            line.unsent.fetch_sub(size, Relaxed);
            return Err("too much is unsent".into());
        }
        line.frames.send(text.into()).map_err(|_| "the connection is closed".to_owned())
    }

    /// Closes all of them.
    pub(super) fn close_sockets(&self) {
        self.sockets.lock().open.clear();
    }
}

/// Sends what the manager says until there is nothing more to say.
async fn says(
    mut sending: futures_util::stream::SplitSink<WebSocket, Message>,
    mut outgoing: UnboundedReceiver<Utf8Bytes>,
    unsent: Arc<AtomicUsize>,
) {
    while let Some(text) = outgoing.recv().await {
        let size = text.len();
        if !matches!(timeout(SWALLOW, sending.send(Message::Text(text))).await, Ok(Ok(()))) {
            return;
        }
        unsent.fetch_sub(size, Relaxed);
    }
    // It is closed by the manager or the end of the session: the other side is told, if it still listens.
    let _ = timeout(SWALLOW, sending.send(Message::Close(None))).await;
}

impl sockets::Host for State {
    fn url(&mut self) -> wasmtime::Result<String> {
        let services = self.crews()?;
        Ok(format!("{}{}", services.url, services.session.id))
    }

    fn send(&mut self, to: u32, text: String) -> wasmtime::Result<Result<(), String>> {
        Ok(self.crews()?.send_text(to, text))
    }

    fn close(&mut self, what: u32) -> wasmtime::Result<()> {
        self.crews()?.sockets.lock().open.remove(&what);
        Ok(())
    }
}

pub(super) fn add_to_linker(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    sockets::add_to_linker::<_, HasSelf<State>>(linker, |state| state)
}
