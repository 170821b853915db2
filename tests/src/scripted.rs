//! A chat network without a network: a test says what people say, and reads what the bots answer.

use std::{sync::Arc, time::Duration};

use parlor::chat::{
    Backend, Error, Identifier, Message, Network, Recipient, Router,
    backend::{Answer, RoomAnswer, RoomRequest},
    bindings::{
        Card, Status,
        handlers::backend::{Capabilities, Description, Markup},
    },
    network::Plan,
    turn::Manner,
};
use tokio::{
    sync::{Mutex, MutexGuard, mpsc},
    time::timeout,
};

/// How long a test waits for something that must happen.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// What bots sent through the network.
#[derive(Clone, Debug, PartialEq)]
pub struct Sent {
    /// For whom: `@person` or `#room`.
    pub to: String,
    /// The text.
    pub body: String,
}

/// The network's backend.
pub struct Scripted {
    sent: mpsc::UnboundedSender<Sent>,
    connects: mpsc::UnboundedSender<()>,
}

/// The test's end of a scripted network.
pub struct Stage {
    /// The network, as the host sees it.
    pub network: Arc<Network>,
    heard: Mutex<mpsc::UnboundedReceiver<Sent>>,
    attempts: Mutex<mpsc::UnboundedReceiver<()>>,
}

impl Stage {
    /// Adds a scripted network of this name to the house, connected.
    pub fn new(router: &Arc<Router>, name: &str) -> Self {
        let stage = Self::planned(router, name, Plan::default());
        stage.connect();
        stage
    }

    /// Adds one that is not connected, with rooms to be in.
    pub fn planned(router: &Arc<Router>, name: &str, plan: Plan) -> Self {
        let (sent, heard) = mpsc::unbounded_channel();
        let (connects, attempts) = mpsc::unbounded_channel();
        let network = router.add_network(name.into(), Arc::new(Scripted { sent, connects }), plan);
        Self { network, heard: Mutex::new(heard), attempts: Mutex::new(attempts) }
    }

    /// The service lets the bot in.
    pub fn connect(&self) {
        self.network.on_connected(person(&self.network.name, "@parlor", None));
    }

    /// Waits until the host tries to connect.
    ///
    /// # Panics
    /// If it does not for ten minutes.
    pub async fn attempt(&self) {
        let attempt = timeout(Duration::from_secs(600), async { self.attempts.lock().await.recv().await });
        attempt.await.expect("the host was to connect").expect("the network is there");
    }

    /// Something is said again that was said before the bot came.
    pub fn replay(&self, room: &str, who: &str, body: &str) {
        let recipient = Recipient::Room(room.into());
        let said = message(&self.network.name, who, Some(room), recipient, body);
        self.network.on_message(Message { delayed: true, ..said });
    }

    /// Somebody says something to the bot alone.
    pub fn tell(&self, who: &str, body: &str) {
        let me = self.network.me().expect("a scripted network is always connected");
        self.network.on_message(message(
            &self.network.name,
            who,
            None,
            Recipient::Person((*me).clone()),
            body,
        ));
    }

    /// Somebody says something in a room.
    pub fn say(&self, room: &str, who: &str, body: &str) {
        let recipient = Recipient::Room(room.into());
        self.network.on_message(message(&self.network.name, who, Some(room), recipient, body));
    }

    /// What a bot sent next.
    ///
    /// # Panics
    /// If nothing comes in [`PATIENCE`].
    pub async fn heard(&self) -> Sent {
        let mut heard = self.listen().await;
        let next = timeout(PATIENCE, heard.recv()).await.expect("a bot was to say something");
        next.expect("the network is there")
    }

    /// Hears all that bots send from now on, until the guard is dropped.
    pub async fn listen(&self) -> MutexGuard<'_, mpsc::UnboundedReceiver<Sent>> {
        self.heard.lock().await
    }

    /// The text of what a bot sent next.
    pub async fn body(&self) -> String {
        self.heard().await.body
    }

    /// Asks and reads the answer.
    pub async fn ask(&self, who: &str, body: &str) -> String {
        self.tell(who, body);
        self.body().await
    }
}

/// A person, or with a room an occupant.
pub fn person(network: &str, name: &str, room: Option<&str>) -> Identifier {
    Identifier {
        network: network.into(),
        person: name.into(),
        client: None,
        nick: Some(name.trim_start_matches('@').into()),
        display_name: None,
        room: room.map(Into::into),
        access_id: name.into(),
    }
}

