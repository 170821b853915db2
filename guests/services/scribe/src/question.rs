//! What can be asked.

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;
use serde_json::{Value, json};

use crate::{event::Event, history::History};

/// How many events one hears of who does not say.
const USUAL: usize = 10;
/// The most events of an answer: the last ones, and those that were found.
const MOST_LAST: usize = 100;
const MOST_FOUND: usize = 50;
/// The most bytes of events in an answer.
const MOST_BYTES: usize = 64 << 10;
/// The most users of an answer.
const MOST_USERS: usize = 100;
/// The longest text that is looked for, in bytes.
const LONGEST_TEXT: usize = 256;
/// The most that an answer says about what is wrong, in characters.
const MOST_WORDS: usize = 200;

/// A question.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "ask", rename_all = "kebab-case", expecting = "an object with `ask`")]
pub enum Question {
    /// How many events there are.
    Count,
    /// The last of them.
    Last { n: Option<u64> },
    /// Whose they are.
    Who,
    /// Those with a text in their value.
    Find { text: String },
}

/// What somebody is told whose request is no question.
pub fn refusal(why: &str) -> Value {
    let why: String = why.chars().take(MOST_WORDS).collect();
    let questions =
        json!([{"ask": "count"}, {"ask": "last", "n": 5}, {"ask": "who"}, {"ask": "find", "text": "milk"}]);
    json!({"error": why, "questions": questions})
}

impl Question {
    /// Reads a request.
    pub fn read(data: &str) -> Result<Self, String> {
        let question: Self =
            serde_json::from_str(data).map_err(|error| format!("this is no question: {error}"))?;
        match &question {
            Self::Find { text } if !(1..=LONGEST_TEXT).contains(&text.trim().len()) => {
                Err(format!("`text` has 1 to {LONGEST_TEXT} bytes"))
            }
            _ => Ok(question),
        }
    }

    /// The answer.
    pub fn answer(&self, history: &History, unsaved: u64) -> Value {
        let all = history.newest_first();
        match self {
            Self::Count => json!({"count": all.len(), "ever": history.ever(), "unsaved": unsaved}),
            Self::Last { n } => {
                let wanted = n.map_or(USUAL, |n| usize::try_from(n).unwrap_or(usize::MAX));
                events(all.take(wanted), MOST_LAST)
            }
            Self::Who => who(all.map(|(_, event)| event)),
            Self::Find { text } => {
                let (plain, quoted) = wordings(text);
                let has = |event: &Event| {
                    let value = event.value.to_lowercase();
                    value.contains(&plain) || value.contains(&quoted)
                };
                events(all.filter(|(_, event)| has(event)), MOST_FOUND)
            }
        }
    }
}

/// A text as it stands in a value: on its own, or within JSON.
fn wordings(text: &str) -> (String, String) {
    let plain = text.trim().to_lowercase();
    let quoted = json!(plain).to_string();
    let inside = quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    (plain, inside.unwrap_or(&quoted).to_owned())
}

/// As many of these as an answer may have, oldest first.
fn events<'a>(mut newest_first: impl Iterator<Item = (u64, &'a Event)>, most: usize) -> Value {
    let mut told = Vec::new();
    let mut bytes = 0;
    let mut more = 0;
    for (number, event) in newest_first.by_ref() {
        let mut event = json!(event);
        event["n"] = number.into();
        bytes += event.to_string().len();
        if told.len() == most || bytes > MOST_BYTES {
            more = 1;
            break;
        }
        told.push(event);
    }
    more += newest_first.count();
    told.reverse();
    json!({"events": told, "more": more})
}

/// How many events each user has.
fn who<'a>(all: impl Iterator<Item = &'a Event>) -> Value {
    let mut counts = HashMap::<&str, u64>::new();
    for event in all {
        *counts.entry(&event.user).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(user, count)| (u64::MAX - count, *user));
    let others: u64 = counts.iter().skip(MOST_USERS).map(|(_, count)| count).sum();
    let who: BTreeMap<_, _> = counts.into_iter().take(MOST_USERS).collect();
    json!({"who": who, "others": others})
}

#[cfg(test)]
mod tests {
    use super::*;

