//! A client that waits for a service's answer.

use std::{sync::Arc, time::Instant};

use serde_json::value::RawValue;

use crate::coweb::{
    bayeux::Delivery,
    session::{channels::answers_channel, state::Recipient},
};

/// What clients call what bots say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// From 0.5 on.
    Value,
    /// 0.4.
    EventData,
}

impl Field {
    /// As it is in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Value => "value",
            Self::EventData => "eventData",
        }
    }
}

/// A request that a bot was asked.
pub struct Pending<C> {
    /// Of which service.
    pub service: Arc<str>,
    /// Who waits.
    pub client: C,
    /// The message that asked.
    pub id: Option<Box<RawValue>>,
    /// What the client knows the answer by: JSON.
    pub topic: Option<Box<RawValue>>,
    /// What the client calls the answer's value.
    pub field: Field,
    /// Since when.
    pub since: Instant,
    /// Whether the bot has answered, and that is on its way.
    pub answered: bool,
}

impl<C: Recipient> Pending<C> {
    /// Answers it. `value` is JSON.
    pub fn answer(self, value: &str) {
        let field = self.field.as_str();
        self.tell(&format!(r#""{field}":{value}"#));
    }

    /// Tells that there will be no answer. Clients before 1.0 know no error here, so their applications see it as a value.
    pub fn fail(self) {
        let field = self.field.as_str();
        self.tell(&format!(r#""error":true,"{field}":{{"error":"server-error"}}"#));
    }

    fn tell(self, what: &str) {
        let topic = self.topic.as_deref().map(|topic| format!(r#""topic":{topic},"#)).unwrap_or_default();
        let data = RawValue::from_string(format!("{{{topic}{what}}}"));
        // Both are JSON.
        if let Ok(data) = data {
            let channel = answers_channel(&self.service);
            self.client.deliver(Delivery::new(&channel, &data, self.id.as_deref()));
        }
    }
}
