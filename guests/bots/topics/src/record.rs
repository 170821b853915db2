//! What is known of one room: the topics that it had, and whether the present one is locked.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

/// The most topics that are remembered, the present one included.
const MOST: usize = 11;
/// The longest topic in bytes: longer ones are neither set nor remembered.
const LONGEST: usize = 2_000;
/// What stands between the parts of a topic.
const SEPARATOR: &str = " | ";
/// How long the service has to answer when a topic is set, in milliseconds.
const ANSWER: u64 = 10_000;
/// The least time between two corrections, in milliseconds: shorter, and two bots would make war over a topic.
const TRUCE: u64 = 60_000;

/// One room.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The topics, the present one last. An empty text is no topic.
    topics: VecDeque<String>,
    /// The last topic is to stay.
    locked: bool,
    /// Until when a change of the topic is the service's answer to the bot.
    #[serde(skip)]
    answer_until: u64,
    /// When a locked topic was last set back.
    #[serde(skip)]
    corrected_at: Option<u64>,
}

/// What there is to do about a change of the topic.
#[derive(Debug, PartialEq, Eq)]
pub enum Todo {
    /// Nothing.
    Nothing,
    /// To store the record: it is another now.
    Keep,
    /// To set the locked topic again at this moment, which may be now.
    SetBack(u64),
}

impl Record {
    /// The present topic, as far as is known.
    pub fn topic(&self) -> &str {
        self.topics.back().map_or("", String::as_str)
    }

    pub fn locked(&self) -> bool {
        self.locked
    }

    /// Remembers a topic as the present one.
    pub fn remember(&mut self, topic: &str) {
        let news = self.topics.is_empty() || self.topic() != topic;
        if news && topic.len() <= LONGEST {
            self.topics.push_back(topic.to_owned());
            if self.topics.len() > MOST {
                self.topics.pop_front();
            }
        }
    }

    /// Makes this the present topic.
    ///
    /// # Errors
    /// If it is too long.
    pub fn set(&mut self, topic: &str) -> Result<(), String> {
        if topic.len() > LONGEST {
            return Err(format!("a topic has {LONGEST} bytes at most"));
        }
        self.remember(topic);
        Ok(())
    }

    /// The topic with this at its end.
    pub fn with(&self, part: &str) -> String {
        match self.topic() {
            "" => part.to_owned(),
            topic => format!("{topic}{SEPARATOR}{part}"),
        }
    }

    /// Forgets the present topic, so that the one before is it again; false if there is none.
    pub fn undo(&mut self) -> bool {
        let possible = self.topics.len() > 1;
        if possible {
            self.topics.pop_back();
        }
        possible
    }

    pub fn lock(&mut self, locked: bool) {
        self.locked = locked;
    }

    /// The bot has set the topic.
    pub fn set_by_bot(&mut self, now: u64) {
        self.answer_until = now + ANSWER;
    }

    /// The bot sets the locked topic again.
    pub fn set_back(&mut self, now: u64) {
        self.corrected_at = Some(now);
        self.set_by_bot(now);
    }

    /// The service says that the topic is this now.
    pub fn changed(&mut self, topic: &str, now: u64) -> Todo {
        // Some services shorten what they are given: what they answer is what was set.
        let is_answer = now < std::mem::take(&mut self.answer_until);
        if topic == self.topic() {
            Todo::Nothing
        } else if is_answer {
            self.topics.pop_back();
            self.remember(topic);
            Todo::Keep
        } else if self.locked {
            Todo::SetBack(self.corrected_at.map_or(now, |at| at + TRUCE).max(now))
        } else {
            self.remember(topic);
            Todo::Keep
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(topics: &[&str]) -> Record {
        let mut record = Record::default();
        topics.iter().for_each(|topic| record.remember(topic));
        record
    }

    #[test]
    fn topics_are_remembered_and_taken_back_one_by_one() {
        let mut record = with(&["tea", "tea", "cake"]);
        assert_eq!((record.with("jam").as_str(), with(&[]).with("jam").as_str()), ("cake | jam", "jam"));
        assert!(record.undo());
        assert_eq!(record.topic(), "tea");
        assert!(!record.undo());
        assert_eq!(record.topic(), "tea");
    }

    #[test]
    fn only_so_many_are_remembered_and_none_that_is_too_long() {
        let mut record = Record::default();
        (0..100).for_each(|n| record.remember(&n.to_string()));
        record.remember(&"x".repeat(LONGEST + 1));
        assert!(record.set(&"x".repeat(LONGEST + 1)).is_err());
        assert_eq!((record.topics.len(), record.topic()), (MOST, "99"));
    }

    #[test]
    fn without_a_lock_a_change_is_remembered() {
        let mut record = with(&["tea"]);
        assert_eq!(record.changed("tea", 0), Todo::Nothing);
        assert_eq!(record.changed("", 0), Todo::Keep);
        assert_eq!(record.topics, ["tea", ""]);
    }

    #[test]
    fn a_locked_topic_is_set_back_once_a_minute() {
        let mut record = with(&["tea"]);
        record.lock(true);
        assert_eq!(record.changed("spam", 100), Todo::SetBack(100));
        record.set_back(100);
        assert_eq!(record.changed("tea", 101), Todo::Nothing, "the service's answer");
        assert_eq!(record.changed("spam", 102), Todo::SetBack(100 + TRUCE));
        assert_eq!(record.changed("spam", 100 + 2 * TRUCE), Todo::SetBack(100 + 2 * TRUCE));
        assert_eq!(record.topic(), "tea");
    }

    #[test]
    fn what_the_service_makes_of_a_topic_is_no_foreign_change() {
        let mut record = with(&["tea", "a very long topic"]);
        record.lock(true);
        record.set_by_bot(0);
        assert_eq!(record.changed("a very", ANSWER - 1), Todo::Keep);
        assert_eq!(record.topics, ["tea", "a very"]);
        record.set_by_bot(0);
        assert!(matches!(record.changed("spam", ANSWER), Todo::SetBack(_)), "too late for an answer");
    }
}
