//! A message to a bot, in this manager's own form: postcard's, which copies each text once and looks into none.

use parlor_sdk::coweb::{BotMessage, components::BotEvent};
use serde::{Deserialize, Serialize};

/// What happened. The texts are those of whoever writes it, or of the message that it was read from.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Letter<'a> {
    Request { value: &'a str, token: &'a str, username: &'a str },
    Subscribe { username: &'a str },
    Unsubscribe { username: &'a str },
    Sync { data: &'a str, username: &'a str },
    Shutdown,
}

impl<'a> Letter<'a> {
    /// The message.
    pub fn write(&self) -> Result<BotMessage, String> {
        postcard::to_allocvec(self).map_err(|error| format!("this cannot be sent: {error}"))
    }

    /// Reads one that [`write`](Self::write) made.
    pub fn read(message: &'a [u8]) -> Result<Self, String> {
        match postcard::take_from_bytes(message) {
            Ok((letter, [])) => Ok(letter),
            _ => Err("this message is none of this manager's".to_owned()),
        }
    }
}

impl From<Letter<'_>> for BotEvent {
    fn from(letter: Letter<'_>) -> Self {
        match letter {
            Letter::Request { value, token, username } => {
                Self::Request((value.into(), token.into(), username.into()))
            }
            Letter::Subscribe { username } => Self::Subscribe(username.into()),
            Letter::Unsubscribe { username } => Self::Unsubscribe(username.into()),
            Letter::Sync { data, username } => Self::Sync((data.into(), username.into())),
            Letter::Shutdown => Self::Shutdown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_what_was_written_and_hardly_longer() {
        let value = format!("{:?}", "ä\0\n".repeat(10_000));
        for letter in [
            Letter::Request { value: &value, token: "0123456789abcdef", username: "ann" },
            Letter::Subscribe { username: "" },
            Letter::Unsubscribe { username: "ann ä" },
            Letter::Sync { data: "{}", username: "ann" },
            Letter::Shutdown,
        ] {
            let message = letter.write().unwrap();
            assert_eq!(Letter::read(&message), Ok(letter));
        }
        let letter = Letter::Request { value: &value, token: "0123456789abcdef", username: "ann" };
        assert!(letter.write().unwrap().len() <= value.len() + 16 + 3 + 10);
    }

    #[test]
    fn other_bytes_are_no_message() {
        let whole = Letter::Sync { data: "{}", username: "ann" }.write().unwrap();
        for length in 0..whole.len() {
            assert!(Letter::read(&whole[..length]).is_err(), "{length}");
        }
        for wrong in [&[5][..], &[255; 20], &[1, 2, 0xff, 0xff], &[4, 0], &[1, 0xff, 0xff, 0xff, 0xff, 0x0f]]
        {
            assert!(Letter::read(wrong).is_err(), "{wrong:?}");
        }
    }
}
