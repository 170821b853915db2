//! Has as many timers as it may, each as quick as may be, and computes in each for a moment: no call is too long.

use std::time::{Duration, Instant};

use parlor_sdk::prelude::*;

bot! { commands: [command("attack", attack)], on_timer: ring }

fn attack(_: &Invocation) -> Reply {
    while Timer::every(Duration::from_millis(1)).is_ok() {}
    hostile::told("they are set")
}

fn ring(_: Timer) -> Handled {
    let begin = Instant::now();
    while begin.elapsed() < Duration::from_millis(10) {}
    Ok(())
}
