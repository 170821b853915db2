//! The contract as generated, for what the rest of this crate does not make nicer.
//!
//! [`imports`] is what the host gives. Every other module has the `Guest` trait of one handler and an `export!`
//! macro, which also tells the linker that the component exports it; the modules combine freely. All of them
//! share the types of [`imports`].

#![allow(missing_docs, unsafe_code)]

/// One world of `wit/sdk.wit`, in a module of its own; the types in `with` are those of [`imports`].
macro_rules! world {
    ($module:ident, $world:literal, with: { $($with:tt)* } $(, attributes: { $($attributes:tt)* })?) => {
        pub mod $module {
            wit_bindgen::generate!({
                world: $world,
                path: [
                    "../../wit/deps/config",
                    "../../wit/deps/keyvalue",
                    "../../wit/deps/logging",
                    "../../wit/host",
                    "../../wit/chat",
                    "wit",
                ],
                with: { $($with)* },
                $(additional_type_attributes: { $($attributes)* },)?
                generate_all,
                pub_export_macro: true,
            });
        }
    };
}

world!(imports, "parlor:sdk/imports", with: {}, attributes: {
    "parlor:chat/types@0.1.0/error": [#[derive(PartialEq, Eq)]],
    "parlor:host/net@0.1.0/error": [#[derive(PartialEq, Eq)]],
    "parlor:chat/types@0.1.0/identifier": [
        #[cfg_attr(feature = "json", derive(serde::Serialize, serde::Deserialize))]
    ],
    "parlor:chat/types@0.1.0/recipient": [
        #[cfg_attr(feature = "json", derive(serde::Serialize, serde::Deserialize))]
    ],
});
world!(bot, "parlor:sdk/bot", with: {});
world!(backend, "parlor:sdk/backend", with: {
    "parlor:chat/types@0.1.0": crate::bindings::imports::parlor::chat::types,
});
world!(command_handler, "parlor:sdk/command-handler", with: {
    "parlor:chat/types@0.1.0": crate::bindings::imports::parlor::chat::types,
});
world!(message_handler, "parlor:sdk/message-handler", with: {
    "parlor:chat/types@0.1.0": crate::bindings::imports::parlor::chat::types,
});
world!(mention_handler, "parlor:sdk/mention-handler", with: {
    "parlor:chat/types@0.1.0": crate::bindings::imports::parlor::chat::types,
});
world!(network_handler, "parlor:sdk/network-handler", with: {});
world!(presence_handler, "parlor:sdk/presence-handler", with: {
    "parlor:chat/types@0.1.0": crate::bindings::imports::parlor::chat::types,
});
world!(reaction_handler, "parlor:sdk/reaction-handler", with: {
    "parlor:chat/types@0.1.0": crate::bindings::imports::parlor::chat::types,
});
world!(room_handler, "parlor:sdk/room-handler", with: {
    "parlor:chat/types@0.1.0": crate::bindings::imports::parlor::chat::types,
});
world!(net_handler, "parlor:sdk/net-handler", with: {
    "parlor:host/net@0.1.0": crate::bindings::imports::parlor::host::net,
});
world!(timer_handler, "parlor:sdk/timer-handler", with: {
    "parlor:host/timers@0.1.0": crate::bindings::imports::parlor::host::timers,
});
world!(fetch_handler, "parlor:sdk/fetch-handler", with: {
    "parlor:host/fetch@0.1.0": crate::bindings::imports::parlor::host::fetch,
    "parlor:host/net@0.1.0": crate::bindings::imports::parlor::host::net,
});
