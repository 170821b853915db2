//! A backend whose service goes with terminal escapes and forged lines.

use hostile::service::*;
use parlor_sdk::prelude::*;

hostile::service! { connect: attack }

fn attack() -> Result<(), Error> {
    events::disconnected("\x1b]0;owned\x07\u{202e}\r\nINFO parlor: all is well", true);
    Ok(())
}
