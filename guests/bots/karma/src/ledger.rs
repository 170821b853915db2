//! How names stand, in the store.
//!
//! What was raised and what was lowered are counted apart, each at a key of its own: the store adds to a number without
//! anybody in between. So the bot in the chats and those in sessions can count at once, and none keeps anything in mind.

use std::collections::{BTreeMap, BTreeSet};

use parlor_sdk::Store;

/// The most names that are kept on one network.
pub const MOST_NAMES: usize = 5_000;

/// What stands before a name in its keys.
const UP: char = '+';
const DOWN: char = '-';
const REASON: char = '#';

/// The names of one network.
pub struct Ledger {
    store: Store,
    network: String,
    /// How many more names there is room for, once that matters: it takes a look at all keys.
    room: Option<usize>,
}

impl Ledger {
    /// Opens that of a network; it may be that of none.
    pub fn open(network: &str) -> Result<Self, String> {
        Ok(Self { store: Store::open()?, network: network.to_owned(), room: None })
    }

    /// How a name stands; none if nobody has said anything about it.
    pub fn score(&self, name: &str) -> Result<Option<i64>, String> {
        let (up, down) = (self.count(UP, name)?, self.count(DOWN, name)?);
        Ok((up.is_some() || down.is_some()).then(|| score(up, down)))
    }

    /// Why it was changed last; empty if nobody has said.
    pub fn reason(&self, name: &str) -> Result<String, String> {
        Ok(self.store.get(&self.key(REASON, name))?.unwrap_or_default())
    }

    /// Raises a name by one, or lowers it: how it stands then. None if there is no room for more names.
    pub fn change(&mut self, name: &str, up: bool, reason: &str) -> Result<Option<i64>, String> {
        if self.score(name)?.is_none() {
            let room = match self.room {
                Some(room) => room,
                None => MOST_NAMES.saturating_sub(self.names()?.len()),
            };
            self.room = Some(room.saturating_sub(1));
            if room == 0 {
                return Ok(None);
            }
        }
        let (sign, other) = if up { (UP, DOWN) } else { (DOWN, UP) };
        let count = Some(self.store.increment(&self.key(sign, name), 1)?);
        let other = self.count(other, name)?;
        if !reason.is_empty() {
            self.store.set(&self.key(REASON, name), reason)?;
        }
        Ok(Some(if up { score(count, other) } else { score(other, count) }))
    }

    /// All names, and how each stands.
    pub fn all(&self) -> Result<BTreeMap<String, i64>, String> {
        let mut all = BTreeMap::<String, (Option<u64>, Option<u64>)>::new();
        for sign in [UP, DOWN] {
            let prefix = self.key(sign, "");
            for (key, text) in self.store.all(&prefix)? {
                let (up, down) = all.entry(key[prefix.len()..].to_owned()).or_default();
                *(if sign == UP { up } else { down }) = number(&text);
            }
        }
        Ok(all.into_iter().map(|(name, (up, down))| (name, score(up, down))).collect())
    }

    fn names(&self) -> Result<BTreeSet<String>, String> {
        let prefixes = [UP, DOWN].map(|sign| self.key(sign, ""));
        let name =
            |key: &String| prefixes.iter().find_map(|prefix| key.strip_prefix(prefix)).map(str::to_owned);
        Ok(self.store.keys()?.iter().filter_map(name).collect())
    }

    fn count(&self, sign: char, name: &str) -> Result<Option<u64>, String> {
        Ok(self.store.get(&self.key(sign, name))?.and_then(|text| number(&text)))
    }

    fn key(&self, sign: char, name: &str) -> String {
        format!("{}/{sign}{name}", self.network)
    }
}

/// What is no number counts as none: better than a bot that stumbles over it for ever.
fn number(text: &str) -> Option<u64> {
    text.parse().ok()
}

fn score(up: Option<u64>, down: Option<u64>) -> i64 {
    let number = |count: Option<u64>| i64::try_from(count.unwrap_or(0)).unwrap_or(i64::MAX);
    number(up) - number(down)
}

#[cfg(test)]
mod tests {
    use parlor_sdk::testing::Host;

    use super::*;

    fn ledger(network: &str) -> Ledger {
        Ledger::open(network).unwrap()
    }

    #[test]
    fn several_count_at_once_and_agree() {
        let _host = Host::new();
        let (mut one, mut other) = (ledger("net"), ledger("net"));
        assert_eq!(one.change("ann", true, "the tea"), Ok(Some(1)));
        assert_eq!(other.change("ann", true, ""), Ok(Some(2)));
        assert_eq!(one.change("ann", false, ""), Ok(Some(1)));
        assert_eq!(one.change("bob", false, ""), Ok(Some(-1)));
        assert_eq!((other.score("ann"), other.reason("ann")), (Ok(Some(1)), Ok("the tea".into())));
        assert_eq!(other.all(), Ok(BTreeMap::from([("ann".into(), 1), ("bob".into(), -1)])));
        assert_eq!(other.score("eve"), Ok(None));
    }

    #[test]
    fn networks_are_apart_and_signs_in_names_are_names() {
        let _host = Host::new();
        for (network, name) in [("net", "ann"), ("net", "+ann"), ("+", "ann"), ("", "ann")] {
            assert_eq!(ledger(network).change(name, true, ""), Ok(Some(1)), "{network} {name}");
        }
        let names: Vec<_> = ledger("net").all().unwrap().into_keys().collect();
        assert_eq!(names, ["+ann", "ann"]);
    }

    #[test]
    fn there_is_room_for_so_many_names_and_those_go_on() {
        let _host = Host::new();
        let mut first = ledger("net");
        for number in 0..MOST_NAMES {
            assert!(first.change(&format!("n{number}"), number % 2 == 0, "why").unwrap().is_some());
        }
        for ledger in [&mut first, &mut ledger("net")] {
            assert_eq!(ledger.change("late", true, ""), Ok(None));
        }
        assert_eq!(first.score("late"), Ok(None));
        assert_eq!(ledger("net").change("n1", true, ""), Ok(Some(0)));
        assert_eq!(ledger("other").change("late", true, ""), Ok(Some(1)));
    }

    #[test]
    fn what_is_spoilt_counts_as_nothing_and_the_largest_numbers_do_not_overflow() {
        let _host = Host::new();
        let store = Store::open().unwrap();
        store.set("net/+ann", "many").unwrap();
        store.set("net/-ann", u64::MAX.to_string()).unwrap();
        assert_eq!(ledger("net").score("ann"), Ok(Some(-i64::MAX)));
    }
}
