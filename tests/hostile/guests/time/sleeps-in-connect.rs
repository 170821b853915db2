//! A backend that sleeps where it should connect.

use hostile::service::*;
use parlor_sdk::prelude::*;

hostile::service! { connect: attack }

fn attack() -> Result<(), Error> {
    std::thread::sleep(std::time::Duration::from_secs(60));
    Ok(())
}
