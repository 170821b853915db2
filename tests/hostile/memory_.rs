//! Attacks on what a guest may hold itself: memories, tables, instances, the stack.

use super::attack::{Attack, BOT, MEMORY, STAYS_OUT, TOLD};

/// The attacks.
pub const ATTACKS: &[Attack] = &[
    Attack { guest: "grows-to-the-limit", says: MEMORY, ..BOT },
    Attack { guest: "grows-in-start", says: MEMORY, ..STAYS_OUT },
    Attack { guest: "is-refused-memory-by-the-million", ..TOLD },
    Attack { guest: "has-a-huge-data-segment", says: MEMORY, ..STAYS_OUT },
    Attack {
        guest: "has-a-gigabyte",
        says: &["it wanted 1.0 GiB of memory and its limit is 16.0 MiB"],
        ..STAYS_OUT
    },
    Attack { guest: "has-many-memories", says: MEMORY, ..STAYS_OUT },
    Attack { guest: "has-a-hundred-memories", says: &[], ..STAYS_OUT },
    Attack { guest: "has-a-huge-table", says: &[], ..STAYS_OUT },
    Attack { guest: "has-a-hundred-tables", says: &[], ..STAYS_OUT },
    Attack {
        guest: "grows-its-tables",
        says: &["table elements and its limit is 20000; a larger one is `limits = { table-elements = … }`"],
        ..STAYS_OUT
    },
    Attack { guest: "has-many-instances", says: &[], ..STAYS_OUT },
    Attack { guest: "recurses-without-end", says: &["call stack exhausted"], ..BOT },
];
