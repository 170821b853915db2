//! Has more commands than a person can remember.

use parlor_sdk::prelude::*;

bot! { commands: [command("attack", attack); 1_000] }

fn attack(_: &Invocation) -> Reply {
    Ok(().into())
}
