//! A backend that never comes back from sending.

use hostile::service::*;
use parlor_sdk::prelude::*;

hostile::service! { send_message: attack }

fn attack() -> Result<(), Error> {
    hostile::for_ever()
}
