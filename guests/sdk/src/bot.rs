//! The declaration of a bot.

use crate::{
    Command, Handled, Invocation,
    bindings::bot::exports::parlor::chat::bot::{Description, Guest},
};

/// What [`bot!`](crate::bot!) gathers about a bot, apart from the handlers that become exports of their own.
#[derive(Clone, Copy, Debug)]
pub struct Bot {
    /// What the bot calls itself; the crate's name unless said otherwise.
    pub name: &'static str,
    /// The crate's version unless said otherwise.
    pub version: &'static str,
    /// What it is good for, in one line.
    pub summary: &'static str,
    /// What people can call.
    pub commands: &'static [Command],
    /// Called once, before anything else; an error keeps the bot from starting.
    pub on_start: Option<fn() -> Handled>,
    /// Called last.
    pub on_stop: Option<fn() -> Handled>,
}

/// A component that [`bot!`](crate::bot!) made.
#[doc(hidden)]
pub trait Declared {
    const BOT: Bot;

    fn on_command(call: Invocation) -> Result<Vec<String>, String> {
        Command::dispatch(Self::BOT.commands, &call)
    }
}

impl<T: Declared> Guest for T {
    fn describe() -> Result<Description, String> {
        Ok(Description {
            name: T::BOT.name.to_owned(),
            version: T::BOT.version.to_owned(),
            summary: T::BOT.summary.to_owned(),
            commands: T::BOT.commands.iter().map(Command::declare).collect(),
        })
    }

    fn start() -> Handled {
        T::BOT.on_start.map_or(Ok(()), |run| run())
    }

    fn stop() -> Handled {
        T::BOT.on_stop.map_or(Ok(()), |run| run())
    }
}

/// Declares the bot that this component is.
///
/// Every key is optional, and they can come in any order. Each `on_…` names a function, and exports the handler of
/// the contract that it is for: what is not named is never called.
///
/// | key | is | called |
/// |---|---|---|
/// | `name`, `version` | text | by default the crate's own |
/// | `summary` | text | what the bot is good for, in one line |
/// | `commands` | `[`[`command`](crate::command())`(…), …]` | with a command that passed the host's checks |
/// | `on_start`, `on_stop` | `fn() -> Handled` | first (an error keeps the bot from starting), and last |
/// | `on_message` | `fn(&`[`Message`](crate::Message)`) -> Handled` | with what people say that is no command |
/// | `on_mention` | `fn(&`[`Message`](crate::Message)`) -> Handled` | with what names the bot |
/// | `on_network` | `fn(&str, `[`NetworkEvent`](crate::NetworkEvent)`) -> Handled` | when a network comes or goes |
/// | `on_presence` | `fn(&`[`Presence`](crate::Presence)`) -> Handled` | when somebody's status changes |
/// | `on_reaction` | `fn(&`[`Reaction`](crate::Reaction)`) -> Handled` | when somebody marks a message |
/// | `on_room` | `fn(&str, &str, `[`RoomEvent`](crate::RoomEvent)`) -> Handled` | with network, room and what happened there |
/// | `on_timer` | `fn(`[`Timer`](crate::Timer)`) -> Handled` | when a timer is due |
/// | `on_connection` | `fn(`[`Connection`](crate::Connection)`, `[`ConnectionEvent`](crate::ConnectionEvent)`) -> Handled` | when a connection opens, brings data or ends |
/// | `on_response` | `fn(`[`RequestId`](crate::fetch::RequestId)`, `[`Answer`](crate::fetch::Answer)`) -> Handled` | with the answer to a request |
///
/// ```no_run
/// use parlor_sdk::prelude::*;
/// use std::time::Duration;
///
/// bot! {
///     name: "kettle",
///     summary: "tells when the tea is ready",
///     commands: [command("tea", tea).summary("three minutes, then a word to the admins")],
///     on_timer: ready,
/// }
///
/// fn tea(_: &Invocation) -> Reply {
///     Timer::once(Duration::from_secs(180))?;
///     Ok("in three minutes".into())
/// }
///
/// fn ready(_: Timer) -> Handled {
///     Ok(chat::warn_admins("the tea is ready")?)
/// }
/// ```
#[macro_export]
macro_rules! bot {
    ($($key:ident: $value:expr),* $(,)?) => {
        const _: () = {
            struct Component;

            impl $crate::__macros::Declared for Component {
                const BOT: $crate::Bot = {
                    #[allow(unused_mut, reason = "a bot may declare nothing")]
                    let mut bot = $crate::Bot {
                        name: env!("CARGO_PKG_NAME"),
                        version: env!("CARGO_PKG_VERSION"),
                        summary: "",
                        commands: &[],
                        on_start: None,
                        on_stop: None,
                    };
                    $($crate::__bot_field!(bot, $key, $value);)*
                    bot
                };
            }

            $crate::bindings::bot::export!(Component with_types_in $crate::bindings::bot);
            $($crate::__bot_export!(Component, $key, $value);)*
        };
    };
}

/// Writes a key of `bot!` into the declaration, where it belongs there.
#[doc(hidden)]
#[macro_export]
macro_rules! __bot_field {
    ($bot:ident, name, $value:expr) => {
        $bot.name = $value;
    };
    ($bot:ident, version, $value:expr) => {
        $bot.version = $value;
    };
    ($bot:ident, summary, $value:expr) => {
        $bot.summary = $value;
    };
    ($bot:ident, commands, $value:expr) => {
        const COMMANDS: &[$crate::Command] = &$value;
        $bot.commands = COMMANDS;
    };
    ($bot:ident, on_start, $value:expr) => {
        $bot.on_start = Some($value);
    };
    ($bot:ident, on_stop, $value:expr) => {
        $bot.on_stop = Some($value);
    };
    ($bot:ident, $handler:ident, $value:expr) => {};
}

/// Exports what a key of `bot!` asks for.
#[doc(hidden)]
#[macro_export]
macro_rules! __bot_export {
    ($component:ident, name, $value:expr) => {};
    ($component:ident, version, $value:expr) => {};
    ($component:ident, summary, $value:expr) => {};
    ($component:ident, on_start, $value:expr) => {};
    ($component:ident, on_stop, $value:expr) => {};
    ($component:ident, commands, $value:expr) => {
        impl $crate::bindings::command_handler::exports::parlor::chat::command_handler::Guest for $component {
            fn on_command(call: $crate::Invocation) -> Result<Vec<String>, String> {
                <Self as $crate::__macros::Declared>::on_command(call)
            }
        }
        $crate::bindings::command_handler::export!($component with_types_in $crate::bindings::command_handler);
    };
    ($component:ident, $handler:ident, $value:expr) => {
        $crate::__export_handler!($component, $handler, $value);
    };
}
