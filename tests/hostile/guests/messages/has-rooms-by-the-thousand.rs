//! A backend that says it is in more rooms than anybody can hold.

use hostile::service::*;
use parlor_sdk::prelude::*;

hostile::service! { rooms: attack }

fn attack() -> Result<Vec<String>, Error> {
    Ok((0..20_000).map(|number| format!("#room-{number}")).collect())
}
