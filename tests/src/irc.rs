//! Chat over IRC: real servers, and people who are there without Parlor.

pub mod atheme;
pub mod client;
pub mod configuration;
pub mod crowd;
pub mod inspircd;
pub mod ngircd;
