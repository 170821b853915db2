//! The one of its kind in a component.

use std::{cell::RefCell, thread::LocalKey};

/// A manager that lives in its component, as long as that does. `Role` tells apart what one type may be at once.
#[doc(hidden)]
pub trait Resident<Role>: Sized + 'static {
    /// Where it is kept.
    fn place() -> &'static LocalKey<RefCell<Option<Self>>>;

    /// Makes it.
    fn make() -> Result<Self, String>;

    /// Works on the one that there is, or that can be made now: what was wrong at the last call may have been mended
    /// since. The host makes one call at a time, so nobody else works on it meanwhile.
    fn with<R, E: From<String>>(work: impl FnOnce(&mut Self) -> Result<R, E>) -> Result<R, E> {
        Self::place().with_borrow_mut(|place| match place {
            Some(it) => work(it),
            None => work(place.insert(Self::make()?)),
        })
    }
}

/// Makes `$type` the resident of a role, and exports what `$handlers` name.
#[doc(hidden)]
#[macro_export]
macro_rules! __resident {
    ($role:ty, $type:ty, $make:expr, { $($key:ident: $value:expr),* }) => {
        ::std::thread_local! {
            static ONE: ::std::cell::RefCell<::std::option::Option<$type>> =
                const { ::std::cell::RefCell::new(::std::option::Option::None) };
        }

        impl $crate::coweb::Resident<$role> for $type {
            fn place() -> &'static ::std::thread::LocalKey<::std::cell::RefCell<::std::option::Option<Self>>> {
                &ONE
            }

            fn make() -> ::std::result::Result<Self, ::std::string::String> {
                $make
            }
        }

        struct Handlers;
        $($crate::__resident_export!(Handlers, $role, $type, $key, $value);)*
    };
}

/// Exports what a key of the macros asks for.
#[doc(hidden)]
#[macro_export]
macro_rules! __resident_export {
    ($component:ident, $role:ty, $type:ty, on_timer, $run:expr) => {
        $crate::__export_handler!($component, on_timer, |timer| {
            const RUN: fn(&mut $type, $crate::Timer) -> $crate::Handled = $run;
            <$type as $crate::coweb::Resident<$role>>::with(|it| RUN(it, timer))
        });
    };
    ($component:ident, $role:ty, $type:ty, on_connection, $run:expr) => {
        $crate::__export_handler!($component, on_connection, |connection, event| {
            const RUN: fn(&mut $type, $crate::Connection, $crate::ConnectionEvent) -> $crate::Handled = $run;
            <$type as $crate::coweb::Resident<$role>>::with(|it| RUN(it, connection, event))
        });
    };
    ($component:ident, $role:ty, $type:ty, on_response, $run:expr) => {
        $crate::__export_handler!($component, on_response, |request, answer| {
            const RUN: fn(&mut $type, $crate::fetch::RequestId, $crate::fetch::Answer) -> $crate::Handled =
                $run;
            <$type as $crate::coweb::Resident<$role>>::with(|it| RUN(it, request, answer))
        });
    };
    ($component:ident, $role:ty, $type:ty, on_component, $run:expr) => {
        const _: () = {
            use $crate::coweb::ComponentEvent;

            fn tell(service: String, event: ComponentEvent) -> $crate::Handled {
                const RUN: fn(&mut $type, &str, ComponentEvent) -> $crate::Handled = $run;
                <$type as $crate::coweb::Resident<$role>>::with(|it| RUN(it, &service, event))
            }

            impl $crate::bindings::component_events::exports::parlor::coweb::component_events::Guest
                for $component
            {
                fn on_started(service: String, token: String) -> $crate::Handled {
                    tell(service, ComponentEvent::Started(token))
                }

                fn on_reply(service: String, token: String, data: String) -> $crate::Handled {
                    tell(service, ComponentEvent::Reply(token, data))
                }

                fn on_publish(service: String, data: String) -> $crate::Handled {
                    tell(service, ComponentEvent::Publish(data))
                }

                fn on_exit(service: String, reason: Option<String>) -> $crate::Handled {
                    tell(service, ComponentEvent::Exit(reason))
                }
            }
        };
        $crate::bindings::component_events::export!(
            $component with_types_in $crate::bindings::component_events
        );
    };
    ($component:ident, $role:ty, $type:ty, on_socket, $run:expr) => {
        const _: () = {
            use $crate::coweb::{Socket, SocketEvent};

            fn tell(socket: u32, event: SocketEvent) -> $crate::Handled {
                const RUN: fn(&mut $type, Socket, SocketEvent) -> $crate::Handled = $run;
                <$type as $crate::coweb::Resident<$role>>::with(|it| RUN(it, Socket(socket), event))
            }

            impl $crate::bindings::socket_handler::exports::parlor::coweb::socket_handler::Guest for $component {
                fn on_open(what: u32) -> $crate::Handled {
                    tell(what, SocketEvent::Open)
                }

                fn on_text(by: u32, text: String) -> $crate::Handled {
                    tell(by, SocketEvent::Text(text))
                }

                fn on_close(what: u32) -> $crate::Handled {
                    tell(what, SocketEvent::Close)
                }
            }
        };
        $crate::bindings::socket_handler::export!(
            $component with_types_in $crate::bindings::socket_handler
        );
    };
    ($component:ident, $role:ty, $type:ty, on_process, $run:expr) => {
        impl $crate::bindings::process_handler::exports::parlor::coweb::process_handler::Guest for $component {
            fn on_exit(what: u32, status: Option<i32>) -> $crate::Handled {
                const RUN: fn(&mut $type, $crate::coweb::Process, Option<i32>) -> $crate::Handled = $run;
                <$type as $crate::coweb::Resident<$role>>::with(|it| {
                    RUN(it, $crate::coweb::Process(what), status)
                })
            }
        }
        $crate::bindings::process_handler::export!(
            $component with_types_in $crate::bindings::process_handler
        );
    };
    ($component:ident, $role:ty, $type:ty, $unknown:ident, $run:expr) => {
        compile_error!(concat!(
            "there is no `",
            stringify!($unknown),
            "` here: the documentation lists what there is"
        ));
    };
}
