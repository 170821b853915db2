//! The contract `parlor:host`, and what WASI has only as a proposal, as Rust. Generated from `wit/`.

#![allow(missing_docs, reason = "the documentation is the contract's own, in wit/")]

/// `parlor:host`: what the host gives (`parlor::host::*`), and what extensions export (`exports::parlor::host::*`).
pub mod host {
    wasmtime::component::bindgen!({
        path: "../wit/host",
        world: "parlor:host/host",
        imports: { default: trappable },
        exports: { default: async },
    });
}

/// `wasi:logging`.
pub mod logging {
    wasmtime::component::bindgen!({
        path: "../wit/deps/logging",
        world: "wasi:logging/imports",
    });
}