    fn history(values: impl IntoIterator<Item = (&'static str, String)>) -> History {
        let (mut history, _) = History::new(Vec::new(), 5_000);
        for (user, value) in values {
            let data = json!({"topic": "t", "value": value}).to_string();
            history.add(Event::read(&data, user, 0).unwrap());
        }
        history
    }

    fn ask(history: &History, question: Value) -> Value {
        Question::read(&question.to_string()).unwrap().answer(history, 0)
    }

    fn numbers(answer: &Value) -> Vec<u64> {
        answer["events"].as_array().unwrap().iter().map(|event| event["n"].as_u64().unwrap()).collect()
    }

    #[test]
    fn the_last_are_told_oldest_first_and_no_more_than_there_are() {
        let many = history((0..150).map(|number| ("ann", number.to_string())));
        assert_eq!(numbers(&ask(&many, json!({"ask": "last"}))), (141..=150).collect::<Vec<_>>());
        assert_eq!(numbers(&ask(&many, json!({"ask": "last", "n": 2}))), [149, 150]);
        assert_eq!(numbers(&ask(&many, json!({"ask": "last", "n": 0}))), [0; 0]);
        let most = ask(&many, json!({"ask": "last", "n": u64::MAX}));
        assert_eq!((numbers(&most).len(), &most["more"]), (100, &json!(50)));
        let none = ask(&history([]), json!({"ask": "last", "n": 5}));
        assert_eq!(none, json!({"events": [], "more": 0}));
    }

    #[test]
    fn an_answer_has_its_bounds_however_long_the_events_are() {
        let long = history((0..100).map(|_| ("ann", "\u{1}".repeat(1_024))));
        let answer = ask(&long, json!({"ask": "last", "n": 100}));
        let told = numbers(&answer);
        assert!(answer.to_string().len() < MOST_BYTES + 100, "{}", answer.to_string().len());
        assert!((5..20).contains(&told.len()) && told.last() == Some(&100), "{told:?}");
        assert_eq!(answer["more"].as_u64().unwrap() as usize, 100 - told.len());
    }

    #[test]
    fn texts_are_found_in_whatever_case_and_within_json() {
        let history = history([
            ("ann", r#""Milk and tea""#.into()),
            ("ben", r#"{"say":"he said \"Milch\""}"#.into()),
            ("ann", r#""ÄPFEL\nmilk""#.into()),
            ("ann", "7".into()),
        ]);
        for (text, found) in [
            ("milk", &[1, 3][..]),
            ("MILK", &[1, 3]),
            (r#"said "milch""#, &[2]),
            ("äpfel", &[3]),
            ("äpfel\nMilk", &[3]),
            (" tea ", &[1]),
            ("7", &[4]),
            ("ann", &[]),
        ] {
            assert_eq!(numbers(&ask(&history, json!({"ask": "find", "text": text}))), found, "{text}");
        }
    }

    #[test]
    fn the_newest_are_found_first_and_the_others_counted() {
        let history = history(
            (0..120).map(|number| ("ann", if number % 2 == 0 { "milk".into() } else { "tea".into() })),
        );
        let answer = ask(&history, json!({"ask": "find", "text": "milk"}));
        assert_eq!((numbers(&answer).len(), numbers(&answer)[49], &answer["more"]), (50, 119, &json!(10)));
    }

    #[test]
    fn who_counts_the_events_of_each() {
        let history =
            history([("ann", "1"), ("ben", "2"), ("ann", "3")].map(|(user, value)| (user, value.into())));
        assert_eq!(ask(&history, json!({"ask": "who"})), json!({"who": {"ann": 2, "ben": 1}, "others": 0}));
    }

    #[test]
    fn of_very_many_the_busiest_are_named() {
        let (mut history, _) = History::new(Vec::new(), 5_000);
        for number in 0..300 {
            let user = format!("u{}", number % 150);
            history.add(Event::read("{}", &user, 0).unwrap());
        }
        (0..5).for_each(|_| history.add(Event::read("{}", "z", 0).unwrap()));
        let answer = ask(&history, json!({"ask": "who"}));
        assert_eq!((answer["who"].as_object().unwrap().len(), &answer["who"]["z"]), (100, &json!(5)));
        assert_eq!(answer["others"], json!(305 - 5 - 99 * 2));
    }

    #[test]
    fn what_is_no_question_is_told_why() {
        for (data, words) in [
            ("{}", "missing field `ask`"),
            ("7", "an object with `ask`"),
            (r#"{"ask":7}"#, "this is no question"),
            (r#"{"ask":"last","n":"five"}"#, "invalid type"),
            (r#"{"ask":"last","n":-1}"#, "invalid value"),
            (r#"{"ask":"find"}"#, "missing field `text`"),
            (r#"{"ask":"find","text":" "}"#, "`text` has 1 to 256 bytes"),
            (&format!(r#"{{"ask":"find","text":"{}"}}"#, "x".repeat(257)), "`text` has 1 to 256 bytes"),
        ] {
            let why = Question::read(data).expect_err(words);
            assert!(why.contains(words), "{data}: {why}");
        }
        let long = Question::read(&format!(r#"{{"ask":"{}"}}"#, "x".repeat(100_000))).unwrap_err();
        assert!(refusal(&long).to_string().len() < 500);
    }
}
