//! One client: comes in, hears everything, and says what it is told to.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use anyhow::{Context, Result, bail, ensure};
use futures_util::StreamExt;
use serde::Deserialize;
use tokio::{
    sync::{Mutex, Notify, mpsc},
    task::spawn_local,
};
use tokio_tungstenite::tungstenite::Message as Frame;

use crate::{
    Dialect, Load, Plan, Transport,
    board::Board,
    message::{ANSWERS, Bulk, Message, REQUESTS, operation, request},
    transport::{Http, Socket, send},
};

/// A client in its session. It stays there as long as the program runs.
pub struct Client {
    ears: Rc<Ears>,
    mouth: Mouth,
}

/// What a client sends with.
enum Mouth {
    /// A connection of its own, beside the one that is held; one request at a time.
    Http(Mutex<Option<Http>>),
    Socket(mpsc::UnboundedSender<String>),
}

/// What a client hears.
struct Ears {
    board: Rc<Board>,
    transport: Transport,
    dialect: Dialect,
    /// Where the session is.
    path: String,
    /// The channel of its operations.
    channel: String,
    /// What the server calls the client.
    id: RefCell<String>,
    /// How many subscriptions were confirmed.
    subscribed: Cell<usize>,
    /// Whether it has the session's state.
    ready: Cell<bool>,
    /// Tokens of late joiners who want that of this client.
    joiners: mpsc::UnboundedSender<String>,
    /// The last batch, where there are acknowledgements.
    batch: Cell<Option<i64>>,
    change: Notify,
}

/// What a server answers to a preparation.
#[derive(Deserialize)]
struct Prepared {
    sessionurl: String,
    sessionid: String,
}

