//! What one attack is: which guest does it, how it is provoked, and what must become of it.

use std::time::Duration;

use futures_util::future::BoxFuture;

use super::{arena::Arena, peer::Manner};

/// One attack. Each is one guest's.
#[derive(Clone, Copy)]
pub struct Attack {
    /// The guest, as it is built.
    pub guest: &'static str,
    /// What it is in the house.
    pub role: Role,
    /// How many of it there are.
    pub copies: usize,
    /// What stands in its `limits`, beside what makes every attack end soon.
    pub limits: &'static str,
    /// What stands in its `grant`.
    pub grants: &'static str,
    /// What stands in its `config`.
    pub config: &'static str,
    /// What stands in the table `[chat]` of the house.
    pub chat: &'static str,
    /// Whom it can reach on this machine: `PEER` in its grants and `config` is the address.
    pub peer: Option<Manner>,
    /// More lines in its table.
    pub more: &'static str,
    /// How it is provoked.
    pub by: By,
    /// What becomes of it.
    pub end: End,
    /// What one line of the log says, and no other.
    pub says: &'static [&'static str],
    /// So many lines may be logged, its coming and going among them.
    pub lines: usize,
    /// So much may the host allocate for it at a time, in KiB.
    pub peak: isize,
    /// So much may the host hold of it when it is over, in KiB: tables that grew, and stay.
    pub left: isize,
    /// By when it has ended, or shown that it runs on.
    pub within: Duration,
}

/// What a hostile extension is configured as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// `[bot.bad]`
    Bot,
    /// `[network.bad]`, which the neighbour is on as well
    Backend,
    /// `auth`, `access` or `updater` of `[coweb]`
    Auth,
    /// See above.
    Access,
    /// See above.
    Updater,
    /// `launcher` or `manager` of `[coweb]`, in a session that somebody has entered
    Launcher,
    /// See above.
    Manager,
    /// `service.bad` of `[coweb]`, in such a session
    Service,
}

/// Something that a test does itself.
pub type Deed = for<'a> fn(&'a Arena) -> BoxFuture<'a, Result<(), String>>;

/// How an attack is provoked.
#[derive(Clone, Copy)]
pub enum By {
    /// Not at all: it attacks when it is started.
    Starting,
    /// Mallory gives it the command `attack`, and is answered with what begins so.
    Command(&'static str),
    /// Mallory gives it that command and waits for no answer.
    Word,
    /// The host connects the network that it is.
    Connecting,
    /// The test does this.
    Deed(Deed),
}

/// What becomes of an attack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It never starts.
    StaysOut,
    /// Its instance ends, and there is a new one.
    Restarts,
    /// It fails again and again and is left alone.
    Quarantined,
    /// It was told no and lives on, or what it did harms nobody.
    RunsOn,
    /// It ends, since it was told to.
    Stopped,
    /// It ends with its session, or is not asked any more.
    Ends,
}

const ALL_GRANTS: &str =
    "networks = [\"test\"], net = [\"192.0.2.1:1\"], http = [\"https://192.0.2.1\"], store = \"1 MiB\"";

/// A bot with a command `attack`, which ends its instance.
pub const BOT: Attack = Attack {
    guest: "",
    role: Role::Bot,
    copies: 1,
    limits: "",
    grants: ALL_GRANTS,
    config: "",
    chat: "",
    peer: None,
    more: "",
    by: By::Command("error: bad could not answer `attack`"),
    end: End::Restarts,
    says: &[],
    lines: 8,
    peak: 2 << 10,
    left: 256,
    within: Duration::from_secs(5),
};

/// A bot that never starts.
pub const STAYS_OUT: Attack = Attack { by: By::Starting, end: End::StaysOut, ..BOT };

/// A bot that is told no.
pub const TOLD: Attack = Attack { by: By::Command("told: "), end: End::RunsOn, ..BOT };

/// A bot that may reach somebody on this machine.
pub const REACHES: Attack = Attack {
    grants: "networks = [\"test\"], net = [\"PEER\"], http = [\"http://PEER\"], store = \"1 MiB\"",
    config: "peer = \"tcp://PEER\", url = \"http://PEER/\"",
    peer: Some(Manner::Silent),
    ..TOLD
};

/// A backend that attacks when it is to connect.
pub const BACKEND: Attack = Attack { role: Role::Backend, by: By::Connecting, end: End::RunsOn, ..BOT };

/// What the log says of who computes for too long.
pub const COMPUTED: &[&str] = &[
    "bad: it computed for longer than its limit of 100ms in one call; a larger one is `limits = { cpu-per-call = \"…\" }`",
];
/// What the log says of who wants too much memory.
pub const MEMORY: &[&str] =
    &["of memory and its limit is 16.0 MiB; a larger one is `limits = { memory = \"…\" }`"];
/// What the log says of who waits for too long.
pub const WAITED: &[&str] =
    &["bad: it did not answer within its limit of 1s; a larger one is `limits = { call-timeout = \"…\" }`"];

impl Attack {
    /// The limits that it has.
    pub fn all_limits(&self) -> String {
        let given = |key: &str| self.limits.contains(key);
        let short = [("memory", "\"16 MiB\""), ("cpu-per-call", "\"100 ms\""), ("call-timeout", "\"1 s\"")];
        let short =
            short.iter().filter(|(key, _)| !given(key)).map(|(key, value)| format!("{key} = {value}"));
        let all: Vec<_> = short.chain([self.limits.to_owned()]).filter(|limit| !limit.is_empty()).collect();
        format!("limits = {{ {} }}", all.join(", "))
    }
}
