//! One thing that happens in a script, read from its line.

use std::time::Duration;

/// What happens.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// `test NAME`: a new extension begins.
    Test(String),
    /// `config KEY = VALUE`
    Config(String, String),
    /// `admin NAME`
    Admin(String),
    /// `as ROLE`
    As(String),
    /// `let NAME = TEXT`
    Let(String, String),
    /// `app-data JSON`: what a service bot is started with.
    AppData(String),
    /// `answer INTERFACE.FUNCTION VALUE`
    Answer(String, String),
    /// `http METHOD URL answers STATUS[: BODY]`
    Http {
        /// `METHOD URL`
        request: String,
        /// The status code.
        status: u16,
        /// What follows the colon.
        body: String,
    },
    /// `NAME: TEXT`, `NAME in ROOM: TEXT`
    Says {
        /// Who.
        who: String,
        /// Where; none for in private.
        room: Option<String>,
        /// What.
        text: String,
    },
    /// `NAME joins ROOM`
    Joins(String, String),
    /// `NAME leaves ROOM`
    Leaves(String, String),
    /// `NAME is NEW-NAME`
    Renamed(String, String),
    /// `NAME sets topic of ROOM: TEXT`
    Topic {
        /// Who.
        who: String,
        /// Where.
        room: String,
        /// What it is now.
        topic: String,
    },
    /// `NAME invites the bot to ROOM`
    Invites(String, String),
    /// `NAME is online`, `is away`, `is away: NOTE`, …
    Presence {
        /// Who.
        who: String,
        /// `online`, `away`, `busy`, `offline`
        status: String,
        /// Their words.
        note: Option<String>,
    },
    /// `NAME reacts with MARK to "TEXT"`, `NAME takes MARK from "TEXT"`
    Reacts {
        /// Who.
        who: String,
        /// The mark.
        mark: String,
        /// The message.
        message: String,
        /// Put there; otherwise taken away.
        added: bool,
    },
    /// `network goes` (false), `network comes` (true)
    Network(bool),
    /// `wait TIME`
    Wait(Duration),
    /// `store`
    Store,
    /// `restart`
    Restart,
    /// `call INTERFACE.FUNCTION(ARGUMENTS)`
    Call(String),
    /// `NAME subscribes`
    Subscribes(String),
    /// `NAME unsubscribes`
    Unsubscribes(String),
    /// `NAME asks JSON`
    Asks(String, String),
    /// `NAME syncs JSON`
    Syncs(String, String),
    /// `session ends`
    SessionEnds,
    /// `server: TEXT`
    Server(String),
    /// `server closes`
    ServerCloses,
    /// `say TO: TEXT`
    Say(String, String),
}

/// The forms of a step, for whoever wrote another.
const FORMS: &str = "a step is `NAME: TEXT`, `NAME in ROOM: TEXT`, `NAME joins|leaves ROOM`, `NAME is NEW-NAME`, `NAME is online|away|busy|offline`, \
`NAME sets topic of ROOM: TEXT`, `NAME invites the bot to ROOM`, `NAME reacts with MARK to \"TEXT\"`, `wait TIME`, `store`, `restart`, \
`call INTERFACE.FUNCTION(…)`, `network goes|comes`, `NAME asks|syncs JSON`, `NAME subscribes|unsubscribes`, `session ends`, `server: TEXT`, \
`server closes`, `say TO: TEXT`, or one of the settings `config`, `admin`, `as`, `let`, `app-data`, `answer`, `http`";

impl Action {
    /// Reads a line without indentation.
    ///
    /// # Errors
    /// What could have stood there.
    pub fn parse(line: &str) -> Result<Self, String> {
        let line = line.trim_end();
        let (first, rest) =
            line.split_once(' ').map_or((line, ""), |(first, rest)| (first, rest.trim_start()));
        let value = |what: &str| {
            if rest.is_empty() {
                Err(format!("`{first}` is followed by {what}"))
            } else {
                Ok(rest.to_owned())
            }
        };
        Ok(match first {
            "test" => Self::Test(value("the test's name")?),
            "config" | "let" => {
                let form = format!("`{first} NAME = TEXT`");
                let (key, text) = rest.split_once('=').ok_or(form)?;
                let (key, text) = (key.trim().to_owned(), text.trim().to_owned());
                if first == "let" { Self::Let(key, text) } else { Self::Config(key, text) }
            }
            "admin" => Self::Admin(value("a name")?),
            "as" => Self::As(value("a role, such as service-bot")?),
            "app-data" => Self::AppData(value("JSON")?),
            "answer" => {
                let (function, answer) = rest.split_once(' ').ok_or("`answer INTERFACE.FUNCTION VALUE`")?;
                Self::Answer(function.to_owned(), answer.trim().to_owned())
            }
            "http" => http(rest).ok_or("`http METHOD URL answers STATUS: BODY`")?,
            "wait" => {
                Self::Wait(humantime::parse_duration(rest).map_err(|error| format!("`wait 5m`: {error}"))?)
            }
            "store" if rest.is_empty() => Self::Store,
            "restart" if rest.is_empty() => Self::Restart,
            "call" => Self::Call(value("INTERFACE.FUNCTION(ARGUMENTS)")?),
            "session" if rest == "ends" => Self::SessionEnds,
            "network" if rest == "goes" => Self::Network(false),
            "network" if rest == "comes" => Self::Network(true),
            "server" if rest == "closes" => Self::ServerCloses,
            "server:" => Self::Server(rest.to_owned()),
            "say" => {
                let (to, text) = rest.split_once(':').ok_or("`say TO: TEXT`")?;
                Self::Say(to.trim().to_owned(), text.strip_prefix(' ').unwrap_or(text).to_owned())
            }
            _ => person(first, line, rest).ok_or(FORMS)?,
        })
    }

