//! A backend on which somebody has a lot to say to the neighbour, each time.

use hostile::service::*;
use parlor_sdk::prelude::*;

hostile::service! { connect: attack }

fn attack() -> Result<(), Error> {
    let text = "!echo ".to_owned() + &"A".repeat(1 << 20);
    for _ in 0..60 {
        events::message_received(&message("@eve", &text));
    }
    Ok(())
}
