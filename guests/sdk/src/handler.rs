//! Handlers: functions of an extension that the host calls when something happened.

/// What a handler returns. The error is words for the log.
pub type Handled = Result<(), String>;

/// What became of a network that a bot was granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NetworkEvent {
    /// It is there: now, and again after each time that it was gone.
    Connected,
    /// It is gone, for this reason.
    Disconnected(String),
}

/// Exports one handler of the contract, done by a function of the type that `bot!` documents. The function is
/// given a type first, so that a wrong one is reported where it was named.
#[doc(hidden)]
#[macro_export]
macro_rules! __export_handler {
    ($component:ident, on_message, $run:expr) => {
        impl $crate::bindings::message_handler::exports::parlor::chat::message_handler::Guest for $component {
            fn on_message(what: $crate::Message) -> $crate::Handled {
                const RUN: fn(&$crate::Message) -> $crate::Handled = $run;
                RUN(&what)
            }
        }
        $crate::bindings::message_handler::export!($component with_types_in $crate::bindings::message_handler);
    };
    ($component:ident, on_mention, $run:expr) => {
        impl $crate::bindings::mention_handler::exports::parlor::chat::mention_handler::Guest for $component {
            fn on_mention(what: $crate::Message) -> $crate::Handled {
                const RUN: fn(&$crate::Message) -> $crate::Handled = $run;
                RUN(&what)
            }
        }
        $crate::bindings::mention_handler::export!($component with_types_in $crate::bindings::mention_handler);
    };
    ($component:ident, on_network, $run:expr) => {
        const _: () = {
            const RUN: fn(&str, $crate::NetworkEvent) -> $crate::Handled = $run;

            impl $crate::bindings::network_handler::exports::parlor::chat::network_handler::Guest for $component {
                fn on_connected(network: String) -> $crate::Handled {
                    RUN(&network, $crate::NetworkEvent::Connected)
                }

                fn on_disconnected(network: String, reason: String) -> $crate::Handled {
                    RUN(&network, $crate::NetworkEvent::Disconnected(reason))
                }
            }
        };
        $crate::bindings::network_handler::export!($component with_types_in $crate::bindings::network_handler);
    };
    ($component:ident, on_presence, $run:expr) => {
        impl $crate::bindings::presence_handler::exports::parlor::chat::presence_handler::Guest for $component {
            fn on_presence(what: $crate::Presence) -> $crate::Handled {
                const RUN: fn(&$crate::Presence) -> $crate::Handled = $run;
                RUN(&what)
            }
        }
        $crate::bindings::presence_handler::export!($component with_types_in $crate::bindings::presence_handler);
    };
    ($component:ident, on_reaction, $run:expr) => {
        impl $crate::bindings::reaction_handler::exports::parlor::chat::reaction_handler::Guest for $component {
            fn on_reaction(what: $crate::Reaction) -> $crate::Handled {
                const RUN: fn(&$crate::Reaction) -> $crate::Handled = $run;
                RUN(&what)
            }
        }
        $crate::bindings::reaction_handler::export!($component with_types_in $crate::bindings::reaction_handler);
    };
    ($component:ident, on_room, $run:expr) => {
        impl $crate::bindings::room_handler::exports::parlor::chat::room_handler::Guest for $component {
            fn on_room(network: String, room: String, what: $crate::RoomEvent) -> $crate::Handled {
                const RUN: fn(&str, &str, $crate::RoomEvent) -> $crate::Handled = $run;
                RUN(&network, &room, what)
            }
        }
        $crate::bindings::room_handler::export!($component with_types_in $crate::bindings::room_handler);
    };
    ($component:ident, on_timer, $run:expr) => {
        impl $crate::bindings::timer_handler::exports::parlor::host::timer_handler::Guest for $component {
            fn on_timer(what: u32) -> $crate::Handled {
                const RUN: fn($crate::Timer) -> $crate::Handled = $run;
                RUN($crate::Timer(what))
            }
        }
        $crate::bindings::timer_handler::export!($component with_types_in $crate::bindings::timer_handler);
    };
    ($component:ident, on_connection, $run:expr) => {
        const _: () = {
            const RUN: fn($crate::Connection, $crate::ConnectionEvent) -> $crate::Handled = $run;

            impl $crate::bindings::net_handler::exports::parlor::host::net_handler::Guest for $component {
                fn on_open(what: u32) -> $crate::Handled {
                    RUN($crate::Connection(what), $crate::ConnectionEvent::Open)
                }

                fn on_data(what: u32, data: Vec<u8>) -> $crate::Handled {
                    RUN($crate::Connection(what), $crate::ConnectionEvent::Data(data))
                }

                fn on_close(what: u32, reason: Option<$crate::net::Error>) -> $crate::Handled {
                    RUN($crate::Connection(what), $crate::ConnectionEvent::Closed(reason))
                }
            }
        };
        $crate::bindings::net_handler::export!($component with_types_in $crate::bindings::net_handler);
    };
    ($component:ident, on_response, $run:expr) => {
        impl $crate::bindings::fetch_handler::exports::parlor::host::fetch_handler::Guest for $component {
            fn on_response(to: $crate::fetch::RequestId, answer: $crate::fetch::Answer) -> $crate::Handled {
                const RUN: fn($crate::fetch::RequestId, $crate::fetch::Answer) -> $crate::Handled = $run;
                RUN(to, answer)
            }
        }
        $crate::bindings::fetch_handler::export!($component with_types_in $crate::bindings::fetch_handler);
    };
    ($component:ident, $unknown:ident, $run:expr) => {
        compile_error!(concat!("there is no `", stringify!($unknown), "` here: the documentation lists what there is"));
    };
}
