//! What tests and benchmarks share: a chat network that a test scripts, a house around real guests, the program
//! itself, and what these may reach.

pub mod guests;
pub mod house;
pub mod log;
pub mod program;
pub mod scripted;
pub mod server;
