//! The names of people and rooms, and the texts that stand for them: `alice`, `alice!user@host`, `#tea/alice`.

use crate::isupport::Isupport;

/// The longest name that is believed, in bytes. Servers stop far earlier.
const LONGEST: usize = 200;

/// Said to whoever broke it.
pub const NICK_RULE: &str = "a nick has no spaces, no control characters, none of , : ! @ * ? $ and does not begin \
                             with # & + or ~";

/// What stands for somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Address<'a> {
    pub nick: &'a str,
    /// `user` and `host`.
    pub from: Option<(&'a str, &'a str)>,
    pub room: Option<&'a str>,
}

/// Whether this can be a nick. Wider than RFC 2812, section 2.3.1, as servers are; but nothing in it can be taken for
/// another part of a mask, a list, a room, or the word before an account.
pub fn is_nick(text: &str) -> bool {
    let forbidden = |letter: char| {
        letter.is_control()
            || letter.is_whitespace()
            || matches!(letter, ',' | ':' | '!' | '@' | '*' | '?' | '$')
    };
    !text.is_empty()
        && text.len() <= LONGEST
        && !text.starts_with(['#', '&', '+', '~'])
        && !text.contains(forbidden)
}

/// Network services, in small letters: to them the bot is its account.
const SERVICES: [&str; 10] =
    ["nickserv", "chanserv", "memoserv", "operserv", "hostserv", "botserv", "saslserv", "authserv", "q", "x"];

/// Whether this is a network service, by its nick or in one of the longer ways to write whom a message is for
/// (`NickServ@services.example.org`; RFC 2812, section 2.3.1).
pub fn is_service(text: &str) -> bool {
    let nick = text.split(['@', '%', '!']).next().unwrap_or_default();
    SERVICES.contains(&nick.to_ascii_lowercase().as_str())
}

/// Whether this can be the user's or the host's part of a mask.
pub fn is_mask_part(text: &str) -> bool {
    let forbidden =
        |letter: char| letter.is_control() || letter.is_whitespace() || matches!(letter, '!' | '@');
    !text.is_empty() && text.len() <= LONGEST && !text.contains(forbidden)
}

/// The account of this name, if there can be one. One with `!` or a space could be taken for something else, and `*`
/// and `0` stand for none (IRCv3 extended-join; WHOX).
pub fn account(text: &str) -> Option<&str> {
    let forbidden =
        |letter: char| letter.is_control() || letter.is_whitespace() || matches!(letter, '!' | '*');
    (!text.is_empty() && text != "0" && text.len() <= LONGEST && !text.contains(forbidden)).then_some(text)
}

/// Reads a room's name, and gives it as it is.
pub fn room<'a>(text: &'a str, server: &Isupport) -> Result<&'a str, String> {
    let forbidden = |letter: char| letter.is_control() || matches!(letter, ' ' | ',');
    if server.is_room(text) && text.len() <= LONGEST && !text.contains(forbidden) {
        return Ok(text);
    }
    if server.room_marks.is_empty() {
        return Err(format!("{text:?} is no room: this server has none"));
    }
    let marks: Vec<_> = server.room_marks.chars().map(String::from).collect();
    Err(format!(
        "{text:?} is no room: write #tea; a room's name begins with {} and has no spaces, commas or control characters",
        marks.join(" or ")
    ))
}

/// Reads `alice`, `alice!user@host` or `#tea/alice`.
pub fn address<'a>(text: &'a str, server: &Isupport) -> Result<Address<'a>, String> {
    let wrong = || {
        format!(
            "{text:?} is nobody: write alice, alice!user@host, or #tea/alice for somebody in a room; {NICK_RULE}"
        )
    };
    if server.is_room(text) {
        // A nick has no slash by the RFC, and a room may.
        let (place, nick) = text.rsplit_once('/').filter(|(_, nick)| is_nick(nick)).ok_or_else(wrong)?;
        return Ok(Address { nick, from: None, room: Some(room(place, server)?) });
    }
    let (nick, from) = match text.split_once('!') {
        Some((nick, from)) => {
            let parts = from.split_once('@').filter(|(user, host)| is_mask_part(user) && is_mask_part(host));
            (nick, Some(parts.ok_or_else(wrong)?))
        }
        None => (text, None),
    };
    if is_nick(nick) { Ok(Address { nick, from, room: None }) } else { Err(wrong()) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn people_and_occupants_are_read() {
        let server = Isupport::default();
        assert_eq!(address("al[1]", &server), Ok(Address { nick: "al[1]", from: None, room: None }));
        assert_eq!(
            address("al!u@h.x", &server),
            Ok(Address { nick: "al", from: Some(("u", "h.x")), room: None })
        );
        assert_eq!(address("#t/x/al", &server), Ok(Address { nick: "al", from: None, room: Some("#t/x") }));
    }

    #[test]
    fn nobody_is_told_what_would_be_somebody() {
        for odd in [
            "",
            "a b",
            "#tea",
            "#tea/",
            "#t a/x",
            "a!b",
            "a!@h",
            "a!u@",
            "a\r\nQUIT",
            "a,b",
            "@al",
            ":al",
            "a*",
        ] {
            let complaint = address(odd, &Isupport::default()).expect_err("refused");
            assert!(complaint.contains("write "), "{complaint}");
        }
    }

    #[test]
    fn rooms_are_read() {
        let server = Isupport::default();
        assert_eq!(room("#Tea:x", &server), Ok("#Tea:x"));
        assert_eq!(room("&local", &server), Ok("&local"));
        for odd in ["", "tea", "#a b", "#a,b", "#a\u{7}", "#a\r\nQUIT", "#\0"] {
            assert!(room(odd, &server).is_err_and(|why| why.contains("begins with # or &")), "{odd:?}");
        }
        assert!(room(&format!("#{}", "x".repeat(200)), &server).is_err());
    }

    #[test]
    fn accounts_are_never_taken_for_masks() {
        assert_eq!(account("alice"), Some("alice"));
        for odd in ["", "*", "0", "a!b@c", "a b", "a\u{1}", "a*"] {
            assert_eq!(account(odd), None, "{odd:?}");
        }
    }

    proptest! {
        #[test]
        fn nothing_makes_it_panic(text in "\\PC*|[#/!@a]*") {
            let _ = (address(&text, &Isupport::default()), room(&text, &Isupport::default()));
        }
    }
}
