//! A backend that never says whether there is a room.

use hostile::service::*;
use parlor_sdk::prelude::*;

hostile::service! { exists: attack }

fn attack() -> Result<bool, Error> {
    hostile::for_ever()
}
