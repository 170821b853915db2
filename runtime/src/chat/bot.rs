//! One bot: what it declared, and the calls that reach it.

use std::sync::{
    Arc, OnceLock,
    atomic::{AtomicUsize, Ordering::Relaxed},
};

use arc_swap::ArcSwap;
use futures_util::future::BoxFuture;
use parking_lot::RwLock;

use super::{
    bindings::{
        Message, Presence, Reaction, RoomEvent,
        handlers::{bot::Description, command_handler::Invocation},
    },
    commands,
    exports::{self, Exports},
    network::Network,
    people::Ticket,
    size::Size,
    turn::{Manner, Turn},
};
use crate::{
    imports::State,
    sandbox::{Class, Live, Mailbox},
};

/// A bot, and which of its networks' news reach it: those that its component has a handler for.
pub struct Bot {
    /// Its configured name.
    pub name: Arc<str>,
    /// The networks that it was granted.
    pub networks: Vec<String>,
    /// Commands of each of them that wait for it.
    waiting: Vec<AtomicUsize>,
    hears: ArcSwap<Hears>,
    /// Set once, when the extension is spawned.
    mailbox: OnceLock<Mailbox<State>>,
    /// Renewed with each start; none before the first.
    description: RwLock<Option<Arc<Description>>>,
}

/// The optional handlers that the component exports.
#[derive(Default)]
struct Hears {
    messages: bool,
    mentions: bool,
    networks: bool,
    presences: bool,
    reactions: bool,
    room_events: bool,
}

/// Calls a handler that returns `result<_, string>`, if there is one, and logs its words.
macro_rules! call {
    ($live:ident, $handler:ident, $function:ident($($argument:expr),*)) => {{
        let exports = exports::of($live)?;
        if let Some(handler) = &exports.$handler
            && let Err(words) = handler.$function(&mut $live.store, $($argument),*).await?
        {
            $live.store.data().common.log.failed(stringify!($function), &words);
        }
        Ok(())
    }};
}

impl Bot {
    /// A bot that was not started yet: it hears nothing.
    pub fn new(name: Arc<str>, networks: Vec<String>) -> Self {
        let waiting = networks.iter().map(|_| AtomicUsize::default()).collect();
        let (mailbox, description) = (OnceLock::new(), RwLock::default());
        Self { name, networks, waiting, hears: ArcSwap::default(), mailbox, description }
    }

    /// Calls go to this extension from now on.
    pub fn attach(&self, mailbox: Mailbox<State>) {
        // A bot has one extension for its life; its restarts keep the mailbox.
        let _ = self.mailbox.set(mailbox);
    }

    /// What it said it is; none before its first start.
    pub fn description(&self) -> Option<Arc<Description>> {
        self.description.read().clone()
    }

    /// Asks a new instance what it is, and lets it start.
    ///
    /// # Errors
    /// The outer if it traps, the inner in the bot's own words, or ours if its description is not acceptable.
    pub async fn begin(&self, live: &mut Live<State>) -> wasmtime::Result<Result<(), String>> {
        let description = match describe(live).await? {
            Ok(description) => description,
            Err(words) => return Ok(Err(words)),
        };
        let exports = exports::of(live)?;
        if !description.commands.is_empty() && exports.commands.is_none() {
            return Ok(Err("it declares commands and exports no parlor:chat/command-handler".into()));
        }
        let started = match bot(&exports) {
            Ok(bot) => bot.call_start(&mut live.store).await?,
            Err(words) => Err(words),
        };
        // What an instance says that does not start is not so: after a reload the old one may still be there.
        if started.is_ok() {
            *self.description.write() = Some(Arc::new(description));
            self.hears.store(Arc::new(Hears {
                messages: exports.messages.is_some(),
                mentions: exports.mentions.is_some(),
                networks: exports.networks.is_some(),
                presences: exports.presences.is_some(),
                reactions: exports.reactions.is_some(),
                room_events: exports.room_events.is_some(),
            }));
        }
        Ok(started)
    }

    /// Lets it say goodbye.
    ///
    /// # Errors
    /// The outer if it traps, the inner in the bot's own words.
    pub async fn end(live: &mut Live<State>) -> wasmtime::Result<Result<(), String>> {
        match bot(&*exports::of(live)?) {
            Ok(bot) => bot.call_stop(&mut live.store).await,
            Err(words) => Ok(Err(words)),
        }
    }

