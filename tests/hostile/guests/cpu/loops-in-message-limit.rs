//! A backend that never says how long a message may be.

use hostile::service::*;
use parlor_sdk::prelude::*;

hostile::service! { message_limit: attack }

fn attack() -> u32 {
    hostile::for_ever()
}
