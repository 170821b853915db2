//! `help` and `apropos`.

use crate::chat::{
    access::Question,
    bindings::Message,
    commands::{Entry, HOST},
    router::{Router, Routes},
};

/// Answers `help` (everything), `help BOT` and `help COMMAND`.
pub(super) fn help(router: &Router, routes: &Routes, message: &Message, wanted: &str) -> String {
    let prefix = &router.settings().prefix;
    let visible = shown(router, routes, message);
    let wanted = wanted.trim();
    let wanted = wanted.strip_prefix(prefix.as_str()).unwrap_or(wanted);
    if wanted.is_empty() {
        let mut lines: Vec<String> = Vec::new();
        for group in visible.chunk_by(|one, other| one.owner.name() == other.owner.name()) {
            let names: Vec<_> = group.iter().map(|entry| format!("`{prefix}{}`", entry.name)).collect();
            lines.extend(
                group.first().map(|first| format!("**{}**: {}", first.owner.name(), names.join(", "))),
            );
        }
        lines.push(format!("`{prefix}help COMMAND` or `{prefix}help BOT` says more."));
        return lines.join("\n");
    }
    let of_bot: Vec<_> = visible.iter().filter(|entry| entry.owner.name() == wanted).collect();
    let command = routes.commands.find(wanted).map(|(entry, _)| entry);
    let command = command.filter(|entry| visible.iter().any(|shown| shown.name == entry.name));
    match (command, &of_bot[..]) {
        // Many a bot has a command of its own name: if that is all it has, this says all of both.
        (Some(entry), [] | [_]) => return line(prefix, entry),
        (_, [first, ..]) => {
            let summary = routes.summary(first.owner.name());
            let about = if wanted == HOST { Some("the host itself".to_owned()) } else { summary };
            let head = about.filter(|about| !about.is_empty()).map(|about| format!("**{wanted}**: {about}"));
            let lines = of_bot.iter().map(|entry| format!("- {}", line(prefix, entry)));
            return head.into_iter().chain(lines).collect::<Vec<_>>().join("\n");
        }
        (None, []) => {}
    }
    let wanted: String = wanted.chars().take(40).collect();
    format!("There is no command and no bot `{wanted}`. `{prefix}help` lists those that there are.")
}

/// Answers `apropos WORD`.
pub(super) fn apropos(router: &Router, routes: &Routes, message: &Message, word: &str) -> String {
    let prefix = &router.settings().prefix;
    let word = word.trim().to_lowercase();
    if word.is_empty() {
        return super::usage(super::Builtin::Apropos);
    }
    let about = |entry: &&Entry| {
        [&entry.name, &entry.command.summary].into_iter().any(|text| text.to_lowercase().contains(&word))
    };
    let found: Vec<_> = shown(router, routes, message).into_iter().filter(about).collect();
    if found.is_empty() {
        let word: String = word.chars().take(40).collect();
        return format!("No command has to do with `{word}`. `{prefix}help` lists all.");
    }
    found.into_iter().map(|entry| line(prefix, entry)).collect::<Vec<_>>().join("\n")
}

/// What the asker may use here.
fn shown<'a>(router: &Router, routes: &'a Routes, message: &Message) -> Vec<&'a Entry> {
    let access = &router.settings().access;
    let may = |entry: &&Entry| {
        let question = Question {
            bot: entry.owner.name(),
            command: &entry.name,
            admin_only: entry.command.admin_only,
            arguments: "",
            message,
        };
        access.decide(question).is_ok()
    };
    routes.commands.visible().into_iter().filter(may).collect()
}

fn line(prefix: &str, entry: &Entry) -> String {
    let Entry { name, command, .. } = entry;
    let space = if command.usage.is_empty() { "" } else { " " };
    format!("`{prefix}{name}{space}{}`: {}", command.usage, command.summary)
}
