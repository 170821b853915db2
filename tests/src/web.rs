//! Coweb with the real clients: browsers and people in them, Node, and the servers that they talk to.

pub mod browser;
pub mod node;
pub mod peer;
pub mod person;
pub mod server;
pub mod services;
pub mod site;
pub mod stage;
