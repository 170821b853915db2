//! Sleeps where it should say goodbye.

use std::{thread::sleep, time::Duration};

use parlor_sdk::prelude::*;

bot! { on_stop: attack }

fn attack() -> Handled {
    sleep(Duration::from_secs(60));
    Ok(())
}
