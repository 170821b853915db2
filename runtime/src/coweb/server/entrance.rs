//! The address of a session: Bayeux by long polling and by websocket.

use std::{collections::HashMap, sync::Arc};

use axum::{
    extract::{
        FromRequestParts, Path, Request, State, WebSocketUpgrade, ws::rejection::WebSocketUpgradeRejection,
    },
    http::Method,
    response::Response,
};

use super::{Shared, admin::read, says};

/// Lets a bot elsewhere speak with the service manager of a session.
pub(super) async fn serve(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    let Some(hub) = shared.sessions.find(&id) else {
        return says(404, "there is no such session");
    };
    let Ok(upgrade) = upgrade else { return says(400, "service bots come by websocket") };
    let services = Arc::clone(hub.application().services());
    shared.settings.manners.limits.bound(upgrade).on_upgrade(move |socket| services.serve_socket(socket))
}

/// Lets a client speak to its session.
pub(super) async fn enter(
    State(shared): State<Arc<Shared>>,
    Path(path): Path<HashMap<String, String>>,
    request: Request,
) -> Response {
    let Some(hub) = path.get("id").and_then(|id| shared.sessions.find(id)) else {
        return says(404, "there is no such session");
    };
    let (mut parts, body) = request.into_parts();
    let caller = shared.caller(&parts);
    let limits = &shared.settings.manners.limits;
    match parts.method {
        Method::POST => match read(body, limits.bytes).await {
            Ok(body) => hub.post(caller, body).await,
            Err(answer) => answer,
        },
        Method::GET => match WebSocketUpgrade::from_request_parts(&mut parts, &()).await {
            Ok(upgrade) => limits.bound(upgrade).on_upgrade(move |socket| async move {
                hub.websocket(caller, socket).await;
            }),
            Err(_) => says(400, "a session speaks Bayeux, by POST or by websocket"),
        },
        _ => says(405, "a session speaks Bayeux, by POST or by websocket"),
    }
}
