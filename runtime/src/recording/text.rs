//! Values of the component model as text on one line, and back.
//!
//! The text is WAVE's (the text form of WIT values), with two additions: a list of bytes that holds anything is written
//! `b"…"`, and a resource by its name, `bucket#1`.

mod read;
mod write;

pub use read::{Reader, split_call};
pub use write::{Hide, Veil, Writer};
