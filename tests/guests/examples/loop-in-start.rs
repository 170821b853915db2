//! A bot that never comes back from its start.

use parlor_sdk::prelude::*;

bot! { summary: "never starts", on_start: spin }

fn spin() -> Handled {
    loop {
        std::hint::spin_loop();
    }
}
