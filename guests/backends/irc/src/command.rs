//! One line of the protocol, as it is sent to the server.

/// Puts a line together that is one line whatever it is made of: what comes from bots and people never ends it, and
/// never becomes a second parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command(String);

impl Command {
    /// A line of this command alone.
    pub fn new(command: &'static str) -> Self {
        Self(command.to_owned())
    }

    /// With one more parameter, a single word. Names are checked before they come here; from one that was not, what
    /// would make it more than a word is left out.
    pub fn word(mut self, word: &str) -> Self {
        let start = self.0.len();
        self.0.push(' ');
        let allowed = |letter: &char| !matches!(letter, ' ' | '\r' | '\n' | '\0');
        self.0.extend(word.trim_start_matches([':', ' ', '\r', '\n', '\0']).chars().filter(allowed));
        if self.0.len() == start + 1 {
            self.0.push('*');
        }
        self
    }

    /// With a text at the end. Line ends in it become spaces, as IRC has no others.
    pub fn text(mut self, text: &str) -> String {
        self.0.push_str(" :");
        self.0.push_str(&one_line(text));
        self.done()
    }

    /// The line, with its end.
    pub fn done(mut self) -> String {
        self.0.push_str("\r\n");
        self.0
    }
}

/// The text without line ends, each taken for a space, and without NUL (RFC 1459, section 2.3.1: the bytes that no
/// parameter can have).
pub fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\r' if letters.peek() == Some(&'\n') => {}
            '\r' | '\n' => line.push(' '),
            '\0' => {}
            letter => line.push(letter),
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::message::Message;

    #[test]
    fn lines_end_where_they_should() {
        assert_eq!(Command::new("JOIN").word("#tea").word("key").done(), "JOIN #tea key\r\n");
        assert_eq!(
            Command::new("PRIVMSG").word("al").text("a\r\nQUIT\nx\ry\0z"),
            "PRIVMSG al :a QUIT x yz\r\n"
        );
        assert_eq!(Command::new("PART").word(":# a\r\nQUIT").done(), "PART #aQUIT\r\n");
        assert_eq!(Command::new("PART").word("").done(), "PART *\r\n");
    }

    proptest! {
        #[test]
        fn nothing_gets_out_of_its_parameter(word in any::<String>(), text in any::<String>()) {
            let line = Command::new("TEST").word(&word).text(&text);
            let body = line.strip_suffix("\r\n").expect("an end");
            prop_assert!(!body.contains(['\r', '\n', '\0']));
            let read = Message::read(body).expect("a line");
            prop_assert_eq!((read.source, read.command, read.params().len()), (None, "TEST", 2));
        }
    }
}
