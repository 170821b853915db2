//! A backend that falls over bytes that are no text.

#![allow(missing_docs)]

mod toy;

/// What is wrong with it.
const FAULT: toy::Fault = toy::Fault::Traps;
