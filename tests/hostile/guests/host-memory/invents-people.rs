//! A backend on which thousands of people give commands that are worth remembering.

use hostile::service::*;
use parlor_sdk::prelude::*;

hostile::service! { connect: attack }

fn attack() -> Result<(), Error> {
    let command = "!help ".to_owned() + &"A".repeat(400);
    for number in 0..40_000 {
        events::message_received(&message(format!("@{}", number % 4_000), &command));
    }
    Ok(())
}
