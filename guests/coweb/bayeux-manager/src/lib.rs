//! Speaks with service bots in other processes, over WebSocket: the same words as the original's Bayeux manager, so that
//! a bot can be written in any language and needs nothing of Parlor.
//!
//! ```toml
//! [coweb.manager]
//! component = "bayeux-manager.wasm"
//!
//! [coweb.launcher]
//! component = "process-launcher.wasm"
//! ```
//!
//! It takes no configuration. Its id is `bayeux`, and its connection info `{"url":"ws://…"}`. A bot opens a WebSocket
//! there and sends messages as JSON arrays; each is answered with `successful` and, where that is false, an `error`
//! (`<code>:<client id>:<words>`):
//!
//! | the bot sends | with | and then |
//! |---|---|---|
//! | `/meta/handshake` | `ext.authentication`: `{"user": SERVICE, "password": TOKEN}` | it has a `clientId`, or is refused and the socket closed |
//! | `/meta/connect` | | it is answered at once; once is enough, and there is no heartbeat |
//! | `/meta/subscribe` | `subscription`: `/service/bot/SERVICE/*` | what waited for it comes now |
//! | `/service/bot/SERVICE/response` | `id` of the request, `data`: anything | whoever asked has the answer |
//! | `/bot/SERVICE` | `data`: anything | everybody who listens has it |
//! | `/meta/unsubscribe`, `/meta/disconnect` | | it is gone, and the socket closed |
//!
//! What it is told is on `/service/bot/SERVICE/…`:
//!
//! | channel | `data` | when |
//! |---|---|---|
//! | `…/request` | `{"value", "username"}` | somebody asks; the message's `id` is that of the response |
//! | `…/subscribe`, `…/unsubscribe` | `{"username"}` | somebody listens, or does not any more |
//! | `…/sync` | `{"syncData", "username"}` | a cooperative event, if the bot may see them |
//! | `…/shutdown` | `{}` | it is to say its last words, and end |
//!
//! A bot speaks for its own service only. Who connects has five seconds and one attempt to say who it is.

mod answer;
mod bots;
mod event;
mod message;
mod server;
#[cfg(test)]
mod tests;

use bots::Bots;
use parlor_sdk::coweb::prelude::*;
use server::Parlor;

manager! { manager: Bayeux, on_socket: Bayeux::on_socket, on_timer: Bayeux::on_timer }

struct Bayeux(Bots<Parlor>);

impl Bayeux {
    fn on_socket(&mut self, socket: Socket, event: SocketEvent) -> Handled {
        match event {
            SocketEvent::Open => self.0.open(socket),
            SocketEvent::Text(text) => self.0.hear(socket, &text),
            SocketEvent::Close => self.0.closed(socket),
        }
        Ok(())
    }

    fn on_timer(&mut self, timer: Timer) -> Handled {
        self.0.late(timer);
        Ok(())
    }
}

impl Manager for Bayeux {
    fn start() -> Result<Self, String> {
        Ok(Self(Bots::new(Parlor)))
    }

    fn connection_info(&mut self) -> Result<String, String> {
        Ok(serde_json::json!({ "url": Socket::url() }).to_string())
    }

    fn manager_id(&mut self) -> Result<String, String> {
        Ok("bayeux".to_owned())
    }

    fn end_services(&mut self) -> Handled {
        self.0.end();
        Ok(())
    }

    fn on_shutdown_request(&mut self, service: &str) -> Result<BotMessage, String> {
        event::shutdown(service)
    }

    fn on_user_request(
        &mut self,
        service: &str,
        username: &str,
        token: &str,
        value: &str,
    ) -> Result<BotMessage, String> {
        event::request(service, username, token, value)
    }

    fn on_user_subscribe(&mut self, service: &str, username: &str) -> Result<BotMessage, String> {
        event::subscribe(service, username)
    }

    fn on_user_unsubscribe(&mut self, service: &str, username: &str) -> Result<BotMessage, String> {
        event::unsubscribe(service, username)
    }

    fn on_user_sync(&mut self, service: &str, username: &str, data: &str) -> Result<BotMessage, String> {
        event::sync(service, username, data)
    }

    fn send_message(&mut self, service: &str, what: BotMessage, to: &[u8]) -> Handled {
        self.0.send(service, what, to)
    }
}
