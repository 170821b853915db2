//! Sets timers for next year until it is told no, a million times.

use hostile::told;
use parlor_sdk::prelude::*;

bot! { commands: [command("attack", attack)] }

fn attack(_: &Invocation) -> Reply {
    let mut no = String::new();
    for _ in 0..10_000 {
        if let Err(error) = Timer::once(std::time::Duration::from_secs(30_000_000)) {
            no = error;
        }
    }
    told(no)
}
