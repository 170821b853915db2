//! A backend whose service comes and goes without end, each time for another reason.

use hostile::service::*;
use parlor_sdk::prelude::*;

hostile::service! { connect: attack }

fn attack() -> Result<(), Error> {
    for number in 0..2_000 {
        events::connected(&person("@bad"));
        events::disconnected(&format!("reason {number}"), true);
    }
    Ok(())
}
