//! What a line typed at the terminal means.

use crate::name;

/// What the bot is called here.
pub const BOT: &str = "parlor";

/// Said to `/help`.
pub const HELP: &str = "\
what you type     goes to where you are: at first to the bot alone
#lobby            come into this room, and the bot with you
#lobby TEXT       say it there
@alice            be somebody else; @you is you again
@alice TEXT       say it as her; @alice #lobby TEXT, as her in that room
@parlor, /direct  back to the bot alone
/rooms, /who      the rooms there are; who is in this one
//TEXT            say a text that starts with a slash
/quit             leave
";

/// One line, understood.
#[derive(Debug, PartialEq, Eq)]
pub enum Line<'a> {
    /// There is nothing on it.
    Blank,
    /// Somebody says something, once: who and where are the present ones unless given.
    Say {
        who: Option<&'a str>,
        place: Option<Place<'a>>,
        text: &'a str,
    },
    /// Be somebody, or be somewhere, from now on.
    Go {
        who: Option<&'a str>,
        place: Option<Place<'a>>,
    },
    Help,
    Rooms,
    Who,
    Quit,
}

/// Where something is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place<'a> {
    /// To the bot alone.
    Direct,
    /// In the room of this name.
    Room(&'a str),
}

/// Reads one line; the error tells the person who typed it what is wrong.
pub fn read(line: &str) -> Result<Line<'_>, String> {
    if line.trim().is_empty() {
        return Ok(Line::Blank);
    }
    if line.starts_with("//") {
        return Ok(Line::Say { who: None, place: None, text: &line[1..] });
    }
    if line.starts_with('/') {
        return match line.trim_end() {
            "/help" => Ok(Line::Help),
            "/rooms" => Ok(Line::Rooms),
            "/who" => Ok(Line::Who),
            "/quit" => Ok(Line::Quit),
            "/direct" => Ok(Line::Go { who: None, place: Some(Place::Direct) }),
            unknown => Err(format!("{unknown:?} means nothing here; /help lists what does")),
        };
    }

    // [@who] [#room | @parlor] [text]
    let (mut who, mut place, mut text) = (None, None, line);
    let (word, rest) = split_word(text);
    if word.starts_with('@') && !is_bot(word) {
        (who, text) = (Some(name::person(word)?), rest);
    }
    let (word, rest) = split_word(text);
    if is_bot(word) {
        (place, text) = (Some(Place::Direct), rest);
    } else if word.starts_with('#') {
        (place, text) = (Some(Place::Room(name::room(word)?)), rest);
    }
    match text.trim().is_empty() {
        true => Ok(Line::Go { who, place }),
        false => Ok(Line::Say { who, place, text }),
    }
}

fn is_bot(word: &str) -> bool {
    word.strip_prefix('@') == Some(BOT)
}

/// The first word, and what follows the space after it.
fn split_word(text: &str) -> (&str, &str) {
    match text.split_once(char::is_whitespace) {
        Some((word, rest)) => (word, rest.trim_start()),
        None => (text, ""),
    }
}

#[cfg(test)]
mod tests {
    use super::{Line::*, Place::*, *};

    #[test]
    fn a_plain_line_is_said_as_it_is() {
        let text = " !echo  two  spaces ";
        assert_eq!(read(text), Ok(Say { who: None, place: None, text }));
        assert_eq!(
            read("mail me@example.org #1"),
            Ok(Say { who: None, place: None, text: "mail me@example.org #1" })
        );
    }

    #[test]
    fn who_and_where_come_first() {
        assert_eq!(read("#lobby hi all"), Ok(Say { who: None, place: Some(Room("#lobby")), text: "hi all" }));
        assert_eq!(read("@alice hi"), Ok(Say { who: Some("alice"), place: None, text: "hi" }));
        assert_eq!(
            read("@alice #lobby  hi #all"),
            Ok(Say { who: Some("alice"), place: Some(Room("#lobby")), text: "hi #all" })
        );
        assert_eq!(read("@parlor hi"), Ok(Say { who: None, place: Some(Direct), text: "hi" }));
        assert_eq!(
            read("@alice @parlor hi"),
            Ok(Say { who: Some("alice"), place: Some(Direct), text: "hi" })
        );
        assert_eq!(
            read("#lobby @parlor hi"),
            Ok(Say { who: None, place: Some(Room("#lobby")), text: "@parlor hi" }),
            "in a room this is a mention"
        );
    }

    #[test]
    fn without_a_text_it_holds_from_now_on() {
        assert_eq!(read("#lobby"), Ok(Go { who: None, place: Some(Room("#lobby")) }));
        assert_eq!(read("@alice "), Ok(Go { who: Some("alice"), place: None }));
        assert_eq!(read("@alice #lobby"), Ok(Go { who: Some("alice"), place: Some(Room("#lobby")) }));
        assert_eq!(read("@parlor"), Ok(Go { who: None, place: Some(Direct) }));
        assert_eq!(read("/direct"), Ok(Go { who: None, place: Some(Direct) }));
    }

    #[test]
    fn a_slash_is_for_the_terminal_and_two_are_for_the_bot() {
        assert_eq!(read("/help "), Ok(Help));
        assert_eq!(read("/rooms"), Ok(Rooms));
        assert_eq!(read("/who"), Ok(Who));
        assert_eq!(read("/quit"), Ok(Quit));
        assert_eq!(read("//quit"), Ok(Say { who: None, place: None, text: "/quit" }));
        assert!(read("/dance").expect_err("unknown").contains("/help"));
    }

    #[test]
    fn nothing_makes_it_panic() {
        for odd in [
            "",
            "  ",
            "@",
            "#",
            "@ ",
            "# x",
            "@#",
            "#@",
            "/",
            "@\u{0}",
            "#\u{1b}[2J hi",
            "ß",
            "@ä #ö ü",
            "\u{feff}",
        ] {
            let _ = read(odd);
        }
        assert_eq!(read(" \t"), Ok(Blank));
        assert!(read("@").is_err() && read("# x").is_err() && read("@al!ce hi").is_err());
    }
}
