//! What tests and benchmarks share: a chat network that a test scripts, a house around real guests, the program
//! itself, IRC servers and people on them, and what these may reach.

pub mod certificate;
pub mod guests;
pub mod house;
pub mod irc;
pub mod log;
pub mod program;
pub mod scripted;
pub mod server;
