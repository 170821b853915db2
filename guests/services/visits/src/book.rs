//! Who came, and how often.

use std::collections::BTreeMap;

use serde::Serialize;

/// The most users that a session knows by name.
pub const MOST_USERS: usize = 1_000;
/// Before each name in the store, so that no user is called like the other keys.
const USER: &str = "user/";
/// The key of the visits of all others.
const OTHERS: &str = "others";

/// The visits of one session.
#[derive(Debug, Default)]
pub struct Book {
    by_user: BTreeMap<String, u64>,
    others: u64,
}

/// What all are told.
#[derive(Serialize)]
struct All<'a> {
    visits: &'a BTreeMap<String, u64>,
}

/// What somebody is told who asks.
#[derive(Serialize)]
struct Answer {
    visits: Option<u64>,
    total: u64,
}

impl Book {
    /// What was stored. A key or number that cannot be read is nobody's.
    pub fn new(stored: Vec<(String, String)>) -> Self {
        let mut book = Self::default();
        for (key, text) in stored {
            let Ok(count) = text.parse() else { continue };
            if let Some(user) = key.strip_prefix(USER) {
                book.by_user.insert(user.to_owned(), count);
            } else if key == OTHERS {
                book.others = count;
            }
        }
        book
    }

    /// Notes a visit: the key to store it at, and the number.
    pub fn note(&mut self, user: &str) -> (String, u64) {
        if !self.by_user.contains_key(user) && self.is_full() {
            self.others = self.others.saturating_add(1);
            return (OTHERS.to_owned(), self.others);
        }
        let count = self.by_user.entry(user.to_owned()).or_default();
        *count = count.saturating_add(1);
        (format!("{USER}{user}"), *count)
    }

    fn is_full(&self) -> bool {
        self.by_user.len() >= MOST_USERS
    }

    /// All that is known by name: JSON.
    pub fn all(&self) -> String {
        json(&All { visits: &self.by_user })
    }

    /// The visits of a user, if they can be known, and of all: JSON.
    pub fn answer(&self, user: &str) -> String {
        let visits = self.by_user.get(user).copied();
        let visits = if self.is_full() { visits } else { Some(visits.unwrap_or(0)) };
        let total = self.by_user.values().fold(self.others, |sum, count| sum.saturating_add(*count));
        json(&Answer { visits, total })
    }
}

fn json(what: &impl Serialize) -> String {
    // Text and numbers can always be written.
    serde_json::to_string(what).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stored_is_read_again() {
        let mut book = Book::default();
        let mut stored = BTreeMap::new();
        for user in ["ann", "others", "user/ann", "", "ann"] {
            let (key, count) = book.note(user);
            stored.insert(key, count.to_string());
        }
        stored.insert("user/spoilt".into(), "many".into());
        let again = Book::new(stored.into_iter().collect());
        assert_eq!(again.all(), r#"{"visits":{"":1,"ann":2,"others":1,"user/ann":1}}"#);
        assert_eq!((again.all(), again.answer("ann")), (book.all(), book.answer("ann")));
    }

    #[test]
    fn beyond_the_bound_users_count_in_the_total_alone() {
        let mut book = Book::default();
        for number in 0..MOST_USERS {
            book.note(&format!("u{number}"));
        }
        assert_eq!(book.note("late"), ("others".into(), 1));
        assert_eq!(book.note("late"), ("others".into(), 2));
        assert_eq!(book.note("u7"), ("user/u7".into(), 2), "whom it knows it counts on");
        assert_eq!(book.answer("late"), r#"{"visits":null,"total":1003}"#);
        assert_eq!(book.answer("u7"), r#"{"visits":2,"total":1003}"#);
        assert!(!book.all().contains("late"));
        assert_eq!(Book::new(vec![("others".into(), "2".into())]).answer("x"), r#"{"visits":0,"total":2}"#);
    }

    #[test]
    fn names_are_written_as_json() {
        let mut book = Book::default();
        book.note("a\"\\\n\u{1}");
        assert_eq!(book.all(), r#"{"visits":{"a\"\\\n\u0001":1}}"#);
    }
}
