//! The reminders that there are, each with its number in the store.

use std::{collections::BTreeMap, time::Duration};

use parlor_sdk::{Identifier, markdown, span};
use serde::{Deserialize, Serialize};

/// The most reminders that one person can have.
pub const MOST_EACH: usize = 20;
/// The most that all have together: whoever changes their name often is many people.
const MOST: usize = 1_000;
/// The longest text in bytes.
const LONGEST_TEXT: usize = 400;
/// From then on a reminder says that it is late, in milliseconds.
const LATE: u64 = 60_000;

/// What is to be said, when, where, and to whom.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Reminder {
    /// Milliseconds since 1970.
    pub due: u64,
    /// What is to be said.
    pub text: String,
    /// Who asked for it.
    pub who: Identifier,
    /// The room where it was asked for; none where it was asked in private.
    pub room: Option<String>,
    /// It was due, and could not be said yet: the earliest moment to try again.
    #[serde(skip)]
    pub held_until: u64,
}

impl Reminder {
    /// What the bot says.
    pub fn body(&self, now: u64) -> String {
        let late = now.saturating_sub(self.due);
        let late = match late < LATE {
            true => String::new(),
            false => format!("({} late) ", span::words(Duration::from_millis(late))),
        };
        let text = markdown::escape(&self.text);
        match self.room {
            Some(_) => format!("{}: {late}{text}", markdown::escape(self.who.name())),
            None => format!("{late}{text}"),
        }
    }

    /// When there is something to do about it next.
    fn next(&self) -> u64 {
        self.due.max(self.held_until)
    }

    fn is_of(&self, who: &Identifier) -> bool {
        self.who.network == who.network && self.who.access_id == who.access_id
    }
}

/// All reminders.
#[derive(Debug, Default)]
pub struct Reminders(BTreeMap<u64, Reminder>);

impl Reminders {
    /// Those that were stored.
    pub fn new(stored: impl IntoIterator<Item = (u64, Reminder)>) -> Self {
        Self(stored.into_iter().collect())
    }

    /// Takes one in, and says under which number.
    ///
    /// # Errors
    /// If it is too much, in words for whoever asked.
    pub fn add(&mut self, reminder: Reminder) -> Result<u64, String> {
        if reminder.text.len() > LONGEST_TEXT {
            return Err(format!("I can remember {LONGEST_TEXT} bytes of text at most"));
        }
        if self.of(&reminder.who).count() >= MOST_EACH {
            return Err(format!("you have {MOST_EACH} reminders already; `remind cancel N` makes room"));
        }
        if self.0.len() >= MOST {
            return Err("I have too much to remember already; try again later".to_owned());
        }
        let number = self.0.last_key_value().map_or(1, |(last, _)| last + 1);
        self.0.insert(number, reminder);
        Ok(number)
    }

    /// Somebody's, the next one first.
    pub fn of(&self, who: &Identifier) -> impl Iterator<Item = (u64, &Reminder)> {
        let mut all: Vec<_> = self
            .0
            .iter()
            .filter(|(_, reminder)| reminder.is_of(who))
            .map(|(number, reminder)| (*number, reminder))
            .collect();
        all.sort_by_key(|(number, reminder)| (reminder.due, *number));
        all.into_iter()
    }

    /// Forgets one.
    pub fn remove(&mut self, number: u64) -> Option<Reminder> {
        self.0.remove(&number)
    }

    /// Holds one back until this moment, since it could not be said.
    pub fn hold(&mut self, number: u64, until: u64) {
        if let Some(reminder) = self.0.get_mut(&number) {
            reminder.held_until = until;
        }
    }

    /// A network is back: nothing that is for it is held any longer.
    pub fn release(&mut self, network: &str) {
        for reminder in self.0.values_mut().filter(|reminder| reminder.who.network == network) {
            reminder.held_until = 0;
        }
    }

    /// Those to be said now, in the order in which they were due.
    pub fn due(&self, now: u64) -> Vec<(u64, Reminder)> {
        let due = self.0.iter().filter(|(_, reminder)| reminder.next() <= now);
        let mut due: Vec<_> = due.map(|(number, reminder)| (*number, reminder.clone())).collect();
        due.sort_by_key(|(number, reminder)| (reminder.due, *number));
        due
    }

    /// When the next one is to be said; those that wait for their network do not count.
    pub fn next(&self) -> Option<u64> {
        self.0.values().map(Reminder::next).filter(|next| *next < u64::MAX).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(name: &str) -> Identifier {
        Identifier {
            network: "test".into(),
            person: name.into(),
            client: None,
            nick: None,
            display_name: None,
            room: None,
            access_id: name.into(),
        }
    }

    fn reminder(name: &str, due: u64) -> Reminder {
        let room = Some("#lobby".into());
        Reminder { due, text: "tea".into(), who: person(name), room, held_until: 0 }
    }

    #[test]
    fn they_come_in_the_order_in_which_they_are_due() {
        let mut all = Reminders::default();
        for due in [30, 10, 20] {
            all.add(reminder("ann", due)).unwrap();
        }
        assert_eq!(all.next(), Some(10));
        assert_eq!(all.due(25).iter().map(|(number, _)| *number).collect::<Vec<_>>(), [2, 3]);
        assert_eq!(all.of(&person("ann")).map(|(number, _)| number).collect::<Vec<_>>(), [2, 3, 1]);
        let elsewhere = Identifier { network: "other".into(), ..person("ann") };
        assert_eq!(all.of(&elsewhere).count() + all.of(&person("bob")).count(), 0);
    }

    #[test]
    fn one_that_waits_for_its_network_is_due_again_when_that_is_back() {
        let mut all = Reminders::default();
        let number = all.add(reminder("ann", 10)).unwrap();
        all.hold(number, u64::MAX);
        assert!(all.next().is_none() && all.due(1_000).is_empty());
        all.release("other");
        assert!(all.due(1_000).is_empty());
        all.release("test");
        assert_eq!((all.next(), all.due(1_000).len()), (Some(10), 1));
    }

    #[test]
    fn nobody_has_more_than_their_share_and_all_together_no_more_than_there_is_room_for() {
        let mut all = Reminders::default();
        for _ in 0..MOST_EACH {
            all.add(reminder("ann", 1)).unwrap();
        }
        assert!(all.add(reminder("ann", 1)).unwrap_err().contains("20 reminders already"));
        let long = Reminder { text: "x".repeat(LONGEST_TEXT + 1), ..reminder("bob", 1) };
        assert!(all.add(long).is_err());
        let added = (0..MOST).filter(|n| all.add(reminder(&n.to_string(), 1)).is_ok()).count();
        assert_eq!(added, MOST - MOST_EACH);
    }

    #[test]
    fn a_late_one_says_so_and_in_a_room_it_names_whom_it_is_for() {
        let mut one = Reminder { text: "*tea*".into(), ..reminder("ann_", 0) };
        assert_eq!(one.body(LATE - 1), r"ann\_: \*tea\*");
        assert_eq!(one.body(3 * LATE), r"ann\_: (3 minutes late) \*tea\*");
        one.room = None;
        assert_eq!(one.body(3 * LATE), r"(3 minutes late) \*tea\*");
    }
}
