//! Who may do what.

use std::marker::PhantomData;

use super::{Refusal, Resident, Session};
use crate::{Handled, bindings::access::exports::parlor::coweb::access::Guest};

pub use crate::bindings::access::exports::parlor::coweb::access::{Acls, Admission};

/// What an access manager must be able to do. One serves the whole server.
///
/// An error denies what was asked for; its words are for the log.
#[allow(unused_variables, reason = "by default services get nothing")]
pub trait Access: Sized + 'static {
    /// Makes the manager, from its configuration. An error keeps the server from starting.
    fn start() -> Result<Self, String>;

    /// A user prepares a session under a key (of up to 1,024 bytes), which need not exist yet. `collab`: it is to carry
    /// cooperative events.
    fn on_admin_request(&mut self, username: &str, key: &str, collab: bool) -> Result<Admission, String>;

    /// Whether a user may enter a session.
    fn on_session_request(&mut self, to: &Session, username: &str) -> Result<bool, String>;

    /// Whether a user may listen to a service, and ask it. Who tells these apart writes the two functions below.
    fn on_service_use(&mut self, at: &Session, username: &str, service: &str) -> Result<bool, String>;

    /// Whether a user may hear what a service publishes, or have answers from it.
    fn on_service_subscribe(&mut self, at: &Session, username: &str, service: &str) -> Result<bool, String> {
        self.on_service_use(at, username, service)
    }

    /// Whether a user may ask a service.
    fn on_service_request(&mut self, at: &Session, username: &str, service: &str) -> Result<bool, String> {
        self.on_service_use(at, username, service)
    }

    /// A user does not listen any more. `false` keeps the subscription.
    fn on_service_unsubscribe(
        &mut self,
        at: &Session,
        username: &str,
        service: &str,
    ) -> Result<bool, String> {
        Ok(true)
    }

    /// What the bot of a service is started with: JSON. An error prevents that.
    fn on_service_config(&mut self, at: &Session, service: &str) -> Result<String, String> {
        Ok("{}".to_owned())
    }

    /// What the bot of a service may do. An error prevents its start.
    fn on_service_acls(&mut self, at: &Session, service: &str) -> Result<Acls, String> {
        Ok(Acls::empty())
    }
}

impl Admission {
    /// A refusal with an HTTP status (401 and 403 look alike to applications, and any other from 400 to 599 looks like
    /// a session that is not there), and words for the person who was refused.
    pub fn refused(status: u16, reason: impl Into<String>) -> Self {
        Self::Refused(Refusal { status, reason: reason.into() })
    }
}

/// What it is to be the access manager.
#[doc(hidden)]
pub enum Role {}

/// A component that [`access!`](crate::access!) made.
#[doc(hidden)]
pub struct Component<T>(PhantomData<T>);

impl<T: Access + Resident<Role>> Guest for Component<T> {
    fn start() -> Handled {
        T::with(|_| Ok(()))
    }

    fn on_admin_request(username: String, key: String, collab: bool) -> Result<Admission, String> {
        T::with(|it| it.on_admin_request(&username, &key, collab))
    }

    fn on_session_request(to: Session, username: String) -> Result<bool, String> {
        T::with(|it| it.on_session_request(&to, &username))
    }

    fn on_service_subscribe(at: Session, username: String, service: String) -> Result<bool, String> {
        T::with(|it| it.on_service_subscribe(&at, &username, &service))
    }

    fn on_service_unsubscribe(at: Session, username: String, service: String) -> Result<bool, String> {
        T::with(|it| it.on_service_unsubscribe(&at, &username, &service))
    }

    fn on_service_request(at: Session, username: String, service: String) -> Result<bool, String> {
        T::with(|it| it.on_service_request(&at, &username, &service))
    }

    fn on_service_config(at: Session, service: String) -> Result<String, String> {
        T::with(|it| it.on_service_config(&at, &service))
    }

    fn on_service_acls(at: Session, service: String) -> Result<Acls, String> {
        T::with(|it| it.on_service_acls(&at, &service))
    }
}

/// Declares the access manager that this component is: a type with the trait [`Access`](crate::coweb::Access), as in
/// [`coweb`](crate::coweb). The keys after it are those of [`auth!`](crate::auth!): `on_timer`, `on_response` and
/// `on_connection`.
#[macro_export]
macro_rules! access {
    (access: $access:ty $(, $key:ident: $value:expr)* $(,)?) => {
        const _: () = {
            $crate::__resident!(
                $crate::coweb::access::Role,
                $access,
                <$access as $crate::coweb::Access>::start(),
                { $($key: $value),* }
            );

            type Component = $crate::coweb::access::Component<$access>;
            $crate::bindings::access::export!(Component with_types_in $crate::bindings::access);
        };
    };
}
