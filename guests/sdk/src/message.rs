//! Messages: what was said, by whom, where.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::{Message, Recipient, chat};

impl Message {
    /// The room that it was said in; none where it was said to one person alone.
    pub fn room(&self) -> Option<&str> {
        match &self.recipient {
            Recipient::Room(name) => Some(name),
            Recipient::Person(_) => None,
        }
    }

    /// Answers where it was said, and in its thread if it is in one. For bots; a command returns its answer instead.
    pub fn reply(&self, body: &str) -> Result<(), chat::Error> {
        chat::reply(self, body, false, self.parent.is_some())
    }

    /// Answers to the sender alone.
    pub fn reply_privately(&self, body: &str) -> Result<(), chat::Error> {
        chat::reply(self, body, true, false)
    }
}

/// This moment as a message's `timestamp`: milliseconds since 1970, UTC.
pub fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as u64)
}
