//! The events of a session, numbered from 1.

use std::{collections::VecDeque, ops::Range};

use crate::event::Event;

/// How many too many are stored before they are deleted together.
const TOO_MANY: u64 = 50;

/// The last events.
#[derive(Debug)]
pub struct History {
    keep: usize,
    events: VecDeque<(u64, Event)>,
    /// The number of the next one.
    next: u64,
    /// No number below this is stored.
    stored_from: u64,
}

impl History {
    /// What was stored, each at its number, and the keys of what is to be forgotten of that: what is too old, or cannot be
    /// read.
    pub fn new(stored: Vec<(String, String)>, keep: usize) -> (Self, Vec<String>) {
        let mut events = Vec::with_capacity(stored.len());
        let mut surplus = Vec::new();
        for (key, text) in stored {
            match (key.parse::<u64>(), serde_json::from_str(&text)) {
                (Ok(number), Ok(event)) => events.push((number, event)),
                _ => surplus.push(key),
            }
        }
        events.sort_by_key(|(number, _)| *number);
        let old = events.len().saturating_sub(keep);
        surplus.extend(events.drain(..old).map(|(number, _)| number.to_string()));
        let next = events.last().map_or(1, |(number, _)| number.saturating_add(1));
        let stored_from = events.first().map_or(next, |(number, _)| *number);
        (Self { keep, events: events.into(), next, stored_from }, surplus)
    }

    /// The number of the next one.
    pub fn next(&self) -> u64 {
        self.next
    }

    /// Takes in one more.
    pub fn add(&mut self, event: Event) {
        self.events.push_back((self.next, event));
        self.next = self.next.saturating_add(1);
        if self.events.len() > self.keep {
            self.events.pop_front();
        }
    }

    /// The numbers of those that are to be forgotten now: none, or many at once.
    pub fn outdated(&self) -> Range<u64> {
        let kept_from = self.next.saturating_sub(self.keep as u64);
        if kept_from >= self.stored_from.saturating_add(TOO_MANY) {
            self.stored_from..kept_from
        } else {
            self.stored_from..self.stored_from
        }
    }

    /// Those below this number are.
    pub fn gone(&mut self, before: u64) {
        self.stored_from = before;
    }

    /// Those that there are, newest first, each with its number.
    pub fn newest_first(&self) -> impl ExactSizeIterator<Item = (u64, &Event)> {
        self.events.iter().rev().map(|(number, event)| (*number, event))
    }

    /// How many there ever were.
    pub fn ever(&self) -> u64 {
        self.next - 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(value: &str) -> Event {
        let data = serde_json::json!({"value": value}).to_string();
        Event::read(&data, "ann", 0).unwrap()
    }

    fn stored(numbers: impl IntoIterator<Item = u64>) -> Vec<(String, String)> {
        let text = |number: u64| serde_json::to_string(&event(&number.to_string())).unwrap();
        numbers.into_iter().map(|number| (number.to_string(), text(number))).collect()
    }

    fn numbers(history: &History) -> Vec<u64> {
        history.newest_first().map(|(number, _)| number).collect()
    }

    #[test]
    fn what_was_stored_is_in_order_whatever_order_it_comes_in() {
        let (mut history, surplus) = History::new(stored([10, 9, 11, 2]), 10);
        assert_eq!((numbers(&history), surplus, history.ever()), (vec![11, 10, 9, 2], vec![], 11));
        history.add(event("x"));
        assert_eq!(numbers(&history)[..2], [12, 11]);
    }

    #[test]
    fn what_is_spoilt_or_too_old_is_forgotten() {
        let mut all = stored([1, 2, 3]);
        all.extend([("4".into(), "{".into()), ("x".into(), all[0].1.clone()), ("-1".into(), "".into())]);
        let (history, mut surplus) = History::new(all, 2);
        surplus.sort();
        assert_eq!(
            (numbers(&history), surplus),
            (vec![3, 2], ["-1", "1", "4", "x"].map(String::from).to_vec())
        );
    }

    #[test]
    fn old_ones_are_forgotten_many_at_once() {
        let (mut history, _) = History::new(vec![], 3);
        let mut forgotten = Vec::new();
        for _ in 0..200 {
            history.add(event("x"));
            let old = history.outdated();
            if !old.is_empty() {
                forgotten.push(old.clone());
                history.gone(old.end);
            }
        }
        assert_eq!(forgotten, [1..51, 51..101, 101..151]);
        assert_eq!(numbers(&history), [200, 199, 198]);
    }

    #[test]
    fn what_could_not_be_forgotten_is_tried_again() {
        let (mut history, _) = History::new(vec![], 1);
        (0..60).for_each(|_| history.add(event("x")));
        assert_eq!(history.outdated(), 1..60);
        history.add(event("x"));
        assert_eq!(history.outdated(), 1..61);
    }

    #[test]
    fn the_largest_number_is_no_trap() {
        let (mut history, _) = History::new(stored([u64::MAX, u64::MAX - 1]), 2);
        history.add(event("x"));
        assert_eq!((history.newest_first().len(), history.outdated().is_empty()), (2, true));
    }
}
