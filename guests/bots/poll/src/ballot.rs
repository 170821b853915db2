//! One poll: a question, its choices, and who voted for what.

use std::{collections::BTreeMap, time::Duration};

use parlor_sdk::{markdown, span};
use serde::{Deserialize, Serialize};

/// The fewest and the most choices.
const CHOICES: std::ops::RangeInclusive<usize> = 2..=10;
/// The longest question, and the longest choice, in bytes.
const LONGEST_QUESTION: usize = 300;
const LONGEST_CHOICE: usize = 100;
/// The most votes, and the longest name that one can be under in bytes: together they fit into one stored value.
const MOST_VOTES: usize = 1_000;
const LONGEST_VOTER: usize = 200;

/// One poll.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ballot {
    question: String,
    choices: Vec<String>,
    /// By what access rules know people by, which they cannot choose freely; from 0.
    votes: BTreeMap<String, usize>,
    /// Whose it is: what access rules know them by.
    pub maker: String,
    /// When it closes by itself, in milliseconds since 1970.
    pub closes: u64,
}

impl Ballot {
    /// One without votes.
    ///
    /// # Errors
    /// If it is too long, or gives no choice, in words for its maker.
    pub fn new(question: String, choices: Vec<String>, maker: &str, closes: u64) -> Result<Self, String> {
        if !CHOICES.contains(&choices.len()) {
            return Err(format!(
                "a poll has {} to {} choices; quotes keep the words of one together",
                CHOICES.start(),
                CHOICES.end()
            ));
        }
        let blank = |text: &String| text.trim().is_empty();
        if blank(&question) || choices.iter().any(blank) {
            return Err("neither the question nor a choice can be empty".to_owned());
        }
        if question.len() > LONGEST_QUESTION || choices.iter().any(|choice| choice.len() > LONGEST_CHOICE) {
            return Err(format!(
                "a question has {LONGEST_QUESTION} bytes at most, and a choice {LONGEST_CHOICE}"
            ));
        }
        Ok(Self { question, choices, votes: BTreeMap::new(), maker: maker.to_owned(), closes })
    }

    /// Somebody votes for a choice, from 1; a second vote takes the place of the first. Answers what it is called.
    ///
    /// # Errors
    /// If there is no such choice, or no room for the vote.
    pub fn vote(&mut self, voter: &str, number: usize) -> Result<&str, String> {
        let count = self.choices.len();
        let index = number.checked_sub(1).filter(|index| *index < count);
        let index = index.ok_or_else(|| format!("the choices are numbered from 1 to {count}"))?;
        let full = self.votes.len() >= MOST_VOTES && !self.votes.contains_key(voter);
        if full || voter.len() > LONGEST_VOTER {
            return Err("there is no room for more votes".to_owned());
        }
        self.votes.insert(voter.to_owned(), index);
        Ok(&self.choices[index])
    }

    /// The question and its choices, with their numbers and votes.
    pub fn show(&self, now: u64) -> String {
        let counts = self.counts();
        let choices = self.choices.iter().zip(counts).enumerate();
        let lines = choices
            .map(|(at, (choice, count))| format!("{}. {} ({count})", at + 1, markdown::escape(choice)));
        let left = span::words(Duration::from_millis(self.closes.saturating_sub(now)));
        let head = format!("**{}** (`vote N`; closes in {left})", markdown::escape(&self.question));
        std::iter::once(head).chain(lines).collect::<Vec<_>>().join("\n")
    }

    /// How it ended: the choices with the most votes first.
    pub fn results(&self) -> String {
        let mut choices: Vec<_> = self.choices.iter().zip(self.counts()).collect();
        choices.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let lines = choices.into_iter().map(|(choice, count)| {
            format!("- {}: {count} {}", markdown::escape(choice), if count == 1 { "vote" } else { "votes" })
        });
        let head = format!("The poll is closed: **{}**", markdown::escape(&self.question));
        std::iter::once(head).chain(lines).collect::<Vec<_>>().join("\n")
    }

    fn counts(&self) -> Vec<usize> {
        let mut counts = vec![0; self.choices.len()];
        for index in self.votes.values() {
            // What was stored may be of another version of this bot.
            if let Some(count) = counts.get_mut(*index) {
                *count += 1;
            }
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lunch() -> Ballot {
        let choices = ["pizza", "sushi", "no lunch"].map(String::from).to_vec();
        Ballot::new("Lunch?".into(), choices, "ann", 600_000).unwrap()
    }

    #[test]
    fn everybody_has_one_vote_and_can_change_it() {
        let mut poll = lunch();
        assert_eq!(poll.vote("ann", 2), Ok("sushi"));
        poll.vote("bob", 2).unwrap();
        poll.vote("ann", 3).unwrap();
        poll.vote("cleo", 3).unwrap();
        assert_eq!(
            poll.show(0),
            "**Lunch?** (`vote N`; closes in 10 minutes)\n1. pizza (0)\n2. sushi (1)\n3. no lunch (2)"
        );
        assert_eq!(
            poll.results(),
            "The poll is closed: **Lunch?**\n- no lunch: 2 votes\n- sushi: 1 vote\n- pizza: 0 votes"
        );
    }

    #[test]
    fn there_is_no_vote_for_what_is_no_choice() {
        let mut poll = lunch();
        for number in [0, 4, usize::MAX] {
            assert_eq!(poll.vote("ann", number), Err("the choices are numbered from 1 to 3".into()));
        }
    }

    #[test]
    fn what_is_too_long_or_too_little_is_refused() {
        let new = |question: &str, choices: &[&str]| {
            let choices = choices.iter().map(|choice| choice.to_string()).collect();
            Ballot::new(question.into(), choices, "ann", 0)
        };
        let long = "x".repeat(LONGEST_QUESTION + 1);
        for (question, choices) in [
            ("q", vec!["a"]),
            ("q", vec!["a"; 11]),
            (" ", vec!["a", "b"]),
            ("q", vec!["a", ""]),
            (&long, vec!["a", "b"]),
            ("q", vec!["a", &long[..LONGEST_CHOICE + 1]]),
        ] {
            assert!(new(question, &choices).is_err(), "{question} {choices:?}");
        }
    }

    #[test]
    fn a_full_poll_fits_into_one_stored_value_and_takes_changed_votes_only() {
        let mut poll = lunch();
        for n in 0..MOST_VOTES {
            poll.vote(&format!("{n:0>LONGEST_VOTER$}"), 1).unwrap();
        }
        assert!(poll.vote("ann", 1).is_err());
        assert_eq!(poll.vote(&format!("{:0>LONGEST_VOTER$}", 7), 2), Ok("sushi"));
        assert!(serde_json::to_vec(&poll).unwrap().len() < 256 << 10);
        assert!(lunch().vote(&"x".repeat(LONGEST_VOTER + 1), 1).is_err());
    }
}
