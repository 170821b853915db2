//! Sleeps over everything that it hears.

use std::{thread::sleep, time::Duration};

use parlor_sdk::prelude::*;

bot! { on_message: attack }

fn attack(_: &Message) -> Handled {
    sleep(Duration::from_millis(800));
    Ok(())
}
