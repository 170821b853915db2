//! Ends the program, as far as it knows.

use parlor_sdk::prelude::*;

bot! { commands: [command("attack", attack)] }

fn attack(_: &Invocation) -> Reply {
    std::process::exit(0)
}
