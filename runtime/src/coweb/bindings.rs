//! The contract `parlor:coweb` as Rust, generated from `wit/coweb`.

#![allow(missing_docs, reason = "the documentation is the contract's own, in wit/")]

wasmtime::component::bindgen!({
    path: "../wit/coweb",
    world: "parlor:coweb/host",
    imports: { default: trappable },
    exports: { default: async },
    additional_derives: [PartialEq],
});

// `self`, since a doc test sees the crate of this name as well.
pub use self::{
    exports::parlor::coweb as handlers,
    parlor::coweb::types::{Refusal, Request, Session},
};
