//! Preparing sessions.

use std::{sync::Arc, time::Duration};

use axum::{
    Json,
    body::{Body, Bytes, HttpBody},
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use tokio::time::timeout;

use super::{Shared, says, undecided};
use crate::coweb::{session::Key, sessions::LONGEST_KEY, token};

/// The most bytes of a form or a preparation.
const MOST_BYTES: usize = 16 << 10;
/// How much of a body that is too large is taken before it is answered, in bytes.
const MOST_WASTE: usize = 4 << 20;
/// How long a client may take to send a body.
const PATIENCE: Duration = Duration::from_secs(10);

/// What an application asks for. What else it says is of no use here.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wanted {
    #[serde(default)]
    key: Option<String>,
    #[serde(default = "yes")]
    collab: bool,
    #[serde(default)]
    cache_state: bool,
}

fn yes() -> bool {
    true
}

/// What it is told.
#[derive(Serialize)]
struct Prepared<'a> {
    sessionurl: String,
    sessionid: &'a str,
    key: &'a str,
    collab: bool,
    info: &'a RawValue,
    username: &'a str,
}

/// `POST /admin`: finds or makes the session of a key.
pub(super) async fn prepare(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let caller = shared.caller(&parts);
    let body = match read(body, MOST_BYTES).await {
        Ok(body) => body,
        Err(answer) => return answer,
    };
    let identity = match shared.managers.auth.get_current_user(caller.request()).await {
        Ok(identity) => identity,
        Err(why) => return undecided(&why),
    };
    let Some(user) = identity.username else { return says(403, "sign in first") };
    let Some(wanted) = object::<Wanted>(&body) else {
        return says(400, "no preparation of a session");
    };
    let key: Arc<str> = match wanted.key {
        Some(key) if key.len() > LONGEST_KEY => return says(400, "the key is too long"),
        Some(key) => key.into(),
        None => token().into(),
    };
    let asked = shared.managers.access.on_admin_request(user.clone(), key.to_string(), wanted.collab);
    let info = match asked.await {
        Ok(Ok(info)) => info,
        Ok(Err(refusal)) => return says(refusal.status, refusal.reason),
        Err(why) => return undecided(&why),
    };
    let key = Key { key, collab: wanted.collab, cache_state: wanted.cache_state };
    let Ok(hub) = shared.sessions.prepare(key).await else { return says(503, "there are too many sessions") };
    let session = hub.application();
    let prepared = Prepared {
        sessionurl: format!("{}{}", shared.settings.paths.session, session.id),
        sessionid: &session.id,
        key: &session.key.key,
        collab: session.key.collab,
        info: &info,
        username: &user,
    };
    shared.set(Json(prepared).into_response(), &identity.cookies)
}

/// A JSON object; serde would take a list of its values as well.
pub(super) fn object<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Option<T> {
    if !body.trim_ascii_start().starts_with(b"{") {
        return None;
    }
    serde_json::from_slice(body).ok()
}

/// Reads a body within bounds.
///
/// # Errors
/// The answer to one that is out of them.
pub(super) async fn read(mut body: Body, most: usize) -> Result<Bytes, Response> {
    if body.size_hint().lower() > most as u64 {
        // Whoever is still sending sees no answer. So some of it is taken, and thrown away.
        let mut left = MOST_WASTE;
        let waste = async {
            while let Some(Ok(frame)) = body.frame().await {
                left = left.saturating_sub(frame.data_ref().map_or(0, Bytes::len));
                if left == 0 {
                    return;
                }
            }
        };
        // However that ends, the answer is the same.
        let _ = timeout(PATIENCE, waste).await;
        return Err(says(413, "this is too much"));
    }
    match timeout(PATIENCE, Limited::new(body, most).collect()).await {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(says(413, "this is too much")),
        Ok(Err(_)) => Err(says(400, "the request broke off")),
        Err(_) => Err(says(408, "the request took too long")),
    }
}