    fn push(
        &self,
        class: Class,
        size: usize,
        call: impl for<'a> FnOnce(&'a mut Live<State>) -> BoxFuture<'a, wasmtime::Result<()>> + Send + 'static,
    ) {
        if let Some(mailbox) = self.mailbox.get() {
            // What the mailbox does not take is counted there; a command answers by being dropped.
            let _ = mailbox.push_sized(class, size, Box::new(call));
        }
    }

    /// Hands the bot one of its commands. Whatever becomes of it, the sender is answered once.
    pub(super) fn command(
        self: &Arc<Self>,
        network: Arc<Network>,
        invocation: Invocation,
        ticket: Option<Ticket>,
        manner: Manner,
    ) {
        let size = invocation.size();
        let turn = Turn::new(Arc::clone(&network), Arc::clone(&self.name), invocation, ticket, manner);
        // One network's flood must not take all of the room that there is for the others.
        let waiting = if self.networks.len() > 1 { self.one_waits(&network.name) } else { None };
        if waiting.as_ref().is_some_and(|(_, before)| {
            self.mailbox.get().is_some_and(|mailbox| *before >= mailbox.capacity() / 2)
        }) {
            return;
        }
        let asked = Asked { turn, _waiting: waiting.map(|(waiting, _)| waiting) };
        self.push(Class::Request, size, move |live| {
            Box::pin(async move {
                // Both halves of it: what is not named is not taken along.
                let Asked { turn, _waiting } = asked;
                let exports = exports::of(live)?;
                let (Some(handler), Some(invocation)) = (&exports.commands, turn.invocation()) else {
                    return Ok(());
                };
                live.store.data().common.traffic.hears();
                let answer = handler.call_on_command(&mut live.store, invocation).await?;
                if let Ok(replies) = &answer {
                    live.store.data().common.traffic.says(replies.len());
                }
                turn.answer(match answer {
                    Ok(replies) => replies,
                    Err(words) => vec![format!("error: {words}")],
                });
                Ok(())
            })
        });
    }

    /// One more of a network's commands waits for it; and how many did before.
    fn one_waits(self: &Arc<Self>, network: &str) -> Option<(Waiting, usize)> {
        let place = self.networks.iter().position(|name| name == network)?;
        let before = self.waiting.get(place)?.fetch_add(1, Relaxed);
        Some((Waiting { bot: Arc::clone(self), place }, before))
    }

    /// Whether it hears what people say.
    pub(super) fn hears_messages(&self) -> bool {
        self.hears.load().messages
    }

    /// Hands the bot what somebody said.
    pub(super) fn on_message(&self, what: Arc<Message>) {
        if self.hears.load().messages {
            self.push(Class::Event, what.size(), move |live| {
                Box::pin(async move {
                    live.store.data().common.traffic.hears();
                    call!(live, messages, call_on_message(&what))
                })
            });
        }
    }

    /// Hands the bot a message that names it.
    pub(super) fn on_mention(&self, what: Arc<Message>) {
        if self.hears.load().mentions {
            self.push(Class::Event, what.size(), move |live| {
                Box::pin(async move { call!(live, mentions, call_on_mention(&what)) })
            });
        }
    }

    /// Tells the bot that a network is there.
    pub(super) fn on_connected(&self, network: Arc<str>) {
        if self.hears.load().networks {
            self.push(Class::Event, 0, move |live| {
                Box::pin(async move { call!(live, networks, call_on_connected(&network)) })
            });
        }
    }

    /// Tells the bot that a network is gone.
    pub(super) fn on_disconnected(&self, network: Arc<str>, reason: Arc<str>) {
        if self.hears.load().networks {
            self.push(Class::Event, reason.len(), move |live| {
                Box::pin(async move { call!(live, networks, call_on_disconnected(&network, &reason)) })
            });
        }
    }

    /// Tells the bot who is there.
    pub(super) fn on_presence(&self, what: Arc<Presence>) {
        if self.hears.load().presences {
            self.push(Class::Event, what.size(), move |live| {
                Box::pin(async move { call!(live, presences, call_on_presence(&what)) })
            });
        }
    }

    /// Tells the bot of a mark.
    pub(super) fn on_reaction(&self, what: Arc<Reaction>) {
        if self.hears.load().reactions {
            self.push(Class::Event, what.size(), move |live| {
                Box::pin(async move { call!(live, reactions, call_on_reaction(&what)) })
            });
        }
    }

    /// Tells the bot what happened in a room: network, room, event.
    pub(super) fn on_room(&self, news: Arc<(String, String, RoomEvent)>) {
        if self.hears.load().room_events {
            self.push(Class::Event, news.1.size() + news.2.size(), move |live| {
                Box::pin(async move { call!(live, room_events, call_on_room(&news.0, &news.1, &news.2)) })
            });
        }
    }
}

/// Asks an instance what it is, and checks that its answer is within bounds.
///
/// # Errors
/// The outer if it traps, the inner in the bot's own words or ours.
pub async fn describe(live: &mut Live<State>) -> wasmtime::Result<Result<Description, String>> {
    match bot(&*exports::of(live)?) {
        Ok(bot) => Ok(bot.call_describe(&mut live.store).await?.and_then(commands::check)),
        Err(words) => Ok(Err(words)),
    }
}

fn bot(exports: &Exports) -> Result<&super::bindings::handlers::bot::Guest, String> {
    exports.bot.as_ref().ok_or_else(|| "it exports no parlor:chat/bot".to_owned())
}

/// A command on its way into the bot. Dropped before it was answered, it says so.
struct Asked {
    turn: Turn,
    _waiting: Option<Waiting>,
}

/// One of the commands of a network that wait for a bot.
struct Waiting {
    bot: Arc<Bot>,
    place: usize,
}

impl Drop for Waiting {
    fn drop(&mut self) {
        if let Some(waiting) = self.bot.waiting.get(self.place) {
            waiting.fetch_sub(1, Relaxed);
        }
    }
}
