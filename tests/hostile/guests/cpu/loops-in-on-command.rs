//! Never comes back from a command.

use parlor_sdk::prelude::*;

bot! { commands: [command("attack", attack)] }

fn attack(_: &Invocation) -> Reply {
    loop {
        std::hint::spin_loop();
    }
}
