//! The names of people and rooms, and the texts that stand for them: `@alice`, `#lobby`, `#lobby/alice`.

/// The most characters in a name.
const LONGEST: usize = 64;

/// What stands for somebody: a name, and the room (with its `#`) that they are spoken of in.
#[derive(Debug, PartialEq, Eq)]
pub struct Address<'a> {
    pub person: &'a str,
    pub room: Option<&'a str>,
}

/// Reads `@alice`, `alice` or `#lobby/alice`.
pub fn address(text: &str) -> Result<Address<'_>, String> {
    match text.split_once('/') {
        Some((place, name)) => Ok(Address { room: Some(room(place)?), person: person(name)? }),
        None if is_name(bare(text)) => Ok(Address { room: None, person: bare(text) }),
        None => {
            Err(format!("{text:?} is nobody: write @alice, or #lobby/alice for somebody in a room; {RULE}"))
        }
    }
}

/// Reads `@alice` or `alice`, and gives the name.
pub fn person(text: &str) -> Result<&str, String> {
    if is_name(bare(text)) {
        return Ok(bare(text));
    }
    Err(format!("{text:?} is nobody: write @alice; {RULE}"))
}

/// Reads `#lobby`, and gives it as it is.
pub fn room(text: &str) -> Result<&str, String> {
    if text.strip_prefix('#').is_some_and(is_name) {
        return Ok(text);
    }
    Err(format!("{text:?} is no room: write #lobby; {RULE}"))
}

/// Said to whoever broke it.
const RULE: &str = "a name has 1 to 64 letters, digits, - _ and .";

fn bare(text: &str) -> &str {
    text.strip_prefix('@').unwrap_or(text)
}

fn is_name(text: &str) -> bool {
    let allowed = |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '_' | '.');
    (1..=LONGEST).contains(&text.chars().count()) && text.chars().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_read_with_and_without_the_at_sign() {
        assert_eq!(person("@alice"), Ok("alice"));
        assert_eq!(person("a.l-i_c3"), Ok("a.l-i_c3"));
        assert_eq!(person("Älice"), Ok("Älice"));
    }

    #[test]
    fn occupants_carry_their_room() {
        assert_eq!(address("@alice"), Ok(Address { person: "alice", room: None }));
        assert_eq!(address("#lobby/alice"), Ok(Address { person: "alice", room: Some("#lobby") }));
        assert_eq!(address("#lobby/@alice"), Ok(Address { person: "alice", room: Some("#lobby") }));
    }

    #[test]
    fn what_is_no_name_is_refused_with_an_example() {
        let long = "x".repeat(LONGEST + 1);
        for wrong in
            ["", "@", "@@alice", "two words", "a\u{1b}[2J", "a/b/c", "#lobby", "/alice", "lobby/alice", &long]
        {
            let complaint = address(wrong).expect_err(wrong);
            assert!(complaint.contains("write @alice") || complaint.contains("write #lobby"), "{complaint}");
        }
        for wrong in ["", "#", "lobby", "##lobby", "#two words", "#a/b"] {
            assert!(room(wrong).expect_err(wrong).contains("write #lobby"));
        }
    }
}
