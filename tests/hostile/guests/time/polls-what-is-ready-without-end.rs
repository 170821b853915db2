//! Waits for what is there already, again and again.

use parlor_sdk::prelude::*;
use wasip2::{clocks::monotonic_clock::subscribe_duration, io::poll::poll};

bot! { commands: [command("attack", attack)] }

fn attack(_: &Invocation) -> Reply {
    let ready = subscribe_duration(0);
    loop {
        poll(&[&ready]);
    }
}
