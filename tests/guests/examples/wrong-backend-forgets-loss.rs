//! A backend that does not report that its connection is lost.

#![allow(missing_docs)]

mod toy;

/// What is wrong with it.
const FAULT: toy::Fault = toy::Fault::ForgetsLoss;
