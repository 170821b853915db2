//! The one HTTP client behind `fetch` and `wasi:http`.
//!
//! It is hyper over [`Dialer`], and not reqwest: reqwest's resolver is told a name and neither the scheme nor the port
//! of what it is for, so it could not check an address against a grant; and it is not asked about literal addresses at
//! all. Here every connection passes the one check that those of `net` pass, and what a full client does beyond that
//! (redirects, proxies, cookies, referrers) is what an extension must not have done for it.
//!
//! HTTP/1.1 (RFC 9112), with connections kept for the next request of the same extension and nobody else's.

mod answer;

use std::{
    error::Error as StdError,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, Uri, header};
use http_body_util::{BodyExt, Full, combinators::UnsyncBoxBody};
use hyper_util::{
    client::legacy::{self, Client},
    rt::{TokioExecutor, TokioIo, TokioTimer},
};
use tokio::{
    sync::Semaphore,
    time::{Instant, timeout_at},
};
use tower_service::Service;

pub use answer::{Answer, AnswerBody};

use super::{
    address::{Scheme, Target},
    dial::Dialer,
    error::Error,
    secrets::{Peer, Secrets, Slot},
    stream::Stream,
};
use crate::sandbox::grants::{Grants, Host, Via, is_public};

/// How many headers a request or an answer may have.
const MOST_HEADERS: usize = 100;
/// How large all headers of one may be together, in bytes.
const LARGEST_HEAD: usize = 64 << 10;
/// Connections that are kept for each host while nothing is asked of it.
const MOST_IDLE: usize = 2;

/// A request's body.
pub type Body = UnsyncBoxBody<Bytes, Box<dyn StdError + Send + Sync>>;

/// Sends the requests of one extension, to where its grants allow. Cheap to clone.
#[derive(Clone)]
pub struct HttpClient {
    client: Client<Connector, Body>,
    grants: Arc<Grants>,
    largest: usize,
    under_way: Arc<Semaphore>,
}

/// How much one extension may ask for.
#[derive(Clone, Copy, Debug)]
pub struct HttpLimits {
    /// Requests whose answers have not come to their end.
    pub at_once: usize,
    /// Bytes of an answer's body.
    pub largest: usize,
}

/// How long an answer may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// Until its body begins, connecting included.
    pub head: Duration,
    /// Between two pieces of its body.
    pub pause: Duration,
    /// As a whole.
    pub whole: Duration,
}

/// The most that there is: ten minutes, long polls included, and a minute's pause.
impl Default for Patience {
    fn default() -> Self {
        let longest = Duration::from_secs(10 * 60);
        Self { head: longest, pause: Duration::from_secs(60), whole: longest }
    }
}

/// A whole request of `fetch`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetch {
    /// `GET`, `POST` and so on.
    pub method: String,
    /// Where to; may have `{secret:NAME}` in its path and query.
    pub url: String,
    /// Names, and values that may have `{secret:NAME}` in them.
    pub headers: Vec<(String, String)>,
    /// Empty for none.
    pub body: Bytes,
    /// How long the whole may take; [`Patience`] bounds it.
    pub timeout: Duration,
}

impl HttpClient {
    /// A client for an extension with these grants.
    pub fn new(dialer: Dialer, grants: Arc<Grants>, limits: HttpLimits) -> Self {
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_max_idle_per_host(MOST_IDLE)
            .http1_max_headers(MOST_HEADERS)
            .http1_max_buf_size(LARGEST_HEAD)
            .build(Connector { dialer, grants: Arc::clone(&grants) });
        let under_way = Arc::new(Semaphore::new(limits.at_once.min(Semaphore::MAX_PERMITS)));
        Self { client, grants, largest: limits.largest, under_way }
    }

