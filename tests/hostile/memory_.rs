//! Attacks on what a guest may hold itself: memories, tables, instances, the stack.

use super::attack::{Attack, BOT, MEMORY, STAYS_OUT, TOLD};

/// The attacks.
pub const ATTACKS: &[Attack] = &[
    Attack { guest: "grows-to-the-limit", says: MEMORY, ..BOT },
    Attack { guest: "grows-in-start", says: MEMORY, ..STAYS_OUT },
    Attack { guest: "is-refused-memory-by-the-million", ..TOLD },
    Attack { guest: "recurses-without-end", says: &["call stack exhausted"], ..BOT },
];
