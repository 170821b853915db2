//! The users of a file: `name = $argon2id$…` lines.

use std::{collections::BTreeMap, fmt::Write};

use crate::password::Password;

/// The longest name, in bytes: longer ones the server does not take.
const LONGEST_NAME: usize = 256;
/// How many wrong lines are told one by one.
const MOST_TOLD: usize = 10;

/// Users and their passwords.
#[derive(Debug)]
pub struct Users(BTreeMap<String, Password>);

/// What is wrong with lines of the file: their numbers, and never what they say.
#[derive(Debug, Default, PartialEq)]
pub struct Complaints(Vec<(usize, String)>);

impl Users {
    /// Reads the text of a file, as far as it is right.
    pub fn read(text: &str) -> (Self, Complaints) {
        let mut lines = BTreeMap::new();
        let mut passwords = BTreeMap::new();
        let mut complaints = Complaints::default();
        for (number, line) in (1..).zip(text.trim_start_matches('\u{feff}').lines()) {
            let line = line.trim();
            if line.is_empty() || line.starts_with(['#', ';']) {
                continue;
            }
            let (name, password) = match user(line) {
                Ok(user) => user,
                Err(why) => {
                    complaints.0.push((number, why));
                    continue;
                }
            };
            if let Some(first) = lines.get(name) {
                complaints.0.push((number, format!("has the name of line {first}, and is left out")));
                continue;
            }
            // A stranger can take as long as some users only, so that others do not hide among strangers.
            if passwords.values().next().is_some_and(|first| !password.costs_like(first)) {
                let why =
                    "the hash costs not as much as others, so that the time of a login tells who is a user";
                complaints.0.push((number, why.to_owned()));
            }
            lines.insert(name, number);
            passwords.insert(name.to_owned(), password);
        }
        (Self(passwords), complaints)
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// Whether there is such a user.
    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// Whether there is such a user with such a password. Takes as long in each case.
    ///
    /// # Errors
    /// If that cannot be found out.
    pub fn check(&self, name: &str, password: &str) -> Result<bool, String> {
        let found = self.0.get(name);
        // A stranger's password is compared with somebody's for the time that it takes, and is right in no case.
        let Some(hash) = found.or_else(|| self.0.values().next()) else { return Ok(false) };
        Ok(hash.is(password)? && found.is_some())
    }
}

/// The user on a line.
fn user(line: &str) -> Result<(&str, Password), String> {
    if line.starts_with('[') {
        return Err("begins a section, which means nothing here; users are `NAME = HASH`".to_owned());
    }
    // A name can have no `=`, and a hash can.
    let (name, hash) = line.split_once('=').ok_or("is not `NAME = HASH`")?;
    let name = name.trim();
    if name.is_empty() || name.len() > LONGEST_NAME || name.contains(char::is_control) {
        return Err(format!("has no name of 1 to {LONGEST_NAME} bytes without control characters"));
    }
    let password = Password::read(hash.trim()).map_err(|why| format!("the hash {why}"))?;
    Ok((name, password))
}

impl Complaints {
    /// In words for the log; none where there is nothing to say.
    pub fn words(&self) -> Option<String> {
        let mut words = String::new();
        for (number, why) in self.0.iter().take(MOST_TOLD) {
            let _ = write!(words, "{}line {number}: {why}", if words.is_empty() { "" } else { "; " });
        }
        let more = self.0.len().saturating_sub(MOST_TOLD);
        if more > 0 {
            let _ = write!(words, "; and {more} more lines");
        }
        (!words.is_empty()).then_some(words)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    const SLOW: &str =
        "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$YjEijxzKpATgTBhWlgRSupyxpU4eLtVYT+y7lRwLc5w";
    const HORSE: &str =
        "$argon2id$v=19$m=8,t=1,p=1$c2FsdC1vZi1hbm4$5uWHKqGYTgW2FPaEv4tz/dtVrZnLPB97YC7TtOVfh0c";
    const SESAME: &str =
        "$argon2id$v=19$m=8,t=1,p=1$dY8XehO0vOXAiYOVFwD3sw$Uvfez/+/qhaxDmDyW3OUiTnQ0kj1PPFTUR/ATxO5ajY";
    const TROUBADOUR: &str =
        "$argon2id$v=19$m=16,t=2,p=1$c2FsdC1vZi1iZW4$+v3M1q/Op8s8E8xO6ibefnIM+Yuv0tt4xrFXQBRBh0M";

    #[test]
    fn each_user_has_their_own_password() {
        let (users, complaints) =
            Users::read(&format!("\u{feff}# people\r\n\r\n ann = {HORSE}\r\n;\nZoë Ünal={SESAME}\n"));
        assert_eq!(complaints.words(), None);
        assert_eq!(users.count(), 2);
        for (name, password, right) in [
            ("ann", "correct horse", true),
            ("Zoë Ünal", "sesame", true),
            ("ann", "sesame", false),
            ("Ann", "correct horse", false),
            ("", "", false),
            ("eve", "sesame", false),
        ] {
            assert_eq!(users.check(name, password), Ok(right), "{name} {password}");
        }
        assert!(users.has("ann") && !users.has("Ann") && !users.has("# people"));
    }

    #[test]
    fn wrong_lines_are_told_by_number_alone_and_the_others_hold() {
        let text = format!(
            "[users]\nann = {HORSE}\nsecret\n= {HORSE}\nben = hunter2\nann = {SESAME}\nc\u{7}d = {HORSE}\n{} = {HORSE}\nben = {SESAME}",
            "x".repeat(LONGEST_NAME + 1)
        );
        let (users, complaints) = Users::read(&text);
        let words = complaints.words().unwrap();
        for (number, expected) in [
            (1, "begins a section"),
            (3, "is not `NAME = HASH`"),
            (4, "has no name"),
            (5, "the hash is no PHC string"),
            (6, "has the name of line 2"),
            (7, "has no name"),
            (8, "has no name"),
        ] {
            assert!(words.contains(&format!("line {number}: {expected}")), "{number}: {words}");
        }
        assert_eq!(complaints.0.len(), 7);
        for content in ["ann", "ben", "hunter2", "secret", "xxx", "c2FsdC"] {
            assert!(!words.contains(content), "{words}");
        }
        assert_eq!(users.count(), 2);
        assert_eq!(users.check("ann", "correct horse"), Ok(true));
        assert_eq!(users.check("ben", "sesame"), Ok(true));
    }

    #[test]
    fn many_wrong_lines_are_counted() {
        let (_, complaints) = Users::read(&"x\n".repeat(25));
        assert!(complaints.words().unwrap().ends_with("line 10: is not `NAME = HASH`; and 15 more lines"));
    }

    #[test]
    fn a_stranger_cannot_come_in_by_the_password_of_a_user() {
        let (users, _) = Users::read(&format!("ann = {HORSE}"));
        assert_eq!(users.check("ben", "correct horse"), Ok(false));
        let (nobody, _) = Users::read("");
        assert_eq!(nobody.check("ann", ""), Ok(false));
    }

    #[test]
    fn a_stranger_takes_as_long_as_a_user() {
        let (users, _) = Users::read(&format!("ann = {SLOW}"));
        let time = |name| {
            let started = Instant::now();
            assert_eq!(users.check(name, "wrong"), Ok(false));
            started.elapsed()
        };
        let times = |name| (0..3).map(|_| time(name)).min().unwrap_or_default();
        let (user, stranger) = (times("ann"), times("eve"));
        assert!(stranger > user / 4, "{user:?} {stranger:?}");
    }

    #[test]
    fn hashes_of_two_costs_are_complained_of_and_hold() {
        let (users, complaints) = Users::read(&format!("ann = {HORSE}\nben = {TROUBADOUR}"));
        assert!(complaints.words().unwrap().starts_with("line 2: the hash costs not as much"));
        assert_eq!(users.check("ben", "tr0ub4dor&3"), Ok(true));
    }
}
