//! Which sites' pages may use the server.
//!
//! A browser says in `Origin` whose page makes a request. Cookies come along whoever that is, so a foreign page could
//! act as the user: where a request can change something, or is a websocket (which no browser keeps from foreign
//! servers), its origin must be the server's own or a configured one (RFC 6454; RFC 6455, section 10.2).

use std::{sync::Arc, time::Duration};

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, header},
    middleware::Next,
    response::Response,
};
use tower_http::cors::{AllowOrigin, CorsLayer};

use super::{Shared, says};
use crate::coweb::settings::Settings;

/// Refuses what foreign pages send.
pub(super) async fn check(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let harmless = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS)
        && !upgrades(request.headers());
    if !harmless && !may(request.headers(), &shared.settings.origins) {
        return says(
            403,
            "pages of this origin may not use this server; `[coweb] origins` lists those that may",
        );
    }
    next.run(request).await
}

fn upgrades(headers: &HeaderMap) -> bool {
    headers.contains_key(header::UPGRADE)
}

/// Whether the page that makes a request is one of the server's own, or of a configured origin. Programs name none.
fn may(headers: &HeaderMap, origins: &[String]) -> bool {
    let Some(origin) = headers.get(header::ORIGIN) else { return true };
    let Ok(origin) = origin.to_str() else { return false };
    let own = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let of = origin.split_once("://").map(|(_, host)| host);
    of.is_some() && of == own || origins.iter().any(|other| other == origin)
}

/// Lets pages of the configured origins see the answers.
pub(super) fn cors(settings: &Settings) -> CorsLayer {
    let origins = settings.origins.iter().filter_map(|origin| HeaderValue::from_str(origin).ok());
    CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins))
        .allow_credentials(true)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([header::CONTENT_TYPE])
        .max_age(Duration::from_secs(600))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(origin: Option<&'static str>) -> HeaderMap {
        let mut headers = HeaderMap::from_iter([(header::HOST, HeaderValue::from_static("a.example:8080"))]);
        headers.extend(origin.map(|origin| (header::ORIGIN, HeaderValue::from_static(origin))));
        headers
    }

    #[test]
    fn own_pages_configured_ones_and_programs_may() {
        let origins = ["https://b.example".to_owned()];
        for origin in
            [None, Some("http://a.example:8080"), Some("https://a.example:8080"), Some("https://b.example")]
        {
            assert!(may(&headers(origin), &origins), "{origin:?}");
        }
    }

    #[test]
    fn foreign_pages_and_those_of_no_origin_may_not() {
        for origin in
            ["null", "https://a.example", "http://a.example:80800", "https://b.example.evil.example", ""]
        {
            assert!(!may(&headers(Some(origin)), &["https://b.example".to_owned()]), "{origin}");
        }
    }
}
