//! Never comes back from the news of a room.

use hostile::for_ever;
use parlor_sdk::prelude::*;

bot! { on_room: attack }

fn attack(_: &str, _: &str, _: RoomEvent) -> Handled {
    for_ever()
}
