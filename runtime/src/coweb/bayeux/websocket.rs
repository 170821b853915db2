use std::sync::Arc;
use axum::extract::ws::WebSocket;
use super::{application::Application, hub::Hub};
impl<A: Application> Hub<A> {
    /// Serves a websocket until it is closed.
    pub async fn websocket(self: &Arc<Self>, _caller: A::Caller, _socket: WebSocket) {
        todo!()
    }
}
