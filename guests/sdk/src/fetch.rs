//! HTTP requests, whose answers call `on_response`.
//!
//! ```no_run
//! use parlor_sdk::prelude::*;
//!
//! bot! {
//!     commands: [command("motto", motto).summary("asks for today's motto")],
//!     on_response: show,
//! }
//!
//! fn motto(_: &Invocation) -> Reply {
//!     fetch::Request::get("https://api.example.com/motto").header("Accept", "text/plain").send()?;
//!     Ok(().into())
//! }
//!
//! fn show(_: fetch::RequestId, answer: fetch::Answer) -> Handled {
//!     chat::warn_admins(&answer?.text())?;
//!     Ok(())
//! }
//! ```

use std::{borrow::Cow, time::Duration};

use crate::bindings::imports::parlor::host::fetch as contract;

pub use crate::net::Error;
pub use contract::{Request, RequestId, Response, cancel};

/// The whole answer, or why there is none.
pub type Answer = Result<Response, Error>;

/// How long the host waits for an answer, unless told otherwise.
const TIMEOUT: Duration = Duration::from_secs(30);

impl Request {
    /// A request with this method.
    pub fn new(method: &str, url: impl Into<String>) -> Self {
        Self { method: method.to_owned(), url: url.into(), headers: Vec::new(), body: Vec::new(), timeout: 0 }
            .timeout(TIMEOUT)
    }

    /// A request for what is at a URL.
    pub fn get(url: impl Into<String>) -> Self {
        Self::new("GET", url)
    }

    /// A request that brings something.
    pub fn post(url: impl Into<String>, body: impl Into<Vec<u8>>) -> Self {
        Self { body: body.into(), ..Self::new("POST", url) }
    }

    /// Adds a header. `{secret:NAME}` in its value is filled in by the host.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// How long the host waits for the answer.
    pub fn timeout(mut self, time: Duration) -> Self {
        self.timeout = time.as_millis().try_into().unwrap_or(u64::MAX);
        self
    }

    /// Sends it and returns at once; `on_response` gets the answer.
    pub fn send(&self) -> Result<RequestId, Error> {
        contract::send(self)
    }
}

impl Response {
    /// The body as text; what is no UTF-8 is replaced.
    pub fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }

    /// The first header of this name, which is written in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}
