//! A backend that never comes back from connecting.

use hostile::service::*;
use parlor_sdk::prelude::*;

hostile::service! { connect: attack }

fn attack() -> Result<(), Error> {
    hostile::for_ever()
}
