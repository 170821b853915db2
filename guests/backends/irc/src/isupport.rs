//! What the server says about itself.

use crate::case::CaseMapping;

/// The parameters of `RPL_ISUPPORT` that matter here (modern.ircdocs.horse, section "RPL_ISUPPORT Parameters"), each
/// with what holds where the server does not say.
#[derive(Debug)]
pub struct Isupport {
    pub case: CaseMapping,
    /// What room names begin with.
    pub room_marks: String,
    /// What stands before somebody's name for their status in a room (`@`), with the mode that gives it (`o`).
    pub statuses: Vec<(char, char)>,
    /// Which of these can stand before a room's name, for a message to those who have it.
    pub status_messages: String,
    /// The modes of rooms: lists, always with a parameter, with one when set, without.
    pub modes: [String; 4],
    /// The longest topic, in bytes.
    pub topic_length: Option<usize>,
    /// The longest line, its end included (RFC 1459, section 2.3: 512).
    pub line_length: usize,
    /// Whether `WHO` can tell accounts.
    pub whox: bool,
}

impl Default for Isupport {
    fn default() -> Self {
        Self {
            case: CaseMapping::default(),
            room_marks: "#&".to_owned(),
            statuses: vec![('@', 'o'), ('+', 'v')],
            status_messages: String::new(),
            modes: ["beI", "k", "l", ""].map(str::to_owned),
            topic_length: None,
            line_length: 512,
            whox: false,
        }
    }
}

impl Isupport {
    /// What holds for every server, while it is not known which: letters that are the same on some are kept apart.
    pub fn unknown() -> Self {
        Self { case: CaseMapping::Ascii, ..Self::default() }
    }

    /// Takes one parameter: `KEY=value`, `KEY`, or `-KEY` for what holds no longer.
    pub fn take(&mut self, token: &str) {
        let usual = Self::default();
        let (key, value) = match token.strip_prefix('-') {
            Some(key) => (key, None),
            None => token.split_once('=').map_or((token, Some("")), |(key, value)| (key, Some(value))),
        };
        let number = value.and_then(|value| value.parse::<usize>().ok());
        match key {
            "CASEMAPPING" => self.case = value.map_or(usual.case, CaseMapping::named),
            "CHANTYPES" => self.room_marks = value.map_or(usual.room_marks, marks),
            "PREFIX" => self.statuses = value.map_or(usual.statuses, statuses),
            "STATUSMSG" => self.status_messages = value.map(marks).unwrap_or_default(),
            "CHANMODES" => {
                let mut kinds = value.unwrap_or_default().split(',').map(marks);
                self.modes = std::array::from_fn(|_| kinds.next().unwrap_or_default());
            }
            // The server may be wrong or worse: a bot must still be able to say something, in bounded memory.
            "LINELEN" => {
                self.line_length = number.map_or(usual.line_length, |length| length.clamp(512, 8192))
            }
            "TOPICLEN" => self.topic_length = number.filter(|length| *length > 0),
            "WHOX" => self.whox = value.is_some(),
            _ => {}
        }
    }

    /// Whether this is a room's name, by its first letter.
    pub fn is_room(&self, name: &str) -> bool {
        name.starts_with(|mark| self.room_marks.contains(mark))
    }

    /// The status that this mode gives, as it is shown.
    pub fn status_of(&self, mode: char) -> Option<char> {
        self.statuses.iter().find(|(_, letter)| *letter == mode).map(|(status, _)| *status)
    }

    /// Whether this is how a status is shown.
    pub fn is_status(&self, mark: char) -> bool {
        self.statuses.iter().any(|(status, _)| *status == mark)
    }

    /// Whether this mode has a parameter.
    pub fn has_parameter(&self, mode: char, set: bool) -> bool {
        let [lists, always, when_set, _] = &self.modes;
        self.status_of(mode).is_some()
            || lists.contains(mode)
            || always.contains(mode)
            || (set && when_set.contains(mode))
    }
}

/// A few letters; no server has more.
fn marks(value: &str) -> String {
    value.chars().take(64).collect()
}

/// `(ov)@+`, in the order of rank.
fn statuses(value: &str) -> Vec<(char, char)> {
    let Some((modes, shown)) = value.strip_prefix('(').and_then(|rest| rest.split_once(')')) else {
        return Vec::new();
    };
    let marks = shown.chars().zip(modes.chars()).take(64);
    // What can be shown in a string of JSON as it is, which is all that there are.
    marks.filter(|(mark, _)| mark.is_ascii_punctuation() && !matches!(mark, '"' | '\\')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_server_says_holds_until_it_is_taken_back() {
        let mut isupport = Isupport::default();
        for token in
            ["CASEMAPPING=ascii", "CHANTYPES=#", "PREFIX=(qov)~@+", "NICKLEN=30", "WHOX", "LINELEN=2048"]
        {
            isupport.take(token);
        }
        assert_eq!(isupport.case, CaseMapping::Ascii);
        assert!(isupport.is_room("#a") && !isupport.is_room("&a") && !isupport.is_room(""));
        assert_eq!(isupport.status_of('q'), Some('~'));
        assert_eq!((isupport.line_length, isupport.whox), (2048, true));
        ["-CHANTYPES", "-WHOX", "-PREFIX", "-LINELEN"].iter().for_each(|token| isupport.take(token));
        assert!(isupport.is_room("&a") && !isupport.whox && isupport.status_of('q').is_none());
        assert_eq!(isupport.line_length, 512);
    }

    #[test]
    fn modes_have_parameters_by_their_kind() {
        let mut isupport = Isupport::default();
        isupport.take("CHANMODES=beI,k,jl,imnpst");
        let parameters =
            |set| "obkln".chars().map(|mode| isupport.has_parameter(mode, set)).collect::<Vec<_>>();
        assert_eq!(parameters(true), [true, true, true, true, false]);
        assert_eq!(parameters(false), [true, true, true, false, false]);
    }

    #[test]
    fn nonsense_does_no_harm() {
        let mut isupport = Isupport::default();
        for token in [
            "",
            "-",
            "=",
            "PREFIX",
            "PREFIX=(",
            "PREFIX=(ov",
            "PREFIX=)(",
            "CHANMODES",
            "TOPICLEN=x",
            "LINELEN=0",
            "LINELEN=99999999999999999999",
            "CASEMAPPING",
            "CHANTYPES=",
        ] {
            isupport.take(token);
        }
        assert_eq!(isupport.line_length, 512);
        assert!(!isupport.is_room("#a"), "a server may have no rooms");
    }
}
