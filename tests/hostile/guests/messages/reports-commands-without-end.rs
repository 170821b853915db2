//! A backend on which somebody gives the neighbour commands without end.

use hostile::service::*;
use parlor_sdk::prelude::*;

hostile::service! { connect: attack }

fn attack() -> Result<(), Error> {
    loop {
        events::message_received(&message("@eve", "!echo hello"));
    }
}
