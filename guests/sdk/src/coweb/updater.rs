//! Who brings late joiners up to date.

use std::marker::PhantomData;

use super::Resident;
use crate::{Handled, bindings::updater_type_matcher::exports::parlor::coweb::updater_type_matcher::Guest};

/// What a matcher of updater types must be able to do. One serves the whole server.
pub trait Updater: Sized + 'static {
    /// Makes the matcher, from its configuration. An error keeps the server from starting.
    fn start() -> Result<Self, String>;

    /// The type of the updater that a client of `updater_type` gets: one of `available`, which has the type of each
    /// updater of the session, in the order of their joining and with its repetitions; none if any will do.
    ///
    /// Not called for the type `default`. An answer that is not among `available` counts as none; so does an error,
    /// which is logged.
    fn match_updater_type(
        &mut self,
        updater_type: &str,
        available: &[String],
    ) -> Result<Option<String>, String>;
}

/// What it is to be the matcher.
#[doc(hidden)]
pub enum Role {}

/// A component that [`updater!`](crate::updater!) made.
#[doc(hidden)]
pub struct Component<T>(PhantomData<T>);

impl<T: Updater + Resident<Role>> Guest for Component<T> {
    fn start() -> Handled {
        T::with(|_| Ok(()))
    }

    fn match_updater_type(updater_type: String, available: Vec<String>) -> Result<Option<String>, String> {
        T::with(|it| it.match_updater_type(&updater_type, &available))
    }
}

/// Declares the matcher of updater types that this component is: a type with the trait
/// [`Updater`](crate::coweb::Updater). The keys after it are those of [`auth!`](crate::auth!): `on_timer`, `on_response`
/// and `on_connection`.
///
/// ```no_run
/// use parlor_sdk::coweb::prelude::*;
///
/// updater! { updater: Family }
///
/// /// `editor-2` can bring `editor-1` up to date.
/// struct Family;
///
/// impl Updater for Family {
///     fn start() -> Result<Self, String> {
///         Ok(Self)
///     }
///
///     fn match_updater_type(&mut self, wanted: &str, available: &[String]) -> Result<Option<String>, String> {
///         let family = wanted.split('-').next();
///         Ok(available.iter().find(|other| other.split('-').next() == family).cloned())
///     }
/// }
/// ```
#[macro_export]
macro_rules! updater {
    (updater: $updater:ty $(, $key:ident: $value:expr)* $(,)?) => {
        const _: () = {
            $crate::__resident!(
                $crate::coweb::updater::Role,
                $updater,
                <$updater as $crate::coweb::Updater>::start(),
                { $($key: $value),* }
            );

            type Component = $crate::coweb::updater::Component<$updater>;
            $crate::bindings::updater_type_matcher::export!(
                Component with_types_in $crate::bindings::updater_type_matcher
            );
        };
    };
}
