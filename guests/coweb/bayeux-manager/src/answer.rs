//! What a bot's messages are answered with.

use std::borrow::Cow;

use parlor_sdk::coweb::prelude::*;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::message::Message;

/// Bytes of the longest channel that is written back.
const LONGEST_ECHO: usize = 255;

/// The answer to one message.
#[derive(Default, Serialize)]
pub struct Answer<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    channel: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a RawValue>,
    #[serde(rename = "clientId", skip_serializing_if = "Option::is_none")]
    client_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subscription: Option<Cow<'a, str>>,
    successful: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<&'static str>,
    #[serde(rename = "supportedConnectionTypes", skip_serializing_if = "Option::is_none")]
    connection_types: Option<[&'static str; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    advice: Option<Advice>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ext: Option<Ext>,
}

/// What the bot should do next.
#[derive(Serialize)]
struct Advice {
    reconnect: &'static str,
    /// Milliseconds after which to connect again.
    #[serde(skip_serializing_if = "Option::is_none")]
    interval: Option<u32>,
    /// Milliseconds that a connect may take.
    #[serde(skip_serializing_if = "Option::is_none")]
    timeout: Option<u32>,
}

#[derive(Serialize)]
struct Ext {
    authentication: Authentication,
}

#[derive(Serialize)]
struct Authentication {
    failed: bool,
}

impl<'a> Answer<'a> {
    /// That all is well with `message`.
    pub fn to(message: &Message<'a>) -> Self {
        let channel = Some(message.channel.clone()).filter(|channel| channel.len() <= LONGEST_ECHO);
        Self { channel, id: message.sound_id(), successful: true, ..Self::default() }
    }

    /// To something that is no message, or no frame.
    pub fn to_nothing(error: &str) -> Self {
        Self { error: Some(error.to_owned()), ..Self::default() }
    }

    /// That the bot is let in.
    pub fn welcome(message: &Message<'a>, client_id: String) -> Self {
        Self {
            version: Some("1.0"),
            connection_types: Some(["websocket"]),
            ext: Some(Ext { authentication: Authentication { failed: false } }),
            ..Self::to(message).of(client_id).staying()
        }
    }

    /// That it is not, and need not try again.
    pub fn turned_away(message: &Message<'a>) -> Self {
        let ext = Some(Ext { authentication: Authentication { failed: true } });
        Self { ext, ..Self::to(message).refused("401::authentication failed".to_owned()).leaving() }
    }

    /// Names the client.
    pub fn of(self, client_id: String) -> Self {
        Self { client_id: Some(client_id), ..self }
    }

    /// Names the channel that was subscribed to.
    pub fn about(self, subscription: Option<Cow<'a, str>>) -> Self {
        let subscription = subscription.filter(|channel| channel.len() <= LONGEST_ECHO);
        Self { subscription, ..self }
    }

    /// All is not well.
    pub fn refused(self, error: String) -> Self {
        Self { successful: false, error: Some(error), ..self }
    }

    /// With the advice to stay. Connects are answered at once and one is enough, but a library may go on with them for
    /// as long as it lives: it is to take its time.
    pub fn staying(self) -> Self {
        let advice = Advice { reconnect: "retry", interval: Some(30_000), timeout: Some(0) };
        Self { advice: Some(advice), ..self }
    }

    /// With the advice not to come back: a launch token serves once.
    pub fn leaving(self) -> Self {
        let advice = Advice { reconnect: "none", interval: None, timeout: None };
        Self { advice: Some(advice), ..self }
    }
}

/// The Bayeux error for what the session refused a bot.
pub fn error(client_id: &str, why: bridge::Error) -> String {
    let code = match why {
        bridge::Error::WrongToken => 401,
        bridge::Error::NotSubscribed => 403,
        bridge::Error::UnknownService | bridge::Error::UnknownRequest => 404,
        bridge::Error::TooLarge => 413,
        bridge::Error::NotJson => 400,
    };
    format!("{code}:{client_id}:{}", why.words())
}
