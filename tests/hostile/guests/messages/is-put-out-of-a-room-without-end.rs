//! A backend that puts the bot out of its room again and again.

use hostile::service::*;
use parlor_sdk::prelude::*;

hostile::service! { connect: attack }

fn attack() -> Result<(), Error> {
    for _ in 0..5_000 {
        events::room_changed("#hall", &RoomEvent::Left(person("@bad")));
    }
    Ok(())
}
