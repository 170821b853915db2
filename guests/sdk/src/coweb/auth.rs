//! Who people are.

use std::{marker::PhantomData, time::Duration};

use super::{Request, Resident};
use crate::{Handled, bindings::auth::exports::parlor::coweb::auth::Guest};

pub use crate::bindings::auth::exports::parlor::coweb::auth::{Cookie, Identity};

/// What an auth manager must be able to do. One serves the whole server, and one call at a time: while a password is
/// looked at, everybody else waits.
///
/// An error denies the request; its words are for the log.
#[allow(unused_variables, reason = "what needs no login needs no argument")]
pub trait Auth: Sized + 'static {
    /// Makes the manager, from its configuration. An error keeps the server from starting.
    fn start() -> Result<Self, String>;

    /// Whether people sign in through the server's login form.
    fn requires_login(&mut self) -> Result<bool, String> {
        Ok(false)
    }

    /// Whether it lives on cookies. Where not, the server neither reads nor sets any for it.
    fn requires_cookies(&mut self) -> Result<bool, String> {
        Ok(true)
    }

    /// Whom a request comes from. Nobody's request is refused, or shown the way to the login form.
    fn current_user(&mut self, by: &Request) -> Result<Identity, String>;

    /// Whether a name and a password are right: the cookies that remember it; none where they are wrong. Must take as
    /// long for a user that there is as for one that there is not.
    fn check_credentials(
        &mut self,
        by: &Request,
        username: &str,
        password: &str,
    ) -> Result<Option<Vec<Cookie>>, String> {
        Ok(None)
    }

    /// The cookies that forget the user.
    fn clear_credentials(&mut self, by: &Request) -> Result<Vec<Cookie>, String> {
        Ok(Vec::new())
    }
}

impl Identity {
    /// Nobody.
    pub fn nobody() -> Self {
        Self::default()
    }

    /// A user, whose name has 1 to 256 bytes.
    pub fn user(name: impl Into<String>) -> Self {
        Self { username: Some(name.into()), cookies: Vec::new() }
    }

    /// The same, and a cookie for the answer.
    pub fn with(mut self, cookie: Cookie) -> Self {
        self.cookies.push(cookie);
        self
    }
}

impl Cookie {
    /// A cookie that holds for this long, of up to 2,048 bytes. The server signs it and its end. Its name has 1 to 64
    /// letters, digits, `-`, `_` and `.`.
    pub fn set(name: impl Into<String>, value: impl Into<String>, max_age: Duration) -> Self {
        let max_age = Some(max_age.as_secs().try_into().unwrap_or(u32::MAX));
        Self { name: name.into(), value: Some(value.into()), max_age }
    }

    /// Takes a cookie away.
    pub fn remove(name: impl Into<String>) -> Self {
        Self { name: name.into(), value: None, max_age: None }
    }
}

/// What it is to be the auth manager.
#[doc(hidden)]
pub enum Role {}

/// A component that [`auth!`](crate::auth!) made.
#[doc(hidden)]
pub struct Component<T>(PhantomData<T>);

impl<T: Auth + Resident<Role>> Guest for Component<T> {
    fn start() -> Handled {
        T::with(|_| Ok(()))
    }

    fn requires_login() -> Result<bool, String> {
        T::with(T::requires_login)
    }

    fn requires_cookies() -> Result<bool, String> {
        T::with(T::requires_cookies)
    }

    fn get_current_user(by: Request) -> Result<Identity, String> {
        T::with(|it| it.current_user(&by))
    }

    fn check_credentials(
        by: Request,
        username: String,
        password: String,
    ) -> Result<Option<Vec<Cookie>>, String> {
        T::with(|it| it.check_credentials(&by, &username, &password))
    }

    fn clear_credentials(by: Request) -> Result<Vec<Cookie>, String> {
        T::with(|it| it.clear_credentials(&by))
    }
}

/// Declares the auth manager that this component is: a type with the trait [`Auth`](crate::coweb::Auth). The keys after
/// it are optional, in any order, and each exports a handler.
///
/// | key | is | called |
/// |---|---|---|
/// | `on_timer` | `fn(&mut Type, `[`Timer`](crate::Timer)`) -> Handled` | when a timer is due |
/// | `on_response` | `fn(&mut Type, `[`RequestId`](crate::fetch::RequestId)`, `[`Answer`](crate::fetch::Answer)`) -> Handled` | with the answer to a request |
/// | `on_connection` | `fn(&mut Type, `[`Connection`](crate::Connection)`, `[`ConnectionEvent`](crate::ConnectionEvent)`) -> Handled` | when a connection opens, brings data or ends |
///
/// ```no_run
/// use parlor_sdk::coweb::prelude::*;
///
/// auth! { auth: Proxied }
///
/// /// Believes the reverse proxy in front of the server, which signs people in. It needs no cookies.
/// struct Proxied {
///     header: String,
/// }
///
/// impl Auth for Proxied {
///     fn start() -> Result<Self, String> {
///         Ok(Self { header: config::require("header")? })
///     }
///
///     fn requires_cookies(&mut self) -> Result<bool, String> {
///         Ok(false)
///     }
///
///     fn current_user(&mut self, by: &Request) -> Result<Identity, String> {
///         Ok(by.header(&self.header).map_or_else(Identity::nobody, Identity::user))
///     }
/// }
/// ```
#[macro_export]
macro_rules! auth {
    (auth: $auth:ty $(, $key:ident: $value:expr)* $(,)?) => {
        const _: () = {
            $crate::__resident!(
                $crate::coweb::auth::Role,
                $auth,
                <$auth as $crate::coweb::Auth>::start(),
                { $($key: $value),* }
            );

            type Component = $crate::coweb::auth::Component<$auth>;
            $crate::bindings::auth::export!(Component with_types_in $crate::bindings::auth);
        };
    };
}
