//! `parlor:chat/rooms`, the bots' side: a room is a name on a network, and each request goes to its backend.

use std::sync::Arc;

use wasmtime::component::{HasSelf, Linker, Resource};

use super::{
    backend::{RoomAnswer, RoomRequest},
    bindings::{Error, Identifier, handlers::backend::Capabilities, parlor::chat::rooms},
    network::Network,
};
use crate::imports::State;

/// A bot's hold on a room. It holds nothing at the backend, so that it outlives a restart there.
pub struct Room {
    /// Where the room is.
    pub network: Arc<Network>,
    /// What it is called there.
    pub name: String,
}

impl State {
    async fn ask_room(
        &mut self,
        room: &Resource<Room>,
        needs: Capabilities,
        request: RoomRequest,
    ) -> wasmtime::Result<Result<RoomAnswer, Error>> {
        let Room { network, name } = self.table.get(room)?;
        let (network, name) = (Arc::clone(network), name.clone());
        Ok(match self.connected(&network.name, needs) {
            Ok((network, _)) => network.room(name, request).await,
            Err(error) => Err(error),
        })
    }
}

/// What a backend cannot have answered to this request.
fn odd<T>(_: RoomAnswer) -> Result<T, Error> {
    Err(Error::Other("the backend gave an answer to another question".into()))
}

type Rooms = Resource<Room>;

impl rooms::HostMucRoom for State {
    fn network(&mut self, room: Rooms) -> wasmtime::Result<String> {
        Ok(String::from(&*self.table.get(&room)?.network.name))
    }

    fn name(&mut self, room: Rooms) -> wasmtime::Result<String> {
        Ok(self.table.get(&room)?.name.clone())
    }

    async fn join(
        &mut self,
        room: Rooms,
        username: Option<String>,
        password: Option<String>,
    ) -> wasmtime::Result<Result<(), Error>> {
        let request = RoomRequest::Join { username, password };
        Ok(self.ask_room(&room, Capabilities::ROOMS, request).await?.map(drop))
    }

    async fn leave(&mut self, room: Rooms, reason: Option<String>) -> wasmtime::Result<Result<(), Error>> {
        Ok(self.ask_room(&room, Capabilities::ROOMS, RoomRequest::Leave(reason)).await?.map(drop))
    }

    async fn create(&mut self, room: Rooms) -> wasmtime::Result<Result<(), Error>> {
        Ok(self.ask_room(&room, Capabilities::ROOMS, RoomRequest::Create).await?.map(drop))
    }

    async fn destroy(&mut self, room: Rooms) -> wasmtime::Result<Result<(), Error>> {
        Ok(self.ask_room(&room, Capabilities::ROOMS, RoomRequest::Destroy).await?.map(drop))
    }

    async fn exists(&mut self, room: Rooms) -> wasmtime::Result<Result<bool, Error>> {
        Ok(match self.ask_room(&room, Capabilities::ROOMS, RoomRequest::Exists).await? {
            Ok(RoomAnswer::Is(exists)) => Ok(exists),
            Ok(other) => odd(other),
            Err(error) => Err(error),
        })
    }

    async fn joined(&mut self, room: Rooms) -> wasmtime::Result<bool> {
        let joined = self.ask_room(&room, Capabilities::ROOMS, RoomRequest::Joined).await?;
        // A network that is gone has no rooms that one is in.
        Ok(matches!(joined, Ok(RoomAnswer::Is(true))))
    }

    async fn topic(&mut self, room: Rooms) -> wasmtime::Result<Result<Option<String>, Error>> {
        Ok(match self.ask_room(&room, Capabilities::TOPICS, RoomRequest::Topic).await? {
            Ok(RoomAnswer::Topic(topic)) => Ok(topic),
            Ok(other) => odd(other),
            Err(error) => Err(error),
        })
    }

    async fn set_topic(&mut self, room: Rooms, topic: String) -> wasmtime::Result<Result<(), Error>> {
        Ok(self.ask_room(&room, Capabilities::TOPICS, RoomRequest::SetTopic(topic)).await?.map(drop))
    }

    async fn occupants(&mut self, room: Rooms) -> wasmtime::Result<Result<Vec<Identifier>, Error>> {
        let network = Arc::clone(&self.table.get(&room)?.network);
        Ok(match self.ask_room(&room, Capabilities::ROOMS, RoomRequest::Occupants).await? {
            Ok(RoomAnswer::Occupants(mut people)) => {
                for person in &mut people {
                    person.network = String::from(&*network.name);
                }
                Ok(people)
            }
            Ok(other) => odd(other),
            Err(error) => Err(error),
        })
    }

    async fn invite(&mut self, room: Rooms, who: Vec<Identifier>) -> wasmtime::Result<Result<(), Error>> {
        Ok(self.ask_room(&room, Capabilities::INVITES, RoomRequest::Invite(who)).await?.map(drop))
    }

    fn drop(&mut self, room: Rooms) -> wasmtime::Result<()> {
        self.table.delete(room)?;
        Ok(())
    }
}

impl rooms::Host for State {}

pub(super) fn add_to_linker(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    rooms::add_to_linker::<_, HasSelf<State>>(linker, |state| state)
}
