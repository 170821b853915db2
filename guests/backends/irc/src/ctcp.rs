//! Messages within messages (modern.ircdocs.horse/ctcp).

use std::time::{Duration, UNIX_EPOCH};

use crate::text;

/// What a body is.
#[derive(Debug, PartialEq, Eq)]
pub enum Body<'a> {
    /// What somebody says.
    Said(&'a str),
    /// What somebody does: `/me waves`.
    Action(&'a str),
    /// A question of one program to another, with its argument.
    Query(&'a str, &'a str),
}

const MARK: char = '\u{1}';

/// Reads a body. The mark at its end may be missing: it is the first that is lost where a line is cut.
pub fn read(body: &str) -> Body<'_> {
    let Some(inner) = body.strip_prefix(MARK) else {
        return Body::Said(body);
    };
    let inner = inner.split(MARK).next().unwrap_or_default();
    match inner.split_once(' ').unwrap_or((inner, "")) {
        ("ACTION", action) => Body::Action(action),
        query => Body::Query(query.0, query.1),
    }
}

/// How many bytes an action is longer on the wire than as `/me …`.
pub const ACTION_FRAME: usize = "\u{1}ACTION \u{1}".len() - ME.len();

const ME: &str = "/me ";

/// The body as it is sent: `/me …` becomes an action. What a bot repeats must not become a query of its own, so marks
/// are left out.
pub fn written(body: &str) -> String {
    let body = body.replace(MARK, "");
    match body.strip_prefix(ME) {
        Some(action) => framed(&format!("ACTION {action}")),
        None => body,
    }
}

/// The answer to a query that there is one for.
pub fn answer(query: &str, argument: &str, version: &str, now: u64) -> Option<String> {
    let answer = match query {
        "VERSION" => format!("VERSION {version}"),
        // The argument is theirs, and comes back as it was; clients put a time into it.
        "PING" => format!("PING {}", text::plain(argument).chars().take(64).collect::<String>()),
        "TIME" => {
            let now = UNIX_EPOCH.checked_add(Duration::from_millis(now))?;
            format!("TIME {}", humantime::format_rfc3339_seconds(now))
        }
        "CLIENTINFO" => "CLIENTINFO ACTION CLIENTINFO PING TIME VERSION".to_owned(),
        _ => return None,
    };
    Some(framed(&answer))
}

fn framed(text: &str) -> String {
    format!("{MARK}{text}{MARK}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_told_apart() {
        assert_eq!(read("hi"), Body::Said("hi"));
        assert_eq!(read("\u{1}ACTION waves\u{1}"), Body::Action("waves"));
        assert_eq!(read("\u{1}ACTION waves"), Body::Action("waves"));
        assert_eq!(read("\u{1}PING 1 2\u{1}x"), Body::Query("PING", "1 2"));
        assert_eq!(read("\u{1}"), Body::Query("", ""));
    }

    #[test]
    fn a_bot_can_act_but_not_ask() {
        assert_eq!(written("/me waves"), "\u{1}ACTION waves\u{1}");
        assert_eq!(written("/me waves").len(), "/me waves".len() + ACTION_FRAME);
        assert_eq!(written("\u{1}VERSION\u{1}"), "VERSION");
        assert_eq!(written("/means"), "/means");
    }

    #[test]
    fn queries_are_answered() {
        assert_eq!(answer("PING", "1 \u{2}2", "", 0).as_deref(), Some("\u{1}PING 1 2\u{1}"));
        assert_eq!(answer("TIME", "", "", 0).as_deref(), Some("\u{1}TIME 1970-01-01T00:00:00Z\u{1}"));
        assert_eq!(answer("VERSION", "", "x", 0).as_deref(), Some("\u{1}VERSION x\u{1}"));
        assert_eq!(answer("DCC", "SEND", "", u64::MAX), None);
    }
}
