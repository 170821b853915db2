//! What a bot can do on the networks that it was granted.
//!
//! ```no_run
//! use parlor_sdk::prelude::*;
//!
//! bot! { on_network: greet }
//!
//! /// Comes into the hall wherever there is one, and says hello.
//! fn greet(network: &str, event: NetworkEvent) -> Handled {
//!     if event == NetworkEvent::Connected {
//!         chat::join_room(network, "#hall", None, None)?;
//!         chat::send(network, &Recipient::Room("#hall".into()), "hello")?;
//!     }
//!     Ok(())
//! }
//! ```

pub use crate::bindings::imports::parlor::chat::{chat::*, types::Error};
#[cfg(not(any(target_family = "wasm", doc)))]
pub use crate::testing::networks;

impl Error {
    /// Why, in words for people.
    pub fn words(&self) -> String {
        match self {
            Self::RoomNotJoined(room) => format!("the bot is not in {room}"),
            Self::RoomDoesNotExist(room) => format!("there is no room {room}"),
            Self::UserDoesNotExist(user) => format!("there is nobody called {user}"),
            Self::UserNotUnique(user) => format!("there are several called {user}"),
            Self::NotSupported(what) => format!("this network has no such thing: {what}"),
            Self::Denied(what) => format!("not allowed: {what}"),
            Self::NotConnected => "the network is not connected".to_owned(),
            Self::Full => "too much is waiting to be sent".to_owned(),
            Self::Malformed(why) | Self::Other(why) => why.clone(),
        }
    }
}

/// For `?` in handlers and commands.
impl From<Error> for String {
    fn from(error: Error) -> Self {
        error.words()
    }
}
