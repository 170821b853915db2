//! Never comes back from its instantiation: its code runs before the host has called anything.

use parlor_sdk::prelude::*;

bot! { summary: "is never there" }

/// What a component's instantiation calls, where a module has it.
#[unsafe(no_mangle)]
extern "C" fn _initialize() {
    hostile::for_ever()
}
