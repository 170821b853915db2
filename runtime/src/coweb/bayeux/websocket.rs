//! Websockets: every frame is a batch of messages, in both directions.

use std::{future::poll_fn, sync::Arc, time::Duration};

use axum::extract::ws::{Message as Frame, Utf8Bytes, WebSocket};
use bytes::Bytes;
use futures_util::future::BoxFuture;
use tokio::time::{Instant, sleep_until, timeout};

use super::{
    answer::Answers,
    application::{Application, Departure},
    client::{Client, Cue, Line},
    hub::Hub,
    manners::Unknown,
    request::{Connect, Failure, Handled, NO_MORE, Transport},
};

/// More than any wait; what is longer could overflow the clock.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A websocket, and the one client that it carries.
struct Socket<'a, A: Application> {
    hub: &'a Arc<Hub<A>>,
    socket: WebSocket,
    line: Line,
    client: Option<Arc<Client<A>>>,
    /// The connect that the client holds, and until when.
    connect: Option<(Connect<A>, Instant)>,
    /// When anything came last, or was asked for.
    heard: Instant,
    /// Whether the other end was asked since.
    asked: bool,
    /// Since when it carries nobody.
    vacant: Instant,
}

/// The socket is to be closed.
struct Closed;

type Work<A> = BoxFuture<'static, Result<Handled<A>, Failure>>;

enum Event<A: Application> {
    Handled(Result<Handled<A>, Failure>),
    Came(Option<Result<Frame, axum::Error>>),
    Cue(Cue),
    Time,
}

impl<A: Application> Hub<A> {
    /// Serves a websocket until it is closed: by its client, because its client has ended, because nothing comes from it any
    /// more (not even an answer to a ping), or because it takes nothing. Whoever accepted it has bounded what it takes
    /// ([`Limits::bound`](super::Limits::bound)).
    ///
    /// A socket carries one client: who shook hands or connected on it last. To drop the future is the loss of the socket.
    pub async fn websocket(self: &Arc<Self>, caller: A::Caller, socket: WebSocket) {
        let now = Instant::now();
        let (line, client, connect) = (self.line(), None, None);
        let mut socket =
            Socket { hub: self, socket, line, client, connect, heard: now, asked: false, vacant: now };
        socket.serve(&caller).await;
        socket.carry(None);
        // Whoever does not take it has gone already.
        let _ = timeout(self.manners().grace, socket.socket.send(Frame::Close(None))).await;
    }
}

impl<A: Application> Drop for Socket<'_, A> {
    fn drop(&mut self) {
        self.carry(None);
    }
}

