//! What tests and benchmarks share: a chat network that a test scripts, and a house around real guests.

pub mod guests;
pub mod house;
pub mod scripted;
