//! Asks for four gigabytes again and again, and does not mind that it gets none.

use core::arch::wasm32::memory_grow;

use parlor_sdk::prelude::*;

bot! { commands: [command("attack", attack)] }

fn attack(_: &Invocation) -> Reply {
    for _ in 0..10_000 {
        if memory_grow::<0>(65_535) != usize::MAX {
            return Ok("it grew".into());
        }
    }
    hostile::told("no memory")
}