impl<A: Application> Socket<'_, A> {
    async fn serve(&mut self, caller: &A::Caller) {
        let mut work: Option<Work<A>> = None;
        loop {
            let event = self.event(&mut work).await;
            let done = match event {
                Event::Handled(handled) => {
                    work = None;
                    self.heard();
                    self.handled(handled).await
                }
                Event::Came(Some(Ok(frame))) => {
                    self.heard();
                    match frame {
                        Frame::Text(text) => {
                            let (hub, caller, body) =
                                (Arc::clone(self.hub), caller.clone(), Bytes::from(text));
                            work = Some(Box::pin(async move {
                                hub.handle(&caller, &body, Transport::WebSocket).await
                            }));
                            Ok(())
                        }
                        Frame::Ping(_) | Frame::Pong(_) => Ok(()),
                        Frame::Binary(_) | Frame::Close(_) => Err(Closed),
                    }
                }
                Event::Came(_) => Err(Closed),
                Event::Cue(cue) => self.cue(cue).await,
                Event::Time => self.time().await,
            };
            if done.is_err() {
                return;
            }
        }
    }

    /// What is next. While the messages of one frame are dealt with, no other is read; what waits for the client is sent.
    async fn event(&mut self, work: &mut Option<Work<A>>) -> Event<A> {
        let (busy, line, alarm) = (work.is_some(), self.line, self.alarm(work.is_some()));
        let client = self.client.as_ref();
        let cue = poll_fn(|context| match client {
            Some(client) => client.poll(line, context),
            None => std::task::Poll::Pending,
        });
        let handled = async {
            match work {
                Some(work) => work.await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            handled = handled => Event::Handled(handled),
            came = self.socket.recv(), if !busy => Event::Came(came),
            cue = cue => Event::Cue(cue),
            () = sleep_until(alarm) => Event::Time,
        }
    }

    /// When something is to be done though nothing happens.
    fn alarm(&self, busy: bool) -> Instant {
        let connect = self.connect.as_ref().map(|(_, until)| *until);
        let vacant = self.client.is_none().then(|| self.vacant());
        let quiet = if busy { Instant::now() + DAY } else { self.quiet() };
        [connect, vacant, Some(quiet)].into_iter().flatten().min().unwrap_or(quiet)
    }

    /// Until when it may carry nobody.
    fn vacant(&self) -> Instant {
        self.vacant + self.hub.manners().idle.min(DAY)
    }

    /// Until when it may be quiet.
    fn quiet(&self) -> Instant {
        let manners = self.hub.manners();
        self.heard
            + if self.asked {
                manners.grace.min(DAY)
            } else {
                manners.hold.clamp(Duration::from_millis(100), DAY)
            }
    }

    fn heard(&mut self) {
        (self.heard, self.asked) = (Instant::now(), false);
    }

    async fn handled(&mut self, handled: Result<Handled<A>, Failure>) -> Result<(), Closed> {
        let Handled { answers, connect, greeted, close } = match handled {
            Ok(handled) => handled,
            Err(Failure::Unreadable(unreadable)) => return self.send(unreadable.answer().into()).await,
            // There are none on this transport.
            Err(Failure::Status(..)) => return Err(Closed),
        };
        if let Some(client) = greeted {
            client.attach(self.line);
            self.carry(Some(client));
        }
        if !answers.is_empty() {
            self.send(answers.finish().into()).await?;
        }
        if close {
            return Err(Closed);
        }
        if let Some(connect) = connect {
            connect.client.connect(self.line, true, connect.ack);
            self.carry(Some(Arc::clone(&connect.client)));
            let until = Instant::now() + connect.hold.min(DAY);
            self.connect = Some((connect, until));
        }
        Ok(())
    }

    /// Carries this client from now on. Whom it carried before has lost its line.
    fn carry(&mut self, client: Option<Arc<Client<A>>>) {
        self.vacant = Instant::now();
        self.connect = None;
        let before = std::mem::replace(&mut self.client, client);
        if let Some(before) = before
            && !self.client.as_ref().is_some_and(|client| Arc::ptr_eq(client, &before))
        {
            before.lose(self.line);
        }
    }

    async fn cue(&mut self, cue: Cue) -> Result<(), Closed> {
        let Some(client) = self.client.clone() else { return Ok(()) };
        match cue {
            Cue::Send => match client.push(self.line) {
                Some(frame) => self.send(frame).await,
                None => self.answer(None).await,
            },
            Cue::Elsewhere => {
                self.carry(None);
                Ok(())
            }
            Cue::Over(how) => {
                self.hub.settle(&client);
                if let Some(frame) = client.push(self.line) {
                    self.send(frame).await?;
                }
                // A client that is told can use the socket again; others find out by its end.
                let told =
                    self.connect.as_ref().is_some_and(|(connect, _)| connect.unknown == Unknown::Handshake);
                self.answer(Some(how)).await?;
                self.carry(None);
                match how {
                    Departure::Disconnected => Ok(()),
                    Departure::Idle | Departure::Aborted | Departure::Overflow if told => Ok(()),
                    _ => Err(Closed),
                }
            }
        }
    }

    /// Answers the connect that is held, if there is one.
    async fn answer(&mut self, over: Option<Departure>) -> Result<(), Closed> {
        let Some((connect, _)) = self.connect.take() else { return Ok(()) };
        let (hub, mut answers) = (self.hub, Answers::default());
        let id = connect.id.as_deref();
        match over {
            None => connect.client.answer(self.line, id, &hub.advice, &mut answers),
            Some(Departure::Ended | Departure::Disconnected) => {
                connect.client.answer(self.line, id, NO_MORE, &mut answers)
            }
            Some(Departure::Idle | Departure::Aborted | Departure::Overflow) => {
                hub.lost(&connect, &mut answers).map_err(|_| Closed)?;
                true
            }
        };
        if answers.is_empty() { Ok(()) } else { self.send(answers.finish().into()).await }
    }

    /// Does what is due.
    async fn time(&mut self) -> Result<(), Closed> {
        let now = Instant::now();
        if self.connect.as_ref().is_some_and(|(_, until)| *until <= now) {
            return self.answer(None).await;
        }
        if self.client.is_none() && self.vacant() <= now {
            return Err(Closed);
        }
        if self.quiet() <= now {
            if self.asked {
                return Err(Closed);
            }
            (self.heard, self.asked) = (now, true);
            return self.write(Frame::Ping(Bytes::new())).await;
        }
        Ok(())
    }

    async fn send(&mut self, text: Utf8Bytes) -> Result<(), Closed> {
        self.write(Frame::Text(text)).await
    }

    async fn write(&mut self, frame: Frame) -> Result<(), Closed> {
        let manners = self.hub.manners();
        let patience = manners.hold.saturating_add(manners.grace).min(DAY);
        match timeout(patience, self.socket.send(frame)).await {
            Ok(Ok(())) => Ok(()),
            _ => Err(Closed),
        }
    }
}
