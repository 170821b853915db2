//! Attacks by messages: too many, too large, or to nobody.

use std::time::Duration;

use futures_util::future::BoxFuture;

use super::{
    arena::{Arena, MALLORY},
    attack::{Attack, BACKEND, BOT, By, COMPUTED, End, TOLD},
};

/// Time for a lot of it.
const LONG: &str = "cpu-per-call = \"5 s\", call-timeout = \"10 s\"";
const LET: Attack = Attack { limits: LONG, within: Duration::from_secs(15), ..TOLD };
/// A backend whose call to connect comes to its end.
const REPORTS: Attack = Attack {
    limits: LONG,
    by: By::Deed(connect),
    within: Duration::from_secs(15),
    // What waits for the neighbour.
    peak: 12 << 10,
    ..BACKEND
};

/// The attacks.
pub const ATTACKS: &[Attack] = &[
    Attack { guest: "floods-a-room", ..LET },
    Attack { guest: "floods-itself", ..LET },
    Attack { guest: "commands-the-neighbour", ..LET },
    Attack { guest: "mentions-everybody", ..LET },
    Attack {
        guest: "never-empties-its-mailbox",
        by: By::Deed(flood),
        end: End::RunsOn,
        // Powers of two are told.
        lines: 24,
        says: &["dropped=4096"],
        ..BOT
    },
    Attack {
        guest: "reports-messages-without-end",
        says: COMPUTED,
        end: End::Restarts,
        lines: 40,
        ..BACKEND
    },
    Attack {
        guest: "reports-commands-without-end",
        says: COMPUTED,
        end: End::Restarts,
        // Of the neighbour, which refuses them; and their senders are told, each a moment later.
        lines: 60,
        peak: 16 << 10,
        ..BACKEND
    },
    Attack { guest: "reports-megabytes", lines: 40, peak: 24 << 10, ..REPORTS },
    Attack { guest: "reads-slowly", lines: 40, peak: 24 << 10, ..REPORTS },
    Attack { guest: "reports-long-words", ..REPORTS },
    Attack { guest: "reports-people-with-long-names", lines: 40, ..REPORTS },
    Attack { guest: "comes-and-goes", lines: 40, ..REPORTS },
    Attack { guest: "comes-again-and-again", ..REPORTS },
    Attack { guest: "is-put-out-of-a-room-without-end", more: "rooms = [\"#hall\"]", ..REPORTS },
    Attack { guest: "refuses-without-end", lines: 120, ..REPORTS },
    Attack { guest: "reports-comings-and-goings", says: COMPUTED, end: End::Restarts, ..BACKEND },
    Attack {
        guest: "has-rooms-by-the-thousand",
        by: By::Deed(ask_rooms),
        end: End::Restarts,
        says: &["a larger limit is `limits = { handles = … }`"],
        ..REPORTS
    },
];

/// The host connects it once, and waits until it has taken that.
pub fn connect(arena: &Arena) -> BoxFuture<'_, Result<(), String>> {
    Box::pin(async {
        let network = arena.bad()?;
        network.backend().connect().await.map_err(|error| format!("{error:?}"))
    })
}

/// The host asks for its rooms.
fn ask_rooms(arena: &Arena) -> BoxFuture<'_, Result<(), String>> {
    Box::pin(async {
        let network = arena.bad()?;
        match network.backend().rooms().await {
            Ok(_) => Err("it was to fail".into()),
            Err(_) => Ok(()),
        }
    })
}

/// Somebody says more than it takes.
fn flood(arena: &Arena) -> BoxFuture<'_, Result<(), String>> {
    for _ in 0..5_000 {
        arena.talk.say("#lobby", MALLORY, "hello");
    }
    Box::pin(async { Ok(()) })
}
