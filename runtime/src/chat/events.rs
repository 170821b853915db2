//! `parlor:chat/events`: what backends report, for the network that each of them is.

use std::sync::Arc;

use wasmtime::component::{HasSelf, Linker};

use super::{
    Place,
    bindings::{Identifier, Message, Presence, Reaction, RoomEvent, parlor::chat::events},
    network::Network,
};
use crate::imports::State;

impl State {
    /// The network that this extension is. A bot that imports `events` without being one is not heard.
    fn network(&self) -> Option<&Arc<Network>> {
        let network = self.layers.get::<Place>().and_then(|place| place.network.as_ref());
        if network.is_none() {
            self.common.log.line(
                tracing::Level::WARN,
                "events",
                "it reports events of a network and is none: configure it as [network.NAME]",
            );
        }
        network
    }
}

impl events::Host for State {
    fn connected(&mut self, who: Identifier) -> wasmtime::Result<()> {
        if let Some(network) = self.network() {
            network.on_connected(who);
        }
        Ok(())
    }

    fn disconnected(&mut self, reason: String, turned_away: bool) -> wasmtime::Result<()> {
        if let Some(network) = self.network() {
            network.on_disconnected(reason, turned_away);
        }
        Ok(())
    }

    fn message_received(&mut self, what: Message) -> wasmtime::Result<()> {
        if let Some(network) = self.network() {
            self.common.traffic.says(1);
            network.on_message(what);
        }
        Ok(())
    }

    fn presence_changed(&mut self, what: Presence) -> wasmtime::Result<()> {
        if let Some(network) = self.network() {
            network.on_presence(what);
        }
        Ok(())
    }

    fn reaction_changed(&mut self, what: Reaction) -> wasmtime::Result<()> {
        if let Some(network) = self.network() {
            network.on_reaction(what);
        }
        Ok(())
    }

    fn room_changed(&mut self, name: String, what: RoomEvent) -> wasmtime::Result<()> {
        if let Some(network) = self.network() {
            network.on_room(name, what);
        }
        Ok(())
    }

    fn refused(&mut self, why: String) -> wasmtime::Result<()> {
        if self.network().is_some()
            && self.common.log.line(tracing::Level::WARN, "refused", &why)
            && let Some(place) = self.layers.get::<Place>()
        {
            place.router.warn_admins(format!("{}: {why}", self.common.name));
        }
        Ok(())
    }

    fn message_sent(&mut self, what: Message) -> wasmtime::Result<()> {
        tracing::trace!(network = what.network, id = ?what.id, "sent");
        Ok(())
    }
}

pub(super) fn add_to_linker(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    events::add_to_linker::<_, HasSelf<State>>(linker, |state| state)
}
