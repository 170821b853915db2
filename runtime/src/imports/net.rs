//! `parlor:host/net`: connections that the host keeps, and that call the extension.

use std::{collections::HashMap, mem, sync::Arc, time::Duration};

use bytes::Bytes;
use futures_util::{FutureExt, future::BoxFuture, future::join_all};
use tokio::{sync::oneshot, time::timeout};
use tokio_util::sync::CancellationToken;
use wasmtime::component::{HasSelf, Linker};

use super::{
    bindings::host::parlor::host::net,
    connection::{Connection, ConnectionLimits, Event, Sink},
    error::Error,
    secrets::{Encoding, Part, Piece},
    state::State,
};
use crate::sandbox::{Call, Class, Mailbox};

/// The URL of the terminal.
const TERMINAL: &str = "stdio:";
/// What was asked before the end of input is waited for as long as something is answered in every such time…
const LAST_WORDS: Duration = Duration::from_secs(5);
/// … and all together no longer than this, since other networks may go on for ever.
const ALL_LAST_WORDS: Duration = Duration::from_secs(120);
/// A line longer than this, in bytes, is read out alone: bounded in number only, many such could ask for more output than
/// there is room for.
const LONG_LINE: usize = 1 << 10;
/// What an open connection costs beside what waits to be sent over it, in bytes, and roughly: a task, a socket, buffers.
const PER_CONNECTION: usize = 16 << 10;

/// The connections of one instance. They end with it.
#[derive(Default)]
pub struct Net {
    open: HashMap<u32, Connection>,
}

impl Net {
    /// Bytes that the host keeps for them, counted roughly.
    pub(super) fn held(&self) -> usize {
        self.open.values().map(|connection| connection.unsent() + PER_CONNECTION).sum()
    }

    /// Closes all connections and waits until what was queued has been sent, for as long as a farewell may take.
    pub async fn finish(&mut self) {
        let connections = mem::take(&mut self.open);
        join_all(connections.into_values().map(Connection::finish)).await;
    }
}

/// Hears a connection for its extension: each event is a call, and the next is read when that is done.
struct Ear {
    number: u32,
    mailbox: Mailbox<State>,
    /// To be cancelled after the end, if this is the terminal.
    ended: Option<CancellationToken>,
}

impl Sink for Ear {
    fn deliver(&self, event: Event) -> BoxFuture<'_, bool> {
        let (done, wait) = oneshot::channel::<()>();
        let (number, ended) = (self.number, self.ended.clone());
        let call: Call<State> = Box::new(move |live| {
            Box::pin(async move {
                let _done = done;
                let net = &mut live.store.data_mut().net;
                // Of an instance that is gone, or closed before this was heard of.
                let known = match event {
                    Event::Closed(_) => net.open.remove(&number).is_some(),
                    _ => net.open.contains_key(&number),
                };
                if !known {
                    return Ok(());
                }
                let heard = match live.store.data().handlers.net.clone() {
                    None => Ok(()),
                    Some(handler) => match &event {
                        Event::Open => handler.call_on_open(&mut live.store, number).await?,
                        Event::Data(data) => {
                            live.store.data().common.traffic.receives(data.len());
                            handler.call_on_data(&mut live.store, number, data).await?
                        }
                        Event::Closed(reason) => {
                            let state = live.store.data();
                            let reason = reason.clone().map(|error| state.refusal(error));
                            let heard =
                                handler.call_on_close(&mut live.store, number, reason.as_ref()).await?;
                            if let Some(ended) = ended {
                                ended.cancel();
                            }
                            heard
                        }
                    },
                };
                if let Err(words) = heard {
                    live.store.data().common.log.failed("net-handler", &words);
                }
                Ok(())
            })
        });
        // An extension that takes no more calls may still have its last words to say: what comes meanwhile is left
        // unheard, and the connection ends with the instance. The call answers by being dropped, made or unmade.
        let _ = self.mailbox.push(Class::Own, call);
        wait.map(|_| true).boxed()
    }

    fn ready(&self, size: usize) -> BoxFuture<'_, ()> {
        let under_way = self.mailbox.under_way();
        if size > LONG_LINE { under_way.below(1).boxed() } else { under_way.room().boxed() }
    }

    fn settled(&self) -> BoxFuture<'_, ()> {
        async {
            let answered = timeout(ALL_LAST_WORDS, self.mailbox.under_way().all_done(LAST_WORDS));
            if !answered.await.unwrap_or(false) {
                tracing::warn!("what was said last is not answered yet; it is cut off");
            }
        }
        .boxed()
    }
}

