//! Uses handles of rooms that it was never given.

use hostile::told;
use parlor_sdk::prelude::*;

bot! { commands: [command("attack", attack)] }

fn attack(_: &Invocation) -> Reply {
    // SAFETY: it is not; that is the point. The host must know its own handles.
    let room = unsafe { MucRoom::from_handle(4_711) };
    Ok(room.name().into())
}
