//! A backend that is a component: each request is a call into its extension.

use std::{
    mem::take,
    sync::{Arc, OnceLock},
};

use futures_util::future::BoxFuture;
use parking_lot::RwLock;
use wasmtime::Store;

use super::{
    backend::{Answer, Backend, RoomAnswer, RoomRequest, words},
    bindings::{
        Card, Error, Identifier, Message, Recipient, Status,
        handlers::{
            backend::{Capabilities, Description, Guest, Markup},
            rooms,
        },
    },
    exports,
    occasion::Occasion,
    size::Size,
    text::{self, Fit},
    turn::Manner,
};
use crate::{
    imports::State,
    sandbox::{Class, Live, Mailbox, supervisor::ask},
};

/// The longest name of a kind of service, in bytes: it is looked at often.
const LONGEST_MODE: usize = 64;

/// A backend in a sandbox.
#[derive(Default)]
pub struct ComponentBackend {
    /// Set once, when the extension is spawned.
    mailbox: OnceLock<Mailbox<State>>,
    /// Renewed with each start.
    description: RwLock<Option<Description>>,
    /// Answers that were lost.
    losses: Arc<Losses>,
}

/// Answers that were lost, told in the log a few times a minute.
struct Losses(Occasion);

impl Default for Losses {
    fn default() -> Self {
        Self(Occasion::new(5))
    }
}

impl Losses {
    fn tell(&self, network: &str, why: &str) {
        if let Some(others) = self.0.arises() {
            tracing::warn!(network, why, others, "an answer could not be sent");
        }
    }
}

/// A call into the backend's exports.
type Made<'a, R> = BoxFuture<'a, wasmtime::Result<Result<R, Error>>>;

impl ComponentBackend {
    /// Calls go to this extension from now on.
    pub fn attach(&self, mailbox: Mailbox<State>) {
        // A network has one extension for its life; its restarts keep the mailbox.
        let _ = self.mailbox.set(mailbox);
    }

    /// Asks a new instance what it is: the backend's part of starting.
    ///
    /// # Errors
    /// The outer if it traps, the inner in the backend's own words.
    pub async fn begin(&self, live: &mut Live<State>) -> wasmtime::Result<Result<(), String>> {
        let exports = exports::of(live)?;
        let Some(backend) = &exports.backend else {
            return Ok(Err("it exports no parlor:chat/backend".into()));
        };
        if exports.rooms.is_none() {
            return Ok(Err(
                "it exports parlor:chat/backend without parlor:chat/rooms, which every backend must".into(),
            ));
        }
        match backend.call_describe(&mut live.store).await? {
            Ok(description) if description.mode.len() > LONGEST_MODE => {
                Ok(Err(format!("its mode is a word of at most {LONGEST_MODE} bytes")))
            }
            Ok(description) => {
                *self.description.write() = Some(description);
                Ok(Ok(()))
            }
            Err(words) => Ok(Err(words)),
        }
    }

    /// Lets an instance say goodbye to its service.
    ///
    /// # Errors
    /// The outer if it traps, the inner in the backend's own words.
    pub async fn end(live: &mut Live<State>) -> wasmtime::Result<Result<(), String>> {
        match &exports::of(live)?.backend {
            Some(backend) => backend.call_disconnect(&mut live.store).await,
            None => Ok(Ok(())),
        }
    }

    /// What the service can show; as little as possible before it was asked.
    fn form(&self) -> Form {
        let description = self.description.read();
        let known = description.as_ref();
        Form {
            markup: known.map_or(Markup::Plain, |about| about.markup),
            multiline: known.is_some_and(|about| about.can.contains(Capabilities::MULTILINE)),
        }
    }

    fn call<'s, R: Send + 'static>(
        &'s self,
        make: impl for<'a> FnOnce(&'a Guest, &'a mut Store<State>) -> Made<'a, R> + Send + 'static,
    ) -> Answer<'s, R> {
        Box::pin(async move {
            let mailbox = self.mailbox.get().ok_or(Error::NotConnected)?;
            let answer = ask(mailbox, move |live| {
                Box::pin(async move {
                    let exports = exports::of(live)?;
                    let Some(backend) = &exports.backend else { return Ok(Err(Error::NotConnected)) };
                    make(backend, &mut live.store).await
                })
            });
            answer.await.map_err(|_| Error::Full)?
        })
    }
}

/// `Err` of the backend's own words as the contract's error.
fn other<T>(result: Result<T, String>) -> Result<T, Error> {
    result.map_err(Error::Other)
}

impl Backend for ComponentBackend {
    fn description(&self) -> Option<Description> {
        self.description.read().clone()
    }