    /// Begins a request, and resolves to the answer's head; its body comes as it is read. Redirects are answers like
    /// any other. Nothing takes longer than `patience`, nor than its default.
    ///
    /// # Errors
    /// At once: `Denied` if the URL is not granted, `Full` if too many are under way, `Other` if it is none that may
    /// be sent. Later: `Denied` if what the URL leads to is not granted, `Unreachable` or `Tls` if nobody answers.
    pub fn send(
        &self,
        mut request: Request<Body>,
        patience: Patience,
    ) -> Result<BoxFuture<'static, Result<Response<AnswerBody>, Error>>, Error> {
        let target = target(&request.uri().to_string())?;
        self.grants.check_asked(&target.endpoint)?;
        // A tunnel would lead to somebody else; an echo would show the host's own headers (RFC 9110, section 9.3.8).
        if matches!(*request.method(), Method::CONNECT | Method::TRACE) {
            return Err(Error::Other(format!("the method {} is not for extensions", request.method())));
        }
        // In its normal form, so that a host has one spelling from here to the wire.
        *request.uri_mut() = uri(&target)?;
        let permit = Arc::clone(&self.under_way).try_acquire_owned().map_err(|_| Error::Full)?;
        let (most, begun) = (Patience::default(), Instant::now());
        let end = begun + patience.whole.min(most.whole);
        let head_by = end.min(begun + patience.head.min(most.head));
        let (client, largest, host) = (self.client.clone(), self.largest, target.endpoint.host);
        Ok(Box::pin(async move {
            let response = match timeout_at(head_by, client.request(request)).await {
                Ok(response) => response.map_err(|error| words(&error, &host))?,
                Err(_) => {
                    let waited = head_by - begun;
                    return Err(Error::Unreachable(format!("{host} did not answer within {waited:?}")));
                }
            };
            let pause = patience.pause.min(most.pause);
            Ok(response.map(|incoming| AnswerBody::new(incoming, host, largest, pause, end, permit)))
        }))
    }

    /// Begins a whole request with `secrets` filled in, and resolves to the whole answer.
    ///
    /// # Errors
    /// As for [`HttpClient::send`] and [`Secrets::fill_template`], and `Other` if a header is not the extension's to
    /// set, all at once; later also `Other` if the answer is larger than the limit.
    pub fn fetch(
        &self,
        fetch: Fetch,
        secrets: &Secrets,
    ) -> Result<impl Future<Output = Result<Answer, Error>> + Send + use<>, Error> {
        let patience = Patience { head: fetch.timeout, whole: fetch.timeout, ..Patience::default() };
        let answer = self.send(self.request(fetch, secrets)?, patience)?;
        Ok(async move { Answer::collect(answer.await?).await })
    }

    fn request(&self, fetch: Fetch, secrets: &Secrets) -> Result<Request<Body>, Error> {
        let endpoint = target(&fetch.url)?.endpoint;
        // Before any secret is looked at.
        self.grants.check_asked(&endpoint)?;
        let peer = Peer::Network {
            hosts: vec![endpoint.host.clone()],
            port: endpoint.port,
            exposed: endpoint.via != Via::Https && may_be_public(&endpoint.host),
        };
        let fill = |template: &str, slot| secrets.fill_template(template, slot, &self.grants, &peer);
        let target = target(&fill(&fetch.url, Slot::Url)?)?;
        if target.endpoint != endpoint {
            return Err(Error::Other("a secret may not change where a request goes".into()));
        }
        let method = Method::from_bytes(fetch.method.as_bytes());
        let method = method.map_err(|_| Error::Other("the method is not one".into()))?;
        let mut request = Request::new(Full::new(fetch.body).map_err(|never| match never {}).boxed_unsync());
        *request.headers_mut() = headers(&fetch.headers, fill)?;
        (*request.method_mut(), *request.uri_mut()) = (method, uri(&target)?);
        Ok(request)
    }
}