impl State {
    /// An error for the guest; a denial goes to the log, with the line that would allow it.
    pub(super) fn refusal(&self, error: Error) -> net::Error {
        match error {
            Error::Denied(denial) => {
                self.common.log.denied("denied", &denial.to_string());
                net::Error::Denied(denial.what)
            }
            Error::Unreachable(words) => net::Error::Unreachable(words),
            Error::Tls(words) => net::Error::Tls(words),
            Error::Full => net::Error::Full,
            Error::Closed => net::Error::Closed,
            Error::Other(words) => net::Error::Other(words),
        }
    }

    fn open(&mut self, url: &str) -> Result<u32, Error> {
        let common = &self.common;
        if self.net.open.len() >= common.limits.connections as usize {
            return Err(Error::Full);
        }
        let number = common.number();
        let ended = (url == TERMINAL).then(|| common.terminal_ended.clone());
        let ear = Ear { number, mailbox: self.mailbox.clone(), ended };
        let limits =
            ConnectionLimits { unsent: common.limits.unsent_bytes, message: common.limits.message_bytes };
        let connection = Connection::open(url, &common.dialer, &common.grants, limits, Arc::new(ear))?;
        self.net.open.insert(number, connection);
        Ok(number)
    }

    fn connection(&self, number: u32) -> Result<&Connection, Error> {
        self.net.open.get(&number).ok_or(Error::Closed)
    }

    fn fill(&self, number: u32, parts: Vec<net::Part>) -> Result<(), Error> {
        let connection = self.connection(number)?;
        let parts: Vec<_> = parts.into_iter().map(Part::from).collect();
        let Self { common, .. } = self;
        let limit = common.limits.unsent_bytes;
        let message = common.services.secrets.fill(&parts, &common.grants, &connection.peer()?, limit)?;
        self.sent(connection, message)
    }

    fn sent(&self, connection: &Connection, data: Bytes) -> Result<(), Error> {
        let size = data.len();
        connection.send(data)?;
        self.common.traffic.sends(size);
        Ok(())
    }
}

impl From<net::Part> for Part {
    fn from(part: net::Part) -> Self {
        let pieces = part.pieces.into_iter().map(|piece| match piece {
            net::Piece::Bytes(bytes) => Piece::Bytes(bytes),
            net::Piece::Secret(name) => Piece::Secret(name),
        });
        let encoding = match part.encoding {
            net::Encoding::Plain => Encoding::Plain,
            net::Encoding::Base64 => Encoding::Base64,
            net::Encoding::Json => Encoding::Json,
        };
        Self { pieces: pieces.collect(), encoding }
    }
}

impl net::Host for State {
    fn connect(&mut self, url: String) -> wasmtime::Result<Result<u32, net::Error>> {
        let opened = self.open(&url);
        Ok(opened.map_err(|error| self.refusal(error)))
    }

    fn send(&mut self, to: u32, data: Vec<u8>) -> wasmtime::Result<Result<(), net::Error>> {
        let sent = self.connection(to).and_then(|connection| self.sent(connection, Bytes::from(data)));
        Ok(sent.map_err(|error| self.refusal(error)))
    }

    fn send_filled(&mut self, to: u32, parts: Vec<net::Part>) -> wasmtime::Result<Result<(), net::Error>> {
        Ok(self.fill(to, parts).map_err(|error| self.refusal(error)))
    }

    fn start_tls(&mut self, on: u32, server_name: String) -> wasmtime::Result<Result<(), net::Error>> {
        let started = self.connection(on).and_then(|connection| connection.start_tls(&server_name));
        Ok(started.map_err(|error| self.refusal(error)))
    }

    fn close(&mut self, what: u32) -> wasmtime::Result<()> {
        if let Ok(connection) = self.connection(what) {
            connection.close();
        }
        Ok(())
    }

    fn connections(&mut self) -> wasmtime::Result<Vec<(u32, String)>> {
        let open = self.net.open.iter().filter(|(_, connection)| connection.is_open());
        Ok(open.map(|(number, connection)| (*number, connection.url().to_owned())).collect())
    }
}

pub(super) fn add_to_linker(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    net::add_to_linker::<_, HasSelf<State>>(linker, |state| state)
}
