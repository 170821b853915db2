//! What a backend reports, as lines of a script.

use wasmtime::component::Val;

use super::values::{self, field, words};

/// A call of `parlor:chat/events`, in the words of a script.
pub fn report(function: &str, arguments: &[Val]) -> String {
    known(function, arguments).unwrap_or_else(|| {
        let arguments: Vec<_> = arguments.iter().map(values::text).collect();
        format!("reports {function}({})", arguments.join(", "))
    })
}

fn known(function: &str, arguments: &[Val]) -> Option<String> {
    Some(match (function, arguments) {
        ("connected", [who]) => format!("reports connected: {}", name(who)?),
        ("disconnected", [reason, Val::Bool(turned_away)]) => {
            let how = if *turned_away { "turned away" } else { "disconnected" };
            format!("reports {how}: {}", words(reason)?)
        }
        ("message-received", [what]) => format!("reports message: {}", message(what)?),
        ("message-sent", [what]) => format!("reports sent: {}", words(field(what, "body")?)?),
        ("presence-changed", [what]) => {
            let note = words(field(what, "note")?).map(|note| format!(": {note}")).unwrap_or_default();
            let status = match field(what, "status")? {
                Val::Variant(status, None) if status == "do-not-disturb" => "busy".to_owned(),
                Val::Variant(status, None) => status.clone(),
                Val::Variant(_, Some(status)) => words(status)?.to_owned(),
                _ => return None,
            };
            format!("reports {} is {status}{note}", name(field(what, "who")?)?)
        }
        ("reaction-changed", [what]) => {
            let verb = if field(what, "added")? == &Val::Bool(true) { "reacts with" } else { "takes" };
            let (mark, to) = (words(field(what, "name")?)?, words(field(what, "message-id")?)?);
            format!("reports {} {verb} {mark} to {to}", name(field(what, "who")?)?)
        }
        ("room-changed", [Val::String(room), Val::Variant(kind, what)]) => {
            let what = what.as_deref()?;
            match kind.as_str() {
                "joined" | "left" => format!("reports {} {kind} {room}", name(what)?),
                "invited" => format!("reports {} invites to {room}", name(what)?),
                "topic" => format!("reports topic of {room}: {}", words(what).unwrap_or_default()),
                "renamed" => {
                    let (before, after) = (name(field(what, "before")?)?, name(field(what, "after")?)?);
                    format!("reports {before} is {after} in {room}")
                }
                _ => return None,
            }
        }
        ("refused", [why]) => format!("reports refused: {}", words(why)?),
        _ => return None,
    })
}

fn message(what: &Val) -> Option<String> {
    let who = name(field(what, "sender")?)?;
    let place = match field(what, "recipient")? {
        Val::Variant(kind, Some(room)) if kind == "room" => format!(" in {}", words(room)?),
        _ => String::new(),
    };
    let delayed = if field(what, "delayed")? == &Val::Bool(true) { " (history)" } else { "" };
    Some(format!("{who}{place}{delayed}: {}", words(field(what, "body")?)?))
}

/// What a person is called.
fn name(who: &Val) -> Option<String> {
    words(field(who, "nick")?).or_else(|| words(field(who, "person")?)).map(str::to_owned)
}
