//! Bots that serve in a session.

use std::marker::PhantomData;

use super::{Resident, session_api};
use crate::{Handled, bindings::service_bot::exports::parlor::coweb::service_bot::Guest};

/// What a service bot can do. Each session that uses it has an instance of its own.
///
/// An error is logged; that of `on_request` also answers the request with an error.
#[allow(unused_variables, reason = "not every bot wants to hear everything")]
pub trait ServiceBot: Sized + 'static {
    /// Makes the bot. `app_data` is the JSON that the access manager gives to this service.
    fn start(service: &str, app_data: &str) -> Result<Self, String>;

    /// A user asks. The token answers, now or later.
    fn on_request(&mut self, data: &str, token: Token, username: &str) -> Handled;

    /// A user listens.
    fn on_subscribe(&mut self, username: &str) -> Handled {
        Ok(())
    }

    /// A user does not listen any more.
    fn on_unsubscribe(&mut self, username: &str) -> Handled {
        Ok(())
    }

    /// A cooperative event, a JSON object with its `siteId` and `order`; only with the right to see them.
    fn on_sync(&mut self, data: &str, username: &str) -> Handled {
        Ok(())
    }

    /// The last call.
    fn on_shutdown(&mut self) -> Handled {
        Ok(())
    }
}

/// A request that waits for its answer.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Token(pub String);

impl Token {
    /// Answers with JSON. Fails if nobody waits for it any more, or it is no JSON.
    pub fn reply(self, data: impl AsRef<str>) -> Handled {
        session_api::reply(&self.0, data.as_ref())
    }
}

/// What it is to be the service bot.
#[doc(hidden)]
pub enum Role {}

/// A component that [`service_bot!`](crate::service_bot!) made.
#[doc(hidden)]
pub struct Component<T>(PhantomData<T>);

impl<T: ServiceBot + Resident<Role>> Guest for Component<T> {
    fn start(service: String, app_data: String) -> Handled {
        let bot = T::start(&service, &app_data)?;
        T::place().set(Some(bot));
        Ok(())
    }

    fn on_request(data: String, token: String, username: String) -> Handled {
        T::with(|it| it.on_request(&data, Token(token), &username))
    }

    fn on_subscribe(username: String) -> Handled {
        T::with(|it| it.on_subscribe(&username))
    }

    fn on_unsubscribe(username: String) -> Handled {
        T::with(|it| it.on_unsubscribe(&username))
    }

    fn on_sync(data: String, username: String) -> Handled {
        T::with(|it| it.on_sync(&data, &username))
    }

    fn on_shutdown() -> Handled {
        T::with(T::on_shutdown)
    }
}

/// Declares the service bot that this component is: a type with the trait [`ServiceBot`](crate::coweb::ServiceBot). The
/// keys after it are those of [`auth!`](crate::auth!): `on_timer`, `on_response` and `on_connection`.
///
/// ```no_run
/// use parlor_sdk::coweb::prelude::*;
/// use std::time::Duration;
///
/// service_bot! { bot: Visits, on_timer: Visits::tell }
///
/// /// Counts who came, and tells it every five seconds.
/// struct Visits(u64);
///
/// impl Visits {
///     fn tell(&mut self, _: Timer) -> Handled {
///         session_api::publish(&format!(r#"{{"visits":{}}}"#, self.0))
///     }
/// }
///
/// impl ServiceBot for Visits {
///     fn start(_: &str, _: &str) -> Result<Self, String> {
///         Timer::every(Duration::from_secs(5))?;
///         Ok(Self(0))
///     }
///
///     fn on_subscribe(&mut self, _: &str) -> Handled {
///         self.0 += 1;
///         Ok(())
///     }
///
///     fn on_request(&mut self, _: &str, token: Token, _: &str) -> Handled {
///         token.reply(self.0.to_string())
///     }
/// }
/// ```
#[macro_export]
macro_rules! service_bot {
    (bot: $bot:ty $(, $key:ident: $value:expr)* $(,)?) => {
        const _: () = {
            $crate::__resident!(
                $crate::coweb::service_bot::Role,
                $bot,
                Err("the bot was not started".to_owned()),
                { $($key: $value),* }
            );

            type Component = $crate::coweb::service_bot::Component<$bot>;
            $crate::bindings::service_bot::export!(Component with_types_in $crate::bindings::service_bot);
        };
    };
}
