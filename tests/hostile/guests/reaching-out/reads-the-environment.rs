//! Reads the environment, the arguments and the standard input.

use hostile::told;
use parlor_sdk::prelude::*;

bot! { commands: [command("attack", attack)] }

fn attack(_: &Invocation) -> Reply {
    let input = std::io::read_to_string(std::io::stdin()).unwrap_or_default();
    told(format!("{} {} {}", std::env::vars_os().count(), std::env::args_os().count(), input.len()))
}
