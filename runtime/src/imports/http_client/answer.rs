//! Answers, as they come and as a whole.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderValue, Response};
use http_body_util::BodyExt;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use tokio::{
    sync::OwnedSemaphorePermit,
    time::{Instant, Sleep, sleep_until},
};

use super::root;
use crate::{imports::error::Error, sandbox::grants::Host};

/// A whole answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// 100 to 999.
    pub status: u16,
    /// Names in lower case, and values that are UTF-8.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Bytes,
}

impl Answer {
    /// Reads an answer to its end.
    ///
    /// # Errors
    /// As for [`AnswerBody`].
    pub(super) async fn collect(response: Response<AnswerBody>) -> Result<Self, Error> {
        let (head, mut body) = response.into_parts();
        let mut whole = Vec::new();
        while let Some(frame) = body.frame().await {
            // What is no data is trailers, of which the contract has none.
            whole.extend_from_slice(&frame?.into_data().unwrap_or_default());
        }
        let text = |value: &HeaderValue| Some(std::str::from_utf8(value.as_bytes()).ok()?.to_owned());
        let headers = head.headers.iter().filter_map(|(name, value)| Some((name.to_string(), text(value)?)));
        Ok(Self { status: head.status.as_u16(), headers: headers.collect(), body: whole.into() })
    }
}

/// An answer's body as it comes, within its limits. While it lives its request counts as under way.
///
/// Its errors are `Other` if it is too large, and `Unreachable` if it breaks off, pauses or takes too long.
pub struct AnswerBody {
    incoming: Incoming,
    host: Host,
    largest: usize,
    left: usize,
    pause: Duration,
    end: Instant,
    /// Set while the peer is waited for, and only then: the reader may take its time.
    waiting: Option<Pin<Box<Sleep>>>,
    _under_way: OwnedSemaphorePermit,
}

impl AnswerBody {
    pub(super) fn new(
        incoming: Incoming,
        host: Host,
        largest: usize,
        pause: Duration,
        end: Instant,
        under_way: OwnedSemaphorePermit,
    ) -> Self {
        Self { incoming, host, largest, left: largest, pause, end, waiting: None, _under_way: under_way }
    }

    fn too_large(&self) -> Error {
        Error::Other(format!(
            "the answer of {} is larger than the limit of {} bytes",
            self.host, self.largest
        ))
    }
}

impl Body for AnswerBody {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        // Some say so beforehand.
        if self.incoming.size_hint().lower() > self.left as u64 {
            return Poll::Ready(Some(Err(self.too_large())));
        }
        let Poll::Ready(frame) = Pin::new(&mut self.incoming).poll_frame(context) else {
            let until = self.end.min(Instant::now() + self.pause);
            let waiting = self.waiting.get_or_insert_with(|| Box::pin(sleep_until(until)));
            ready!(waiting.as_mut().poll(context));
            let words =
                format!("{} took too long over its answer, or paused in it for {:?}", self.host, self.pause);
            return Poll::Ready(Some(Err(Error::Unreachable(words))));
        };
        self.waiting = None;
        Poll::Ready(match frame {
            None => None,
            Some(Ok(frame)) => Some(match self.left.checked_sub(frame.data_ref().map_or(0, Bytes::len)) {
                Some(left) => {
                    self.left = left;
                    Ok(frame)
                }
                None => Err(self.too_large()),
            }),
            Some(Err(error)) => {
                let words = format!("the answer of {} broke off: {}", self.host, root(&error));
                Some(Err(Error::Unreachable(words)))
            }
        })
    }

    fn is_end_stream(&self) -> bool {
        self.incoming.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.incoming.size_hint()
    }
}
