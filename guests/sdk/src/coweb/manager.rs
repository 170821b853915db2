//! What speaks with the service bots of a session.

use std::marker::PhantomData;

use super::Resident;
use crate::{Handled, bindings::manager::exports::parlor::coweb::manager::Guest};

/// A message to a bot, in its manager's own form.
pub type BotMessage = Vec<u8>;

/// What a service manager can do. Each session has an instance of its own.
///
/// Each `on_` function puts what happened into a message in the manager's own form; the server gives it to
/// `send_message` when its turn has come, and not before [`bridge::mark_bot_subscribed`](super::bridge) was called.
pub trait Manager: Sized + 'static {
    /// Makes the manager, from its configuration, at the first call.
    fn start() -> Result<Self, String>;

    /// What a bot needs to reach this manager (a URL, a port): JSON.
    fn connection_info(&mut self) -> Result<String, String>;

    /// Selects the way that bots speak with this manager, as launchers know it: `component`, `bayeux` …
    fn manager_id(&mut self) -> Result<String, String>;

    /// The session has been prepared for the first time.
    fn start_services(&mut self) -> Handled {
        Ok(())
    }

    /// The session has ended, and its bots have been stopped. The last call.
    fn end_services(&mut self) -> Handled {
        Ok(())
    }

    /// The bot of a service is asked to shut down.
    fn on_shutdown_request(&mut self, service: &str) -> Result<BotMessage, String>;

    /// A user asks a service. `token` names the request in `bridge::on_bot_response`.
    fn on_user_request(
        &mut self,
        service: &str,
        username: &str,
        token: &str,
        value: &str,
    ) -> Result<BotMessage, String>;

    /// A user listens to a service.
    fn on_user_subscribe(&mut self, service: &str, username: &str) -> Result<BotMessage, String>;

    /// A user does not listen to a service any more.
    fn on_user_unsubscribe(&mut self, service: &str, username: &str) -> Result<BotMessage, String>;

    /// A user's cooperative event: a JSON object with its `siteId` and `order`.
    fn on_user_sync(&mut self, service: &str, username: &str, data: &str) -> Result<BotMessage, String>;

    /// Delivers a message that one of the above made, to the bot that `bridge::auth_bot` let in with this handle.
    fn send_message(&mut self, service: &str, what: BotMessage, to: &[u8]) -> Handled;
}

/// What it is to be the service manager.
#[doc(hidden)]
pub enum Role {}

/// A component that [`manager!`](crate::manager!) made.
#[doc(hidden)]
pub struct Component<T>(PhantomData<T>);

impl<T: Manager + Resident<Role>> Guest for Component<T> {
    fn get_connection_info() -> Result<String, String> {
        T::with(T::connection_info)
    }

    fn get_manager_id() -> Result<String, String> {
        T::with(T::manager_id)
    }

    fn start_services() -> Handled {
        T::with(T::start_services)
    }

    fn end_services() -> Handled {
        T::with(T::end_services)
    }

    fn on_shutdown_request(service: String) -> Result<BotMessage, String> {
        T::with(|it| it.on_shutdown_request(&service))
    }

    fn on_user_request(
        service: String,
        username: String,
        token: String,
        value: String,
    ) -> Result<BotMessage, String> {
        T::with(|it| it.on_user_request(&service, &username, &token, &value))
    }

    fn on_user_subscribe(service: String, username: String) -> Result<BotMessage, String> {
        T::with(|it| it.on_user_subscribe(&service, &username))
    }

    fn on_user_unsubscribe(service: String, username: String) -> Result<BotMessage, String> {
        T::with(|it| it.on_user_unsubscribe(&service, &username))
    }

    fn on_user_sync(service: String, username: String, data: String) -> Result<BotMessage, String> {
        T::with(|it| it.on_user_sync(&service, &username, &data))
    }

    fn send_message(service: String, what: BotMessage, to: Vec<u8>) -> Handled {
        T::with(|it| it.send_message(&service, what, &to))
    }
}

/// Declares the service manager that this component is: a type with the trait [`Manager`](crate::coweb::Manager). The
/// keys after it are those of [`auth!`](crate::auth!) and two more:
///
/// | key | is | called |
/// |---|---|---|
/// | `on_component` | `fn(&mut Type, &str, `[`ComponentEvent`](crate::coweb::ComponentEvent)`) -> Handled` | with a service and what its bot, a component in this server, did |
/// | `on_socket` | `fn(&mut Type, `[`Socket`](crate::coweb::Socket)`, `[`SocketEvent`](crate::coweb::SocketEvent)`) -> Handled` | when a bot elsewhere connects, says something or goes |
///
/// ```no_run
/// use parlor_sdk::coweb::prelude::*;
///
/// manager! { manager: Lines, on_socket: Lines::hear }
///
/// /// Bots elsewhere, which say in one line who they are, and hear and answer in lines.
/// struct Lines;
///
/// impl Lines {
///     fn hear(&mut self, socket: Socket, event: SocketEvent) -> Handled {
///         if let SocketEvent::Text(line) = event
///             && let Some((service, token)) = line.split_once(' ')
///         {
///             bridge::auth_bot(service, token, &socket.0.to_le_bytes())?;
///             bridge::mark_bot_subscribed(service)?;
///         }
///         Ok(())
///     }
/// }
///
/// impl Manager for Lines {
///     fn start() -> Result<Self, String> {
///         Ok(Self)
///     }
///
///     fn connection_info(&mut self) -> Result<String, String> {
///         Ok(format!(r#"{{"url":"{}"}}"#, Socket::url()))
///     }
///
///     fn on_user_subscribe(&mut self, _: &str, username: &str) -> Result<BotMessage, String> {
///         Ok(format!("{username} listens").into_bytes())
///     }
///
///     fn send_message(&mut self, _: &str, what: BotMessage, to: &[u8]) -> Handled {
///         let socket = Socket(u32::from_le_bytes(to.try_into().map_err(|_| "whose handle is this?")?));
///         socket.send(String::from_utf8_lossy(&what))
///     }
///
///     // … and so on
/// #     fn manager_id(&mut self) -> Result<String, String> { todo!() }
/// #     fn on_shutdown_request(&mut self, _: &str) -> Result<BotMessage, String> { todo!() }
/// #     fn on_user_request(&mut self, _: &str, _: &str, _: &str, _: &str) -> Result<BotMessage, String> { todo!() }
/// #     fn on_user_unsubscribe(&mut self, _: &str, _: &str) -> Result<BotMessage, String> { todo!() }
/// #     fn on_user_sync(&mut self, _: &str, _: &str, _: &str) -> Result<BotMessage, String> { todo!() }
/// }
/// ```
#[macro_export]
macro_rules! manager {
    (manager: $manager:ty $(, $key:ident: $value:expr)* $(,)?) => {
        const _: () = {
            $crate::__resident!(
                $crate::coweb::manager::Role,
                $manager,
                <$manager as $crate::coweb::Manager>::start(),
                { $($key: $value),* }
            );

            type Component = $crate::coweb::manager::Component<$manager>;
            $crate::bindings::manager::export!(Component with_types_in $crate::bindings::manager);
        };
    };
}
