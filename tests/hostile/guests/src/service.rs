//! A chat service that is not there: the frame of a backend, of which each guest fills in what it attacks with.

use parlor_sdk::Identifier;
pub use parlor_sdk::{
    backend::{Capabilities, Description, Markup},
    chat::Error,
};

/// Somebody on no network in particular.
pub fn person(name: impl Into<String>) -> Identifier {
    let name: String = name.into();
    Identifier {
        network: String::new(),
        person: name.clone(),
        client: None,
        nick: Some(name.clone()),
        display_name: None,
        room: None,
        access_id: name,
    }
}

/// What somebody says in a room.
pub fn message(name: impl Into<String>, body: impl Into<String>) -> parlor_sdk::Message {
    parlor_sdk::Message {
        id: None,
        network: String::new(),
        sender: person(name),
        recipient: parlor_sdk::Recipient::Room("#bad".into()),
        body: body.into(),
        parent: None,
        timestamp: 0,
        delayed: false,
        extras: Vec::new(),
    }
}

/// Makes the backend that this component is. Of its functions, which are all that the host calls, those that are not named do
/// nothing; `connect` says that the bot is there.
#[macro_export]
macro_rules! service {
    ($($name:ident: $run:expr),* $(,)?) => {
        #[derive(Default)]
        struct Service;

        parlor_sdk::backend! { backend: Service }

        impl parlor_sdk::Backend for Service {
            fn describe(&mut self) -> Result<$crate::service::Description, String> {
                $crate::__run!(describe [$($name: $run),*] else Ok($crate::service::Description {
                    mode: "bad".into(),
                    can: $crate::service::Capabilities::ROOMS,
                    markup: $crate::service::Markup::Plain,
                }))
            }

            fn connect(&mut self) -> Result<(), $crate::service::Error> {
                parlor_sdk::events::connected(&$crate::service::person("@bad"));
                $crate::__run!(connect [$($name: $run),*] else Ok(()))
            }

            fn disconnect(&mut self) -> parlor_sdk::Handled {
                $crate::__run!(disconnect [$($name: $run),*] else Ok(()))
            }

            fn bot_identifier(&mut self) -> Option<parlor_sdk::Identifier> {
                Some($crate::service::person("@bad"))
            }

            fn build_identifier(&mut self, text: &str) -> Result<parlor_sdk::Identifier, $crate::service::Error> {
                Ok($crate::service::person(text))
            }

            fn format_identifier(&mut self, who: &parlor_sdk::Identifier) -> Result<String, $crate::service::Error> {
                Ok(who.person.clone())
            }

            fn message_limit(&mut self, _: &parlor_sdk::Recipient) -> u32 {
                $crate::__run!(message_limit [$($name: $run),*] else 0)
            }

            fn send_message(&mut self, _: &parlor_sdk::Message) -> Result<(), $crate::service::Error> {
                $crate::__run!(send_message [$($name: $run),*] else Ok(()))
            }
        }

        impl parlor_sdk::Rooms for Service {
            fn rooms(&mut self) -> Result<Vec<String>, $crate::service::Error> {
                $crate::__run!(rooms [$($name: $run),*] else Ok(Vec::new()))
            }

            fn query_room(&mut self, name: &str) -> Result<String, $crate::service::Error> {
                Ok(name.to_owned())
            }

            fn exists(&mut self, _: &str) -> Result<bool, $crate::service::Error> {
                $crate::__run!(exists [$($name: $run),*] else Ok(true))
            }
        }
    };
}

/// Runs what is named so, or else does what comes last.
#[doc(hidden)]
#[macro_export]
macro_rules! __run {
    (describe [describe: $run:expr $(, $name:ident: $other:expr)*] else $else:expr) => { $run() };
    (connect [connect: $run:expr $(, $name:ident: $other:expr)*] else $else:expr) => { $run() };
    (disconnect [disconnect: $run:expr $(, $name:ident: $other:expr)*] else $else:expr) => { $run() };
    (message_limit [message_limit: $run:expr $(, $name:ident: $other:expr)*] else $else:expr) => { $run() };
    (send_message [send_message: $run:expr $(, $name:ident: $other:expr)*] else $else:expr) => { $run() };
    (rooms [rooms: $run:expr $(, $name:ident: $other:expr)*] else $else:expr) => { $run() };
    (exists [exists: $run:expr $(, $name:ident: $other:expr)*] else $else:expr) => { $run() };
    ($wanted:ident [$name:ident: $run:expr $(, $names:ident: $others:expr)*] else $else:expr) => {
        $crate::__run!($wanted [$($names: $others),*] else $else)
    };
    ($wanted:ident [] else $else:expr) => { $else };
}
