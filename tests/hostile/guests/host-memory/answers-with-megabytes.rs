//! Answers at length, each time.

use parlor_sdk::prelude::*;

bot! { commands: [command("attack", attack)] }

fn attack(_: &Invocation) -> Reply {
    Ok(vec![format!("told: {}", "A".repeat(1 << 20)), "A".repeat(1 << 20)].into())
}
