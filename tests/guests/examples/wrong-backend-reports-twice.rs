//! A backend that reports whoever comes as often as its service says so.

#![allow(missing_docs)]

mod toy;

/// What is wrong with it.
const FAULT: toy::Fault = toy::Fault::ReportsTwice;
