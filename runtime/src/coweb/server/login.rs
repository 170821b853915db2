//! Logging in by the server's form or by a client's request, and logging out.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::{HeaderMap, StatusCode, Uri, header},
    response::{Html, IntoResponse, Response},
};
use serde::Deserialize;
use url::form_urlencoded;

use super::{
    Shared,
    admin::{object, read},
    says, undecided,
};

/// The most bytes of a name or a password.
const LONGEST: usize = 1_024;
/// The most bytes of a request to log in.
const MOST_BYTES: usize = 8 << 10;

/// A name and a password, and where to go then.
#[derive(Default, Deserialize)]
struct Credentials {
    username: String,
    password: String,
    #[serde(skip)]
    next: String,
}

/// `GET /login`: the form.
pub(super) async fn form(State(shared): State<Arc<Shared>>, uri: Uri) -> Response {
    let query = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let next = query.filter(|(key, _)| key == "next").map(|(_, value)| value).last().unwrap_or_default();
    if !shared.managers.auth.ways().login {
        return go(own(&next, &shared));
    }
    page(StatusCode::OK, &shared, &next, "")
}

/// `POST /login`: as JSON by clients, as a form by browsers.
pub(super) async fn login(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let caller = shared.caller(&parts);
    let by_form = is_form(&parts.headers);
    let body = match read(body, MOST_BYTES).await {
        Ok(body) => body,
        Err(answer) => return answer,
    };
    let credentials = if by_form { from_form(&body) } else { object(&body) };
    let Some(Credentials { username, password, next }) = credentials else {
        return says(400, "no name and password");
    };
    let fails = |status, words: &'static str| match by_form {
        true => page(status, &shared, &next, words),
        false => says(status.as_u16(), words),
    };
    if username.len() > LONGEST || password.len() > LONGEST {
        return fails(StatusCode::FORBIDDEN, "The name or the password is wrong.");
    }
    let Some(_attempt) = shared.attempts.begin(caller.remote()) else {
        return fails(StatusCode::TOO_MANY_REQUESTS, "Too many attempts: try again in a minute.");
    };
    match shared.managers.auth.check_credentials(caller.request(), username, password).await {
        Ok(Some(cookies)) => {
            let answer = if by_form { go(own(&next, &shared)) } else { says(200, "") };
            shared.set(answer, &cookies)
        }
        Ok(None) => {
            shared.attempts.fail(caller.remote());
            fails(StatusCode::FORBIDDEN, "The name or the password is wrong.")
        }
        Err(why) => undecided(&why),
    }
}

/// `GET /logout`.
pub(super) async fn logout(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    match shared.managers.auth.clear_credentials(shared.caller(&parts).request()).await {
        Ok(cookies) => {
            let to = if shared.managers.auth.ways().login {
                &shared.settings.paths.login
            } else {
                &shared.settings.paths.root
            };
            shared.set(go(to.clone()), &cookies)
        }
        Err(why) => undecided(&why),
    }
}

fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"))
}

fn from_form(body: &[u8]) -> Option<Credentials> {
    let mut credentials = Credentials::default();
    for (key, value) in form_urlencoded::parse(body) {
        match &*key {
            "username" => credentials.username = value.into_owned(),
            "password" => credentials.password = value.into_owned(),
            "next" => credentials.next = value.into_owned(),
            _ => {}
        }
    }
    (!credentials.username.is_empty()).then_some(credentials)
}

/// A path of this server, and never another's address.
fn own(next: &str, shared: &Shared) -> String {
    let inside = next.starts_with('/')
        && !next.starts_with("//")
        && !next.contains(['\\', '\r', '\n', '\t'])
        && next.len() <= 2_048
        && next.is_ascii();
    if inside { next.to_owned() } else { shared.settings.paths.root.clone() }
}

fn go(to: String) -> Response {
    (StatusCode::SEE_OTHER, [(header::LOCATION, to)]).into_response()
}

/// The form. It works without any script.
fn page(status: StatusCode, shared: &Shared, next: &str, words: &str) -> Response {
    let (action, next) = (escaped(&shared.settings.paths.login), escaped(next));
    let words =
        if words.is_empty() { String::new() } else { format!("<p role=\"alert\">{}</p>", escaped(words)) };
    let page = format!(include_str!("login.html"), action = action, next = next, words = words);
    let headers = [
        (header::CACHE_CONTROL, "no-store"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'",
        ),
    ];
    (status, headers, Html(page)).into_response()
}

/// Text inside HTML and its attributes.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}