impl Client {
    /// Comes into the session of this name.
    pub async fn join(plan: &Plan, session: &str, board: Rc<Board>) -> Result<Rc<Self>> {
        let mut http = Http::open(&plan.server, None).await?;
        let (path, session) = match plan.dialect {
            Dialect::Bayeux => ("/bayeux".to_owned(), session.to_owned()),
            Dialect::Coweb => {
                let wanted = format!(r#"{{"key":"{session}","collab":true,"cacheState":false}}"#);
                let prepared = http.post("/admin", wanted).await?;
                let prepared: Prepared = serde_json::from_slice(&prepared).context("no session")?;
                (prepared.sessionurl, prepared.sessionid)
            }
        };
        let (joiners, mut wanted) = mpsc::unbounded_channel();
        let ears = Rc::new(Ears {
            board,
            transport: plan.transport,
            dialect: plan.dialect,
            path,
            channel: format!("/session/{session}/sync/app"),
            id: RefCell::default(),
            subscribed: Cell::new(0),
            ready: Cell::new(plan.dialect == Dialect::Bayeux),
            joiners,
            batch: Cell::new(None),
            change: Notify::new(),
        });
        let mouth = match plan.transport {
            Transport::LongPolling => {
                let answer = http.post(&ears.path, ears.handshake()).await?;
                ears.hear(&answer)?;
                let polling = Http::open(&plan.server, http.cookie.clone()).await?;
                meanwhile(Rc::clone(&ears).poll(polling));
                Mouth::Http(Mutex::new(Some(http)))
            }
            Transport::Websocket => {
                let socket = Socket::open(&plan.server, &ears.path, http.cookie.as_deref()).await?;
                let (frames, outgoing) = mpsc::unbounded_channel();
                frames.send(ears.handshake())?;
                meanwhile(Rc::clone(&ears).listen(socket, frames.clone(), outgoing));
                ears.until(|ears| !ears.id.borrow().is_empty()).await;
                Mouth::Socket(frames)
            }
        };
        let client = Rc::new(Self { ears, mouth });
        client.come_in(&session).await?;
        let updater = Rc::clone(&client);
        meanwhile(async move {
            while let Some(token) = wanted.recv().await {
                let state = format!(r#"{{"token":"{token}","state":[]}}"#);
                updater.say(&[updater.publication("/service/session/updater", &state)]).await?;
            }
            Ok(())
        });
        Ok(client)
    }

    /// Where it notes what it has got.
    pub fn board(&self) -> &Rc<Board> {
        &self.ears.board
    }

    /// Subscribes to what a client of this dialect does, and waits until it is in.
    async fn come_in(&self, session: &str) -> Result<()> {
        match self.ears.dialect {
            Dialect::Bayeux => {
                self.say(&[self.subscription("subscribe", &self.ears.channel)]).await?;
                self.ears.until(|ears| ears.subscribed.get() == 1).await;
            }
            Dialect::Coweb => {
                let channels = [
                    "/session/error",
                    &format!("/session/{session}/roster/*"),
                    &format!("/session/{session}/sync/*"),
                ];
                let joining = channels.into_iter().chain(["/service/session/join/*"]);
                let joining: Vec<_> =
                    joining.map(|channel| self.subscription("subscribe", channel)).collect();
                self.say(&joining).await?;
                self.ears.until(|ears| ears.ready.get()).await;
                let joined = [
                    self.subscription("unsubscribe", "/service/session/join/*"),
                    self.subscription("subscribe", "/service/session/updater"),
                ];
                let before = self.ears.subscribed.get();
                self.say(&joined).await?;
                self.ears.until(|ears| ears.subscribed.get() > before).await;
            }
        }
        Ok(())
    }

    /// Publishes these operations, or asks these requests, in one request or frame. By long polling it returns once the
    /// server has taken them, since OpenCoweb's clients have one such request at a time.
    pub async fn send(&self, what: Load, numbers: impl Iterator<Item = usize>) -> Result<()> {
        let message = |number| match what {
            Load::Operations => self.publication(&self.ears.channel, &operation(number)),
            Load::Requests => self.publication(REQUESTS, &request(number)),
        };
        self.say(&numbers.map(message).collect::<Vec<_>>()).await
    }

    /// Listens to the bot's answers from now on.
    pub async fn await_answers(&self) -> Result<()> {
        let before = self.ears.subscribed.get();
        self.say(&[self.subscription("subscribe", ANSWERS)]).await?;
        self.ears.until(|ears| ears.subscribed.get() > before).await;
        Ok(())
    }

    /// From now on it only listens: the connection for requests is closed.
    pub async fn rest(&self) {
        if let Mouth::Http(http) = &self.mouth {
            http.lock().await.take();
        }
    }

    async fn say(&self, messages: &[String]) -> Result<()> {
        let body = format!("[{}]", messages.join(","));
        match &self.mouth {
            Mouth::Http(http) => {
                let mut http = http.lock().await;
                let http = http.as_mut().context("it only listens")?;
                let answer = http.post(&self.ears.path, body).await?;
                self.ears.hear(&answer)?;
                Ok(())
            }
            Mouth::Socket(frames) => Ok(frames.send(body)?),
        }
    }

    fn publication(&self, channel: &str, data: &str) -> String {
        let id = self.ears.id.borrow();
        format!(r#"{{"channel":"{channel}","data":{data},"id":"7","clientId":"{id}"}}"#)
    }

    fn subscription(&self, verb: &str, channel: &str) -> String {
        let id = self.ears.id.borrow();
        // OpenCoweb's server wants all of it.
        let ext = r#"{"coweb":{"sessionid":"","updaterType":"default"},"userDefined":{}}"#;
        format!(
            r#"{{"channel":"/meta/{verb}","subscription":"{channel}","id":"3","clientId":"{id}","ext":{ext}}}"#
        )
    }
}

impl Ears {
    fn handshake(&self) -> String {
        let (kind, acks) = (self.kind(), self.acknowledges());
        format!(
            r#"[{{"channel":"/meta/handshake","version":"1.0","supportedConnectionTypes":["{kind}"],"id":"1","ext":{{"ack":{acks}}}}}]"#
        )
    }

    fn connect(&self) -> String {
        let (kind, id, batch) = (self.kind(), self.id.borrow(), self.batch.get());
        let more = match batch {
            _ if !self.acknowledges() => String::new(),
            None => r#","advice":{"timeout":0},"ext":{"ack":-1}"#.to_owned(),
            Some(batch) => format!(r#","ext":{{"ack":{batch}}}"#),
        };
        format!(
            r#"[{{"channel":"/meta/connect","connectionType":"{kind}","id":"2","clientId":"{id}"{more}}}]"#
        )
    }

    fn acknowledges(&self) -> bool {
        self.dialect == Dialect::Coweb && self.transport == Transport::LongPolling
    }

    fn kind(&self) -> &'static str {
        match self.transport {
            Transport::LongPolling => "long-polling",
            Transport::Websocket => "websocket",
        }
    }

    /// Always has a request that the server can answer when there is something to hear.
    async fn poll(self: Rc<Self>, mut http: Http) -> Result<()> {
        loop {
            let answer = http.post(&self.path, self.connect()).await?;
            self.hear(&answer)?;
        }
    }

    /// Hears and says what goes over a socket, and connects anew whenever that is answered.
    async fn listen(
        self: Rc<Self>,
        socket: Socket,
        frames: mpsc::UnboundedSender<String>,
        mut outgoing: mpsc::UnboundedReceiver<String>,
    ) -> Result<()> {
        let Socket { mut sending, mut receiving } = socket;
        meanwhile(async move {
            while let Some(frame) = outgoing.recv().await {
                send(&mut sending, frame).await?;
            }
            Ok(())
        });
        while let Some(frame) = receiving.next().await {
            if let Frame::Text(text) = frame?
                && self.hear(text.as_bytes())?
            {
                frames.send(self.connect())?;
            }
        }
        bail!("the server has closed a socket")
    }

    /// Takes in what came, and says whether a connect is to follow.
    fn hear(&self, body: &[u8]) -> Result<bool> {
        if let Some(bulk) = Bulk::of(body) {
            bulk.numbers().for_each(|number| self.board.delivered(number));
            self.batch.set(bulk.batch().or(self.batch.get()));
            return Ok(bulk.answers_connect());
        }
        let mut connect = false;
        let messages: Vec<Message<'_>> = serde_json::from_slice(body)
            .with_context(|| format!("no messages: {}", String::from_utf8_lossy(body)))?;
        for message in messages {
            if let Some(number) = message.operation().or(message.answer()?) {
                self.board.delivered(number);
                continue;
            }
            let error = message.error.as_deref().unwrap_or_default();
            ensure!(message.successful != Some(false), "{} was refused: {error}", message.channel);
            match &*message.channel {
                "/meta/handshake" => {
                    *self.id.borrow_mut() = message.client_id.context("no name of the client")?.into_owned();
                    connect = true;
                }
                "/meta/connect" => {
                    self.batch.set(message.batch().or(self.batch.get()));
                    connect = true;
                }
                "/meta/subscribe" => self.subscribed.set(self.subscribed.get() + 1),
                "/service/session/join/state" => self.ready.set(true),
                "/service/session/updater" => {
                    if let Some(token) = message.data {
                        self.joiners.send(serde_json::from_str(token.get())?)?;
                    }
                }
                _ => {}
            }
        }
        self.change.notify_waiters();
        Ok(connect)
    }

    async fn until(&self, condition: impl Fn(&Self) -> bool) {
        while !condition(self) {
            self.change.notified().await;
        }
    }
}

/// Does something meanwhile. If that fails, so does everything.
fn meanwhile(work: impl Future<Output = Result<()>> + 'static) {
    spawn_local(async move {
        if let Err(error) = work.await {
            eprintln!("error: {error:#}");
            std::process::exit(1);
        }
    });
}
