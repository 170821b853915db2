use std::sync::Arc;
use axum::body::Body;
use bytes::Bytes;
use super::{application::Application, hub::Hub};
impl<A: Application> Hub<A> {
    /// Answers an HTTP request.
    pub async fn post(self: &Arc<Self>, _caller: A::Caller, _body: Bytes) -> http::Response<Body> {
        todo!()
    }
}
