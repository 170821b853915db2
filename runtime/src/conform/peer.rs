//! The service on the other side of a backend's connection, as its sheet describes it.

use super::sheet::Service;

/// A service that answers.
#[derive(Default)]
pub struct Peer {
    service: Option<Service>,
    /// Each write is a message, and nothing is a line of its own in it.
    whole: bool,
    /// What came of a line that has no end yet.
    begun: Vec<u8>,
    /// All that was written since this was last taken.
    written: Vec<u8>,
    /// What it has to say.
    says: Vec<String>,
}

impl Peer {
    /// One that speaks like this; without a service, one that says nothing.
    pub fn new(service: Option<Service>) -> Self {
        Self { service, ..Self::default() }
    }

    /// Somebody connects by this URL.
    pub fn open(&mut self, url: &str) {
        self.whole = !["tcp:", "tls:"].iter().any(|scheme| url.starts_with(scheme));
        self.begun.clear();
        self.says.clear();
    }

    /// Whether messages go over this connection, and not bytes.
    pub fn is_of_messages(&self) -> bool {
        self.whole
    }

    /// Somebody writes this; it may have to say something then.
    pub fn hear(&mut self, data: &[u8]) {
        self.written.extend(data);
        if self.whole {
            // Between messages that the reader is shown there is a line's end in any case.
            if !self.written.ends_with(b"\n") {
                self.written.push(b'\n');
            }
            let text = String::from_utf8_lossy(data).into_owned();
            return self.answer(text.trim_end_matches(['\r', '\n']));
        }
        self.begun.extend(data);
        while let Some(end) = self.begun.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = self.begun.drain(..=end).collect();
            self.answer(String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']));
        }
    }

    fn answer(&mut self, line: &str) {
        let Some(service) = &self.service else { return };
        let rule = service.replies.iter().find_map(|reply| Some((reply, captures(&reply.when, line)?)));
        if let Some((reply, parts)) = rule {
            self.says.extend(reply.say.iter().map(|say| filled(say, &parts)));
        }
    }

    /// What it has to say, as bytes, each element for one call.
    pub fn takes(&mut self) -> Vec<Vec<u8>> {
        let lines = std::mem::take(&mut self.says);
        self.bytes(&lines)
    }

    /// Lines as they come over the connection.
    pub fn bytes(&self, lines: &[String]) -> Vec<Vec<u8>> {
        if self.whole {
            return lines.iter().map(|line| line.clone().into_bytes()).collect();
        }
        let end = self.service.as_ref().map_or("\n", |service| &service.line_end);
        let text: String = lines.iter().flat_map(|line| [line, end]).collect();
        if text.is_empty() { Vec::new() } else { vec![text.into_bytes()] }
    }

    /// What was written since this was last asked.
    pub fn written(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.written)
    }
}

/// The texts that stand for the stars of a pattern; none if it does not match. A star takes as little as it can, the last one
/// all.
fn captures(pattern: &str, text: &str) -> Option<Vec<String>> {
    let mut parts = pattern.split('*');
    let mut rest = text.strip_prefix(parts.next()?)?;
    let mut found = Vec::new();
    let mut parts = parts.peekable();
    while let Some(part) = parts.next() {
        let at = match parts.peek() {
            Some(_) => rest.find(part)?,
            None => rest.len().checked_sub(part.len()).filter(|_| rest.ends_with(part))?,
        };
        found.push(rest[..at].to_owned());
        rest = &rest[at + part.len()..];
    }
    rest.is_empty().then_some(found)
}

/// A text with `{1}`, `{2}`, … filled in.
fn filled(text: &str, parts: &[String]) -> String {
    let numbered = parts.iter().enumerate();
    numbered.fold(text.to_owned(), |text, (number, part)| text.replace(&format!("{{{}}}", number + 1), part))
}

/// What comes when a person says this: `{text}` as it is, `{json}` as a JSON string.
pub fn said(template: &str, text: &str) -> String {
    template.replace("{json}", &serde_json::Value::from(text).to_string()).replace("{text}", text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_are_any_text_and_known_by_their_numbers() {
        let parts = |pattern, text| captures(pattern, text).map(|parts| parts.join("|"));
        assert_eq!(parts("JOIN *", "JOIN #a").as_deref(), Some("#a"));
        assert_eq!(parts("* PRIVMSG * :*", "x PRIVMSG y :a :b").as_deref(), Some("x|y|a :b"));
        assert_eq!(parts("PING", "PING").as_deref(), Some(""));
        for (pattern, text) in [("PING", "PINGS"), ("JOIN *", "JOIN"), ("*a", "ab"), ("ab*ba", "aba")] {
            assert_eq!(parts(pattern, text), None, "{pattern} {text}");
        }
        assert_eq!(filled("{1} {2} {1} {3}", &["a".into(), "b".into()]), "a b a {3}");
    }

    #[test]
    fn lines_are_heard_however_they_are_cut() {
        let reply = super::super::sheet::Reply { when: "HI *".into(), say: vec!["HO {1}".into()] };
        let service = Service {
            room: None,
            person: "anna".into(),
            replies: vec![reply],
            message: None,
            private: "{text}".into(),
            joins: Vec::new(),
            leaves: Vec::new(),
            line_end: "\r\n".into(),
        };
        let mut peer = Peer::new(Some(service));
        peer.open("tcp://a:1");
        for piece in ["H", "I a\r", "\nHI b\nHI"] {
            peer.hear(piece.as_bytes());
        }
        assert_eq!(peer.takes(), [b"HO a\r\nHO b\r\n"]);
        assert_eq!(peer.written(), b"HI a\r\nHI b\nHI");
        peer.open("ws://a:1/");
        peer.hear(b"HI c");
        assert_eq!(peer.takes(), [b"HO c"]);
    }

    #[test]
    fn what_is_said_stands_in_its_template() {
        assert_eq!(said("A {text} {json}", "x\"y"), "A x\"y \"x\\\"y\"");
    }
}
