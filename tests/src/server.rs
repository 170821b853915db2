//! A web server for guests to ask.

use std::sync::{Arc, Mutex, PoisonError};

use axum::{
    Router,
    extract::{Path, Request, State},
    http::{StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::get,
};
use tokio::net::TcpListener;

/// A server on this machine. It ends with the test's runtime.
///
/// `/` is `hello`, `/bytes/N` has N bytes, and `/moved/HOST:PORT` redirects there.
pub struct Server {
    /// Where it listens, as `HOST:PORT`.
    pub address: String,
    asked: Asked,
}

/// The requests so far.
type Asked = Arc<Mutex<Vec<Asking>>>;

/// What of a request tests look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asking {
    /// The path and query.
    pub path: String,
    /// The header `Authorization`.
    pub authorization: Option<String>,
}

impl Server {
    /// Starts a server.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port on this machine");
        let address = listener.local_addr().expect("its address").to_string();
        let asked = Asked::default();
        let app = Router::new()
            .route("/", get("hello"))
            .route("/bytes/{count}", get(async |Path(count): Path<usize>| vec![b'a'; count]))
            .route("/moved/{to}", get(moved))
            .layer(middleware::from_fn_with_state(Arc::clone(&asked), note));
        tokio::spawn(async { axum::serve(listener, app).await });
        Self { address, asked }
    }

    /// Its origin, as it is granted.
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What it was asked so far.
    pub fn asked(&self) -> Vec<Asking> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

async fn moved(Path(to): Path<String>) -> impl IntoResponse {
    (StatusCode::FOUND, [(header::LOCATION, format!("http://{to}/"))])
}

/// Takes down every request, whatever becomes of it.
async fn note(State(asked): State<Asked>, request: Request, next: Next) -> Response {
    let authorization = request.headers().get(header::AUTHORIZATION);
    let asking = Asking {
        path: request.uri().to_string(),
        authorization: authorization.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()),
    };
    asked.lock().unwrap_or_else(PoisonError::into_inner).push(asking);
    next.run(request).await
}
