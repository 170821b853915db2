//! Counts what people think well and ill of: `ann++ for the tea` raises ann by one, `mondays--` lowers mondays.
//!
//! There is nothing to remember between two calls: each name is a key of the store, so that a restart loses nothing
//! and a change writes no more than it changes. Names are counted apart on each network.

mod changes;

use std::cmp::Reverse;

use changes::Change;
use parlor_sdk::prelude::*;

/// The most names that are kept on one network.
const MOST_NAMES: usize = 5_000;

const KARMA: &str = "[NAME]";
const LIST: &str = "[COUNT]";

bot! {
    summary: "counts `name++` and `name--`",
    commands: [
        command("karma", karma).usage(KARMA).summary("how NAME stands, or you"),
        command("karma top", top).usage(LIST).summary("who stands highest"),
        command("karma bottom", bottom).usage(LIST).summary("who stands lowest"),
    ],
    on_message: hear,
}

/// What is kept of a name, as text: the number, and after a space the last reason.
struct Standing {
    score: i64,
    reason: String,
}

impl Standing {
    /// What is no standing counts as none: better than a bot that stumbles over it for ever.
    fn read(text: &str) -> Self {
        let (score, reason) = text.split_once(' ').unwrap_or((text, ""));
        Self { score: score.parse().unwrap_or(0), reason: reason.to_owned() }
    }

    fn write(&self) -> String {
        format!("{} {}", self.score, self.reason)
    }
}

fn hear(message: &Message) -> Handled {
    // History is no news, and what is said in private nobody can answer.
    if message.delayed || message.room().is_none() {
        return Ok(());
    }
    let mut changes = changes::read(&message.body);
    if changes.is_empty() {
        return Ok(());
    }
    let me = changes::name(message.sender.name());
    let before = changes.len();
    changes.retain(|change| change.by < 0 || Some(&change.name) != me.as_ref());
    let mut answer = apply(&message.network, &changes)?;
    if changes.len() < before {
        answer.push("Nobody can raise themselves, but I am sure others will.".to_owned());
    }
    Ok(message.reply(&answer.join("\n"))?)
}

/// Makes the changes, and says how each name stands now.
fn apply(network: &str, changes: &[Change]) -> Result<Vec<String>, String> {
    let store = Store::open()?;
    let mut names: Vec<&str> = Vec::new();
    let mut answers = Vec::new();
    // How many more names there is room for, once that matters: it takes a look at all keys.
    let mut room = None;
    for change in changes {
        let key = key(network, &change.name);
        let known = store.get(&key)?;
        if known.is_none() {
            let left = match room {
                Some(left) => left,
                None => MOST_NAMES.saturating_sub(count(&store, network)?),
            };
            if left == 0 {
                answers.push(format!("I keep {MOST_NAMES} names, and have no room for more."));
                break;
            }
            room = Some(left - 1);
        }
        let mut standing = Standing::read(&known.unwrap_or_default());
        standing.score = standing.score.saturating_add(change.by);
        if !change.reason.is_empty() {
            standing.reason.clone_from(&change.reason);
        }
        store.set(&key, standing.write())?;
        if !names.contains(&change.name.as_str()) {
            names.push(&change.name);
        }
    }
    let mut standings = Vec::new();
    for name in names {
        let standing = store.get(&key(network, name))?.map(|text| Standing::read(&text));
        standings.extend(standing.map(|standing| line(name, &standing)));
    }
    if !standings.is_empty() {
        answers.insert(0, standings.join(", "));
    }
    Ok(answers)
}

fn karma(call: &Invocation) -> Reply {
    let mut args = call.read(KARMA);
    let name = args.optional::<String>("NAME")?.unwrap_or_else(|| call.message.sender.name().to_owned());
    args.finish()?;
    let name = changes::name(&name).ok_or_else(|| {
        format!("a name has a letter or digit, and at most {} bytes", changes::LONGEST_NAME)
    })?;
    let Some(text) = Store::open()?.get(&key(&call.message.network, &name))? else {
        return Ok(format!("Nobody has said anything about {} yet.", markdown::escape(&name)).into());
    };
    let standing = Standing::read(&text);
    let reason = match standing.reason.as_str() {
        "" => String::new(),
        reason => format!(" (last for {})", markdown::escape(reason)),
    };
    Ok(format!("{}{reason}", line(&name, &standing)).into())
}

fn top(call: &Invocation) -> Reply {
    list(call, Reverse)
}

fn bottom(call: &Invocation) -> Reply {
    list(call, |score| score)
}

/// The first of all names in the order of what `rank` makes of their scores.
fn list<R: Ord>(call: &Invocation, rank: fn(i64) -> R) -> Reply {
    let mut args = call.read(LIST);
    let count = args.optional("COUNT")?.unwrap_or(5_usize).clamp(1, 25);
    args.finish()?;
    let prefix = key(&call.message.network, "");
    let all = Store::open()?.all(&prefix)?;
    let mut all: Vec<_> =
        all.iter().map(|(key, text)| (&key[prefix.len()..], Standing::read(text))).collect();
    if all.is_empty() {
        return Ok("Nobody has any karma yet: say `name++`.".into());
    }
    all.sort_by_cached_key(|(name, standing)| (rank(standing.score), *name));
    let lines = all.iter().take(count).map(|(name, standing)| line(name, standing));
    Ok(lines.collect::<Vec<_>>().join(", ").into())
}

fn line(name: &str, standing: &Standing) -> String {
    format!("{}: {}", markdown::escape(name), standing.score)
}

/// Where a name is kept.
fn key(network: &str, name: &str) -> String {
    format!("{network}/{name}")
}

fn count(store: &Store, network: &str) -> Result<usize, String> {
    let prefix = key(network, "");
    Ok(store.keys()?.iter().filter(|key| key.starts_with(&prefix)).count())
}
