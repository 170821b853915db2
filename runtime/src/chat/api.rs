//! `parlor:chat/chat`: what bots can do on the networks that they were granted.

use std::sync::Arc;

use wasmtime::component::{HasSelf, Linker, Resource};

use super::{
    Place,
    backend::RoomRequest,
    bindings::{
        Card, Error, Identifier, Message, Recipient, Status, handlers::backend::Capabilities,
        parlor::chat::chat,
    },
    network::Network,
    rooms::Room,
};
use crate::imports::State;

/// The longest name of a room, in bytes: whoever holds one holds its name.
const LONGEST_ROOM: usize = 1 << 10;
/// So much of a network's name is repeated to who may not use it, in characters.
const LONGEST_NETWORK: usize = 64;

impl State {
    /// A network that this bot was granted and that can do what is asked.
    pub(super) fn granted(&self, name: &str, needs: Capabilities) -> Result<Arc<Network>, Error> {
        let refused = || {
            let name = name.chars().take(LONGEST_NETWORK).collect::<String>();
            Error::Denied(format!("this bot was not granted the network {name:?}"))
        };
        if !self.common.grants.networks.iter().any(|granted| granted == name) {
            let name = name.chars().take(LONGEST_NETWORK).collect::<String>();
            let line =
                format!("refused: the network {name:?}; to allow it: grant = {{ networks = [{name:?}] }}");
            self.common.log.denied("chat", &line);
            return Err(refused());
        }
        let place = self.layers.get::<Place>().ok_or_else(refused)?;
        if place.network.as_ref().is_some_and(|own| *own.name == *name) {
            // Its backend half would have to answer while its bot half waits: one instance cannot do both.
            return Err(Error::Denied("an extension cannot use the network that it is itself".into()));
        }
        let network = place.router.network(name).ok_or(Error::NotConnected)?;
        if network.backend().description().is_none() {
            return Err(Error::NotConnected);
        }
        if !network.can(needs) {
            return Err(Error::NotSupported(format!("the network {name:?} has no such thing")));
        }
        Ok(network)
    }

    /// The same, connected, and who the bot is there.
    pub(super) fn connected(
        &self,
        name: &str,
        needs: Capabilities,
    ) -> Result<(Arc<Network>, Arc<Identifier>), Error> {
        let network = self.granted(name, needs)?;
        let me = network.me().ok_or(Error::NotConnected)?;
        Ok((network, me))
    }

    fn room(
        &mut self,
        network: Arc<Network>,
        name: String,
    ) -> wasmtime::Result<Result<Resource<Room>, Error>> {
        if name.len() > LONGEST_ROOM {
            return Ok(Err(Error::Malformed(format!("the name of a room has {LONGEST_ROOM} bytes at most"))));
        }
        // Beyond the limit of handles the guest gets an error that it can handle, not a trap.
        let room = self.table.push(Room { network, name });
        Ok(room.map_err(|_| Error::Full))
    }
}

/// Refuses a person of one network as the addressee on another.
fn same_network(network: &Network, recipient: &Recipient) -> Result<(), Error> {
    match recipient {
        Recipient::Person(person) if *person.network != *network.name => {
            let theirs: String = person.network.chars().take(LONGEST_NETWORK).collect();
            let ours = &network.name;
            Err(Error::Malformed(format!("this person is on the network {theirs:?}, not on {ours:?}")))
        }
        _ => Ok(()),
    }
}

impl chat::Host for State {
    fn networks(&mut self) -> wasmtime::Result<Vec<String>> {
        Ok(self.common.grants.networks.clone())
    }

    async fn send(
        &mut self,
        network: String,
        to: Recipient,
        body: String,
    ) -> wasmtime::Result<Result<(), Error>> {
        let (network, me) = match self.connected(&network, Capabilities::empty()) {
            Ok(found) => found,
            Err(error) => return Ok(Err(error)),
        };
        if let Err(error) = same_network(&network, &to) {
            return Ok(Err(error));
        }
        self.common.traffic.says(1);
        Ok(network.backend().send(network.message(&me, to, body)).await)
    }

    async fn reply(
        &mut self,
        to: Message,
        body: String,
        private: bool,
        threaded: bool,
    ) -> wasmtime::Result<Result<(), Error>> {
        match self.connected(&to.network, Capabilities::empty()) {
            Ok((network, _)) => {
                self.common.traffic.says(1);
                Ok(network.backend().reply(to, body, private, threaded).await)
            }
            Err(error) => Ok(Err(error)),
        }
    }

