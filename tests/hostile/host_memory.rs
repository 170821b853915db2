//! Attacks on what the host holds for a guest.

use std::time::Duration;

use futures_util::future::BoxFuture;

use super::{
    arena::{Arena, MALLORY},
    attack::{Attack, BACKEND, BOT, By, End, REACHES, STAYS_OUT, TOLD},
    messages::connect,
    peer::Manner,
};

/// One that holds as many handles as it may, and is ended at the next.
const HANDLES: Attack =
    Attack { says: &["a larger limit is `limits = { handles = … }`"], peak: 8 << 10, ..BOT };
/// One whose randomness is ended.
const CHANCE: Attack = Attack { says: &["a larger limit is `limits = { random-bytes = … }`"], ..BOT };
/// One that does what it does for a while, and is let.
const LET: Attack = Attack { limits: LONG, within: Duration::from_secs(15), ..TOLD };
/// Time for a lot of it.
const LONG: &str = "cpu-per-call = \"5 s\", call-timeout = \"10 s\"";

/// The attacks.
pub const ATTACKS: &[Attack] = &[
    Attack { guest: "keeps-every-room", peak: 4 << 10, limits: LONG, ..TOLD },
    Attack { guest: "joins-rooms-with-long-names", peak: 4 << 10, ..TOLD },
    Attack { guest: "keeps-every-bucket", ..LET },
    // A thousand handles of 32 KiB.
    Attack { guest: "keeps-every-header", limits: LONG, peak: 48 << 10, ..HANDLES },
    Attack { guest: "keeps-every-small-header", limits: LONG, peak: 48 << 10, ..HANDLES },
    // A third as many bodies, since a request and a stream belong to each, with two pieces of 32 KiB.
    Attack { guest: "keeps-every-body", limits: LONG, peak: 32 << 10, ..HANDLES },
    Attack { guest: "has-one-header-too-many", says: &["total size of fields exceeds limit"], ..BOT },
    Attack { guest: "asks-nowhere-without-end", lines: 60, ..LET },
    Attack { guest: "writes-a-terabyte-of-zeroes", says: &["cannot write more zeroes than"], ..BOT },
    Attack {
        guest: "invents-people",
        // Their names and what they may still do are kept for a while, so that nobody is let more for being called otherwise.
        left: 3 << 10,
        peak: 24 << 10,
        lines: 40,
        limits: LONG,
        by: By::Deed(connect),
        within: Duration::from_secs(15),
        ..BACKEND
    },
    Attack {
        guest: "has-a-long-mode",
        by: By::Starting,
        end: End::StaysOut,
        says: &["its mode is a word of at most 64 bytes"],
        peak: 4 << 10,
        ..BACKEND
    },
    Attack {
        guest: "asks-and-gives-up",
        grants: "networks = [\"test\"], net = [\"192.0.2.1:1\"], http = [\"http://*.example\"], store = \"1 MiB\"",
        ..LET
    },
    // Timers that were taken back are tasks until the scheduler comes by.
    Attack { guest: "sets-and-takes-back-timers", peak: 32 << 10, ..LET },
    Attack { guest: "connects-and-gives-up", ..LET },
    Attack { guest: "keeps-every-pollable", ..HANDLES },
    Attack { guest: "keeps-every-stream", ..HANDLES },
    Attack { guest: "takes-chance-by-the-gigabyte", says: super::attack::COMPUTED, ..BOT },
    Attack { guest: "asks-for-a-gigabyte-of-chance", ..CHANCE },
    Attack { guest: "asks-for-a-gigabyte-of-weak-chance", ..CHANCE },
    Attack {
        guest: "sets-timers-by-the-million",
        by: By::Command("told: 256 timers are set already"),
        ..LET
    },
    Attack {
        guest: "says-more-than-a-call-may",
        says: &["a larger limit is `limits = { host-call-bytes = … }`"],
        ..BOT
    },
    // Texts of a megabyte, a few at a time in one message, and what becomes of one that is shown.
    Attack { guest: "says-megabytes-everywhere", lines: 120, peak: 24 << 10, ..LET },
    Attack { guest: "shows-cards-with-a-hundred-thousand-fields", peak: 16 << 10, ..LET },
    Attack { guest: "sends-a-thousand-headers", by: By::Command("told: more than 100 headers"), ..TOLD },
    Attack { guest: "floods-the-log", lines: 120, ..LET },
    Attack { guest: "prints-without-newline", ..LET },
    Attack { guest: "answers-with-megabytes", peak: 8 << 10, ..TOLD },
    Attack { guest: "answers-a-hundred-thousand-times", peak: 16 << 10, ..LET },
    Attack { guest: "fills-its-store", by: By::Command("told: the store is full"), ..LET },
    Attack {
        guest: "keeps-nothing-without-end",
        by: By::Command("told: the store is full"),
        grants: "networks = [\"test\"], net = [\"192.0.2.1:1\"], http = [\"https://192.0.2.1\"], store = \"1 KiB\"",
        ..LET
    },
    Attack {
        guest: "keeps-one-value-too-large",
        by: By::Command("told: a value of 1.0 MiB is too large"),
        ..LET
    },
    Attack { guest: "wants-all-values-at-once", peak: 16 << 10, ..LET },
    Attack { guest: "connects-by-the-hundred", by: By::Command("told: "), ..LET },
    // Sixteen requests.
    Attack { guest: "asks-by-the-hundred", peak: 4 << 10, ..LET },
    Attack { guest: "sends-to-a-peer-that-never-reads", peak: 4 << 10, ..REACHES },
    Attack {
        guest: "reads-an-answer-without-end",
        by: By::Command("told: the answer of 127.0.0.1 is larger than the limit"),
        peer: Some(Manner::Endless),
        peak: 16 << 10,
        ..REACHES
    },
    Attack {
        guest: "warns-admins-with-megabytes",
        chat: "tell-admins = [{ network = \"gone\", room = \"#admins\" }]",
        lines: 60,
        peak: 4 << 10,
        ..LET
    },
    Attack { guest: "refuses-at-length", peak: 8 << 10, says: &["it refused to start: no"], ..STAYS_OUT },
    Attack {
        guest: "stops-at-length",
        by: By::Deed(stop),
        end: End::Stopped,
        peak: 8 << 10,
        says: &["it stopped with an error"],
        ..BOT
    },
    Attack {
        guest: "fails-at-length",
        by: By::Deed(talk),
        end: End::RunsOn,
        lines: 60,
        // Calls of a megabyte each, one at a time.
        peak: 8 << 10,
        ..LET
    },
    Attack {
        guest: "describes-itself-at-length",
        peak: 8 << 10,
        says: &["must be lines of at most 400 bytes"],
        ..STAYS_OUT
    },
    Attack {
        guest: "declares-a-command-at-length",
        peak: 16 << 10,
        says: &["it refused to start: it declares a command"],
        ..STAYS_OUT
    },
    Attack {
        guest: "declares-a-thousand-commands",
        says: &["it declares 1000 commands, and a bot may have 256"],
        ..STAYS_OUT
    },
];

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

/// Somebody talks, and nobody listens.
fn talk(arena: &Arena) -> BoxFuture<'_, Result<(), String>> {
    for _ in 0..200 {
        arena.talk.say("#lobby", MALLORY, "hello");
    }
    Box::pin(async {
        arena.house.under_way.all_done(Duration::from_millis(500)).await;
        Ok(())
    })
}
