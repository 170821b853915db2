//! A bot that never comes back from its instantiation: its code runs before the host has called anything.

use parlor_sdk::prelude::*;

bot! { summary: "is never there" }

/// The C runtime calls what is in this section as static constructors.
#[used]
#[unsafe(link_section = ".init_array")]
static CONSTRUCTOR: extern "C" fn() = spin;

extern "C" fn spin() {
    loop {
        std::hint::spin_loop();
    }
}
