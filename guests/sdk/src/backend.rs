//! Backends: the glue to one chat service.

use std::marker::PhantomData;

use crate::{
    Card, Handled, Identifier, Message, Recipient, Rooms, Status,
    bindings::backend::exports::parlor::chat::{backend::Guest, rooms, rooms::MucRoom},
    chat::Error,
    now,
    rooms::Handle,
};

pub use crate::bindings::backend::exports::parlor::chat::backend::{Capabilities, Description, Markup};

/// What a backend must be able to do. No call waits for the service: what that answers is told to the host through
/// [`events`](crate::events).
///
/// An [`Identifier`]'s and a [`Message`]'s `network` can be left empty: only the host knows under which name the
/// backend was configured.
#[allow(unused_variables, reason = "what a service does not have needs no argument")]
pub trait Backend {
    /// Called once, first.
    fn describe(&mut self) -> Result<Description, String>;

    /// Starts to connect; `events::connected` tells when the service is there, `events::disconnected` that it is not.
    fn connect(&mut self) -> Result<(), Error>;

    /// Says goodbye and closes.
    fn disconnect(&mut self) -> Handled;

    /// Who the bot is on this network, once connected.
    fn bot_identifier(&mut self) -> Option<Identifier>;

    /// Reads what a human writes for a person or an occupant. `malformed` says what a valid text looks like.
    fn build_identifier(&mut self, text: &str) -> Result<Identifier, Error>;

    /// Writes it again: `build_identifier` of the result gives an equal identifier.
    fn format_identifier(&mut self, who: &Identifier) -> Result<String, Error>;

    /// The longest body that fits into one message to this recipient, in bytes as rendered; 0 for no bound. The host
    /// splits what is longer.
    fn message_limit(&mut self, to: &Recipient) -> u32 {
        0
    }

    /// Queues the message for the service. Its body is rendered, and within the limit.
    fn send_message(&mut self, what: &Message) -> Result<(), Error>;

    /// Queues a card; the message tells where it goes and what it answers.
    fn send_card(&mut self, what: &Message, card: &Card) -> Result<(), Error> {
        Err(Error::NotSupported("cards".to_owned()))
    }

    /// Marks a message, or takes the mark away.
    fn react(&mut self, to: &Message, name: &str, add: bool) -> Result<(), Error> {
        Err(Error::NotSupported("reactions".to_owned()))
    }

    /// Addresses an answer: to the sender alone if `private`, in the message's thread if `threaded`. By default the
    /// message's id, where it has one, is taken for its thread.
    fn build_reply(
        &mut self,
        to: &Message,
        body: &str,
        private: bool,
        threaded: bool,
    ) -> Result<Message, Error> {
        let recipient = match &to.recipient {
            Recipient::Room(name) if !private => Recipient::Room(name.clone()),
            _ => Recipient::Person(to.sender.clone()),
        };
        Ok(Message {
            id: None,
            network: to.network.clone(),
            sender: self.bot_identifier().ok_or(Error::NotConnected)?,
            recipient,
            body: body.to_owned(),
            parent: if threaded { to.parent.clone().or_else(|| to.id.clone()) } else { None },
            timestamp: now(),
            delayed: false,
            extras: Vec::new(),
        })
    }

    /// Puts the addressee's name in front, the way this service's people do in a room: by default `name: text`.
    fn prefix_groupchat_reply(&mut self, what: &Message, addressee: &Identifier) -> Result<Message, Error> {
        Ok(Message { body: format!("{}: {}", addressee.name(), what.body), ..what.clone() })
    }

    /// Tells the service how available the bot is.
    fn change_presence(&mut self, status: &Status, note: Option<&str>) -> Result<(), Error> {
        Err(Error::NotSupported("presence".to_owned()))
    }
}

/// A backend that lives in its component, as long as that does.
#[doc(hidden)]
pub trait Resident: Backend + Rooms + 'static {
    /// Works on the one that there is. The host makes one call at a time, so nobody else does meanwhile.
    fn with<R>(work: impl FnOnce(&mut Self) -> R) -> R;
}

/// A component that [`backend!`](crate::backend!) made.
#[doc(hidden)]
pub struct Component<B>(PhantomData<B>);

impl<B: Resident> rooms::Guest for Component<B> {
    type MucRoom = Handle<B>;
}

impl<B: Resident> Guest for Component<B> {
    fn describe() -> Result<Description, String> {
        B::with(|it| it.describe())
    }

    fn connect() -> Result<(), Error> {
        B::with(|it| it.connect())
    }

    fn disconnect() -> Handled {
        B::with(|it| it.disconnect())
    }

    fn bot_identifier() -> Option<Identifier> {
        B::with(|it| it.bot_identifier())
    }

    fn build_identifier(text: String) -> Result<Identifier, Error> {
        B::with(|it| it.build_identifier(&text))
    }

    fn format_identifier(who: Identifier) -> Result<String, Error> {
        B::with(|it| it.format_identifier(&who))
    }

    fn message_limit(to: Recipient) -> u32 {
        B::with(|it| it.message_limit(&to))
    }

    fn send_message(what: Message) -> Result<(), Error> {
        B::with(|it| it.send_message(&what))
    }

    fn send_card(what: Message, card: Card) -> Result<(), Error> {
        B::with(|it| it.send_card(&what, &card))
    }

    fn react(to: Message, name: String, add: bool) -> Result<(), Error> {
        B::with(|it| it.react(&to, &name, add))
    }

    fn build_reply(to: Message, body: String, private: bool, threaded: bool) -> Result<Message, Error> {
        B::with(|it| it.build_reply(&to, &body, private, threaded))
    }

