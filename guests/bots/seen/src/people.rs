//! Who was last there, when and where. What they said is not kept.

use std::{
    collections::{BTreeSet, HashMap},
    time::Duration,
};

use parlor_sdk::{markdown, span};
use serde::{Deserialize, Serialize};

/// The most people that are remembered; whoever was seen longest ago is forgotten first.
pub const MOST: usize = 10_000;
/// The longest name, of a person or a room, in bytes.
const LONGEST_NAME: usize = 128;
/// How many names of one person are followed.
const MOST_NAMES: usize = 5;

/// What somebody was seen doing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Deed {
    Said,
    Joined,
    Left,
    /// They go by this name now.
    Became(String),
    /// They went by this name before.
    Was(String),
}

/// The last that was seen of a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sighting {
    /// As they write it.
    pub name: String,
    pub room: String,
    /// Milliseconds since 1970.
    pub at: u64,
    pub deed: Deed,
}

/// Everybody, by network and name in lower case. The key is also that of the store.
#[derive(Debug, Default)]
pub struct People {
    by_key: HashMap<String, Sighting>,
    /// What is not stored as it is here.
    changed: BTreeSet<String>,
}

/// What is to be stored of a name: none where it is to be forgotten.
pub type Change = (String, Option<Sighting>);

fn key(network: &str, name: &str) -> String {
    format!("{network}/{}", name.trim_start_matches('@').to_lowercase())
}

impl People {
    /// Those that were stored.
    pub fn new(stored: impl IntoIterator<Item = (String, Sighting)>) -> Self {
        Self { by_key: stored.into_iter().collect(), changed: BTreeSet::new() }
    }

    /// Somebody was seen.
    pub fn note(&mut self, network: &str, sighting: Sighting) {
        // Whoever is called that is up to no good, and takes room from others.
        let fits = |name: &str| (1..=LONGEST_NAME).contains(&name.len());
        let other = match &sighting.deed {
            Deed::Became(name) | Deed::Was(name) => name,
            _ => &sighting.name,
        };
        if ![&sighting.name, &sighting.room, other].into_iter().all(|name| fits(name)) {
            return;
        }
        let key = key(network, &sighting.name);
        self.changed.insert(key.clone());
        self.by_key.insert(key, sighting);
        if self.by_key.len() > MOST {
            let oldest =
                self.by_key.iter().min_by_key(|(_, sighting)| sighting.at).map(|(key, _)| key.clone());
            if let Some(oldest) = oldest {
                self.by_key.remove(&oldest);
                self.changed.insert(oldest);
            }
        }
    }

    /// Somebody goes by another name.
    pub fn rename(&mut self, network: &str, room: &str, before: &str, after: &str, at: u64) {
        if key(network, before) != key(network, after) {
            let was = |name: &str, deed| Sighting { name: name.into(), room: room.into(), at, deed };
            self.note(network, was(before, Deed::Became(after.into())));
            self.note(network, was(after, Deed::Was(before.into())));
        }
    }

    /// What is to be stored now, at most so many.
    pub fn changes(&self, most: usize) -> Vec<Change> {
        let changed = self.changed.iter().take(most);
        changed.map(|key| (key.clone(), self.by_key.get(key).cloned())).collect()
    }

    /// These are stored.
    pub fn stored(&mut self, changes: &[Change]) {
        for (key, _) in changes {
            self.changed.remove(key);
        }
    }

    /// When and where somebody was last seen, in words.
    pub fn describe(&self, network: &str, name: &str, now: u64) -> String {
        let mut lines = Vec::new();
        let mut name = name.to_owned();
        while lines.len() < MOST_NAMES {
            let Some(sighting) = self.by_key.get(&key(network, &name)) else { break };
            lines.push(sighting.words(now));
            match &sighting.deed {
                Deed::Became(after) => name.clone_from(after),
                _ => break,
            }
        }
        if lines.is_empty() {
            return format!("I have not seen {}.", shown(&name));
        }
        lines.join(" ")
    }
}

