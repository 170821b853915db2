//! The HTTP server: listens, bounds what a connection may cost, and routes requests.

mod admin;
mod attempts;
mod connection;
mod entrance;
mod files;
mod login;
mod origin;
mod tls;

use std::{
    io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use axum::{
    Router,
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    middleware::{from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::{any, get, post},
};
use secrecy::ExposeSecret;
use tokio::{
    net::TcpListener,
    sync::Semaphore,
    task::JoinHandle,
    time::{MissedTickBehavior, interval, sleep, timeout},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    caller::Caller,
    cookies::Cookies,
    managers::{Cookie, Managers},
    secret::Secret,
    services::Factory,
    sessions::Sessions,
    settings::Settings,
};

/// How often sessions are looked after.
const SWEEP: Duration = Duration::from_millis(500);
/// How long answers under way may take when the server stops.
const GOODBYE: Duration = Duration::from_secs(3);
/// How long to wait when the system gives no more connections.
const BREATHER: Duration = Duration::from_millis(100);

/// A server at work.
pub struct Server {
    address: SocketAddr,
    secure: bool,
    sessions: Arc<Sessions>,
    stop: CancellationToken,
    listening: JoinHandle<()>,
    sweeping: JoinHandle<()>,
}

/// What the routes share.
struct Shared {
    settings: Arc<Settings>,
    managers: Arc<Managers>,
    sessions: Arc<Sessions>,
    cookies: Arc<Cookies>,
    attempts: attempts::Attempts,
}

impl Server {
    /// Listens, and serves from now on.
    ///
    /// # Errors
    /// If the address is taken or the certificate cannot be used, in words.
    pub async fn start(
        settings: Settings,
        managers: Arc<Managers>,
        factory: Arc<dyn Factory>,
    ) -> Result<Self, String> {
        let settings = Arc::new(settings);
        let tls = settings.tls.as_ref().map(tls::acceptor).transpose()?;
        let listener = TcpListener::bind(settings.listen).await;
        let listener =
            listener.map_err(|error| format!("coweb: cannot listen on {}: {error}", settings.listen))?;
        let address = listener.local_addr().map_err(|error| format!("coweb: {error}"))?;
        let secure = tls.is_some();
        let secret = Secret::new(settings.cookie_secret.as_ref().map(ExposeSecret::expose_secret));
        let cookies = Arc::new(Cookies::new(&secret, secure));
        // As bots on this machine reach it.
        let ip = match address.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::from([127, 0, 0, 1]),
            IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::from(std::net::Ipv6Addr::LOCALHOST),
            ip => ip,
        };
        let scheme = if secure { "wss" } else { "ws" };
        let url = format!("{scheme}://{}{}", SocketAddr::new(ip, address.port()), settings.paths.services);
        let sessions = Sessions::new(Arc::clone(&managers), Arc::clone(&settings), secret, factory, url);
        let sessions = Arc::new(sessions);
        let shared = Arc::new(Shared {
            cookies,
            attempts: attempts::Attempts::default(),
            sessions: Arc::clone(&sessions),
            managers,
            settings,
        });
        let stop = CancellationToken::new();
        let listening = tokio::spawn(listen(listener, tls, shared, stop.clone()));
        let swept = Arc::clone(&sessions);
        let sweeping = tokio::spawn(async move {
            let mut ticks = interval(SWEEP);
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                tokio::select! {
                    _ = ticks.tick() => swept.sweep(),
                    () = swept.somebody_leaves() => swept.end_left(),
                }
            }
        });
        let server = Self { address, secure, sessions, stop, listening, sweeping };
        tracing::info!("coweb: listening on {}", server.url());
        Ok(server)
    }

    /// Its address, as people on this machine open it.
    pub fn url(&self) -> String {
        format!("{}://{}", if self.secure { "https" } else { "http" }, self.address)
    }

    /// Its sessions.
    pub fn sessions(&self) -> &Arc<Sessions> {
        &self.sessions
    }

    /// Takes nothing more, ends the sessions, and lets what is under way come to its end for a few seconds.
    pub async fn stop(self) {
        self.sweeping.abort();
        self.stop.cancel();
        self.sessions.close().await;
        if timeout(2 * GOODBYE, self.listening).await.is_err() {
            tracing::warn!("coweb: connections that did not end were cut off");
        }
    }
}

