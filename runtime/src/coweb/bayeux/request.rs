//! What is done with the messages of a request or frame, on either transport.

use std::{
    future::poll_fn, pin::Pin, sync::Arc, sync::atomic::Ordering::Relaxed, task::Poll, time::Duration,
};

use bytes::Bytes;
use serde_json::value::RawValue;

use super::{
    answer::{Answer, Answers, error},
    application::{Application, Refusal},
    batch::{Batch, Unreadable, read},
    channel::Channel,
    client::Client,
    hub::Hub,
    manners::Unknown,
    message::Message,
};

/// Not to come back.
pub(super) const NO_MORE: &str = r#""reconnect":"none""#;
/// To shake hands again.
const ANEW: &str = r#""reconnect":"handshake","interval":0"#;
/// In the order in which they are offered.
pub(super) const CONNECTION_TYPES: [&str; 2] = ["long-polling", "websocket"];

/// How a request came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Transport {
    LongPolling,
    WebSocket,
}

/// What came of the messages of a request.
pub(super) struct Handled<A: Application> {
    pub answers: Answers,
    /// The connect that was among them. It is yet to be answered.
    pub connect: Option<Connect<A>>,
    /// Who shook hands.
    pub greeted: Option<Arc<Client<A>>>,
    /// The websocket is to be closed after the answers.
    pub close: bool,
}

/// A connect that is not answered yet.
pub(super) struct Connect<A: Application> {
    pub client: Arc<Client<A>>,
    pub id: Option<Box<RawValue>>,
    /// How long it may be held.
    pub hold: Duration,
    /// Up to which batch the client has everything.
    pub ack: Option<i64>,
    /// What it is answered if its client is gone meanwhile.
    pub unknown: Unknown,
}

/// Why a request is answered by something else than messages.
#[derive(Debug)]
pub(super) enum Failure {
    Unreadable(Unreadable),
    Status(u16, String),
}

/// Why one message is not answered with success.
pub(super) enum Problem {
    /// The Bayeux error, and what is advised if not the usual.
    Error(String, Option<&'static str>),
    /// See [`Refusal::Status`].
    Status(u16, String),
    /// There is no such client.
    Unknown,
}

/// What the application is called for.
#[derive(Clone, Copy)]
enum Deed {
    Subscribe,
    Unsubscribe,
    Publish,
}

impl<A: Application> Hub<A> {
    /// Does what a request asks for, except to answer its connect.
    pub(super) async fn handle(
        self: &Arc<Self>,
        caller: &A::Caller,
        body: &Bytes,
        transport: Transport,
    ) -> Result<Handled<A>, Failure> {
        let batch = Batch::parse(body, &self.manners().limits).map_err(|unreadable| {
            self.counters.unreadable.fetch_add(1, Relaxed);
            Failure::Unreadable(unreadable)
        })?;
        let mut handled = Handled { answers: Answers::default(), connect: None, greeted: None, close: false };
        let (mut connects, mut shaken) = (Vec::new(), false);
        self.counters.messages.fetch_add(batch.0.len() as u64, Relaxed);
        for slice in &batch.0 {
            // It was read before.
            let Ok(message) = read(slice) else { continue };
            if message.channel == "/meta/connect" {
                connects.push(message);
                continue;
            }
            let problem = match &*message.channel {
                // Each costs the application a decision, and this server a client.
                "/meta/handshake" if std::mem::replace(&mut shaken, true) => {
                    Some(Problem::Error("400::one handshake at a time".into(), None))
                }
                "/meta/handshake" => match self.handshake(caller, &message, &mut handled.answers).await {
                    Ok(client) => {
                        handled.greeted = Some(client);
                        continue;
                    }
                    Err(problem) => {
                        handled.close |= matches!(problem, Problem::Status(..));
                        Some(problem)
                    }
                },
                _ => self.deed(caller, &message, slice).await.err(),
            };
            self.answer(&message, problem, transport, &mut handled)?;
        }
        // A client cannot be in two places: the last one counts, and is dealt with after all others.
        let last = connects.pop();
        for message in connects {
            let client_id = message.client_id.as_deref().unwrap_or_default();
            let problem = Problem::Error(error(400, client_id, "one connect at a time"), None);
            self.answer(&message, Some(problem), transport, &mut handled)?;
        }
        if let Some(message) = last {
            match self.connect(caller, &message) {
                Ok(connect) => handled.connect = Some(connect),
                Err(problem) => self.answer(&message, Some(problem), transport, &mut handled)?,
            }
        }
        Ok(handled)
    }