    fn connect(&self) -> Answer<'_, ()> {
        self.call(|backend, store| Box::pin(backend.call_connect(store)))
    }

    fn disconnect(&self) -> Answer<'_, ()> {
        self.call(|backend, store| Box::pin(async move { Ok(other(backend.call_disconnect(store).await?)) }))
    }

    fn answer(&self, to: Message, bodies: Vec<String>, manner: Manner) {
        let Some(mailbox) = self.mailbox.get() else { return };
        let network = Arc::<str>::from(to.network.as_str());
        let (form, losses) = (self.form(), Arc::clone(&self.losses));
        let sent = mailbox.push_sized(
            Class::Request,
            to.size() + bodies.as_slice().size(),
            Box::new(move |live| {
                Box::pin(async move {
                    for body in bodies {
                        if let Err(error) = reply(live, &to, body, manner, form).await? {
                            losses.tell(&to.network, &words(&error));
                        }
                    }
                    Ok(())
                })
            }),
        );
        if sent.is_err() {
            self.losses.tell(&network, "too much is waiting to be sent");
        }
    }

    fn reply(&self, to: Message, body: String, private: bool, threaded: bool) -> Answer<'_, ()> {
        Box::pin(async move {
            let mailbox = self.mailbox.get().ok_or(Error::NotConnected)?;
            let (form, manner) = (self.form(), Manner { private, threaded, named: false });
            let answer =
                ask(mailbox, move |live| Box::pin(async move { reply(live, &to, body, manner, form).await }));
            answer.await.map_err(|_| Error::Full)?
        })
    }

    fn send(&self, what: Message) -> Answer<'_, ()> {
        Box::pin(async move {
            let mailbox = self.mailbox.get().ok_or(Error::NotConnected)?;
            let form = self.form();
            let answer = ask(mailbox, move |live| {
                Box::pin(async move {
                    let exports = exports::of(live)?;
                    let Some(backend) = &exports.backend else { return Ok(Err(Error::NotConnected)) };
                    send(backend, &mut live.store, what, String::new(), form).await
                })
            });
            answer.await.map_err(|_| Error::Full)?
        })
    }

    fn send_card(&self, what: Message, card: Card) -> Answer<'_, ()> {
        self.call(move |backend, store| {
            Box::pin(async move { backend.call_send_card(store, &what, &card).await })
        })
    }

    fn react(&self, to: Message, name: String, add: bool) -> Answer<'_, ()> {
        self.call(move |backend, store| {
            Box::pin(async move { backend.call_react(store, &to, &name, add).await })
        })
    }

    fn build_identifier(&self, text: String) -> Answer<'_, Identifier> {
        self.call(move |backend, store| {
            Box::pin(async move { backend.call_build_identifier(store, &text).await })
        })
    }

    fn format_identifier(&self, who: Identifier) -> Answer<'_, String> {
        self.call(move |backend, store| {
            Box::pin(async move { backend.call_format_identifier(store, &who).await })
        })
    }

    fn change_presence(&self, status: Status, note: Option<String>) -> Answer<'_, ()> {
        self.call(move |backend, store| {
            Box::pin(async move { backend.call_change_presence(store, &status, note.as_deref()).await })
        })
    }

    fn rooms(&self) -> Answer<'_, Vec<String>> {
        Box::pin(async move {
            let mailbox = self.mailbox.get().ok_or(Error::NotConnected)?;
            ask(mailbox, |live| Box::pin(room_names(live))).await.map_err(|_| Error::Full)?
        })
    }

    fn room(&self, name: String, request: RoomRequest) -> Answer<'_, RoomAnswer> {
        Box::pin(async move {
            let mailbox = self.mailbox.get().ok_or(Error::NotConnected)?;
            let answer = ask(mailbox, move |live| Box::pin(async move { room(live, &name, request).await }));
            answer.await.map_err(|_| Error::Full)?
        })
    }
}

/// What a service can show.
#[derive(Clone, Copy)]
struct Form {
    markup: Markup,
    multiline: bool,
}

