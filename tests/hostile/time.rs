//! Attacks by waiting, and by calls that break off in the middle.

use std::time::Duration;

use futures_util::future::BoxFuture;

use super::{
    arena::{Arena, MALLORY},
    attack::{Attack, BACKEND, BOT, By, End, REACHES, STAYS_OUT, WAITED},
    messages::connect,
    peer::Manner,
};

/// A bot that waits for too long.
const WAITS: Attack = Attack { says: WAITED, ..BOT };

/// The attacks.
pub const ATTACKS: &[Attack] = &[
    Attack { guest: "sleeps-in-a-command", ..WAITS },
    Attack {
        guest: "sleeps-in-start",
        says: &["bad stays out: it did not answer within its limit of 1s"],
        ..STAYS_OUT
    },
    Attack {
        guest: "sleeps-in-stop",
        by: By::Deed(cut_off),
        limits: "call-timeout = \"1 h\"",
        end: End::Ends,
        says: &["it did not stop in time and was cut off"],
        ..BOT
    },
    Attack { guest: "polls-for-ever", ..WAITS },
    Attack { guest: "polls-nothing", says: &["bad: it crashed: "], ..BOT },
    Attack { guest: "polls-what-is-ready-without-end", says: &[], ..BOT },
    Attack { guest: "waits-for-an-answer", says: WAITED, by: BOT.by, end: End::Restarts, ..REACHES },
    Attack {
        guest: "asks-a-slow-peer",
        by: By::Command("told: 127.0.0.1 took too long over its answer"),
        peer: Some(Manner::Slow),
        ..REACHES
    },
    Attack { guest: "sleeps-in-connect", says: WAITED, end: End::Restarts, ..BACKEND },
    Attack { guest: "talks-to-itself", by: By::Deed(connect), ..BACKEND },
    Attack {
        guest: "traps-in-every-command",
        by: By::Deed(again_and_again),
        end: End::Quarantined,
        lines: 12,
        ..BOT
    },
    Attack { guest: "exits-in-a-command", says: &["bad: it crashed: "], ..BOT },
    Attack { guest: "points-to-nowhere", says: &["bad: it crashed: "], ..BOT },
    Attack { guest: "points-around-the-end", says: &["bad: it crashed: "], ..BOT },
    Attack { guest: "says-a-level-that-there-is-not", says: &["bad: it crashed: "], ..BOT },
    Attack { guest: "says-what-is-no-text", says: &["bad: it crashed: "], ..BOT },
];

/// Somebody tries it until it is gone.
fn again_and_again(arena: &Arena) -> BoxFuture<'_, Result<(), String>> {
    Box::pin(async {
        for _ in 0..5 {
            arena.talk.tell(MALLORY, "!attack");
            arena.heard().await?;
        }
        Ok(())
    })
}

/// The program ends while it is at it.
fn cut_off(arena: &Arena) -> BoxFuture<'_, Result<(), String>> {
    Box::pin(async {
        arena.talk.tell(MALLORY, "hello");
        let attackers = arena.attackers.lock().clone();
        for running in attackers {
            running.stop(Duration::from_millis(300)).await;
        }
        Ok(())
    })
}
