//! The static folder.

use std::{convert::Infallible, sync::Arc};

use axum::{
    Router,
    extract::{Request, State},
    http::{Method, StatusCode, header},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
};
use tower_http::services::ServeDir;

use super::{Shared, says, undecided};

/// Serves the configured folder, to those who have signed in where that is needed.
pub(super) fn service(shared: &Arc<Shared>) -> Router {
    let missing = || async { Ok::<_, Infallible>(says(404, "there is nothing here")) };
    let nothing = tower::service_fn(move |_: Request| missing());
    let router = Router::new();
    let router = match &shared.settings.folder {
        None => router.fallback_service(nothing),
        Some(folder) => {
            let files = ServeDir::new(folder).not_found_service(nothing);
            match shared.settings.paths.root.trim_end_matches('/') {
                "" => router.fallback_service(files),
                root => router.nest_service(root, files),
            }
        }
    };
    router.layer(from_fn_with_state(Arc::clone(shared), signed_in))
}

/// Sends those who have to sign in to the form.
async fn signed_in(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let ways = shared.managers.auth.ways();
    if !ways.login {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    match shared.managers.auth.get_current_user(shared.caller(&parts).request()).await {
        Ok(identity) if identity.username.is_some() => {
            let answer = next.run(Request::from_parts(parts, body)).await;
            shared.set(answer, &identity.cookies)
        }
        Ok(_) if parts.method == Method::GET => {
            let wanted = parts.uri.path_and_query().map_or("/", |path| path.as_str());
            let query = percent_encoding::utf8_percent_encode(wanted, percent_encoding::NON_ALPHANUMERIC);
            let form = format!("{}?next={query}", shared.settings.paths.login);
            (StatusCode::SEE_OTHER, [(header::LOCATION, form)]).into_response()
        }
        Ok(_) => says(403, "sign in first"),
        Err(why) => undecided(&why),
    }
}
