//! `about`, `status`, `uptime`, `whoami`, `history` and `networks`.

use std::time::Duration;

use crate::chat::{bindings::Message, network::Network, router::Router};

/// What this program is.
pub(super) fn about() -> String {
    format!(
        "Parlor {}: every bot here runs in a sandbox of its own, and can do nothing but what it was granted.",
        env!("CARGO_PKG_VERSION")
    )
}

/// How networks and bots are doing, in short.
pub(super) fn status(router: &Router) -> String {
    let networks: Vec<_> = router
        .networks()
        .iter()
        .map(|network| {
            format!("{} ({})", network.name, if network.connected() { "connected" } else { "not connected" })
        })
        .collect();
    let bots = router.steward().map(|steward| steward.bots()).unwrap_or_default();
    let running = bots.iter().filter(|bot| bot.runs).count();
    let out = bots.len() - running;
    let out = if out == 0 { String::new() } else { format!(", {out} not") };
    format!("{} Networks: {}. Bots: {running} running{out}.", uptime(router), networks.join(", "))
}

/// Since when it runs.
pub(super) fn uptime(router: &Router) -> String {
    let up = Duration::from_secs(router.since().elapsed().as_secs());
    format!("Up for {}.", humantime::format_duration(up))
}

/// Who the asker is, as rules see it.
pub(super) fn whoami(router: &Router, message: &Message) -> String {
    let sender = &message.sender;
    let name = sender.display_name.as_ref().or(sender.nick.as_ref()).unwrap_or(&sender.person);
    let admin = if router.settings().access.is_admin(message) { "an admin" } else { "no admin" };
    let room = sender.room.as_ref().map(|room| format!(" in {}", code(room))).unwrap_or_default();
    format!(
        "You are {} ({}){room}; rules know you as {}; you are {admin}.",
        code(name),
        code(&sender.person),
        code(&format!("{}/{}", message.network, sender.access_id))
    )
}

/// What the asker asked last.
pub(super) fn history(network: &Network, message: &Message) -> String {
    let commands = network.people().history(&message.sender.access_id);
    let lines =
        commands.iter().enumerate().map(|(number, command)| format!("{}. {}", number + 1, code(command)));
    lines.collect::<Vec<_>>().join("\n")
}

/// All networks, a line each.
pub(super) fn networks(router: &Router) -> String {
    let line = |network: &Network| match (network.me(), network.reason()) {
        (Some(me), _) => format!("- {}: connected as {}", network.name, code(&me.person)),
        (None, Some(reason)) => format!("- {}: not connected: {}", network.name, code(&reason)),
        (None, None) => format!("- {}: connecting", network.name),
    };
    router.networks().iter().map(|network| line(network)).collect::<Vec<_>>().join("\n")
}

/// Text of others, shown as it is.
fn code(text: &str) -> String {
    format!("`{}`", text.replace('`', "'").replace(['\n', '\r'], " "))
}
