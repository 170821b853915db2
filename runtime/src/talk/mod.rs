//! Conversation tests: a script says what people, clocks, peers and the host do, and what the extension does then. Nothing
//! of it touches a network, the clock or the machine's chance, so that it comes out the same each time.
//!
//! A [`script`] is text with indented answers; a [`performance`] gives one of its tests to a new extension, in a house of
//! its own; what the extension does is written into a [`transcript`] in the script's own form, and a [`report`] compares
//! the two. People and rooms are the [`stage`]'s; connections, requests, timers and what managers call are answered by
//! the [`outside`], generically, from the types in the component.

pub(crate) mod calls;
pub(crate) mod outside;
mod performance;
mod report;
mod reports;
mod script;
pub(crate) mod stage;
mod step;
mod transcript;
pub(crate) mod values;

pub use performance::{Performance, Prepared};
pub use report::{Outcome, Verdict};
pub use script::{Script, ScriptError, Test};
pub use transcript::{Listener, Transcript};
