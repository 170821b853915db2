//! Who makes a request, as far as the server itself can tell.

use std::{net::IpAddr, sync::Arc};

use axum::http::{HeaderMap, HeaderName, Method, Uri, header};

use super::{bindings::Request, cookies::Cookies};

/// The most headers that a manager is shown.
const MOST_HEADERS: usize = 64;

/// A request's maker. Cheap to clone.
#[derive(Clone)]
pub struct Caller {
    inner: Arc<Inner>,
}

struct Inner {
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    remote: IpAddr,
    /// None where the auth manager wants none.
    cookies: Option<Arc<Cookies>>,
}

/// What a request's maker proved itself with. Another request with the same proof is the same user's.
#[derive(Clone, PartialEq, Eq)]
pub struct Proof {
    /// As they came, to be compared first.
    raw: Vec<Box<[u8]>>,
    /// The cookies that this server signed.
    signed: Vec<(String, String)>,
    authorization: Option<Box<[u8]>>,
}

impl Caller {
    /// Whoever made this request from this address.
    pub fn new(
        method: Method,
        uri: Uri,
        headers: HeaderMap,
        remote: IpAddr,
        cookies: Option<Arc<Cookies>>,
    ) -> Self {
        Self { inner: Arc::new(Inner { method, uri, headers, remote, cookies }) }
    }

    /// The request as an auth manager sees it.
    pub fn request(&self) -> Request {
        let Inner { method, uri, headers, remote, .. } = &*self.inner;
        let shown = |(name, value): (&HeaderName, &header::HeaderValue)| {
            let value = value.to_str().ok().filter(|_| name != header::COOKIE)?;
            Some((name.as_str().to_owned(), value.to_owned()))
        };
        Request {
            method: method.to_string(),
            path: uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string),
            headers: headers.iter().filter_map(shown).take(MOST_HEADERS).collect(),
            cookies: self.cookies(),
            remote: remote.to_string(),
        }
    }

    /// The address of the peer.
    pub fn remote(&self) -> IpAddr {
        self.inner.remote
    }

    /// What it proves itself with.
    pub fn proof(&self) -> Proof {
        Proof {
            raw: raw(&self.inner.headers).map(Into::into).collect(),
            signed: self.cookies(),
            authorization: self.authorization(),
        }
    }

    /// The cookies that this server signed and that still hold.
    fn cookies(&self) -> Vec<(String, String)> {
        self.inner.cookies.as_ref().map_or_else(Vec::new, |cookies| cookies.read(&self.inner.headers))
    }

    fn authorization(&self) -> Option<Box<[u8]>> {
        self.inner.headers.get(header::AUTHORIZATION).map(|value| value.as_bytes().into())
    }

    /// Whether it proves itself with the same.
    pub fn proves(&self, proof: &Proof) -> bool {
        let headers = &self.inner.headers;
        let authorization = headers.get(header::AUTHORIZATION).map(header::HeaderValue::as_bytes);
        // Most requests of a client bring the very same cookies: their signatures have been looked at before.
        authorization == proof.authorization.as_deref()
            && (raw(headers).eq(proof.raw.iter().map(|raw| &**raw)) || self.cookies() == proof.signed)
    }
}

fn raw(headers: &HeaderMap) -> impl Iterator<Item = &[u8]> {
    headers.get_all(header::COOKIE).iter().map(header::HeaderValue::as_bytes)
}
