//! Long-polling: every HTTP request is a batch of messages, and that of a connect is answered once there is something to
//! say (Bayeux 1.0, section 6.1).

use std::{future::poll_fn, sync::Arc};

use axum::body::Body;
use bytes::Bytes;
use http::{
    HeaderValue, Response, StatusCode,
    header::{CACHE_CONTROL, CONTENT_TYPE},
};

use super::{
    answer::Answers,
    application::{Application, Departure},
    client::{Client, Cue, Line},
    hub::Hub,
    request::{Connect, Failure, NO_MORE, Transport},
};

/// A connect that is held. Dropped before it is answered, its request was aborted.
struct Held<A: Application> {
    client: Arc<Client<A>>,
    line: Line,
    answered: bool,
}

impl<A: Application> Hub<A> {
    /// Answers an HTTP POST with this body. Whoever calls it has bounded the body while reading it; beyond
    /// [`Limits::bytes`](super::Limits::bytes) it is refused. To drop the future is the abort of the request: a connect that
    /// it held is lost, and nothing of what waits for the client.
    ///
    /// Some clients write the kind of their messages behind the URL (`…/handshake`): their requests are no different.
    ///
    /// A connect that is alone in its request may be held for [`Manners::hold`](super::Manners::hold), any other request is
    /// answered once the application has. The answer is status 200 and an array of messages, or
    /// - 400 or 413 and an array of one error, if nothing of the request could be read;
    /// - 408 and an empty array, if the client connected on another line meanwhile;
    /// - the status of a [`Refusal::Status`](super::Refusal::Status) or [`Unknown::Status`](super::Unknown::Status), and words;
    /// - 503 and words, if there is no place for another client, and 404 if the hub was closed.
    pub async fn post(self: &Arc<Self>, caller: A::Caller, body: Bytes) -> Response<Body> {
        let answered = match self.handle(&caller, &body, Transport::LongPolling).await {
            Ok(handled) => match handled.connect {
                Some(connect) => {
                    drop(body);
                    self.hold(connect, handled.answers).await
                }
                None => Ok(Some(handled.answers)),
            },
            Err(failure) => Err(failure),
        };
        match answered {
            Ok(Some(answers)) => json(StatusCode::OK, answers.finish()),
            Ok(None) => json(StatusCode::REQUEST_TIMEOUT, "[]".into()),
            Err(Failure::Unreadable(unreadable)) => json(unreadable.status(), unreadable.answer()),
            Err(Failure::Status(status, words)) => {
                let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
                response(status, HeaderValue::from_static("text/plain;charset=UTF-8"), words)
            }
        }
    }

    /// Holds a connect until there is something to say; `None` if the client is reached elsewhere by then.
    async fn hold(&self, connect: Connect<A>, mut answers: Answers) -> Result<Option<Answers>, Failure> {
        let (client, line) = (Arc::clone(&connect.client), self.line());
        let mut held = Held { client: Arc::clone(&client), line, answered: false };
        client.connect(line, false, connect.ack);
        // The answers of other messages are not to wait.
        let hold = if answers.is_empty() { connect.hold } else { std::time::Duration::ZERO };
        let cue = tokio::time::timeout(hold, poll_fn(|context| client.poll(line, context))).await;
        held.answered = true;
        let id = connect.id.as_deref();
        let answered = match cue {
            Ok(Cue::Elsewhere) => false,
            Ok(Cue::Over(how)) => {
                self.settle(&client);
                match how {
                    Departure::Ended | Departure::Disconnected => {
                        client.answer(line, id, NO_MORE, &mut answers)
                    }
                    Departure::Idle | Departure::Aborted | Departure::Overflow => {
                        self.lost(&connect, &mut answers)?;
                        true
                    }
                }
            }
            Ok(Cue::Send) | Err(_) => client.answer(line, id, &self.advice, &mut answers),
        };
        Ok((answered || !answers.is_empty()).then_some(answers))
    }
}

impl<A: Application> Drop for Held<A> {
    fn drop(&mut self) {
        if !self.answered {
            self.client.lose(self.line);
        }
    }
}

fn json(status: StatusCode, text: String) -> Response<Body> {
    response(status, HeaderValue::from_static("application/json;charset=UTF-8"), text)
}

fn response(status: StatusCode, content_type: HeaderValue, text: String) -> Response<Body> {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, content_type);
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