    /// Writes the answer of a message.
    fn answer(
        &self,
        message: &Message<'_>,
        problem: Option<Problem>,
        transport: Transport,
        handled: &mut Handled<A>,
    ) -> Result<(), Failure> {
        let client_id = message.client_id.as_deref().unwrap_or_default();
        let mut answer = Answer::to(message, &message.channel, &self.advice);
        let words;
        if let Some(problem) = problem {
            self.counters.refused.fetch_add(1, Relaxed);
            words = match problem {
                Problem::Error(error, advice) => {
                    answer.advice = advice.unwrap_or(answer.advice);
                    error
                }
                Problem::Status(status, words) if transport == Transport::LongPolling => {
                    return Err(Failure::Status(status, words));
                }
                Problem::Status(status, words) => {
                    if handled.close {
                        answer.advice = NO_MORE;
                    }
                    error(status, "", &words)
                }
                Problem::Unknown => match (self.unknown(message), transport) {
                    (Unknown::Handshake, _) => {
                        answer.advice = ANEW;
                        unknown(client_id)
                    }
                    (Unknown::Status(status), Transport::LongPolling) => {
                        return Err(Failure::Status(status, unknown(client_id)));
                    }
                    (Unknown::Status(_), Transport::WebSocket) => {
                        handled.close = true;
                        return Ok(());
                    }
                },
            };
            answer.error = Some(&words);
            handled.answers.push(&answer);
        } else {
            handled.answers.push(&answer);
        }
        Ok(())
    }

    /// The answer to a held connect whose client is gone and should come anew.
    pub(super) fn lost(&self, connect: &Connect<A>, answers: &mut Answers) -> Result<(), Failure> {
        let error = unknown(connect.client.id());
        match connect.unknown {
            Unknown::Status(status) => Err(Failure::Status(status, error)),
            Unknown::Handshake => {
                let (channel, id) = ("/meta/connect", connect.id.as_deref());
                answers.push(&Answer { channel, id, subscription: None, advice: ANEW, error: Some(&error) });
                Ok(())
            }
        }
    }

    /// What a message of a client that is not known is answered.
    fn unknown(&self, message: &Message<'_>) -> Unknown {
        self.application().unknown(message).unwrap_or(self.manners().unknown)
    }

    /// Whom a message is of.
    fn sender(&self, caller: &A::Caller, message: &Message<'_>) -> Result<Arc<Client<A>>, Problem> {
        let client = message.client_id.as_deref().and_then(|id| self.client(id)).ok_or(Problem::Unknown)?;
        if client.is_alive() && self.application().owns(caller, &client) {
            Ok(client)
        } else {
            Err(Problem::Unknown)
        }
    }

    /// Looks at a connect.
    fn connect(&self, caller: &A::Caller, message: &Message<'_>) -> Result<Connect<A>, Problem> {
        let client = self.sender(caller, message)?;
        if !message.has_sound_id() {
            return Err(Problem::Error(error(400, client.id(), "invalid id"), None));
        }
        if !message.connection_type.as_deref().is_some_and(|their| CONNECTION_TYPES.contains(&their)) {
            return Err(Problem::Error("412::unsupported connection type".into(), Some(NO_MORE)));
        }
        let hold = self.manners().hold;
        let hold = message.timeout().map_or(hold, |timeout| Duration::from_millis(timeout).min(hold));
        let (id, ack) = (message.id.map(ToOwned::to_owned), message.acknowledged());
        Ok(Connect { client, id, hold, ack, unknown: self.unknown(message) })
    }

