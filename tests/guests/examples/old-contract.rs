//! A bot for another version of the contract than the host has.

#![allow(missing_docs)]

wit_bindgen::generate!({ world: "later", path: "wit/later" });

struct Later;

impl exports::parlor::chat::bot::Guest for Later {
    fn start() -> Result<(), String> {
        Ok(())
    }
}

export!(Later);
