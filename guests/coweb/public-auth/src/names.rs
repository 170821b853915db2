//! Names that are made up.

use std::hash::{BuildHasher, RandomState};

/// What the end of a name is made of: no letters that look like digits, and 32 of them.
const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz023456789";
/// How many letters that end has. Two lives of an instance have the same end once in a million times; then their
/// names are the same for those who came as the same number.
const END: usize = 4;

/// Names, each given once.
pub struct Names {
    end: String,
    next: u64,
}

impl Names {
    /// Names with an end of their own.
    pub fn new() -> Self {
        Self::ending_by(RandomState::new().hash_one(()))
    }

    fn ending_by(random: u64) -> Self {
        let letter = |at: usize| LETTERS[(random >> (5 * at)) as usize % LETTERS.len()] as char;
        Self { end: (0..END).map(letter).collect(), next: 0 }
    }

    /// The next one.
    pub fn next(&mut self) -> String {
        let name = format!("user{:03}-{}", self.next, self.end);
        self.next += 1;
        name
    }
}

/// Whether this could be such a name, given now or before.
pub fn is_one(name: &str) -> bool {
    let parts = name.strip_prefix("user").and_then(|rest| rest.split_once('-'));
    parts.is_some_and(|(number, end)| {
        (3..=20).contains(&number.len())
            && number.bytes().all(|byte| byte.is_ascii_digit())
            && end.len() == END
            && end.bytes().all(|byte| LETTERS.contains(&byte))
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_count_up_and_are_recognised() {
        let mut names = Names::ending_by(0);
        assert_eq!(names.next(), "user000-aaaa");
        assert_eq!(names.next(), "user001-aaaa");
        names.next = 1_000;
        assert_eq!(names.next(), "user1000-aaaa");
        names.next = u64::MAX - 1;
        assert!(is_one(&names.next()));
    }

    #[test]
    fn other_names_are_not() {
        for other in
            ["", "ann", "user", "user000", "user00-aaaa", "user000-aaa", "user000-aaaaa", "user000-aaa1"]
        {
            assert!(!is_one(other), "{other}");
        }
    }

    #[test]
    fn ends_are_drawn() {
        let ends: BTreeSet<String> = (0..100).map(|_| Names::new().end).collect();
        assert!(ends.len() > 90, "{}", ends.len());
        assert_eq!(Names::ending_by(u64::MAX).end, "9999");
    }
}
