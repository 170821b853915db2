//! A Bayeux 1.0 server: clients that publish to channels and are delivered to, over long-polling and websocket at one
//! URL, with the acknowledgement extension of CometD. What the channels mean is the [`Application`]'s.

mod answer;
mod application;
mod batch;
mod census;
mod channel;
mod client;
mod delivery;
mod handshake;
mod hub;
mod long_polling;
mod manners;
mod message;
mod outbox;
mod request;
#[cfg(test)]
mod tests;
mod websocket;

pub use application::{Application, Departure, Refusal};
pub use census::Census;
pub use channel::{Channel, InvalidChannel};
pub use client::Client;
pub use delivery::Delivery;
pub use hub::{Hub, Tally};
pub use manners::{Limits, Manners, Unknown};
pub use message::Message;
