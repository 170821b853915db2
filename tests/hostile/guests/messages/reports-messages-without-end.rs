//! A backend on which somebody says something a million times a second.

use hostile::service::*;
use parlor_sdk::prelude::*;

hostile::service! { connect: attack }

fn attack() -> Result<(), Error> {
    loop {
        events::message_received(&message("@eve", "hello"));
    }
}
