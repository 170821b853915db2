//! Finds the command in a message, among those that bots declared.

use std::{collections::HashMap, sync::Arc};

use foldhash::fast::RandomState;

use super::{
    bindings::handlers::bot::{Command, Description},
    bot::Bot,
    builtin::Builtin,
};

/// Commands that one bot may declare.
const MOST_COMMANDS: usize = 256;
/// Words of a command's name.
const MOST_WORDS: usize = 6;
/// Bytes of a command's name, or of a bot's.
const LONGEST_NAME: usize = 64;
/// Bytes of a summary or usage line.
const LONGEST_LINE: usize = 400;

/// Who runs a command.
#[derive(Clone)]
pub enum Owner {
    /// The bot that declared it.
    Bot(Arc<Bot>),
    /// The host itself.
    Host(Builtin),
}

impl Owner {
    /// The bot's name; the host's own is `parlor`.
    pub fn name(&self) -> &str {
        match self {
            Self::Bot(bot) => &bot.name,
            Self::Host(_) => HOST,
        }
    }
}

/// The name that the host's own commands go under.
pub const HOST: &str = "parlor";

/// A command, and who runs it.
#[derive(Clone)]
pub struct Entry {
    /// Who runs it.
    pub owner: Owner,
    /// As it was declared.
    pub command: Command,
    /// As people call it: with the bot's name in front where another bot had it first.
    pub name: String,
}

/// The commands of all bots on one network, and the host's own.
pub struct Table {
    by_name: HashMap<String, Entry, RandomState>,
    /// Of how many words the longest name is that begins with this one.
    words: HashMap<String, usize, RandomState>,
}

impl Default for Table {
    fn default() -> Self {
        let mut table = Self { by_name: HashMap::default(), words: HashMap::default() };
        for builtin in Builtin::ALL {
            let command = builtin.declaration();
            let name = command.name.clone();
            table.insert(Entry { owner: Owner::Host(builtin), command, name });
        }
        table
    }
}

impl Table {
    /// Takes in a bot's commands. One whose name is taken is called `<bot>-<name>`; the new names are returned.
    pub fn add(&mut self, bot: &Arc<Bot>) -> Vec<String> {
        let mut renamed = Vec::new();
        let Some(description) = bot.description() else { return renamed };
        for command in &description.commands {
            let mut name = key(&command.name);
            if self.by_name.contains_key(&name) || self.is_the_hosts(&name) {
                let wished = format!("{}-{name}", bot.name);
                let numbered = (2..).map(|number| format!("{wished}-{number}"));
                let mut names = std::iter::once(wished.clone()).chain(numbered);
                name = names.find(|name| !self.by_name.contains_key(name)).unwrap_or(wished);
                renamed.push(name.clone());
            }
            self.insert(Entry { owner: Owner::Bot(Arc::clone(bot)), command: command.clone(), name });
        }
        renamed
    }

    /// Whether a name begins with a command of the host's own: `stop echo` of a bot's would be heard when an admin stops echo.
    fn is_the_hosts(&self, name: &str) -> bool {
        name.match_indices(' ')
            .map(|(end, _)| &name[..end])
            .any(|words| self.by_name.get(words).is_some_and(|entry| matches!(entry.owner, Owner::Host(_))))
    }

    fn insert(&mut self, entry: Entry) {
        let first = entry.name.split(' ').next().unwrap_or_default();
        let words = self.words.entry(first.to_owned()).or_default();
        *words = entry.name.split(' ').count().max(*words);
        self.by_name.insert(entry.name.clone(), entry);
    }

    /// Whether there is a command of this name.
    pub fn has(&self, name: &str) -> bool {
        self.by_name.contains_key(name)
    }

