//! Attacks by what is not so: others' handles and names, and text that is not what it looks like.

use super::{
    attack::{Attack, BACKEND, BOT, By, End, STAYS_OUT, TOLD},
    messages::connect,
};

/// The attacks.
pub const ATTACKS: &[Attack] = &[
    Attack { guest: "guesses-connections", by: By::Command("told: 0 were open"), limits: LONG, ..TOLD },
    Attack { guest: "guesses-timers", limits: LONG, ..TOLD },
    Attack { guest: "replies-to-what-was-never-said", by: By::Command("told: not allowed"), ..TOLD },
    Attack { guest: "speaks-on-other-networks", by: By::Command("told: [true, true, true, true]"), ..TOLD },
    Attack { guest: "holds-a-room-that-it-never-had", says: &["unknown handle index"], ..BOT },
    Attack {
        guest: "takes-the-neighbours-commands",
        says: &["another has its name, and"],
        // Its own words; the neighbour keeps hers.
        ..TOLD
    },
    Attack { guest: "describes-itself-otherwise-each-time", ..BOT },
    Attack {
        guest: "speaks-in-escapes",
        lines: 40,
        limits: LONG,
        chat: "tell-admins = [{ network = \"test\", room = \"#admins\" }]",
        ..TOLD
    },
    Attack {
        guest: "starts-in-escapes",
        says: &["it refused to start: ␛]0;owned␇<U+202E>␍␊INFO"],
        ..STAYS_OUT
    },
    Attack {
        guest: "is-called-in-escapes",
        says: &["a name has 1 to 6 words and at most 64 bytes"],
        ..STAYS_OUT
    },
    Attack { guest: "speaks-for-another-network", by: By::Deed(connect), limits: LONG, ..BACKEND },
    Attack { guest: "describes-itself-in-escapes", by: By::Starting, end: End::StaysOut, ..BACKEND },
    Attack { guest: "goes-in-escapes", by: By::Deed(connect), lines: 10, ..BACKEND },
];

/// Time for a lot of it.
const LONG: &str = "cpu-per-call = \"5 s\", call-timeout = \"10 s\"";
