//! The channels of a session, in every style that the original's clients have.
//!
//! 0.4 has `/session/roster/*` and `/session/sync`; 0.5 has `/session/sync/app` and `/session/sync/engine` instead of
//! the latter; 0.6 puts the session's id in front (and forgets a slash before `roster`); 0.7 and 1.0 have it right.

/// Where a client hears operations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SyncStyle {
    /// `/session/sync` for both kinds (0.4).
    One,
    /// `/session/sync/app` and `/session/sync/engine` (0.5).
    Two,
    /// `/session/ID/sync/app` and `/session/ID/sync/engine` (0.6 and later).
    Named,
}

/// Where a client hears who comes and goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RosterStyle {
    /// `/session/roster/available` (0.4 and 0.5).
    Plain,
    /// `/session/IDroster/available` (0.6).
    Joined,
    /// `/session/ID/roster/available` (0.7 and later).
    Named,
}

/// What an operation is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SyncKind {
    /// A cooperative event of the application.
    App,
    /// The housekeeping of the operation engines.
    Engine,
}

/// A channel that a client names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place<'a> {
    /// Operations: one kind of them, or both.
    Sync(SyncStyle, Option<SyncKind>),
    /// Who comes and goes.
    Roster(RosterStyle),
    /// The steps of joining.
    Join,
    /// Being an updater.
    Updater,
    /// Errors of the session.
    Errors,
    /// Navigation.
    Admin,
    /// What a service publishes.
    Service(&'a str),
    /// A service's private answers.
    Answers(&'a str),
    /// A service's questions.
    Question(&'a str),
}

/// Where operations are published and heard, in a style.
pub fn sync_channel(id: &str, style: SyncStyle, kind: SyncKind) -> String {
    let kind = match kind {
        SyncKind::App => "app",
        SyncKind::Engine => "engine",
    };
    match style {
        SyncStyle::One => "/session/sync".into(),
        SyncStyle::Two => format!("/session/sync/{kind}"),
        SyncStyle::Named => format!("/session/{id}/sync/{kind}"),
    }
}

/// Where it is heard that somebody has come (`available`) or gone.
pub fn roster_channel(id: &str, style: RosterStyle, available: bool) -> String {
    let what = if available { "available" } else { "unavailable" };
    match style {
        RosterStyle::Plain => format!("/session/roster/{what}"),
        RosterStyle::Joined => format!("/session/{id}roster/{what}"),
        RosterStyle::Named => format!("/session/{id}/roster/{what}"),
    }
}

/// Where what a service publishes is heard.
pub fn service_channel(service: &str) -> String {
    format!("/bot/{service}")
}

/// Where a service's answers are heard.
pub fn answers_channel(service: &str) -> String {
    format!("/service/bot/{service}/response")
}

/// What a channel of the session `id` is, which a client subscribes; none if clients may not.
pub fn subscribed<'a>(id: &str, channel: &'a str) -> Option<Place<'a>> {
    match channel {
        "/session/error" => return Some(Place::Errors),
        "/session/sync" => return Some(Place::Sync(SyncStyle::One, None)),
        "/session/roster/*" => return Some(Place::Roster(RosterStyle::Plain)),
        "/service/session/join/*" => return Some(Place::Join),
        "/service/session/updater" => return Some(Place::Updater),
        _ => {}
    }
    if let Some(service) = channel.strip_prefix("/bot/") {
        return service_name(service).then_some(Place::Service(service));
    }
    if let Some(rest) = channel.strip_prefix("/service/bot/") {
        let service = rest.strip_suffix("/response")?;
        return service_name(service).then_some(Place::Answers(service));
    }
    let rest = channel.strip_prefix("/session/")?;
    if let Some(kind) = rest.strip_prefix("sync/") {
        return Some(Place::Sync(SyncStyle::Two, heard(kind)?));
    }
    match rest.strip_prefix(id)? {
        "roster/*" => Some(Place::Roster(RosterStyle::Joined)),
        "/roster/*" => Some(Place::Roster(RosterStyle::Named)),
        "/admin" => Some(Place::Admin),
        rest => Some(Place::Sync(SyncStyle::Named, heard(rest.strip_prefix("/sync/")?)?)),
    }
}

