//! Attacks on what a guest may hold itself: memories, tables, the stack.

use super::attack::{Attack, BOT, MEMORY};

/// The attacks.
pub const ATTACKS: &[Attack] = &[Attack { guest: "grows-to-the-limit", says: MEMORY, ..BOT }];
