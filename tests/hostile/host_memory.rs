//! Attacks on what the host holds for a guest.

use super::attack::{Attack, TOLD};

/// The attacks.
pub const ATTACKS: &[Attack] = &[Attack { guest: "keeps-every-room", peak: 8 << 10, ..TOLD }];
