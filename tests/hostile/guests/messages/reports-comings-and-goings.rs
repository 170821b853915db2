//! A backend where people come, change and go without end.

use hostile::service::*;
use parlor_sdk::prelude::*;

hostile::service! { connect: attack }

fn attack() -> Result<(), Error> {
    loop {
        events::room_changed("#bad", &RoomEvent::Joined(person("@eve")));
        events::presence_changed(&Presence { who: person("@eve"), status: Status::Away, note: None });
    }
}