    /// Adds a further line to what is said.
    ///
    /// # Errors
    /// If nothing is said here.
    pub fn extend(&mut self, line: &str) -> Result<(), String> {
        match self {
            Self::Says { text, .. } | Self::Say(_, text) => {
                text.push('\n');
                text.push_str(line);
                Ok(())
            }
            _ => Err("a line that begins with `|` goes on with what somebody says".into()),
        }
    }
}

fn http(rest: &str) -> Option<Action> {
    let (request, answer) = rest.split_once(" answers ")?;
    let (status, body) = answer.split_once(':').unwrap_or((answer, ""));
    let request = request.split_whitespace().collect::<Vec<_>>().join(" ");
    let status = status.trim().parse().ok().filter(|status| (100..=999).contains(status))?;
    Some(Action::Http { request, status, body: body.strip_prefix(' ').unwrap_or(body).to_owned() })
}

/// What a person does.
fn person(first: &str, line: &str, rest: &str) -> Option<Action> {
    if let Some(who) = first.strip_suffix(':').filter(|who| !who.is_empty()) {
        let text = line.get(first.len()..)?;
        let text = text.strip_prefix(' ').unwrap_or(text).to_owned();
        return Some(Action::Says { who: who.to_owned(), room: None, text });
    }
    let who = first.to_owned();
    let (verb, rest) = rest.split_once(' ').unwrap_or((rest, ""));
    let word = || (!rest.is_empty() && !rest.contains(' ')).then(|| rest.to_owned());
    let told = |prefix: &str| {
        let (room, text) = rest.strip_prefix(prefix)?.split_once(':')?;
        Some((room.trim().to_owned(), text.strip_prefix(' ').unwrap_or(text).to_owned()))
    };
    Some(match verb {
        "in" => {
            let (room, text) = told("")?;
            Action::Says { who, room: Some(room), text }
        }
        "joins" => Action::Joins(who, word()?),
        "leaves" => Action::Leaves(who, word()?),
        "sets" => {
            let (room, topic) = told("topic of ")?;
            Action::Topic { who, room, topic }
        }
        "invites" => Action::Invites(who, rest.strip_prefix("the bot to ")?.to_owned()),
        "is" => {
            let (status, note) = match rest.split_once(':') {
                Some((status, note)) => (status, Some(note.trim().to_owned())),
                None => (rest, None),
            };
            match status {
                "online" | "away" | "busy" | "offline" => {
                    Action::Presence { who, status: status.to_owned(), note }
                }
                _ => Action::Renamed(who, word()?),
            }
        }
        "reacts" => reaction(who, rest.strip_prefix("with ")?, " to ", true)?,
        "takes" => reaction(who, rest, " from ", false)?,
        "subscribes" if rest.is_empty() => Action::Subscribes(who),
        "unsubscribes" if rest.is_empty() => Action::Unsubscribes(who),
        "asks" if !rest.is_empty() => Action::Asks(who, rest.to_owned()),
        "syncs" if !rest.is_empty() => Action::Syncs(who, rest.to_owned()),
        _ => return None,
    })
}

fn reaction(who: String, rest: &str, between: &str, added: bool) -> Option<Action> {
    let (mark, message) = rest.split_once(between)?;
    let message = message.strip_prefix('"')?.strip_suffix('"')?.to_owned();
    Some(Action::Reacts { who, mark: mark.to_owned(), message, added })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_say_is_taken_as_it_is() {
        let says = |who: &str, room: Option<&str>, text: &str| Action::Says {
            who: who.into(),
            room: room.map(Into::into),
            text: text.into(),
        };
        assert_eq!(Action::parse("anna: !hello: you").unwrap(), says("anna", None, "!hello: you"));
        assert_eq!(
            Action::parse("anna in #a:  two spaces").unwrap(),
            says("anna", Some("#a"), " two spaces")
        );
        assert_eq!(Action::parse("anna:").unwrap(), says("anna", None, ""));
    }

    #[test]
    fn what_is_no_step_is_told_with_what_could_be_one() {
        for line in ["anna dances", "anna", "wait for it", "config nothing", "http GET answers", ": text"] {
            assert!(Action::parse(line).is_err(), "{line}");
        }
    }

    #[test]
    fn a_reaction_names_the_message_by_its_text() {
        let read = Action::parse("bob takes thumbs up from \"a \"b\" c\"").unwrap();
        let Action::Reacts { mark, message, added, .. } = read else { panic!("{read:?}") };
        assert_eq!((&*mark, &*message, added), ("thumbs up", "a \"b\" c", false));
    }
}
