//! Waits for the first of many things, none of which will be.

use parlor_sdk::prelude::*;
use wasip2::{clocks::monotonic_clock::subscribe_duration, io::poll::poll};

bot! { commands: [command("attack", attack)] }

fn attack(_: &Invocation) -> Reply {
    let never: Vec<_> = (0..100).map(|_| subscribe_duration(u64::MAX)).collect();
    let never: Vec<_> = never.iter().collect();
    Ok(format!("{:?}", poll(&never)).into())
}
