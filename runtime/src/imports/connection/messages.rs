//! WebSocket connections.

use bytes::Bytes;
use futures_util::{
    SinkExt, StreamExt,
    stream::{SplitSink, SplitStream},
};
use tokio::{select, sync::mpsc::UnboundedReceiver, time::timeout};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        self, Message, Utf8Bytes,
        error::CapacityError,
        protocol::{CloseFrame, frame::coding::CloseCode},
    },
};
use tokio_util::sync::CancellationToken;

use super::{End, Event, FAREWELL, Heard, OVERHEAD, Order, Said, Shared, Sink, Task, converse};
use crate::imports::{error::Error, printable::printable_line, stream::Stream};

/// A WebSocket after its handshake. It answers pings itself.
pub(super) type Socket = WebSocketStream<Stream>;

impl Task {
    /// Carries messages to and fro.
    pub(super) async fn messages(&mut self, socket: Box<Socket>) -> Result<(), End> {
        if !self.opened().await {
            return Err(End::Unheard);
        }
        let (mut writer, mut reader) = socket.split();
        let stop = CancellationToken::new();
        let read = read(&mut reader, &*self.sink, &stop);
        let write = write(&mut writer, &mut self.orders, &self.shared);
        converse(&self.shared, &stop, read, write).await.map(drop)
    }
}

async fn read(reader: &mut SplitStream<Box<Socket>>, sink: &dyn Sink, stop: &CancellationToken) -> Heard {
    loop {
        let message = select! {
            biased;
            () = stop.cancelled() => return Heard::Stopped,
            message = reader.next() => message,
        };
        let data = match message {
            None => return Heard::All,
            Some(Ok(Message::Text(text))) => Bytes::from(text),
            Some(Ok(Message::Binary(data))) => data,
            Some(Ok(Message::Close(frame))) => {
                // Reading on is what answers it (RFC 6455, section 5.5.1), until the peer hangs up.
                let _ = timeout(FAREWELL, reader.next()).await;
                return frame.and_then(reason).map_or(Heard::All, Heard::Failed);
            }
            Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => continue,
            Some(Err(error)) => return Heard::Failed(words(&error)),
        };
        if !sink.deliver(Event::Data(data)).await {
            return Heard::Unheard;
        }
    }
}

async fn write(
    writer: &mut SplitSink<Box<Socket>, Message>,
    orders: &mut UnboundedReceiver<Order>,
    shared: &Shared,
) -> Said {
    while let Some(order) = orders.recv().await {
        let done = match order {
            Order::Send(data) => {
                let cost = data.len() + OVERHEAD;
                let message = match Utf8Bytes::try_from(data.clone()) {
                    Ok(text) => Message::Text(text),
                    Err(_) => Message::Binary(data),
                };
                let done = writer.send(message).await;
                shared.sent(cost);
                done
            }
            Order::Close => match writer.close().await {
                Ok(()) => return Said::All,
                Err(error) => Err(error),
            },
            // Refused where it is asked for.
            Order::StartTls(_) => Ok(()),
        };
        match done {
            Ok(()) => {}
            // The peer closed first: reading hears it.
            Err(tungstenite::Error::ConnectionClosed | tungstenite::Error::AlreadyClosed) => {
                return Said::Stopped;
            }
            Err(error) => return Said::Failed(words(&error)),
        }
    }
    Said::Stopped
}

/// Why the peer closed, if not in good order (RFC 6455, section 7.4.1).
fn reason(frame: CloseFrame) -> Option<Error> {
    match frame.code {
        CloseCode::Normal | CloseCode::Away | CloseCode::Status => None,
        code => {
            let text = printable_line(&frame.reason);
            let colon = if text.is_empty() { "" } else { ": " };
            Some(Error::Other(format!("the peer closed the WebSocket with {}{colon}{text}", u16::from(code))))
        }
    }
}

fn words(error: &tungstenite::Error) -> Error {
    match error {
        tungstenite::Error::Io(error) => Error::Unreachable(format!("the connection broke: {error}")),
        tungstenite::Error::Protocol(tungstenite::error::ProtocolError::ResetWithoutClosingHandshake) => {
            Error::Unreachable("the connection ended in the middle".into())
        }
        tungstenite::Error::Capacity(CapacityError::MessageTooLong { size, max_size }) => {
            Error::Other(format!("a message of {size} bytes came, and the limit is {max_size}"))
        }
        error => Error::Other(format!("the peer broke the rules of WebSockets: {error}")),
    }
}