    /// The command that `text` (its prefix taken off) begins with, the longest if there are several, and what follows
    /// it, untouched but for the space between.
    pub fn find<'a>(&self, text: &'a str) -> Option<(&Entry, &'a str)> {
        let mut rest = words_of(text);
        let (start, first) = rest.next()?;
        let most = self.words.get(first).or_else(|| self.words.get(&key(first)))?;
        let mut ends = [0; MOST_WORDS + 1];
        ends[0] = start + first.len();
        let mut words = 1;
        for (start, word) in rest.take((*most).min(ends.len()) - 1) {
            ends[words] = start + word.len();
            words += 1;
        }
        (0..words).rev().find_map(|last| {
            let (name, rest) = text.split_at(ends[last]);
            let entry = self.by_name.get(name).or_else(|| self.by_name.get(&key(name)))?;
            Some((entry, rest.trim_start()))
        })
    }

    /// The command whose name is nearest to the first words of `text`, if any is near, among those that `may` be named.
    pub fn nearest(&self, text: &str, may: impl Fn(&Entry) -> bool) -> Option<&str> {
        let words: Vec<_> = text.split_whitespace().take(MOST_WORDS + 1).collect();
        // What is longer than any name is near none, and comparing it would take as long as somebody likes.
        if words.iter().map(|word| word.len()).sum::<usize>() > 2 * LONGEST_NAME * MOST_WORDS {
            return None;
        }
        let visible = self.by_name.values().filter(|entry| !entry.command.hidden && may(entry));
        visible
            .map(|entry| {
                let wanted = key(&words[..words.len().min(entry.name.split(' ').count())].join(" "));
                (strsim::osa_distance(&wanted, &entry.name), entry.name.as_str())
            })
            .filter(|(distance, name)| *distance <= 1 + name.chars().count() / 4)
            .min()
            .map(|(_, name)| name)
    }

    /// The commands that go on after `word`, among those that `may` be named, by name.
    pub fn beginning_with(&self, word: &str, may: impl Fn(&Entry) -> bool) -> Vec<&str> {
        let begin = key(word) + " ";
        let shown = |entry: &&Entry| !entry.command.hidden && entry.name.starts_with(&begin) && may(entry);
        let mut names: Vec<_> =
            self.by_name.values().filter(shown).map(|entry| entry.name.as_str()).collect();
        names.sort_unstable();
        names
    }

    /// All commands that help shows, by name; the host's own last.
    pub fn visible(&self) -> Vec<&Entry> {
        let mut entries: Vec<_> = self.by_name.values().filter(|entry| !entry.command.hidden).collect();
        entries.sort_by_key(|entry| {
            (matches!(entry.owner, Owner::Host(_)), entry.owner.name(), entry.name.as_str())
        });
        entries
    }
}

/// The words of a text, with where each begins.
fn words_of(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split_whitespace().map(move |word| (word.as_ptr() as usize - text.as_ptr() as usize, word))
}

/// How a command's name is compared: in lower case (telephones write the first letter large), one space between words.
fn key(name: &str) -> String {
    let mut key = String::with_capacity(name.len());
    for word in name.split_whitespace() {
        if !key.is_empty() {
            key.push(' ');
        }
        key.extend(word.chars().flat_map(char::to_lowercase));
    }
    key
}

/// Checks what a bot says of itself.
///
/// # Errors
/// In words, if a part of it is beyond its bound or cannot be a command.
pub fn check(description: Description) -> Result<Description, String> {
    let lines = [&description.name, &description.version, &description.summary];
    if lines.into_iter().any(|line| line.len() > LONGEST_LINE || line.chars().any(char::is_control)) {
        return Err(format!("its name, version and summary must be lines of at most {LONGEST_LINE} bytes"));
    }
    if description.commands.len() > MOST_COMMANDS {
        let count = description.commands.len();
        return Err(format!("it declares {count} commands, and a bot may have {MOST_COMMANDS}"));
    }
    for command in &description.commands {
        let name = &command.name;
        let words = name.split_whitespace().count();
        let plain = !name.chars().any(|c| c.is_control() || (c.is_whitespace() && c != ' '));
        if words == 0 || words > MOST_WORDS || name.len() > LONGEST_NAME || !plain {
            return Err(format!(
                "it declares a command {name:?}; a name has 1 to {MOST_WORDS} words and at most {LONGEST_NAME} bytes"
            ));
        }
        let lines = [&command.summary, &command.usage];
        if lines.into_iter().any(|line| line.len() > LONGEST_LINE || line.chars().any(char::is_control)) {
            return Err(format!(
                "the summary and the usage of its command {name:?} must be lines of at most {LONGEST_LINE} bytes"
            ));
        }
    }
    Ok(description)
}
