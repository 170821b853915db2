//! The contract as generated, for what the rest of this crate does not make nicer.
//!
//! [`imports`] is what the host gives, and [`coweb_imports`] what it gives to managers and service bots besides. Every
//! other module has the `Guest` trait of one handler and an `export!` macro, which also tells the linker that the
//! component exports it; the modules combine freely. All of them share the types of those two.

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
                    "../../wit/coweb",
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
world!(coweb_imports, "parlor:sdk/coweb-imports", with: {}, attributes: {
    "parlor:coweb/types@0.1.0/session": [#[derive(PartialEq, Eq)]],
    "parlor:coweb/types@0.1.0/request": [#[derive(Default, PartialEq, Eq)]],
    "parlor:coweb/types@0.1.0/refusal": [#[derive(PartialEq, Eq)]],
    "parlor:coweb/services@0.1.0/launch-error": [#[derive(PartialEq, Eq)]],
    "parlor:coweb/services@0.1.0/manager-info": [#[derive(PartialEq, Eq)]],
    "parlor:coweb/bridge@0.1.0/error": [#[derive(PartialEq, Eq)]],
    "parlor:coweb/components@0.1.0/bot-event": [#[derive(PartialEq, Eq)]],
});
world!(auth, "parlor:sdk/auth", with: {
    "parlor:coweb/types@0.1.0": crate::bindings::coweb_imports::parlor::coweb::types,
}, attributes: {
    "parlor:coweb/auth@0.1.0/cookie": [#[derive(PartialEq, Eq)]],
    "parlor:coweb/auth@0.1.0/identity": [#[derive(Default, PartialEq, Eq)]],
});
world!(access, "parlor:sdk/access", with: {
    "parlor:coweb/types@0.1.0": crate::bindings::coweb_imports::parlor::coweb::types,
}, attributes: {
    "parlor:coweb/access@0.1.0/admission": [#[derive(PartialEq, Eq)]],
});
world!(updater_type_matcher, "parlor:sdk/updater-type-matcher", with: {});
world!(launcher, "parlor:sdk/launcher", with: {
    "parlor:coweb/types@0.1.0": crate::bindings::coweb_imports::parlor::coweb::types,
    "parlor:coweb/services@0.1.0": crate::bindings::coweb_imports::parlor::coweb::services,
});
world!(manager, "parlor:sdk/manager", with: {
    "parlor:coweb/types@0.1.0": crate::bindings::coweb_imports::parlor::coweb::types,
    "parlor:coweb/services@0.1.0": crate::bindings::coweb_imports::parlor::coweb::services,
});
world!(component_events, "parlor:sdk/component-events", with: {
    "parlor:coweb/types@0.1.0": crate::bindings::coweb_imports::parlor::coweb::types,
});
world!(socket_handler, "parlor:sdk/socket-handler", with: {
    "parlor:coweb/sockets@0.1.0": crate::bindings::coweb_imports::parlor::coweb::sockets,
});
world!(process_handler, "parlor:sdk/process-handler", with: {
    "parlor:coweb/processes@0.1.0": crate::bindings::coweb_imports::parlor::coweb::processes,
});
world!(service_bot, "parlor:sdk/service-bot", with: {
    "parlor:coweb/types@0.1.0": crate::bindings::coweb_imports::parlor::coweb::types,
});
