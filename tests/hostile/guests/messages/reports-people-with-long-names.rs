//! A backend on which everybody has another name, of a megabyte, and says too much.

use hostile::service::*;
use parlor_sdk::prelude::*;

hostile::service! { connect: attack }

fn attack() -> Result<(), Error> {
    for number in 0..30 {
        let name = format!("@{number}{}", "e".repeat(200 << 10));
        events::message_received(&message(&name, "!help"));
        events::message_received(&message(&name, "!status"));
    }
    Ok(())
}
