//! The connection to the terminal.

use tokio::{
    io::AsyncWrite,
    select,
    sync::mpsc::{UnboundedReceiver, WeakUnboundedSender},
};
use tokio_util::sync::CancellationToken;

use super::{End, Event, Heard, OVERHEAD, Order, Said, Shared, Sink, Task, converse};
use crate::imports::{
    error::Error,
    stdio::{Stdio, print},
};

impl Task {
    /// Carries lines to and fro.
    pub(super) async fn terminal(&mut self, mut stdio: Stdio, mut output: impl AsyncWrite + Unpin) -> End {
        if !self.opened().await {
            return End::Unheard;
        }
        let stop = CancellationToken::new();
        let read = read(&mut stdio, &*self.sink, &self.own, &self.shared, &stop);
        let write = write(&mut output, &mut self.orders, &self.shared, &stop);
        converse(&self.shared, &stop, read, write).await.err().unwrap_or(End::Closed(None))
    }
}

async fn read(
    stdio: &mut Stdio,
    sink: &dyn Sink,
    own: &WeakUnboundedSender<Order>,
    shared: &Shared,
    stop: &CancellationToken,
) -> Heard {
    loop {
        let line = select! {
            biased;
            () = stop.cancelled() => return Heard::Stopped,
            line = stdio.next_line() => line,
        };
        let data = match line {
            None => {
                // What was asked last is still to be answered: then the output is closed, in its turn.
                sink.settled().await;
                if own.upgrade().is_none_or(|own| own.send(Order::Close).is_err()) {
                    return Heard::All;
                }
                stop.cancelled().await;
                return Heard::Stopped;
            }
            Some(Ok(line)) => line,
            Some(Err(error)) => {
                return Heard::Failed(Error::Other(format!("the input cannot be read: {error}")));
            }
        };
        // Every line is answered, however fast they come from a file and however slowly the answers are read: so a line
        // waits until there is room for what it brings about.
        select! {
            biased;
            () = stop.cancelled() => return Heard::Stopped,
            () = async { sink.ready(data.len()).await; shared.drained().await } => {}
        }
        if !sink.deliver(Event::Data(data)).await {
            return Heard::Unheard;
        }
    }
}

async fn write(
    output: &mut (impl AsyncWrite + Unpin),
    orders: &mut UnboundedReceiver<Order>,
    shared: &Shared,
    stop: &CancellationToken,
) -> Said {
    while let Some(order) = orders.recv().await {
        match order {
            Order::Send(data) => {
                let printed = print(output, &data).await;
                shared.sent(data.len() + OVERHEAD);
                if let Err(error) = printed {
                    return Said::Failed(Error::Other(format!("the output cannot be written: {error}")));
                }
            }
            Order::Close => {
                // Nobody hangs up at the other end.
                stop.cancel();
                return Said::All;
            }
            // Refused where it is asked for.
            Order::StartTls(_) => {}
        }
    }
    Said::Stopped
}
