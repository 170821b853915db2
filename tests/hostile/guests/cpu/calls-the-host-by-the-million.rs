//! Asks the host for next to nothing, again and again.

use parlor_sdk::prelude::*;

bot! { commands: [command("attack", attack)] }

fn attack(_: &Invocation) -> Reply {
    loop {
        std::hint::black_box(chat::networks());
    }
}
