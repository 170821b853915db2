//! What starts and stops service bots.

use std::marker::PhantomData;

use super::{LaunchError, ManagerInfo, Resident};
use crate::{Handled, bindings::launcher::exports::parlor::coweb::launcher::Guest};

/// What a launcher can do. Each session has an instance of its own.
pub trait Launcher: Sized + 'static {
    /// Makes the launcher, from its configuration, at the first call.
    fn start() -> Result<Self, String>;

    /// Starts the bot of a service. It proves itself with `token`, once: hand that over where nobody else can read it.
    /// `app_data` is the JSON that the access manager gives to this service. An error in words (`?`) is
    /// [`LaunchError::Failed`].
    fn start_service(
        &mut self,
        service: &str,
        token: &str,
        manager: &ManagerInfo,
        app_data: &str,
    ) -> Result<(), LaunchError>;

    /// Stops the bot of a service, which was asked to shut down before and need not have obeyed.
    fn stop_service(&mut self, service: &str, manager: &ManagerInfo) -> Handled;

    /// The session has ended, and whatever still runs must go. The last call.
    fn stop_all_services(&mut self, manager: &ManagerInfo) -> Handled;
}

impl From<String> for LaunchError {
    fn from(why: String) -> Self {
        Self::Failed(why)
    }
}

/// What it is to be the launcher.
#[doc(hidden)]
pub enum Role {}

/// A component that [`launcher!`](crate::launcher!) made.
#[doc(hidden)]
pub struct Component<T>(PhantomData<T>);

impl<T: Launcher + Resident<Role>> Guest for Component<T> {
    fn start_service(
        service: String,
        token: String,
        manager: ManagerInfo,
        app_data: String,
    ) -> Result<(), LaunchError> {
        T::with(|it| it.start_service(&service, &token, &manager, &app_data))
    }

    fn stop_service(service: String, manager: ManagerInfo) -> Handled {
        T::with(|it| it.stop_service(&service, &manager))
    }

    fn stop_all_services(manager: ManagerInfo) -> Handled {
        T::with(|it| it.stop_all_services(&manager))
    }
}

/// Declares the launcher that this component is: a type with the trait [`Launcher`](crate::coweb::Launcher). The keys
/// after it are those of [`auth!`](crate::auth!) and one more:
///
/// | key | is | called |
/// |---|---|---|
/// | `on_process` | `fn(&mut Type, `[`Process`](crate::coweb::Process)`, Option<i32>) -> Handled` | when a program has ended: with its status, or none if it was killed |
///
/// ```no_run
/// use parlor_sdk::coweb::prelude::*;
///
/// launcher! { launcher: Here }
///
/// /// Starts what is configured in this server as a component.
/// struct Here;
///
/// impl Launcher for Here {
///     fn start() -> Result<Self, String> {
///         Ok(Self)
///     }
///
///     fn start_service(
///         &mut self,
///         service: &str,
///         token: &str,
///         _: &ManagerInfo,
///         app_data: &str,
///     ) -> Result<(), LaunchError> {
///         components::launch(service, token, app_data)
///     }
///
///     fn stop_service(&mut self, service: &str, _: &ManagerInfo) -> Handled {
///         components::terminate(service);
///         Ok(())
///     }
///
///     // … and so on
/// #     fn stop_all_services(&mut self, _: &ManagerInfo) -> Handled { todo!() }
/// }
/// ```
#[macro_export]
macro_rules! launcher {
    (launcher: $launcher:ty $(, $key:ident: $value:expr)* $(,)?) => {
        const _: () = {
            $crate::__resident!(
                $crate::coweb::launcher::Role,
                $launcher,
                <$launcher as $crate::coweb::Launcher>::start(),
                { $($key: $value),* }
            );

            type Component = $crate::coweb::launcher::Component<$launcher>;
            $crate::bindings::launcher::export!(Component with_types_in $crate::bindings::launcher);
        };
    };
}
