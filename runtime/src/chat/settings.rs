//! How people talk to bots: what `[chat]` says.

use std::time::Duration;

use wildmatch::WildMatch;

use super::access::Access;

/// How people talk to bots.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// What a command begins with, and what help shows.
    pub prefix: String,
    /// What it may begin with instead, in any case of letters; the longest that fits counts.
    pub prefixes: Vec<String>,
    /// In a direct chat the prefix may be left out.
    pub prefix_optional_in_private: bool,
    /// A command that does not exist is answered, with what may have been meant.
    pub answer_unknown: bool,
    /// How many commands one person may give.
    pub flood: Flood,
    /// Commands whose answers go to the sender alone.
    pub private: Vec<WildMatch>,
    /// Commands whose answers go into the message's thread.
    pub threaded: Vec<WildMatch>,
    /// In rooms, answers begin with the name of whoever asked.
    pub nick_prefix: bool,
    /// Who may use what.
    pub access: Access,
    /// Where admins are told what they should know.
    pub tell_admins: Vec<Desk>,
}

/// A bound on the commands of one person: `commands` at once, and as many again in each `per`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flood {
    /// At most; 0 for no bound.
    pub commands: u32,
    /// In this time.
    pub per: Duration,
}

/// Where admins are told something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Desk {
    /// On this network.
    pub network: String,
    /// To a person, as people write them there, or in a room.
    pub to: Whom,
}

/// A person or a room, by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whom {
    /// As people write them.
    Person(String),
    /// By its name.
    Room(String),
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            prefix: "!".into(),
            prefixes: Vec::new(),
            prefix_optional_in_private: true,
            answer_unknown: true,
            flood: Flood { commands: 20, per: Duration::from_secs(10) },
            private: Vec::new(),
            threaded: Vec::new(),
            nick_prefix: false,
            access: Access::default(),
            tell_admins: Vec::new(),
        }
    }
}

/// How a message was found to be a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Addressed<'a> {
    /// What follows the prefix.
    pub text: &'a str,
    /// The prefix was there: it was meant as a command. Otherwise it is one if there is such a command.
    pub surely: bool,
}

impl Settings {
    /// What a message says to bots: it begins with a prefix, or with the bot's own name and `:` or `,`, or it was said to
    /// the bot alone where that suffices.
    pub fn addressed<'a>(&self, body: &'a str, direct: bool, nick: Option<&str>) -> Option<Addressed<'a>> {
        let body = body.trim_start();
        let others = self.prefixes.iter().map(String::as_str);
        let longest = std::iter::once(&*self.prefix)
            .chain(others)
            .filter_map(|prefix| strip(body, prefix).map(|rest| (prefix.len(), rest)))
            .max_by_key(|(length, _)| *length);
        if let Some((_, rest)) = longest {
            let text = rest.trim_start();
            return (!text.is_empty()).then_some(Addressed { text, surely: true });
        }
        let named = nick.and_then(|nick| strip(body, nick)).and_then(|rest| rest.strip_prefix([':', ',']));
        if let Some(text) = named.map(str::trim_start).filter(|text| !text.is_empty()) {
            return Some(Addressed { text, surely: false });
        }
        (direct && self.prefix_optional_in_private).then_some(Addressed { text: body, surely: false })
    }
}

/// What follows `prefix`, in any case of its ASCII letters.
fn strip<'a>(body: &'a str, prefix: &str) -> Option<&'a str> {
    let (head, rest) = body.split_at_checked(prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text<'a>(settings: &Settings, body: &'a str, direct: bool) -> Option<(&'a str, bool)> {
        settings.addressed(body, direct, Some("parlor")).map(|found| (found.text, found.surely))
    }

    #[test]
    fn the_prefix_is_optional_in_a_direct_chat_only() {
        let settings = Settings::default();
        assert_eq!(text(&settings, "!echo hi", false), Some(("echo hi", true)));
        assert_eq!(text(&settings, "  ! echo hi", false), Some(("echo hi", true)));
        assert_eq!(text(&settings, "echo hi", true), Some(("echo hi", false)));
        assert_eq!(text(&settings, "echo hi", false), None);
        assert_eq!(text(&settings, "!", true), None);
        let needed = Settings { prefix_optional_in_private: false, ..settings };
        assert_eq!(text(&needed, "echo hi", true), None);
    }

    #[test]
    fn of_several_prefixes_the_longest_counts() {
        let prefixes = ["bot", "bot, please", "Ünd "].map(String::from).to_vec();
        let settings = Settings { prefixes, ..Settings::default() };
        assert_eq!(text(&settings, "bot, please echo", false), Some(("echo", true)));
        assert_eq!(text(&settings, "BOT echo", false), Some(("echo", true)));
        assert_eq!(text(&settings, "Ünd echo", false), Some(("echo", true)));
        // No character is cut.
        assert_eq!(text(&settings, "Ü", false), None);
    }

    #[test]
    fn the_bots_own_name_addresses_it() {
        let settings = Settings::default();
        assert_eq!(text(&settings, "Parlor: echo hi", false), Some(("echo hi", false)));
        assert_eq!(text(&settings, "parlor, echo hi", false), Some(("echo hi", false)));
        assert_eq!(text(&settings, "parlors: echo hi", false), None);
        assert_eq!(text(&settings, "parlor:", false), None);
    }
}
