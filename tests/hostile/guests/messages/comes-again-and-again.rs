//! A backend whose service is there again and again, by another name of a megabyte.

use hostile::service::*;
use parlor_sdk::prelude::*;

hostile::service! { connect: attack }

fn attack() -> Result<(), Error> {
    for number in 0..40 {
        events::connected(&person(format!("{number}{}", "A".repeat(200 << 10))));
    }
    Ok(())
}
