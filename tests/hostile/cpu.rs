//! Attacks on the processor: who computes without end is cut off, and others are served meanwhile.

use super::attack::{Attack, BOT, COMPUTED};

/// The attacks.
pub const ATTACKS: &[Attack] = &[Attack { guest: "loops-in-on-command", says: COMPUTED, ..BOT }];
