//! Sets timers and takes them back, again and again.

use std::time::Duration;

use parlor_sdk::prelude::*;

bot! { commands: [command("attack", attack)] }

fn attack(_: &Invocation) -> Reply {
    for _ in 0..200_000 {
        Timer::once(Duration::from_secs(1))?.cancel();
    }
    hostile::told("all of them")
}
