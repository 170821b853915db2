//! Counts what people think well and ill of: `ann++ for the tea` raises ann by one, `mondays--` lowers mondays.
//!
//! It is two bots in one component: one in chats, and a service bot in sessions. Both count in the same store, each name
//! at keys of its own, and keep nothing in mind: a restart loses nothing, and a change writes no more than it changes.
//! Names are counted apart on each network, and there are at most 5,000 on each.
//!
//! ```toml
//! [bot.karma]
//! component = "karma.wasm"
//! service = "karma"
//! grant = { networks = ["libera"], store = "1 MiB" }
//! ```
//!
//! As a service it takes requests, and publishes each change:
//!
//! | request | answer | published |
//! |---|---|---|
//! | `{"karma":"tea"}` | `{"thing":"tea","karma":3}` | |
//! | `{"add":"tea"}`, `{"sub":"tea"}` | the same, after the change | the same |
//! | `{"top":5}` | `{"top":[{"thing":"tea","karma":3},…]}`, at most 25 | |
//! | anything else | `{"error":"…","requests":[…]}` | |
//!
//! A session counts the names of the bot's network. Where there are several, the key `network` of its configuration says
//! of which; `{"network":"libera"}` from the access manager goes first. Without any (as `[coweb.service.karma]`, whose
//! store is not that of a bot) all sessions have the same names of their own. What is said in a chat is not published
//! in sessions: they hear how a name stands when somebody asks.

mod changes;
mod ledger;
mod service;

use std::{cmp::Reverse, collections::BTreeMap};

use changes::Change;
use ledger::{Ledger, MOST_NAMES};
use parlor_sdk::prelude::*;

/// The most names of one list.
const LONGEST_LIST: usize = 25;

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
    let mut ledger = Ledger::open(network)?;
    let mut standings: Vec<(&str, i64)> = Vec::new();
    let mut answers = Vec::new();
    for Change { name, by, reason } in changes {
        let Some(score) = ledger.change(name, *by > 0, reason)? else {
            answers.push(format!("I keep {MOST_NAMES} names, and have no room for more."));
            break;
        };
        match standings.iter_mut().find(|(other, _)| other == name) {
            Some((_, standing)) => *standing = score,
            None => standings.push((name, score)),
        }
    }
    if !standings.is_empty() {
        let lines: Vec<_> = standings.iter().map(|(name, score)| line(name, *score)).collect();
        answers.insert(0, lines.join(", "));
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
    let ledger = Ledger::open(&call.message.network)?;
    let Some(score) = ledger.score(&name)? else {
        return Ok(format!("Nobody has said anything about {} yet.", markdown::escape(&name)).into());
    };
    let reason = match ledger.reason(&name)?.as_str() {
        "" => String::new(),
        reason => format!(" (last for {})", markdown::escape(reason)),
    };
    Ok(format!("{}{reason}", line(&name, score)).into())
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
    let count = args.optional("COUNT")?.unwrap_or(5_usize).clamp(1, LONGEST_LIST);
    args.finish()?;
    let first = first(Ledger::open(&call.message.network)?.all()?, count, rank);
    if first.is_empty() {
        return Ok("Nobody has any karma yet: say `name++`.".into());
    }
    let lines: Vec<_> = first.iter().map(|(name, score)| line(name, *score)).collect();
    Ok(lines.join(", ").into())
}

/// So many of these, in the order of what `rank` makes of their scores.
fn first<R: Ord>(all: BTreeMap<String, i64>, count: usize, rank: fn(i64) -> R) -> Vec<(String, i64)> {
    let mut all: Vec<_> = all.into_iter().collect();
    // Names of one score stay in their own order.
    all.sort_by_key(|(_, score)| rank(*score));
    all.truncate(count);
    all
}

fn line(name: &str, score: i64) -> String {
    format!("{}: {score}", markdown::escape(name))
}

#[cfg(test)]
mod tests {
    use parlor_sdk::testing::Host;

    use super::*;

    fn say(message: &str) -> Vec<String> {
        apply("net", &changes::read(message)).unwrap()
    }

    #[test]
    fn a_message_is_answered_with_how_each_name_stands_at_its_end() {
        let _host = Host::new();
        assert_eq!(say("ann++ bob-- \"new york\"++ ann++ for the tea"), ["ann: 2, bob: -1, new york: 1"]);
        assert_eq!(say("ann-- a*b++"), [r"ann: 1, a\*b: 1"]);
    }

    #[test]
    fn what_there_is_no_room_for_is_told_after_what_there_is() {
        let _host = Host::new();
        let store = Store::open().unwrap();
        (1..MOST_NAMES).for_each(|number| store.set(&format!("net/+n{number}"), "1").unwrap());
        assert_eq!(say("ann++ bob++ cleo++"), ["ann: 1", "I keep 5000 names, and have no room for more."]);
    }

    #[test]
    fn the_first_are_those_of_the_rank_and_then_of_the_alphabet() {
        let all = BTreeMap::from([("c", 1), ("b", 3), ("a", 1), ("d", -2)].map(|(name, n)| (name.into(), n)));
        let names = |list: Vec<(String, i64)>| list.into_iter().map(|(name, _)| name).collect::<String>();
        assert_eq!(names(first(all.clone(), 3, Reverse)), "bac");
        assert_eq!(names(first(all, 9, |score| score)), "dacb");
    }
}