    fn prefix_groupchat_reply(what: Message, addressee: Identifier) -> Result<Message, Error> {
        B::with(|it| it.prefix_groupchat_reply(&what, &addressee))
    }

    fn change_presence(status: Status, note: Option<String>) -> Result<(), Error> {
        B::with(|it| it.change_presence(&status, note.as_deref()))
    }

    fn rooms() -> Result<Vec<MucRoom>, Error> {
        B::with(|it| it.rooms()).map(|names| names.into_iter().map(Handle::<B>::give).collect())
    }

    fn query_room(name: String) -> Result<MucRoom, Error> {
        B::with(|it| it.query_room(&name)).map(Handle::<B>::give)
    }

    fn join_room(name: String, username: Option<String>, password: Option<String>) -> Result<MucRoom, Error> {
        B::with(|it| {
            let name = it.query_room(&name)?;
            it.join(&name, username.as_deref(), password.as_deref())?;
            Ok(Handle::<B>::give(name))
        })
    }
}

/// Declares the backend that this component is: a type with the traits [`Backend`], [`Rooms`] and `Default`, of which
/// there is one, made at the first call. The keys after it are optional, in any order, and each exports a handler.
///
/// | key | is | called |
/// |---|---|---|
/// | `on_connection` | `fn(&mut Type, `[`Connection`](crate::Connection)`, `[`ConnectionEvent`](crate::ConnectionEvent)`) -> Handled` | when a connection opens, brings data or ends |
/// | `on_timer` | `fn(&mut Type, `[`Timer`](crate::Timer)`) -> Handled` | when a timer is due |
/// | `on_response` | `fn(&mut Type, `[`RequestId`](crate::fetch::RequestId)`, `[`Answer`](crate::fetch::Answer)`) -> Handled` | with the answer to a request |
///
/// ```no_run
/// use parlor_sdk::{
///     backend::{Capabilities, Description, Markup},
///     chat::Error,
///     prelude::*,
/// };
///
/// backend! { backend: Shore, on_connection: Shore::on_connection }
///
/// #[derive(Default)]
/// struct Shore {
///     line: Option<Connection>,
/// }
///
/// impl Shore {
///     fn on_connection(&mut self, line: Connection, event: ConnectionEvent) -> Handled {
///         match event {
///             ConnectionEvent::Open => line.send("ahoy\n")?,
///             ConnectionEvent::Data(bytes) => log::info(String::from_utf8_lossy(&bytes)),
///             ConnectionEvent::Closed(_) => events::disconnected("the tide is out", false),
///         }
///         Ok(())
///     }
/// }
///
/// impl Rooms for Shore {}
///
/// impl Backend for Shore {
///     fn describe(&mut self) -> Result<Description, String> {
///         Ok(Description { mode: "shore".into(), can: Capabilities::empty(), markup: Markup::Plain })
///     }
///
///     fn connect(&mut self) -> Result<(), Error> {
///         self.line = Some(Connection::open("tcp://shore.example.org:4242")?);
///         Ok(())
///     }
///
///     // … and so on: disconnect, bot_identifier, build_identifier, format_identifier, send_message
/// #     fn disconnect(&mut self) -> Handled { todo!() }
/// #     fn bot_identifier(&mut self) -> Option<Identifier> { todo!() }
/// #     fn build_identifier(&mut self, _: &str) -> Result<Identifier, Error> { todo!() }
/// #     fn format_identifier(&mut self, _: &Identifier) -> Result<String, Error> { todo!() }
/// #     fn send_message(&mut self, _: &Message) -> Result<(), Error> { todo!() }
/// }
/// ```
#[macro_export]
macro_rules! backend {
    (backend: $backend:ty $(, $key:ident: $value:expr)* $(,)?) => {
        const _: () = {
            ::std::thread_local! {
                static BACKEND: ::std::cell::RefCell<$backend> = ::std::default::Default::default();
            }

            impl $crate::__macros::Resident for $backend {
                fn with<R>(work: impl FnOnce(&mut Self) -> R) -> R {
                    BACKEND.with_borrow_mut(work)
                }
            }

            type Component = $crate::__macros::Component<$backend>;
            $crate::bindings::backend::export!(Component with_types_in $crate::bindings::backend);

            struct Handlers;
            $($crate::__backend_export!(Handlers, $backend, $key, $value);)*
        };
    };
}

/// Exports what a key of `backend!` asks for.
#[doc(hidden)]
#[macro_export]
macro_rules! __backend_export {
    ($component:ident, $backend:ty, on_timer, $run:expr) => {
        $crate::__export_handler!($component, on_timer, |timer| {
            const RUN: fn(&mut $backend, $crate::Timer) -> $crate::Handled = $run;
            <$backend as $crate::__macros::Resident>::with(|it| RUN(it, timer))
        });
    };
    ($component:ident, $backend:ty, on_connection, $run:expr) => {
        $crate::__export_handler!($component, on_connection, |connection, event| {
            const RUN: fn(&mut $backend, $crate::Connection, $crate::ConnectionEvent) -> $crate::Handled =
                $run;
            <$backend as $crate::__macros::Resident>::with(|it| RUN(it, connection, event))
        });
    };
    ($component:ident, $backend:ty, on_response, $run:expr) => {
        $crate::__export_handler!($component, on_response, |request, answer| {
            const RUN: fn(&mut $backend, $crate::fetch::RequestId, $crate::fetch::Answer) -> $crate::Handled =
                $run;
            <$backend as $crate::__macros::Resident>::with(|it| RUN(it, request, answer))
        });
    };
    ($component:ident, $backend:ty, $unknown:ident, $run:expr) => {
        compile_error!(concat!(
            "there is no `",
            stringify!($unknown),
            "` here: the documentation lists what there is"
        ));
    };
}