/// Builds a reply and sends it: a few calls of the guest, one turn of the mailbox, so that answers never mix.
async fn reply(
    live: &mut Live<State>,
    to: &Message,
    body: String,
    manner: Manner,
    form: Form,
) -> wasmtime::Result<Result<(), Error>> {
    let exports = exports::of(live)?;
    let Some(backend) = &exports.backend else { return Ok(Err(Error::NotConnected)) };
    let Manner { private, threaded, named } = manner;
    let mut reply = match backend.call_build_reply(&mut live.store, to, "", private, threaded).await? {
        Ok(reply) => reply,
        Err(error) => return Ok(Err(error)),
    };
    let mut name = String::new();
    if named && matches!(reply.recipient, Recipient::Room(_)) {
        // By itself: what a service puts in front is in its own markup, and a person's name in none.
        reply.body.clear();
        match backend.call_prefix_groupchat_reply(&mut live.store, &reply, &to.sender).await? {
            Ok(prefixed) => name = prefixed.body,
            Err(error) => return Ok(Err(error)),
        }
    }
    // A reply goes where its message came from, whatever the backend says.
    reply.network.clone_from(&to.network);
    reply.body = body;
    send(backend, &mut live.store, reply, name, form).await
}

/// Sends a message: rendered, and in as many pieces as its service needs, `name` in front of the first.
async fn send(
    backend: &Guest,
    store: &mut Store<State>,
    mut message: Message,
    name: String,
    form: Form,
) -> wasmtime::Result<Result<(), Error>> {
    let limit = backend.call_message_limit(&mut *store, &message.recipient).await? as usize;
    // The room that there is for the name is kept free in every piece: all but the first could be longer by so little.
    let room = if limit == 0 { 0 } else { limit.saturating_sub(name.len()).max(1) };
    let fit = Fit { markup: form.markup, multiline: form.multiline, limit: room };
    let mut name = Some(name);
    for mut piece in text::messages(take(&mut message.body), &fit) {
        if let Some(name) = name.take() {
            piece.insert_str(0, &name);
        }
        message.body = piece;
        store.data().common.traffic.hears();
        if let Err(error) = backend.call_send_message(&mut *store, &message).await? {
            return Ok(Err(error));
        }
    }
    Ok(Ok(()))
}

async fn room_names(live: &mut Live<State>) -> wasmtime::Result<Result<Vec<String>, Error>> {
    let exports = exports::of(live)?;
    let (Some(backend), Some(rooms)) = (&exports.backend, &exports.rooms) else {
        return Ok(Err(Error::NotConnected));
    };
    let handles = match backend.call_rooms(&mut live.store).await? {
        Ok(handles) => handles,
        Err(error) => return Ok(Err(error)),
    };
    let mut names = Vec::with_capacity(handles.len());
    for handle in handles {
        names.push(rooms.muc_room().call_name(&mut live.store, handle).await?);
        handle.resource_drop_async(&mut live.store).await?;
    }
    Ok(Ok(names))
}

/// Asks the backend for its room, makes the request, and lets the room go: the host keeps no handle of a guest's, so
/// a bot's room outlives the backend's restart.
async fn room(
    live: &mut Live<State>,
    name: &str,
    request: RoomRequest,
) -> wasmtime::Result<Result<RoomAnswer, Error>> {
    let exports = exports::of(live)?;
    let (Some(backend), Some(rooms)) = (&exports.backend, &exports.rooms) else {
        return Ok(Err(Error::NotConnected));
    };
    let handle = match backend.call_query_room(&mut live.store, name).await? {
        Ok(handle) => handle,
        Err(error) => return Ok(Err(error)),
    };
    let answer = in_room(rooms, &mut live.store, handle, request).await?;
    handle.resource_drop_async(&mut live.store).await?;
    Ok(answer)
}

async fn in_room(
    rooms: &rooms::Guest,
    store: &mut Store<State>,
    handle: wasmtime::component::ResourceAny,
    request: RoomRequest,
) -> wasmtime::Result<Result<RoomAnswer, Error>> {
    let room = rooms.muc_room();
    let done = |()| RoomAnswer::Done;
    Ok(match request {
        RoomRequest::Join { username, password } => {
            room.call_join(store, handle, username.as_deref(), password.as_deref()).await?.map(done)
        }
        RoomRequest::Leave(reason) => room.call_leave(store, handle, reason.as_deref()).await?.map(done),
        RoomRequest::Create => room.call_create(store, handle).await?.map(done),
        RoomRequest::Destroy => room.call_destroy(store, handle).await?.map(done),
        RoomRequest::Exists => room.call_exists(store, handle).await?.map(RoomAnswer::Is),
        RoomRequest::Joined => Ok(RoomAnswer::Is(room.call_joined(store, handle).await?)),
        RoomRequest::Topic => room.call_topic(store, handle).await?.map(RoomAnswer::Topic),
        RoomRequest::SetTopic(topic) => room.call_set_topic(store, handle, &topic).await?.map(done),
        RoomRequest::Occupants => room.call_occupants(store, handle).await?.map(RoomAnswer::Occupants),
        RoomRequest::Invite(who) => room.call_invite(store, handle, &who).await?.map(done),
    })
}