    async fn send_card(
        &mut self,
        network: String,
        to: Recipient,
        what: Card,
    ) -> wasmtime::Result<Result<(), Error>> {
        let (network, me) = match self.connected(&network, Capabilities::empty()) {
            Ok(found) => found,
            Err(error) => return Ok(Err(error)),
        };
        if let Err(error) = same_network(&network, &to) {
            return Ok(Err(error));
        }
        self.common.traffic.says(1);
        if network.can(Capabilities::CARDS) {
            let message = network.message(&me, to, what.body.clone());
            Ok(network.backend().send_card(message, what).await)
        } else {
            Ok(network.backend().send(network.message(&me, to, card_as_text(&what))).await)
        }
    }

    async fn react(&mut self, to: Message, name: String, add: bool) -> wasmtime::Result<Result<(), Error>> {
        match self.connected(&to.network, Capabilities::REACTIONS) {
            Ok((network, _)) => Ok(network.backend().react(to, name, add).await),
            Err(error) => Ok(Err(error)),
        }
    }

    async fn bot_identifier(&mut self, network: String) -> wasmtime::Result<Result<Identifier, Error>> {
        Ok(self.connected(&network, Capabilities::empty()).map(|(_, me)| (*me).clone()))
    }

    async fn build_identifier(
        &mut self,
        network: String,
        text: String,
    ) -> wasmtime::Result<Result<Identifier, Error>> {
        let network = match self.granted(&network, Capabilities::empty()) {
            Ok(network) => network,
            Err(error) => return Ok(Err(error)),
        };
        let built = network.backend().build_identifier(text).await;
        Ok(built.map(|identifier| Identifier { network: String::from(&*network.name), ..identifier }))
    }

    async fn format_identifier(&mut self, who: Identifier) -> wasmtime::Result<Result<String, Error>> {
        match self.granted(&who.network, Capabilities::empty()) {
            Ok(network) => Ok(network.backend().format_identifier(who).await),
            Err(error) => Ok(Err(error)),
        }
    }

    async fn change_presence(
        &mut self,
        network: String,
        status: Status,
        note: Option<String>,
    ) -> wasmtime::Result<Result<(), Error>> {
        match self.connected(&network, Capabilities::PRESENCE) {
            Ok((network, _)) => Ok(network.backend().change_presence(status, note).await),
            Err(error) => Ok(Err(error)),
        }
    }

    async fn rooms(&mut self, network: String) -> wasmtime::Result<Result<Vec<Resource<Room>>, Error>> {
        let (network, _) = match self.connected(&network, Capabilities::ROOMS) {
            Ok(found) => found,
            Err(error) => return Ok(Err(error)),
        };
        let names = match network.backend().rooms().await {
            Ok(names) => names,
            Err(error) => return Ok(Err(error)),
        };
        let mut rooms = Vec::with_capacity(names.len());
        for name in names {
            match self.room(Arc::clone(&network), name)? {
                Ok(room) => rooms.push(room),
                Err(error) => {
                    for room in rooms {
                        self.table.delete(room)?;
                    }
                    return Ok(Err(error));
                }
            }
        }
        Ok(Ok(rooms))
    }

    async fn query_room(
        &mut self,
        network: String,
        name: String,
    ) -> wasmtime::Result<Result<Resource<Room>, Error>> {
        match self.granted(&network, Capabilities::ROOMS) {
            Ok(network) => self.room(network, name),
            Err(error) => Ok(Err(error)),
        }
    }

    async fn join_room(
        &mut self,
        network: String,
        name: String,
        username: Option<String>,
        password: Option<String>,
    ) -> wasmtime::Result<Result<Resource<Room>, Error>> {
        let (network, _) = match self.connected(&network, Capabilities::ROOMS) {
            Ok(found) => found,
            Err(error) => return Ok(Err(error)),
        };
        match network.room(name.clone(), RoomRequest::Join { username, password }).await {
            Ok(_) => self.room(network, name),
            Err(error) => Ok(Err(error)),
        }
    }

    async fn warn_admins(&mut self, body: String) -> wasmtime::Result<Result<(), Error>> {
        if !self.common.log.line(tracing::Level::WARN, "for the admins", &body) {
            return Ok(Err(Error::Full));
        }
        if let Some(place) = self.layers.get::<Place>() {
            place.router.warn_admins(format!("{} says: {body}", self.common.name));
        }
        Ok(Ok(()))
    }
}

/// A card for services that cannot show one.
fn card_as_text(card: &Card) -> String {
    let mut lines = Vec::new();
    lines.extend(card.title.as_ref().map(|title| format!("**{title}**")));
    if card.body.is_empty() {
        lines.extend(card.summary.clone());
    } else {
        lines.push(card.body.clone());
    }
    lines.extend(card.fields.iter().map(|(name, value)| format!("{name}: {value}")));
    lines.extend([&card.link, &card.image].into_iter().flatten().cloned());
    lines.join("\n")
}

pub(super) fn add_to_linker(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    chat::add_to_linker::<_, HasSelf<State>>(linker, |state| state)
}
