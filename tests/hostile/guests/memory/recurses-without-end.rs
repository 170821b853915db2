//! Calls itself until there is no more stack.

use std::hint::black_box;

use parlor_sdk::prelude::*;

bot! { commands: [command("attack", attack)] }

fn attack(_: &Invocation) -> Reply {
    Ok(down(1).to_string().into())
}

#[expect(unconditional_recursion, reason = "that is the point")]
fn down(level: u64) -> u64 {
    black_box(down(black_box(level + 1))) + 1
}
