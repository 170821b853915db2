//! What the server does for this manager.

use std::time::Duration;

use parlor_sdk::coweb::prelude::*;

/// What [`Bots`](crate::bots::Bots) needs of the server; a test has its own.
pub trait Server {
    /// A bot shows its launch token.
    fn auth(&mut self, service: &str, token: &str, handle: &[u8]) -> Result<(), bridge::Error>;
    /// It listens.
    fn subscribed(&mut self, service: &str) -> Result<(), bridge::Error>;
    /// It answers.
    fn respond(&mut self, service: &str, token: &str, data: &str) -> Result<(), bridge::Error>;
    /// It tells everybody.
    fn publish(&mut self, service: &str, data: &str) -> Result<(), bridge::Error>;
    /// It has gone.
    fn deactivate(&mut self, service: &str);
    /// Queues a text message.
    fn send(&mut self, to: Socket, text: &str) -> Handled;
    /// Closes it, behind what is queued.
    fn close(&mut self, socket: Socket);
    /// Calls [`Bots::late`](crate::bots::Bots::late) then.
    fn remind(&mut self, after: Duration) -> Result<Timer, String>;
    /// Does not, after all.
    fn forget(&mut self, timer: Timer);
    /// A line for the log.
    fn note(&mut self, line: &str);
}

/// The server that this component runs in.
pub struct Parlor;

impl Server for Parlor {
    fn auth(&mut self, service: &str, token: &str, handle: &[u8]) -> Result<(), bridge::Error> {
        bridge::auth_bot(service, token, handle)
    }

    fn subscribed(&mut self, service: &str) -> Result<(), bridge::Error> {
        bridge::mark_bot_subscribed(service)
    }

    fn respond(&mut self, service: &str, token: &str, data: &str) -> Result<(), bridge::Error> {
        bridge::on_bot_response(service, token, data)
    }

    fn publish(&mut self, service: &str, data: &str) -> Result<(), bridge::Error> {
        bridge::on_bot_publish(service, data)
    }

    fn deactivate(&mut self, service: &str) {
        // An error says that it was gone already.
        let _ = bridge::deactivate_bot(service);
    }

    fn send(&mut self, to: Socket, text: &str) -> Handled {
        to.send(text)
    }

    fn close(&mut self, socket: Socket) {
        socket.close();
    }

    fn remind(&mut self, after: Duration) -> Result<Timer, String> {
        Timer::once(after)
    }

    fn forget(&mut self, timer: Timer) {
        timer.cancel();
    }

    fn note(&mut self, line: &str) {
        log::warn(line);
    }
}
