//! Never comes back from its timer.

use hostile::for_ever;
use parlor_sdk::prelude::*;

bot! { commands: [command("attack", attack)], on_timer: ring }

fn attack(_: &Invocation) -> Reply {
    Timer::once(std::time::Duration::from_millis(10))?;
    Ok("set".into())
}

fn ring(_: Timer) -> Handled {
    for_ever()
}
