//! A backend on which somebody gives a command that there is not, of a megabyte, which might be like one that there is.

use hostile::service::*;
use parlor_sdk::prelude::*;

hostile::service! { connect: attack }

fn attack() -> Result<(), Error> {
    for _ in 0..5 {
        events::message_received(&message("@eve", "!".to_owned() + &"e".repeat(1 << 20)));
    }
    Ok(())
}
