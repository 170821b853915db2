//! What is demanded of those who decide what people may do.

use wasmtime::component::Val;

use super::{
    behaviour::{Check, Needed as _, Seen, behaviours, demand},
    odd, shape,
    trial::Trial,
};
use crate::talk::values::field;

behaviours! {
    "it starts" => starts,
    "the same question has the same answer twice" => twice,
    "who is welcome is told so with a JSON object" => welcome,
    "who is refused is told so with a status and a line" => refused,
    "what a bot is started with is JSON" => config,
    "what a bot may do is answered for any service" => acls,
    "names, keys and services of any shape do not break it" => shapes,
}

const KEY: &str = "conform-session";

fn session(key: &str) -> Val {
    shape::record([
        ("id", shape::text("0123456789abcdef0123456789abcdef")),
        ("key", shape::text(key)),
        ("collab", Val::Bool(true)),
        ("cache-state", Val::Bool(false)),
    ])
}

/// Questions about a user, a session and a service, with their arguments.
fn questions(user: &str, key: &str, service: &str) -> Vec<(&'static str, Vec<Val>)> {
    let text = shape::text;
    let (at, whose) = (|| session(key), || vec![session(key), text(user), text(service)]);
    vec![
        ("access.on-admin-request", vec![text(user), text(key), Val::Bool(true)]),
        ("access.on-admin-request", vec![text(user), text(key), Val::Bool(false)]),
        ("access.on-session-request", vec![at(), text(user)]),
        ("access.on-service-subscribe", whose()),
        ("access.on-service-request", whose()),
        ("access.on-service-unsubscribe", whose()),
        ("access.on-service-config", vec![at(), text(service)]),
        ("access.on-service-acls", vec![at(), text(service)]),
    ]
}

async fn begin(trial: &mut Trial) -> Check {
    starts(trial).await.needed("it does not start")
}

async fn starts(trial: &mut Trial) -> Check {
    trial.fine("access.start", vec![]).await.map(drop)
}

/// Whom to ask about: those of the sheet, and two more.
fn people(trial: &Trial) -> Vec<String> {
    let guests = trial.sheet.access.as_ref();
    let named = guests.into_iter().flat_map(|guests| [guests.welcome.clone(), guests.refused.clone()]);
    named.flatten().chain(["anna".to_owned(), "eve".to_owned()]).collect()
}

/// Asks what becomes of the wish to prepare a session; what is said then fits the contract.
async fn prepares(trial: &mut Trial, user: &str, key: &str) -> Result<bool, Seen> {
    let arguments = vec![shape::text(user), shape::text(key), Val::Bool(true)];
    let admission = trial.fine("access.on-admin-request", arguments).await?;
    match &admission {
        Val::Variant(kind, Some(info)) if kind == "welcome" => {
            let text = crate::talk::values::words(info).unwrap_or_default();
            let is_object =
                serde_json::from_str::<serde_json::Value>(text).is_ok_and(|info| info.is_object());
            demand!(is_object, "{user:?} is welcome, and told {text:?}, which is no JSON object");
            Ok(true)
        }
        Val::Variant(kind, Some(refusal)) if kind == "refused" => {
            let status = field(refusal, "status");
            demand!(
                matches!(status, Some(Val::U16(400..=599))),
                "{user:?} is refused with {status:?}: a status from 400 to 599"
            );
            let reason = shape::word(refusal, "reason").unwrap_or_default();
            demand!(
                shape::is_a_line(reason),
                "{user:?} is refused in the words {reason:?}: a line that can be shown to them"
            );
            Ok(false)
        }
        other => Err(Seen::Wrong(format!("on-admin-request answered {}", shape::shown(other)))),
    }
}

async fn twice(trial: &mut Trial) -> Check {
    begin(trial).await?;
    for user in people(trial) {
        for (question, arguments) in questions(&user, KEY, "echo") {
            let first = trial.ask(question, arguments.clone()).await?;
            let again = trial.ask(question, arguments).await?;
            demand!(first == again, "{question} of {user:?} is first {first:?}, then {again:?}");
        }
    }
    Ok(())
}

async fn welcome(trial: &mut Trial) -> Check {
    begin(trial).await?;
    let named = trial.sheet.access.as_ref().and_then(|guests| guests.welcome.clone());
    for user in people(trial) {
        let is_welcome = prepares(trial, &user, KEY).await;
        let about_refusal = matches!(&is_welcome, Err(Seen::Wrong(words)) if words.contains(" is refused "));
        if about_refusal {
            continue;
        }
        if is_welcome? && named.as_ref().is_none_or(|named| *named == user) {
            let enters =
                trial.fine("access.on-session-request", vec![session(KEY), shape::text(&user)]).await?;
            demand!(
                named.is_none() || enters == Val::Bool(true),
                "{user:?} may prepare a session, and may not enter it"
            );
            return Ok(());
        }
    }
    match named {
        Some(user) => Err(Seen::Wrong(format!("{user:?}, who is `welcome` in conform.toml, is refused"))),
        None => Err(Seen::Untried(
            "nobody is welcome: name somebody as `welcome` in `[access]` of conform.toml".to_owned(),
        )),
    }
}

async fn refused(trial: &mut Trial) -> Check {
    begin(trial).await?;
    let named = trial.sheet.access.as_ref().and_then(|guests| guests.refused.clone());
    for user in people(trial) {
        let is_welcome = prepares(trial, &user, KEY).await;
        let about_welcome = matches!(&is_welcome, Err(Seen::Wrong(words)) if words.contains(" is welcome, "));
        if !about_welcome && !is_welcome? && named.as_ref().is_none_or(|named| *named == user) {
            return Ok(());
        }
    }
    match named {
        Some(user) => Err(Seen::Wrong(format!("{user:?}, who is `refused` in conform.toml, is welcome"))),
        None => Err(Seen::Untried(
            "nobody is refused: name somebody as `refused` in `[access]` of conform.toml".to_owned(),
        )),
    }
}

async fn config(trial: &mut Trial) -> Check {
    begin(trial).await?;
    for service in ["echo", "scribe", "no-such-service"] {
        let arguments = vec![session(KEY), shape::text(service)];
        match trial.words("access.on-service-config", arguments).await? {
            Ok(Some(Val::String(json))) => {
                demand!(
                    shape::is_json(&json),
                    "the bot of {service:?} is started with {json:?}, which is no JSON"
                );
            }
            // An error prevents the start.
            Err(_) => {}
            other => return Err(Seen::Wrong(format!("on-service-config answered {other:?}"))),
        }
    }
    Ok(())
}

async fn acls(trial: &mut Trial) -> Check {
    begin(trial).await?;
    for service in ["echo", "scribe", "no-such-service"] {
        trial.words("access.on-service-acls", vec![session(KEY), shape::text(service)]).await?.ok();
    }
    Ok(())
}

async fn shapes(trial: &mut Trial) -> Check {
    begin(trial).await?;
    for text in odd::texts() {
        // A key is of 1,024 bytes at most.
        let key: String = text.chars().take(256).collect();
        for (user, key, service) in [(&*text, KEY, "echo"), ("anna", &*key, "echo"), ("anna", KEY, &*text)] {
            for (question, arguments) in questions(user, key, service) {
                let asked = trial.words(question, arguments).await;
                asked.map_err(|seen| seen.when(format!("{question} with {}", odd::shown(&text))))?.ok();
            }
        }
    }
    Ok(())
}