/// Accepts connections until it is told to stop.
async fn listen(
    listener: TcpListener,
    tls: Option<tokio_rustls::TlsAcceptor>,
    shared: Arc<Shared>,
    stop: CancellationToken,
) {
    let routes = routes(&shared);
    let room = Arc::new(Semaphore::new(shared.settings.connections));
    let connections = TaskTracker::new();
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => break,
            accepted = accept(&listener, &room) => accepted,
        };
        match accepted {
            Ok((stream, remote, seat)) => {
                let serving = connection::serve(stream, remote, tls.clone(), routes.clone(), stop.clone());
                let stop = stop.clone();
                connections.spawn(async move {
                    tokio::select! {
                        () = serving => {}
                        // Whoever is not done after that is cut off.
                        () = async { stop.cancelled().await; sleep(GOODBYE).await } => {}
                    }
                    drop(seat);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "coweb: a connection could not be taken");
                sleep(BREATHER).await;
            }
        }
    }
    drop(listener);
    connections.close();
    connections.wait().await;
}

async fn accept(
    listener: &TcpListener,
    room: &Arc<Semaphore>,
) -> io::Result<(tokio::net::TcpStream, SocketAddr, tokio::sync::OwnedSemaphorePermit)> {
    // What does not fit waits in the system's own queue.
    let seat = Arc::clone(room).acquire_owned().await.map_err(io::Error::other)?;
    let (stream, remote) = listener.accept().await?;
    Ok((stream, remote, seat))
}

/// The peer of a connection.
#[derive(Clone, Copy)]
struct Remote(IpAddr);

fn routes(shared: &Arc<Shared>) -> Router {
    let paths = &shared.settings.paths;
    Router::new()
        .route(&paths.admin, post(admin::prepare))
        .route(&paths.login, get(login::form).post(login::login))
        .route(&paths.logout, get(login::logout).post(login::logout))
        .route(&format!("{}{{id}}", paths.session), any(entrance::enter))
        // CometD's clients say in the path what they want besides.
        .route(&format!("{}{{id}}/{{kind}}", paths.session), any(entrance::enter))
        .route(&format!("{}{{id}}", paths.services), any(entrance::serve))
        .fallback_service(files::service(shared))
        .layer(from_fn_with_state(Arc::clone(shared), origin::check))
        .layer(origin::cors(&shared.settings))
        .layer(from_fn(harden))
        .with_state(Arc::clone(shared))
}

/// What every answer says to browsers.
async fn harden(request: Request, next: axum::middleware::Next) -> Response {
    let mut answer = next.run(request).await;
    answer.headers_mut().insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    answer
}

impl Shared {
    /// Who makes a request.
    fn caller(&self, parts: &axum::http::request::Parts) -> Caller {
        let remote = parts.extensions.get::<Remote>().map_or(IpAddr::from([0, 0, 0, 0]), |remote| remote.0);
        let (method, uri) = (parts.method.clone(), parts.uri.clone());
        let cookies = self.managers.auth.ways().cookies.then(|| Arc::clone(&self.cookies));
        Caller::new(method, uri, parts.headers.clone(), remote, cookies)
    }

    /// Sets or removes cookies by an answer.
    fn set(&self, mut answer: Response, cookies: &[Cookie]) -> Response {
        let wanted = self.managers.auth.ways().cookies;
        for cookie in self.cookies.write(if wanted { cookies } else { &[] }) {
            answer.headers_mut().append(header::SET_COOKIE, cookie);
        }
        answer
    }
}

/// An answer of a status and words.
fn says(status: u16, words: impl Into<String>) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::FORBIDDEN);
    (status, [(header::CACHE_CONTROL, "no-store")], words.into()).into_response()
}

/// The answer where a manager did not decide.
fn undecided(why: &super::managers::Unanswered) -> Response {
    tracing::warn!(%why, "denied, since a manager did not decide");
    says(503, "the server cannot decide about this now")
}