fn message(network: &str, who: &str, room: Option<&str>, recipient: Recipient, body: &str) -> Message {
    Message {
        id: None,
        network: network.into(),
        sender: person(network, who, room),
        recipient,
        body: body.into(),
        parent: None,
        timestamp: 1_700_000_000_000,
        delayed: false,
        extras: Vec::new(),
    }
}

impl Scripted {
    fn send_to(&self, recipient: &Recipient, body: String) {
        let to = match recipient {
            Recipient::Person(person) => &person.person,
            Recipient::Room(room) => room,
        };
        self.deliver(to, body);
    }

    fn send_back(&self, to: &Message, body: String) {
        let to = match &to.recipient {
            Recipient::Person(_) => &to.sender.person,
            Recipient::Room(room) => room,
        };
        self.deliver(to, body);
    }

    fn deliver(&self, to: &str, body: String) {
        let to = to.to_owned();
        // A test that is over hears nothing more.
        let _ = self.sent.send(Sent { to, body });
    }
}

fn done<'a, T: Send + 'a>(answer: T) -> Answer<'a, T> {
    Box::pin(async { Ok(answer) })
}

impl Backend for Scripted {
    fn description(&self) -> Option<Description> {
        Some(Description { mode: "scripted".into(), can: Capabilities::all(), markup: Markup::Markdown })
    }

    fn connect(&self) -> Answer<'_, ()> {
        // A test that does not wait for it may be over.
        let _ = self.connects.send(());
        done(())
    }

    fn disconnect(&self) -> Answer<'_, ()> {
        done(())
    }

    fn answer(&self, to: Message, bodies: Vec<String>, manner: Manner) {
        let Manner { private, threaded, named } = manner;
        let room = matches!(to.recipient, Recipient::Room(_)) && !private;
        for mut body in bodies {
            if named && room {
                body.insert_str(0, &format!("{}: ", to.sender.nick.as_deref().unwrap_or_default()));
            }
            if threaded {
                body.insert_str(0, "thread: ");
            }
            if private {
                self.deliver(&to.sender.person, body);
            } else {
                self.send_back(&to, body);
            }
        }
    }

    fn reply(&self, to: Message, mut body: String, private: bool, threaded: bool) -> Answer<'_, ()> {
        if threaded {
            body.insert_str(0, "thread: ");
        }
        if private {
            self.deliver(&to.sender.person, body);
        } else {
            self.send_back(&to, body);
        }
        done(())
    }

    fn send(&self, what: Message) -> Answer<'_, ()> {
        self.send_to(&what.recipient, what.body);
        done(())
    }

    fn send_card(&self, what: Message, card: Card) -> Answer<'_, ()> {
        self.send_to(&what.recipient, format!("card: {}", card.body));
        done(())
    }

    fn react(&self, to: Message, name: String, add: bool) -> Answer<'_, ()> {
        self.send_back(&to, format!("{}{name}", if add { '+' } else { '-' }));
        done(())
    }

    fn build_identifier(&self, text: String) -> Answer<'_, Identifier> {
        Box::pin(async move {
            if text.starts_with('@') {
                Ok(person("", &text, None))
            } else {
                Err(Error::Malformed("a person is written @name".into()))
            }
        })
    }

    fn format_identifier(&self, who: Identifier) -> Answer<'_, String> {
        done(who.person)
    }

    fn change_presence(&self, _status: Status, _note: Option<String>) -> Answer<'_, ()> {
        done(())
    }

    fn rooms(&self) -> Answer<'_, Vec<String>> {
        done(vec!["#lobby".into()])
    }

    fn room(&self, name: String, request: RoomRequest) -> Answer<'_, RoomAnswer> {
        if name == "#banned" {
            return Box::pin(async move { Err(Error::Denied("the bot is banned there".into())) });
        }
        self.send_to(&Recipient::Room(name), format!("{request:?}"));
        done(match request {
            RoomRequest::Exists | RoomRequest::Joined => RoomAnswer::Is(true),
            RoomRequest::Topic => RoomAnswer::Topic(None),
            RoomRequest::Occupants => RoomAnswer::Occupants(Vec::new()),
            _ => RoomAnswer::Done,
        })
    }
}
