//! What tests and benchmarks share: a chat network that a test scripts, a house around real guests, the program
//! itself, IRC servers and people on them, browsers with the real coweb clients, and what all these may reach.

pub mod certificate;
pub mod components;
pub mod daemon;
pub mod guests;
pub mod house;
pub mod irc;
pub mod languages;
pub mod log;
pub mod port;
pub mod program;
pub mod scripted;
pub mod server;
pub mod web;
