//! Attacks by what decides about sessions, and serves in them.

use std::time::Duration;

use futures_util::future::BoxFuture;
use parlor::coweb::{
    bindings::{Request, Session},
    managers::Unanswered,
};

use super::{
    arena::Arena,
    attack::{Attack, BOT, By, End, Role},
};

/// A service bot whose request fails.
const SERVICE: Attack = Attack {
    role: Role::Service,
    grants: "",
    by: By::Deed(request_fails),
    end: End::Ends,
    within: Duration::from_secs(15),
    lines: 12,
    // The user's own messages are in it.
    peak: 4 << 10,
    ..BOT
};
/// A service bot that answers after all.
const ANSWERS: Attack = Attack {
    limits: "cpu-per-call = \"5 s\", call-timeout = \"10 s\"",
    by: By::Deed(request_answered),
    ..SERVICE
};
/// A service that cannot be had at all.
const NOT_HAD: Attack = Attack { by: By::Deed(not_had), ..SERVICE };
/// What the log says of who computes for too long, up to a quotation mark.
const COMPUTED: &[&str] = &[
    "it computed for longer than its limit of 100ms in one call; a larger one is `limits = { cpu-per-call = ",
];
/// A manager that is started again.
const MANAGER: Attack =
    Attack { grants: "", says: COMPUTED, end: End::Restarts, within: Duration::from_secs(10), ..BOT };
const AUTH: Attack = Attack { role: Role::Auth, by: By::Deed(who), ..MANAGER };
const ACCESS: Attack = Attack { role: Role::Access, by: By::Deed(may_enter), ..MANAGER };
/// A manager whose answer is none.
const WRONG: Attack = Attack { says: &[], end: End::RunsOn, peak: 8 << 10, ..MANAGER };

/// The attacks.
pub const ATTACKS: &[Attack] = &[
    Attack { guest: "bot-loops", says: COMPUTED, ..SERVICE },
    // It is started once more by whoever asks it.
    Attack { guest: "bot-loops-in-start", ..SERVICE },
    Attack {
        guest: "bot-grows",
        says: &["of memory and its limit is 16.0 MiB; a larger one is `limits = { memory = "],
        ..SERVICE
    },
    Attack {
        guest: "bot-sleeps",
        says: &["it did not answer within its limit of 1s; a larger one is `limits = { call-timeout = "],
        ..SERVICE
    },
    Attack { guest: "bot-dies", ..SERVICE },
    Attack { guest: "bot-publishes-without-end", peak: 8 << 10, ..ANSWERS },
    Attack { guest: "bot-replies-without-end", ..ANSWERS },
    Attack { guest: "bot-replies-with-megabytes", peak: 16 << 10, ..ANSWERS },
    Attack { guest: "bot-nests-a-million-deep", peak: 16 << 10, ..ANSWERS },
    Attack { guest: "bot-guesses-tokens", ..ANSWERS },
    Attack { guest: "bot-fails-at-length", peak: 8 << 10, ..SERVICE },
    Attack { guest: "bot-starts-at-length", peak: 8 << 10, ..SERVICE },
    Attack { guest: "launcher-loops", role: Role::Launcher, says: COMPUTED, ..NOT_HAD },
    Attack {
        guest: "launcher-lets-bots-in",
        role: Role::Launcher,
        lines: 70,
        peak: 8 << 10,
        limits: ANSWERS.limits,
        ..NOT_HAD
    },
    Attack { guest: "manager-loops", role: Role::Manager, says: COMPUTED, ..NOT_HAD },
    Attack { guest: "auth-loops", ..AUTH },
    Attack { guest: "auth-names-a-user-at-length", role: Role::Auth, by: By::Deed(who), ..WRONG },
    Attack { guest: "auth-sets-cookies-with-lines", role: Role::Auth, by: By::Deed(who), ..WRONG },
    Attack { guest: "auth-fails-at-length", role: Role::Auth, by: By::Deed(who), ..WRONG },
    Attack { guest: "access-loops", ..ACCESS },
    Attack { guest: "access-sleeps", says: &["it did not answer within its limit of 1s"], ..ACCESS },
    Attack { guest: "access-welcomes-in-depth", role: Role::Access, by: By::Deed(welcome), ..WRONG },
    Attack { guest: "access-welcomes-with-megabytes", role: Role::Access, by: By::Deed(welcome), ..WRONG },
    Attack { guest: "updater-loops", role: Role::Updater, by: By::Deed(choose), ..MANAGER },
];

/// A user's request comes to nothing, and the user is told so.
fn request_fails(arena: &Arena) -> BoxFuture<'_, Result<(), String>> {
    Box::pin(async {
        let mut ann = arena.sessions()?.enter().await?;
        match arena.sessions()?.ask(&mut ann).await {
            Ok(answer) if answer["error"] != true => Err(format!("it was answered: {answer}")),
            _ => Ok(()),
        }
    })
}

/// A user's request is answered once.
fn request_answered(arena: &Arena) -> BoxFuture<'_, Result<(), String>> {
    Box::pin(async {
        let mut ann = arena.sessions()?.enter().await?;
        let answer = arena.sessions()?.ask(&mut ann).await?;
        let text = answer["value"].to_string();
        if answer["error"] == true || text.contains("all of it") || text.contains("guessed") {
            return Err(format!("it was answered: {:?}", text.chars().take(100).collect::<String>()));
        }
        Ok(())
    })
}

/// A user cannot have the service, and is told so.
fn not_had(arena: &Arena) -> BoxFuture<'_, Result<(), String>> {
    Box::pin(async {
        match arena.sessions()?.enter().await {
            Ok(_) => Err("the service could be had".into()),
            Err(_) => Ok(()),
        }
    })
}

fn denied<T>(answer: Result<T, Unanswered>) -> Result<(), String> {
    match answer {
        Ok(_) => Err("it was to be no answer".into()),
        Err(why) => {
            // As the server tells its log.
            tracing::warn!(%why, "denied, since a manager did not decide");
            Ok(())
        }
    }
}

/// The server asks who somebody is.
fn who(arena: &Arena) -> BoxFuture<'_, Result<(), String>> {
    let by = Request {
        method: "GET".into(),
        path: "/".into(),
        headers: Vec::new(),
        cookies: Vec::new(),
        remote: "192.0.2.7".into(),
    };
    Box::pin(async move { denied(arena.house.managers.auth.get_current_user(by).await) })
}

/// The server asks whether somebody may enter.
fn may_enter(arena: &Arena) -> BoxFuture<'_, Result<(), String>> {
    let to = Session { id: "1".into(), key: "k".into(), collab: true, cache_state: false };
    Box::pin(async move { denied(arena.house.managers.access.on_session_request(to, "ann".into()).await) })
}

/// The server asks how somebody is to be welcomed.
fn welcome(arena: &Arena) -> BoxFuture<'_, Result<(), String>> {
    let access = &arena.house.managers.access;
    Box::pin(async move { denied(access.on_admin_request("ann".into(), "k".into(), true).await) })
}

/// The server asks who is to bring somebody up to date.
fn choose(arena: &Arena) -> BoxFuture<'_, Result<(), String>> {
    let updater = &arena.house.managers.updater;
    Box::pin(async move {
        match updater.match_updater_type("x".into(), vec!["x".into()]).await {
            None => Ok(()),
            Some(chosen) => Err(format!("it chose {chosen}")),
        }
    })
}