/// Whether `name` is for the host alone to set: what belongs to one connection and not to the request (RFC 9110,
/// section 7.6.1), what says where the request goes, and what makes the peer wait for more of it.
pub fn is_hosts_own(name: &HeaderName) -> bool {
    const HOP_BY_HOP: [&str; 4] = ["keep-alive", "proxy-connection", "http2-settings", "trailers"];
    matches!(
        *name,
        header::CONNECTION
            | header::EXPECT
            | header::HOST
            | header::PROXY_AUTHENTICATE
            | header::PROXY_AUTHORIZATION
            | header::TE
            | header::TRAILER
            | header::TRANSFER_ENCODING
            | header::UPGRADE
    ) || HOP_BY_HOP.contains(&name.as_str())
}

/// Where an HTTP URL leads.
fn target(url: &str) -> Result<Target, Error> {
    let target: Target = url.parse()?;
    match target.scheme {
        Scheme::Http | Scheme::Https => Ok(target),
        _ => Err(Error::Other("a request's URL is https:// or http://".into())),
    }
}

fn uri(target: &Target) -> Result<Uri, Error> {
    target.url().parse().map_err(|_| Error::Other("the URL cannot be sent".into()))
}

/// Whether a host may be on the public Internet, as far as one can tell before its name is resolved.
fn may_be_public(host: &Host) -> bool {
    match host {
        Host::Ip(ip) => is_public(*ip),
        Host::Name(name) => name != "localhost",
    }
}

fn headers(
    given: &[(String, String)],
    fill: impl Fn(&str, Slot) -> Result<String, Error>,
) -> Result<HeaderMap, Error> {
    let size = given.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>();
    if given.len() > MOST_HEADERS || size > LARGEST_HEAD {
        return Err(Error::Other(format!(
            "more than {MOST_HEADERS} headers, or than {LARGEST_HEAD} bytes of them"
        )));
    }
    let mut headers = HeaderMap::with_capacity(given.len() + 1);
    for (name, value) in given {
        let wrong = |why: &str| Error::Other(format!("the header {name:?} {why}"));
        let header: HeaderName = name.parse().map_err(|_| wrong("has a name that is none"))?;
        if is_hosts_own(&header) || header == header::CONTENT_LENGTH {
            return Err(wrong("is the host's own to set"));
        }
        let filled = fill(value, Slot::Header)?;
        let secret = filled != *value;
        // Line ends among others are refused here (RFC 9110, section 5.5).
        let mut filled = HeaderValue::try_from(filled).map_err(|_| wrong("has a value that is none"))?;
        filled.set_sensitive(secret);
        headers.append(header, filled);
    }
    let agent = HeaderValue::from_static(concat!("parlor/", env!("CARGO_PKG_VERSION")));
    headers.entry(header::USER_AGENT).or_insert(agent);
    Ok(headers)
}

/// Why there was no answer.
fn words(error: &legacy::Error, host: &Host) -> Error {
    let mut cause: Option<&(dyn StdError + 'static)> = Some(error);
    while let Some(error) = cause {
        if let Some(ours) = error.downcast_ref::<Error>() {
            return ours.clone();
        }
        cause = error.source();
    }
    Error::Unreachable(format!("{host} gave no answer: {}", root(error)))
}

/// What is at the bottom of an error: hyper's own words for the rest say little.
fn root<'a>(mut error: &'a (dyn StdError + 'static)) -> &'a (dyn StdError + 'static) {
    while let Some(source) = error.source() {
        error = source;
    }
    error
}

/// Makes the client's connections: each is checked, and leads where it was checked to lead.
#[derive(Clone)]
struct Connector {
    dialer: Dialer,
    grants: Arc<Grants>,
}

impl Service<Uri> for Connector {
    type Response = TokioIo<Stream>;
    type Error = Error;
    type Future = BoxFuture<'static, Result<Self::Response, Error>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let Self { dialer, grants } = self.clone();
        Box::pin(async move {
            let target = target(&uri.to_string())?;
            dialer.dial(&target, &grants).await.map(TokioIo::new)
        })
    }
}

#[cfg(test)]
mod tests;
