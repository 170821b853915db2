//! A backend with which nothing is wrong.

#![allow(missing_docs)]

mod toy;

/// What is wrong with it.
const FAULT: toy::Fault = toy::Fault::None;
