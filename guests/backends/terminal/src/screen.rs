//! What is written to the terminal.

/// How to write: for somebody who sits there, or for a program that reads the answers.
#[derive(Clone, Copy, Debug)]
pub struct Screen {
    /// Somebody sits there: they get a prompt, and see who speaks.
    pub interactive: bool,
}

/// Said first to somebody who sits there, unless configured otherwise.
pub const GREETING: &str = "\
This is Parlor. What you type goes to the bot: try !echo hello, or !help.
#lobby comes into a room, @alice is somebody else, /help tells more, /quit leaves.
";

/// Back to the start of the line, and clear it: what is written next takes the place of the prompt.
const OVER_THE_PROMPT: &str = "\r\x1b[K";

impl Screen {
    /// Something that the bot said, in a room or to one person. To whom is shown where that is not who types now.
    pub fn said(self, bot: &str, room: Option<&str>, to: Option<&str>, body: &str) -> String {
        let mut start = room.map(|room| format!("[{room}] ")).unwrap_or_default();
        if self.interactive {
            start += bot;
            if let Some(to) = to {
                start += &format!(" (to {to})");
            }
            start += "> ";
        }
        body.lines()
            .map(|line| format!("{start}{}\n", clean(line)))
            .collect()
    }

    /// Something that happened in a room. A program that reads the answers is not told.
    pub fn note(self, room: &str, what: &str) -> String {
        if self.interactive {
            format!("[{room}] {}\n", clean(what))
        } else {
            String::new()
        }
    }

    /// What to send so that these lines appear, with the prompt after them.
    pub fn show(self, lines: &str, who: &str, room: Option<&str>) -> String {
        match (self.interactive, room) {
            (false, _) => lines.to_owned(),
            (true, None) => format!("{OVER_THE_PROMPT}{lines}{who}> "),
            (true, Some(room)) => format!("{OVER_THE_PROMPT}{lines}{who} {room}> "),
        }
    }
}

/// The text without what would command the terminal: whoever writes to a bot's room could otherwise retitle the
/// window or overwrite what was said. Control characters become pictures of themselves.
fn clean(text: &str) -> String {
    let picture = |letter: char| match letter {
        '\t' => letter,
        '\0'..='\x1f' => char::from_u32(0x2400 + u32::from(letter)).unwrap_or(char::REPLACEMENT_CHARACTER),
        '\x7f' => '␡',
        '\u{80}'..='\u{9f}' => char::REPLACEMENT_CHARACTER,
        _ => letter,
    };
    text.chars().map(picture).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PERSON: Screen = Screen { interactive: true };
    const PROGRAM: Screen = Screen { interactive: false };

    #[test]
    fn a_program_gets_the_words_and_nothing_else() {
        assert_eq!(
            PROGRAM.said("parlor", None, Some("alice"), "hi\nthere\n"),
            "hi\nthere\n"
        );
        assert_eq!(
            PROGRAM.said("parlor", Some("#lobby"), None, "hi\nthere"),
            "[#lobby] hi\n[#lobby] there\n"
        );
        assert_eq!(PROGRAM.note("#lobby", "the topic is tea"), "");
        assert_eq!(PROGRAM.show("hi\n", "you", Some("#lobby")), "hi\n");
    }

    #[test]
    fn a_person_sees_who_speaks_and_gets_a_prompt() {
        assert_eq!(PERSON.said("parlor", None, None, "hi"), "parlor> hi\n");
        assert_eq!(
            PERSON.said("parlor", None, Some("alice"), "hi"),
            "parlor (to alice)> hi\n"
        );
        assert_eq!(
            PERSON.said("parlor", Some("#lobby"), None, "hi"),
            "[#lobby] parlor> hi\n"
        );
        assert_eq!(PERSON.show("hi\n", "you", None), "\r\x1b[Khi\nyou> ");
        assert_eq!(PERSON.show("", "alice", Some("#lobby")), "\r\x1b[Kalice #lobby> ");
    }

    #[test]
    fn words_cannot_command_the_terminal() {
        assert_eq!(
            PROGRAM.said("parlor", None, None, "\x1b]0;mine\x07\tok\u{9b}2J"),
            "␛]0;mine␇\tok\u{fffd}2J\n"
        );
        assert_eq!(PROGRAM.said("parlor", None, None, "true\rfalse"), "true␍false\n");
    }
}
