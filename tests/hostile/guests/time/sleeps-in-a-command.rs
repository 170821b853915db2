//! Sleeps where it should answer.

use std::{thread::sleep, time::Duration};

use parlor_sdk::prelude::*;

bot! { commands: [command("attack", attack)] }

fn attack(_: &Invocation) -> Reply {
    sleep(Duration::from_secs(60));
    Ok(().into())
}
