//! A chat network on which nothing is kept: what bots say to somebody who listens is handed on, the rest is forgotten.

use std::sync::{Arc, Mutex, PoisonError};

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
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// So much of a text is handed on, in bytes.
const LONGEST: usize = 400;
/// So many texts wait for a listener; beyond it they are forgotten.
const MOST_WAITING: usize = 64;

/// The network's backend, and what the arena knows of it.
#[derive(Default)]
pub struct Quiet {
    ears: Mutex<Vec<(String, Sender<String>)>>,
}

/// The network, and who is on it.
pub struct Talk {
    /// As the host sees it.
    pub network: Arc<Network>,
    quiet: Arc<Quiet>,
}

impl Talk {
    /// Adds it to a house, connected.
    pub fn new(router: &Arc<Router>, name: &str) -> Self {
        let quiet = Arc::<Quiet>::default();
        let network = router.add_network(name.into(), Arc::clone(&quiet) as _, Plan::default());
        network.on_connected(person(name, "@parlor"));
        Self { network, quiet }
    }

    /// Hears what is said to a person or in a room from now on.
    pub fn listen(&self, to: &str) -> Receiver<String> {
        let (ear, heard) = channel(MOST_WAITING);
        self.quiet.ears.lock().unwrap_or_else(PoisonError::into_inner).push((to.to_owned(), ear));
        heard
    }

    /// Somebody says something to the bot alone.
    pub fn tell(&self, who: &str, body: &str) {
        if let Some(me) = self.network.me() {
            self.hand(who, Recipient::Person((*me).clone()), body);
        }
    }

    /// Somebody says something in a room.
    pub fn say(&self, room: &str, who: &str, body: &str) {
        self.hand(who, Recipient::Room(room.into()), body);
    }

    fn hand(&self, who: &str, recipient: Recipient, body: &str) {
        let network = &*self.network.name;
        self.network.on_message(Message {
            id: None,
            network: network.into(),
            sender: person(network, who),
            recipient,
            body: body.into(),
            parent: None,
            timestamp: 1_700_000_000_000,
            delayed: false,
            extras: Vec::new(),
        });
    }
}

/// A person there.
pub fn person(network: &str, name: &str) -> Identifier {
    Identifier {
        network: network.into(),
        person: name.into(),
        client: None,
        nick: Some(name.trim_start_matches('@').into()),
        display_name: None,
        room: None,
        access_id: name.into(),
    }
}

impl Quiet {
    fn deliver(&self, to: &str, body: &str) {
        for (ear, heard) in &*self.ears.lock().unwrap_or_else(PoisonError::into_inner) {
            if ear == to {
                // Who does not listen any more, or is flooded, misses it.
                let _ = heard.try_send(body[..body.floor_char_boundary(LONGEST)].to_owned());
            }
        }
    }
}

fn whom(message: &Message, private: bool) -> &str {
    match &message.recipient {
        Recipient::Room(room) if !private => room,
        _ => &message.sender.person,
    }
}

fn done<'a, T: Send + 'a>(answer: T) -> Answer<'a, T> {
    Box::pin(async { Ok(answer) })
}

impl Backend for Quiet {
    fn description(&self) -> Option<Description> {
        Some(Description { mode: "quiet".into(), can: Capabilities::all(), markup: Markup::Markdown })
    }

    fn connect(&self) -> Answer<'_, ()> {
        done(())
    }

    fn disconnect(&self) -> Answer<'_, ()> {
        done(())
    }

    fn answer(&self, to: Message, bodies: Vec<String>, manner: Manner) {
        bodies.iter().for_each(|body| self.deliver(whom(&to, manner.private), body));
    }

    fn reply(&self, to: Message, body: String, private: bool, _: bool) -> Answer<'_, ()> {
        self.deliver(whom(&to, private), &body);
        done(())
    }

    fn send(&self, what: Message) -> Answer<'_, ()> {
        let to = match &what.recipient {
            Recipient::Room(room) => room,
            Recipient::Person(person) => &person.person,
        };
        self.deliver(to, &what.body);
        done(())
    }

    fn send_card(&self, what: Message, _: Card) -> Answer<'_, ()> {
        self.send(what)
    }

    fn react(&self, to: Message, name: String, _: bool) -> Answer<'_, ()> {
        self.deliver(whom(&to, false), &name);
        done(())
    }

    fn build_identifier(&self, text: String) -> Answer<'_, Identifier> {
        Box::pin(async move {
            if text.starts_with('@') { Ok(person("", &text)) } else { Err(Error::Malformed("@name".into())) }
        })
    }

    fn format_identifier(&self, who: Identifier) -> Answer<'_, String> {
        done(who.person)
    }

    fn change_presence(&self, _: Status, _: Option<String>) -> Answer<'_, ()> {
        done(())
    }

    fn rooms(&self) -> Answer<'_, Vec<String>> {
        done(vec!["#lobby".into()])
    }

    fn room(&self, _: String, request: RoomRequest) -> Answer<'_, RoomAnswer> {
        done(match request {
            RoomRequest::Exists | RoomRequest::Joined => RoomAnswer::Is(true),
            RoomRequest::Topic => RoomAnswer::Topic(None),
            RoomRequest::Occupants => RoomAnswer::Occupants(Vec::new()),
            _ => RoomAnswer::Done,
        })
    }
}
