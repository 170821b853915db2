//! Connections of bytes.

use bytes::{BufMut, Bytes, BytesMut};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, split},
    net::TcpStream,
    select,
    sync::mpsc::UnboundedReceiver,
};
use tokio_util::sync::CancellationToken;

use super::{End, Event, Heard, OVERHEAD, Order, Said, Shared, Sink, Task, converse};
use crate::{
    imports::{error::Error, stream::Stream},
    sandbox::grants::Host,
};

/// The most that is read at a time, in bytes.
const LARGEST: usize = 64 << 10;
/// What is set aside for reading while there is nothing to read.
const SMALLEST: usize = 4 << 10;

impl Task {
    /// Carries bytes to and fro. Returns the stream for STARTTLS, and the name to be proven.
    pub(super) async fn bytes(&mut self, stream: Stream) -> Result<Option<(Stream, Host)>, End> {
        if !self.opened().await {
            return Err(End::Unheard);
        }
        let (mut reader, mut writer) = split(stream);
        let stop = CancellationToken::new();
        let read = read(&mut reader, &self.shared, &*self.sink, &stop);
        let write = write(&mut writer, &mut self.orders, &self.shared);
        let upgrade = converse(&self.shared, &stop, read, write).await?;
        Ok(upgrade.map(|name| (reader.unsplit(writer), name)))
    }
}

async fn read(
    reader: &mut (impl AsyncRead + Unpin),
    shared: &Shared,
    sink: &dyn Sink,
    stop: &CancellationToken,
) -> Heard {
    let mut room = SMALLEST;
    loop {
        let mut buffer = BytesMut::with_capacity(room).limit(room);
        let read = select! {
            biased;
            () = stop.cancelled() => return Heard::Stopped,
            read = reader.read_buf(&mut buffer) => read,
        };
        let data = buffer.into_inner().freeze();
        match read {
            Ok(0) => return Heard::All,
            Ok(_) if shared.state.lock().upgrading => return Heard::Failed(injected()),
            Ok(_) => {}
            Err(error) => return Heard::Failed(broken(&error)),
        }
        // Much where much comes, little while nothing does.
        room = if data.len() == room { room * 2 } else { data.len().next_power_of_two() }
            .clamp(SMALLEST, LARGEST);
        if !sink.deliver(Event::Data(data)).await {
            return Heard::Unheard;
        }
    }
}

async fn write(
    writer: &mut (impl AsyncWrite + Unpin),
    orders: &mut UnboundedReceiver<Order>,
    shared: &Shared,
) -> Said {
    while let Some(order) = orders.recv().await {
        let done = match order {
            Order::Send(data) => send(writer, data, shared, orders.is_empty()).await,
            Order::StartTls(name) => match writer.flush().await {
                Ok(()) => return Said::StartTls(name),
                Err(error) => Err(error),
            },
            Order::Close => match writer.shutdown().await {
                Ok(()) => return Said::All,
                Err(error) => Err(error),
            },
        };
        if let Err(error) = done {
            return Said::Failed(broken(&error));
        }
    }
    Said::Stopped
}

async fn send(
    writer: &mut (impl AsyncWrite + Unpin),
    mut data: Bytes,
    shared: &Shared,
    last: bool,
) -> std::io::Result<()> {
    shared.sent(OVERHEAD);
    while !data.is_empty() {
        let written = writer.write_buf(&mut data).await?;
        if written == 0 {
            return Err(std::io::ErrorKind::WriteZero.into());
        }
        shared.sent(written);
    }
    // TLS collects what it is given.
    if last { writer.flush().await } else { Ok(()) }
}

/// Makes sure that nothing has come in the clear which nobody has read yet.
pub(super) fn refuse_unread(stream: TcpStream) -> Result<TcpStream, Error> {
    let check = || -> std::io::Result<Option<TcpStream>> {
        // Asks the system itself: the runtime may not know yet what has come.
        let stream = stream.into_std()?;
        match stream.peek(&mut [0]) {
            Ok(0) => Err(std::io::ErrorKind::UnexpectedEof.into()),
            Ok(_) => Ok(None),
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {
                TcpStream::from_std(stream).map(Some)
            }
            Err(error) => Err(error),
        }
    };
    check().map_err(|error| broken(&error))?.ok_or_else(injected)
}

fn injected() -> Error {
    Error::Tls(
        "bytes came in the clear after the peer had agreed to TLS: somebody may have put them there".into(),
    )
}

fn broken(error: &std::io::Error) -> Error {
    Error::Unreachable(match error.kind() {
        // A TLS connection that ends without saying so may have been cut short (RFC 8446, section 6.1).
        std::io::ErrorKind::UnexpectedEof => "the connection ended in the middle".into(),
        _ => format!("the connection broke: {error}"),
    })
}
