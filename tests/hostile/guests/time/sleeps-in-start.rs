//! Sleeps where it should start.

use std::{thread::sleep, time::Duration};

use parlor_sdk::prelude::*;

bot! { on_start: attack }

fn attack() -> Handled {
    sleep(Duration::from_secs(60));
    Ok(())
}