    /// Does what a message of a client asks for that is no connect.
    async fn deed(
        self: &Arc<Self>,
        caller: &A::Caller,
        message: &Message<'_>,
        slice: &Bytes,
    ) -> Result<(), Problem> {
        if message.channel.is_empty() {
            return Err(Problem::Error("400::missing channel".into(), None));
        }
        let client = self.sender(caller, message)?;
        let refused = |code, words| Problem::Error(error(code, client.id(), words), None);
        if !message.has_sound_id() {
            return Err(refused(400, "invalid id"));
        }
        let deed = match &*message.channel {
            "/meta/disconnect" => {
                client.leave(super::Departure::Disconnected);
                self.settle(&client);
                return Ok(());
            }
            "/meta/subscribe" => Deed::Subscribe,
            "/meta/unsubscribe" => Deed::Unsubscribe,
            _ => Deed::Publish,
        };
        if let Deed::Publish = deed {
            let channel = Channel::parse(&message.channel).map_err(|_| refused(400, "invalid channel"))?;
            if channel.is_meta() {
                return Err(refused(404, "unknown meta channel"));
            }
            if channel.is_wild() {
                return Err(refused(409, "publish to a wildcard"));
            }
            if message.data.is_none() {
                return Err(refused(400, "missing data"));
            }
            return self.call(client, slice, channel, deed).await;
        }
        let names = message.subscriptions().ok_or_else(|| refused(400, "missing subscription"))?;
        if names.len() > self.manners().limits.subscriptions {
            return Err(refused(413, "too many subscriptions"));
        }
        let channels: Result<Vec<_>, _> = names.iter().map(|name| Channel::parse(name)).collect();
        let channels = channels.map_err(|_| refused(400, "invalid channel"))?;
        if channels.iter().any(Channel::is_meta) {
            return Err(refused(403, "meta channels cannot be subscribed to"));
        }
        // Those before one that is refused stay as they are: the client hears more than it knows of, and never less.
        for channel in channels {
            self.call(Arc::clone(&client), slice, channel, deed).await?;
        }
        Ok(())
    }

    /// Calls the application, in the client's turn. Once begun, the call is finished even if this future is dropped.
    async fn call(
        self: &Arc<Self>,
        client: Arc<Client<A>>,
        slice: &Bytes,
        channel: Channel,
        deed: Deed,
    ) -> Result<(), Problem> {
        let turn = client.turn().await;
        if !client.is_alive() {
            drop(turn);
            self.settle(&client);
            return Err(Problem::Unknown);
        }
        let (hub, slice) = (Arc::clone(self), slice.clone());
        let done = shielded(async move {
            let done = hub.call_in_turn(&client, &slice, channel, deed).await;
            drop(turn);
            // Whatever ended the client meanwhile could not tell the application.
            hub.settle(&client);
            done
        });
        done.await.unwrap_or_else(|| Err(Problem::Status(500, "internal error".into())))
    }

    async fn call_in_turn(
        &self,
        client: &Arc<Client<A>>,
        slice: &Bytes,
        channel: Channel,
        deed: Deed,
    ) -> Result<(), Problem> {
        // It was read before, but from a request that may be gone by now.
        let Ok(message) = read(slice) else { return Ok(()) };
        let application = self.application();
        let done = match deed {
            Deed::Publish => application.publish(client, &channel, &message).await,
            Deed::Subscribe if !client.has_room_for(&channel) => {
                return Err(Problem::Error(error(413, client.id(), "too many subscriptions"), None));
            }
            Deed::Subscribe => {
                let done = application.subscribe(client, &channel, &message).await;
                if done.is_ok() {
                    client.subscribed(channel);
                }
                done
            }
            Deed::Unsubscribe if !client.has_subscribed(&channel) => Ok(()),
            Deed::Unsubscribe => {
                let done = application.unsubscribe(client, &channel, &message).await;
                if done.is_ok() {
                    client.unsubscribed(&channel);
                }
                done
            }
        };
        done.map_err(|refusal| match refusal {
            Refusal::Status(status, words) => Problem::Status(status, words),
            Refusal::Error(error) => Problem::Error(error, None),
        })
    }
}

fn unknown(client_id: &str) -> String {
    error(402, client_id, "unknown clientId")
}

/// Runs a future to its end, even if the returned one is dropped. `None` if it panicked.
async fn shielded<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> Option<T> {
    let mut work = Box::pin(work);
    // Most are done at once: those need no task.
    match poll_fn(|context| Poll::Ready(Pin::as_mut(&mut work).poll(context))).await {
        Poll::Ready(done) => Some(done),
        Poll::Pending => tokio::spawn(work).await.ok(),
    }
}
