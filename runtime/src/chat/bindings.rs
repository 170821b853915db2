//! The contract `parlor:chat` as Rust, generated from `wit/chat`.

#![allow(missing_docs, reason = "the documentation is the contract's own, in wit/")]

wasmtime::component::bindgen!({
    path: "../wit/chat",
    world: "parlor:chat/host",
    imports: {
        "parlor:chat/events": trappable,
        "parlor:chat/chat.networks": trappable,
        "parlor:chat/rooms.[method]muc-room.network": trappable,
        "parlor:chat/rooms.[method]muc-room.name": trappable,
        "parlor:chat/rooms.[drop]muc-room": trappable,
        default: async | trappable,
    },
    exports: { default: async },
    with: { "parlor:chat/rooms.muc-room": crate::chat::rooms::Room },
    additional_derives: [PartialEq],
});

// `self`, since a doc test sees the crate of this name as well.
pub use self::{
    exports::parlor::chat as handlers,
    parlor::chat::types::{
        Card, Error, Identifier, Message, Presence, Reaction, Recipient, RoomEvent, Status,
    },
};
