//! Hands the host eight megabytes in one call.

use parlor_sdk::prelude::*;

bot! { commands: [command("attack", attack)] }

fn attack(_: &Invocation) -> Reply {
    log::info("A".repeat(8 << 20));
    Ok(().into())
}
