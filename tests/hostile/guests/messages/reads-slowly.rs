//! A backend that takes half a second over each message that it is to send, while somebody there has the neighbour say a lot.

use hostile::service::*;
use parlor_sdk::prelude::*;

hostile::service! { connect: ask, send_message: attack }

fn ask() -> Result<(), Error> {
    let text = "!echo ".to_owned() + &"A".repeat(200 << 10);
    for _ in 0..100 {
        events::message_received(&message("@eve", &text));
    }
    Ok(())
}

fn attack() -> Result<(), Error> {
    std::thread::sleep(std::time::Duration::from_millis(500));
    Ok(())
}