impl Sighting {
    fn words(&self, now: u64) -> String {
        let ago = span::words(Duration::from_millis(now.saturating_sub(self.at)));
        let (name, room) = (shown(&self.name), markdown::escape(&self.room));
        match &self.deed {
            Deed::Said => format!("{name} last said something in {room}, {ago} ago."),
            Deed::Joined => format!("{name} came into {room} {ago} ago, and said nothing since."),
            Deed::Left => format!("{name} left {room} {ago} ago."),
            Deed::Became(after) => format!("{name} changed their name to {} {ago} ago.", shown(after)),
            Deed::Was(before) => {
                format!("{name}, who was {} before, changed their name in {room} {ago} ago.", shown(before))
            }
        }
    }
}

/// A name, bounded: it may be one that somebody asks for.
fn shown(name: &str) -> String {
    markdown::escape(&name.chars().filter(|c| !c.is_control()).take(LONGEST_NAME).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: u64 = 60_000;

    fn seen(name: &str, at: u64, deed: Deed) -> Sighting {
        Sighting { name: name.into(), room: "#lobby".into(), at, deed }
    }

    #[test]
    fn the_last_deed_counts_whatever_the_case() {
        let mut people = People::default();
        people.note("test", seen("Ann", 0, Deed::Joined));
        people.note("test", seen("ann", MINUTE, Deed::Said));
        let words = people.describe("test", "@ANN", 3 * MINUTE);
        assert_eq!(words, "ann last said something in #lobby, 2 minutes ago.");
        assert_eq!(people.describe("other", "ann", 0), "I have not seen ann.");
    }

    #[test]
    fn renames_are_followed_even_in_a_circle() {
        let mut people = People::default();
        people.rename("test", "#lobby", "ann", "anna", 0);
        people.note("test", seen("anna", MINUTE, Deed::Left));
        let words = people.describe("test", "ann", 2 * MINUTE);
        assert_eq!(words, "ann changed their name to anna 2 minutes ago. anna left #lobby 1 minute ago.");
        people.note("test", seen("anna", 0, Deed::Became("ann".into())));
        assert_eq!(people.describe("test", "ann", 0).matches("changed").count(), MOST_NAMES);
        people.rename("test", "#lobby", "Bob", "bob", 0);
        assert_eq!(people.describe("test", "bob", 0), "I have not seen bob.", "the case alone is no rename");
    }

    #[test]
    fn the_oldest_is_forgotten_when_there_are_too_many() {
        let mut people = People::default();
        for at in 0..=MOST as u64 {
            people.note("test", seen(&format!("p{at}"), at, Deed::Said));
        }
        assert_eq!(people.by_key.len(), MOST);
        assert_eq!(people.describe("test", "p0", 0), "I have not seen p0.");
        people.note("test", seen(&"x".repeat(LONGEST_NAME + 1), 0, Deed::Said));
        people.note("test", seen("y", 0, Deed::Became("x".repeat(LONGEST_NAME + 1))));
        assert_eq!(people.by_key.len(), MOST);
    }

    #[test]
    fn what_changed_is_stored_once_and_what_is_forgotten_too() {
        let mut people = People::new([("test/old".into(), seen("old", 0, Deed::Said))]);
        assert_eq!(people.changes(10), []);
        people.note("test", seen("ann", 1, Deed::Joined));
        people.note("test", seen("ann", 2, Deed::Said));
        let changes = people.changes(10);
        assert_eq!(changes, [("test/ann".into(), Some(seen("ann", 2, Deed::Said)))]);
        people.stored(&changes);
        assert_eq!(people.changes(10), []);
        for at in 3..=MOST as u64 + 1 {
            people.note("test", seen(&format!("p{at}"), at, Deed::Said));
        }
        assert!(people.changes(usize::MAX).contains(&("test/old".into(), None)));
        assert_eq!(people.changes(7).len(), 7);
    }
}
