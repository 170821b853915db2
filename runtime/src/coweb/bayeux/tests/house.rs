//! What these tests share: an application that passes everything on, and clients of it.

use std::{
    future::poll_fn,
    pin::Pin,
    sync::{Arc, OnceLock, Weak},
    task::Poll,
};

use bytes::Bytes;
use parking_lot::Mutex;
use serde_json::{Value, json};
use tokio::sync::{Notify, Semaphore, watch};

use super::super::{
    Application, Census, Channel, Client, Delivery, Departure, Hub, Manners, Message, Refusal,
};

/// Passes on what is published to all who hear it; keeps a record of what it was called for.
pub struct Relay {
    hub: OnceLock<Weak<Hub<Relay>>>,
    record: Mutex<Vec<String>>,
    gone: watch::Sender<Vec<(String, Departure)>>,
    /// What is done on channels under `/slow` takes one of these.
    pub gate: Semaphore,
    /// Ends the serving of websockets.
    pub cut: Notify,
}

impl Default for Relay {
    fn default() -> Self {
        let (hub, record, gone) = (OnceLock::new(), Mutex::default(), watch::Sender::default());
        Self { hub, record, gone, gate: Semaphore::new(0), cut: Notify::new() }
    }
}

/// A caller's name; `client` keeps it too.
pub type Name = &'static str;

impl Relay {
    /// What it was called for so far.
    pub fn record(&self) -> Vec<String> {
        self.record.lock().clone()
    }

    pub fn gone_so_far(&self) -> Vec<(String, Departure)> {
        self.gone.borrow().clone()
    }

    /// Waits until somebody is gone.
    pub async fn somebody_is_gone(&self) -> Vec<(String, Departure)> {
        self.gone.subscribe().wait_for(|gone| !gone.is_empty()).await.unwrap().clone()
    }

    async fn note(&self, deed: &str, channel: &Channel) -> Result<(), Refusal> {
        self.record.lock().push(format!("{deed} {}", channel.as_str()));
        match channel.as_str() {
            "/refused/status" => Err(Refusal::Status(403, "not you".into())),
            "/refused/error" => Err(Refusal::Error("400:x:not-found".into())),
            name if name.starts_with("/slow/") => {
                self.gate.acquire().await.unwrap().forget();
                self.record.lock().push(format!("{deed} {name} done"));
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

impl Application for Relay {
    type Caller = Name;
    type Client = Name;

    async fn handshake(&self, caller: &Name, _: &Message<'_>) -> Result<Name, Refusal> {
        match *caller {
            "unwanted" => Err(Refusal::Status(403, "not you".into())),
            "forger" => Err(Refusal::Error("401::authentication failed".into())),
            name => Ok(name),
        }
    }

    fn owns(&self, caller: &Name, client: &Client<Self>) -> bool {
        caller == client.data()
    }

    async fn subscribe(
        &self,
        client: &Arc<Client<Self>>,
        channel: &Channel,
        _: &Message<'_>,
    ) -> Result<(), Refusal> {
        if channel.as_str() == "/greeting" {
            client.deliver(Delivery::of("/greeting", &"hello").unwrap());
        }
        self.note("subscribe", channel).await
    }

    async fn unsubscribe(
        &self,
        _: &Arc<Client<Self>>,
        channel: &Channel,
        _: &Message<'_>,
    ) -> Result<(), Refusal> {
        self.note("unsubscribe", channel).await
    }

    async fn publish(
        &self,
        _: &Arc<Client<Self>>,
        channel: &Channel,
        message: &Message<'_>,
    ) -> Result<(), Refusal> {
        self.note("publish", channel).await?;
        let hub = self.hub.get().and_then(Weak::upgrade).unwrap();
        let delivery = Delivery::new(channel.as_str(), message.data.unwrap(), None);
        for client in hub.clients() {
            if client.hears(channel.as_str()) {
                client.deliver(delivery.clone());
            }
        }
        Ok(())
    }

    fn gone(&self, client: &Arc<Client<Self>>, how: Departure) {
        self.gone.send_modify(|gone| gone.push((client.id().to_owned(), how)));
    }
}

/// A hub of a relay.
pub fn hub(manners: Manners) -> Arc<Hub<Relay>> {
    hub_in(manners, Census::new(1000))
}

pub fn hub_in(manners: Manners, census: Arc<Census>) -> Arc<Hub<Relay>> {
    let hub = Hub::new(Relay::default(), Arc::new(manners), census);
    hub.application().hub.set(Arc::downgrade(&hub)).unwrap();
    hub
}

/// Lets a future do what it can do now.
pub async fn poll<F: Future + Unpin>(future: &mut F) -> Poll<F::Output> {
    poll_fn(|context| Poll::Ready(Pin::new(&mut *future).poll(context))).await
}

/// What an HTTP request is answered: status and text.
pub async fn post_text(hub: &Arc<Hub<Relay>>, caller: Name, body: impl Into<Bytes>) -> (u16, String) {
    let response = hub.post(caller, body.into()).await;
    let status = response.status().as_u16();
    let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

/// What an HTTP request is answered: status and messages.
pub async fn post_as(hub: &Arc<Hub<Relay>>, caller: Name, messages: Value) -> (u16, Vec<Value>) {
    let (status, text) = post_text(hub, caller, messages.to_string()).await;
    (status, serde_json::from_str(&text).unwrap_or_else(|_| panic!("{status}: {text}")))
}

/// What a request of Ann's is answered with status 200.
pub async fn post(hub: &Arc<Hub<Relay>>, messages: Value) -> Vec<Value> {
    let (status, answers) = post_as(hub, "Ann", messages).await;
    assert_eq!(status, 200, "{answers:?}");
    answers
}

/// Ann's client.
pub async fn shake_hands(hub: &Arc<Hub<Relay>>, ack: bool) -> Arc<Client<Relay>> {
    let answers = post(hub, json!([handshake(ack)])).await;
    hub.client(answers[0]["clientId"].as_str().unwrap()).unwrap()
}

pub fn handshake(ack: bool) -> Value {
    json!({"channel": "/meta/handshake", "id": "h", "version": "1.0",
        "supportedConnectionTypes": ["websocket", "long-polling"], "ext": {"ack": ack}})
}

/// A connect that is held if there is nothing to say.
pub fn connect(client: &Client<Relay>, ack: i64) -> Value {
    json!({"channel": "/meta/connect", "id": "c", "clientId": client.id(), "connectionType": "long-polling",
        "ext": {"ack": ack}})
}

/// A connect that is answered at once.
pub fn look(client: &Client<Relay>, ack: i64) -> Value {
    let mut connect = connect(client, ack);
    connect["advice"] = json!({"timeout": 0});
    connect
}

pub fn subscribe(client: &Client<Relay>, channel: impl Into<Value>) -> Value {
    json!({"channel": "/meta/subscribe", "id": "s", "clientId": client.id(), "subscription": channel.into()})
}

pub fn publish(client: &Client<Relay>, channel: &str, data: impl Into<Value>) -> Value {
    json!({"channel": channel, "id": "p", "clientId": client.id(), "data": data.into()})
}

/// A numbered message.
pub fn delivery(number: u32) -> Delivery {
    Delivery::of("/number", &number).unwrap()
}

/// The data of the messages after a connect's answer.
pub fn data(answers: &[Value]) -> Vec<Value> {
    assert_eq!(answers[0]["channel"], "/meta/connect", "{answers:?}");
    assert_eq!(answers[0]["successful"], true, "{answers:?}");
    answers[1..].iter().map(|answer| answer["data"].clone()).collect()
}
