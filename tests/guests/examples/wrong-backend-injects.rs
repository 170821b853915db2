//! A backend that sends on what ends a line: whoever writes a message writes commands.

#![allow(missing_docs)]

mod toy;

/// What is wrong with it.
const FAULT: toy::Fault = toy::Fault::Injects;
