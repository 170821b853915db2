//! The host's own command `help`: what can be said here.

use super::router::Routes;

/// Answers `help` (everything) and `help COMMAND`.
pub(super) fn help(routes: &Routes, prefix: &str, wanted: &str) -> String {
    let entries = routes.commands.visible();
    let wanted = wanted.trim();
    if !wanted.is_empty() {
        let name = wanted.strip_prefix(prefix).unwrap_or(wanted);
        return match routes.commands.find(name) {
            Some((entry, _)) => line(prefix, &entry.name, &entry.command.usage, &entry.command.summary),
            None => format!("There is no command `{name}`. `{prefix}help` lists those that there are."),
        };
    }
    let mut text = String::from("What can be said here:");
    for entry in entries {
        text.push_str("\n- ");
        text.push_str(&line(prefix, &entry.name, &entry.command.usage, &entry.command.summary));
    }
    text.push_str("\n- ");
    text.push_str(&line(prefix, "help", "[COMMAND]", "says what can be said"));
    text
}

fn line(prefix: &str, name: &str, usage: &str, summary: &str) -> String {
    let space = if usage.is_empty() { "" } else { " " };
    format!("`{prefix}{name}{space}{usage}`: {summary}")
}
