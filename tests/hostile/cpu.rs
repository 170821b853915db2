//! Attacks on the processor: who computes without end is cut off, and others are served meanwhile.

use std::time::Duration;

use futures_util::future::BoxFuture;
use parlor::chat::{
    Recipient,
    backend::RoomRequest,
    bindings::{Presence, Reaction, RoomEvent, Status},
};

use super::{
    arena::{Arena, MALLORY},
    attack::{Attack, BACKEND, BOT, By, COMPUTED, End, REACHES, STAYS_OUT},
    messages::connect,
    network::person,
};

/// A bot that computes for too long when something happens.
const HEARS: Attack = Attack { says: COMPUTED, ..BOT };
/// The same of a bot that stays out then.
const NEVER: Attack = Attack { says: COMPUTED_AT_ONCE, ..STAYS_OUT };
const COMPUTED_AT_ONCE: &[&str] = &[
    "bad stays out: it computed for longer than its limit of 100ms in one call; a larger one is `limits = { cpu-per-call = \"…\" }`",
];
/// A backend that is cut off as it is called.
const CALLED: Attack = Attack { says: COMPUTED, end: End::Restarts, ..BACKEND };

/// The attacks.
pub const ATTACKS: &[Attack] = &[
    Attack { guest: "loops-at-instantiation", ..NEVER },
    Attack { guest: "loops-in-describe", ..NEVER },
    Attack { guest: "loops-in-start", ..NEVER },
    Attack { guest: "loops-in-on-command", ..HEARS },
    Attack { guest: "loops-in-on-message", by: By::Deed(talk), ..HEARS },
    Attack { guest: "loops-in-on-mention", by: By::Deed(talk), ..HEARS },
    Attack { guest: "loops-in-on-network", by: By::Starting, ..HEARS },
    Attack { guest: "loops-in-on-presence", by: By::Deed(news), ..HEARS },
    Attack { guest: "loops-in-on-reaction", by: By::Deed(news), ..HEARS },
    Attack { guest: "loops-in-on-room", by: By::Deed(news), ..HEARS },
    Attack { guest: "loops-in-on-timer", by: By::Word, ..HEARS },
    Attack { guest: "loops-in-on-connection", by: By::Word, says: COMPUTED, end: End::Restarts, ..REACHES },
    Attack {
        guest: "loops-in-on-response",
        by: By::Word,
        says: COMPUTED,
        end: End::Restarts,
        peer: Some(super::peer::Manner::Echo),
        ..REACHES
    },
    Attack {
        guest: "loops-in-stop",
        by: By::Deed(stop),
        end: End::Stopped,
        says: &["it failed while stopping"],
        ..HEARS
    },
    Attack { guest: "backtracks-for-ever", ..HEARS },
    Attack { guest: "calls-the-host-by-the-million", ..HEARS },
    Attack {
        guest: "computes-for-seconds",
        copies: 4,
        limits: LONG,
        says: &[],
        within: Duration::from_secs(20),
        ..HEARS
    },
    Attack {
        guest: "rings-without-end",
        by: By::Command("told: they are set"),
        end: End::RunsOn,
        says: &[],
        ..HEARS
    },
    Attack { guest: "loops-in-connect", ..CALLED },
    Attack { guest: "loops-in-send-message", by: By::Deed(send), ..CALLED },
    Attack { guest: "loops-in-message-limit", by: By::Deed(send), ..CALLED },
    Attack { guest: "loops-in-a-room", by: By::Deed(ask_room), ..CALLED },
    Attack { guest: "loops-in-a-destructor", by: By::Deed(ask_room), ..CALLED },
];

/// Long enough that four of them have to share two processors for a while.
const LONG: &str = "cpu-per-call = \"1 s\", call-timeout = \"5 s\"";

/// Somebody says something, and names the bot.
fn talk(arena: &Arena) -> BoxFuture<'_, Result<(), String>> {
    arena.talk.say("#lobby", MALLORY, "hello parlor");
    Box::pin(async { Ok(()) })
}

/// Something happens.
fn news(arena: &Arena) -> BoxFuture<'_, Result<(), String>> {
    let (network, who) = (&arena.talk.network, person("test", MALLORY));
    network.on_presence(Presence { who: who.clone(), status: Status::Away, note: None });
    let recipient = Recipient::Room("#lobby".into());
    let (name, message_id) = ("ok".into(), "1".into());
    network.on_reaction(Reaction { who: who.clone(), name, added: true, message_id, recipient });
    network.on_room("#lobby".into(), RoomEvent::Joined(who));
    Box::pin(async { Ok(()) })
}

/// An admin stops it.
fn stop(arena: &Arena) -> BoxFuture<'_, Result<(), String>> {
    Box::pin(async {
        let attackers = arena.attackers.lock().clone();
        for running in attackers {
            running.stop(Duration::from_secs(3)).await;
        }
        Ok(())
    })
}

/// The host sends something through it.
fn send(arena: &Arena) -> BoxFuture<'_, Result<(), String>> {
    Box::pin(async {
        connect(arena).await?;
        let network = arena.bad()?;
        match network.say(Recipient::Room("#bad".into()), "hello".into()).await {
            Ok(()) => Err("it was to fail".into()),
            Err(_) => Ok(()),
        }
    })
}

/// The host asks for one of its rooms.
fn ask_room(arena: &Arena) -> BoxFuture<'_, Result<(), String>> {
    Box::pin(async {
        let network = arena.bad()?;
        match network.room("#bad".into(), RoomRequest::Exists).await {
            Ok(_) => Err("it was to fail".into()),
            Err(_) => Ok(()),
        }
    })
}
