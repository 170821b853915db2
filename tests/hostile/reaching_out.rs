//! Attacks on what a guest was not granted: files, hosts, secrets.

use super::{
    attack::{Attack, By, REACHES, TOLD},
    peer::Manner,
};

/// A bot that was granted hosts whose names lead where they should not.
const NAMES: Attack = Attack {
    grants: "networks = [\"test\"], net = [\"192.0.2.1:1\"], http = [\"http://loopback.example\", \"http://link-local.example\", \"http://rebinds.example\"], store = \"1 MiB\"",
    ..TOLD
};
/// A bot that was granted somebody on this machine, and a secret for somebody else.
const SECRETS: Attack = Attack {
    grants: "networks = [\"test\"], net = [\"PEER\"], http = [\"http://PEER\"], store = \"1 MiB\", secrets = [\"key\"]",
    peer: Some(Manner::Echo),
    ..REACHES
};

/// The attacks.
pub const ATTACKS: &[Attack] = &[
    Attack { guest: "reads-files", by: By::Command("told: 0 and false"), ..TOLD },
    Attack { guest: "reads-the-environment", by: By::Command("told: 0 0 0"), ..TOLD },
    Attack { guest: "opens-sockets", by: By::Command("told: [false, false, false, false]"), ..TOLD },
    Attack { guest: "connects-to-other-hosts", by: By::Command("told: 0 and 0"), lines: 20, ..TOLD },
    Attack { guest: "writes-addresses-otherwise", by: By::Command("told: 0 and 0"), lines: 60, ..TOLD },
    Attack { guest: "carries-credentials-in-urls", by: By::Command("told: 0"), lines: 20, ..TOLD },
    Attack {
        guest: "asks-a-name-of-this-machine",
        by: By::Command("told: http://loopback.example is not granted"),
        says: &["is granted, but leads to 127.0.0.1, which is not public; to allow it, add: grant = {"],
        ..NAMES
    },
    Attack {
        guest: "asks-a-name-of-the-cloud",
        by: By::Command("told: http://link-local.example is not granted"),
        says: &["is granted, but leads to 169.254.169.254, which is not public; to allow it, add: grant = {"],
        ..NAMES
    },
    Attack {
        guest: "asks-a-name-that-changes",
        by: By::Command("told: http://rebinds.example is not granted"),
        ..NAMES
    },
    Attack {
        guest: "is-sent-elsewhere",
        by: By::Command("told: 302"),
        peer: Some(Manner::Elsewhere),
        ..REACHES
    },
    Attack {
        guest: "sends-a-secret-elsewhere",
        by: By::Command("told: 127.0.0.1"),
        says: &["may not get the secret \"key\"; to allow it, add: [secret.key] to = ["],
        ..SECRETS
    },
    Attack {
        guest: "sends-a-secret-that-it-has-not",
        by: By::Command("told: the secret \"other\""),
        says: &["the secret \"other\" is not granted; to allow it, add: grant = { secrets = [\"other\"] }"],
        ..SECRETS
    },
];
