//! A component that has nothing to do with Parlor.

#![allow(missing_docs)]

wit_bindgen::generate!({ world: "stranger", path: "wit/other" });

struct Stranger;

impl exports::example::other::thing::Guest for Stranger {
    fn greet(name: String) -> String {
        format!("hello, {name}")
    }
}

export!(Stranger);