/// What a channel of the session `id` is, which a client publishes to; none if clients may not.
pub fn published<'a>(id: &str, channel: &'a str) -> Option<Place<'a>> {
    match channel {
        "/session/sync" => return Some(Place::Sync(SyncStyle::One, None)),
        "/service/session/updater" => return Some(Place::Updater),
        _ => {}
    }
    if let Some(rest) = channel.strip_prefix("/service/bot/") {
        let service = rest.strip_suffix("/request")?;
        return service_name(service).then_some(Place::Question(service));
    }
    let rest = channel.strip_prefix("/session/")?;
    if let Some(kind) = rest.strip_prefix("sync/") {
        return Some(Place::Sync(SyncStyle::Two, Some(kind_of(kind)?)));
    }
    match rest.strip_prefix(id)? {
        "/admin" => Some(Place::Admin),
        rest => Some(Place::Sync(SyncStyle::Named, Some(kind_of(rest.strip_prefix("/sync/")?)?))),
    }
}

/// What is heard under the last part of a channel of operations.
fn heard(kind: &str) -> Option<Option<SyncKind>> {
    if kind == "*" { Some(None) } else { kind_of(kind).map(Some) }
}

fn kind_of(kind: &str) -> Option<SyncKind> {
    match kind {
        "app" => Some(SyncKind::App),
        "engine" => Some(SyncKind::Engine),
        _ => None,
    }
}

/// Whether a service can be called this: 1 to 64 letters, digits, `-`, `_` and `.`, and neither `.` nor `..`.
pub fn service_name(name: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    (1..=64).contains(&name.len()) && name.chars().all(fits) && name != "." && name != ".."
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0123456789abcdef0123456789abcdef";

    fn named(rest: &str) -> String {
        format!("/session/{ID}{rest}")
    }

    #[test]
    fn every_style_of_the_clients_is_understood() {
        let sync = |style, kind| Some(Place::Sync(style, kind));
        assert_eq!(subscribed(ID, "/session/sync"), sync(SyncStyle::One, None));
        assert_eq!(subscribed(ID, "/session/sync/app"), sync(SyncStyle::Two, Some(SyncKind::App)));
        assert_eq!(subscribed(ID, "/session/sync/*"), sync(SyncStyle::Two, None));
        assert_eq!(subscribed(ID, &named("/sync/*")), sync(SyncStyle::Named, None));
        assert_eq!(subscribed(ID, &named("/sync/engine")), sync(SyncStyle::Named, Some(SyncKind::Engine)));
        assert_eq!(subscribed(ID, "/session/roster/*"), Some(Place::Roster(RosterStyle::Plain)));
        assert_eq!(subscribed(ID, &named("roster/*")), Some(Place::Roster(RosterStyle::Joined)));
        assert_eq!(subscribed(ID, &named("/roster/*")), Some(Place::Roster(RosterStyle::Named)));
        assert_eq!(published(ID, &named("/sync/app")), sync(SyncStyle::Named, Some(SyncKind::App)));
        assert_eq!(published(ID, "/session/sync/engine"), sync(SyncStyle::Two, Some(SyncKind::Engine)));
    }

    #[test]
    fn what_belongs_to_others_to_the_server_or_to_everybody_is_nothing() {
        let other = "fedcba9876543210fedcba9876543210";
        for channel in [
            format!("/session/{other}/sync/app"),
            format!("/session/{other}/roster/*"),
            "/**".into(),
            "/session/**".into(),
            named("/**"),
            "/bot/*".into(),
            "/service/**".into(),
            "/services/x".into(),
            "/bot/..".into(),
            "/bot/a/b".into(),
            "/service/bot/../response".into(),
            "/service/bot/echo/request".into(),
        ] {
            assert_eq!(subscribed(ID, &channel), None, "{channel}");
        }
        for channel in [
            named("/roster/available"),
            "/session/roster/available".into(),
            "/bot/echo".into(),
            "/service/bot/echo/response".into(),
            "/service/session/join/state".into(),
            "/session/error".into(),
            named("/sync/*"),
            named("/sync/else"),
            format!("/session/{other}/admin"),
        ] {
            assert_eq!(published(ID, &channel), None, "{channel}");
        }
    }
}
