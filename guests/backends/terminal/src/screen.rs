//! What is written to the terminal: whole lines, for the host takes nothing less. It also makes visible what a terminal
//! would obey, so that nothing here need.

/// How to write: for somebody who sits there, or for a program that reads the answers.
#[derive(Clone, Copy, Debug)]
pub struct Screen {
    /// Somebody sits there, and wants to see who speaks and what happens.
    pub interactive: bool,
}

/// Said first to somebody who sits there, unless configured otherwise.
pub const GREETING: &str = "\
This is Parlor. What you type goes to the bot: try !echo hello, or !help.
#lobby comes into a room, @alice is somebody else, /help tells more, /quit leaves.
";

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
        body.lines().map(|line| format!("{start}{line}\n")).collect()
    }

    /// Something that happened in a room.
    pub fn note(self, room: &str, what: &str) -> String {
        self.aside(&format!("[{room}] {what}"))
    }

    /// Something that a program which reads the answers is not told.
    pub fn aside(self, line: &str) -> String {
        if self.interactive { format!("{line}\n") } else { String::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PERSON: Screen = Screen { interactive: true };
    const PROGRAM: Screen = Screen { interactive: false };

    #[test]
    fn a_program_gets_the_words_and_nothing_else() {
        assert_eq!(PROGRAM.said("parlor", None, Some("alice"), "hi\nthere\n"), "hi\nthere\n");
        assert_eq!(
            PROGRAM.said("parlor", Some("#lobby"), None, "hi\nthere"),
            "[#lobby] hi\n[#lobby] there\n"
        );
        assert_eq!(PROGRAM.note("#lobby", "the topic is tea"), "");
    }

    #[test]
    fn a_person_sees_who_speaks_and_what_happens() {
        assert_eq!(PERSON.said("parlor", None, None, "hi"), "parlor> hi\n");
        assert_eq!(PERSON.said("parlor", None, Some("alice"), "hi"), "parlor (to alice)> hi\n");
        assert_eq!(PERSON.said("parlor", Some("#lobby"), None, "hi"), "[#lobby] parlor> hi\n");
        assert_eq!(PERSON.note("#lobby", "the topic is tea"), "[#lobby] the topic is tea\n");
    }
}
