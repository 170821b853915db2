//! Waits for a thousand years, as often as it may, without waiting.

use std::mem;

use parlor_sdk::prelude::*;
use wasip2::clocks::monotonic_clock::subscribe_duration;

bot! { commands: [command("attack", attack)] }

fn attack(_: &Invocation) -> Reply {
    loop {
        mem::forget(subscribe_duration(u64::MAX));
    }
}
