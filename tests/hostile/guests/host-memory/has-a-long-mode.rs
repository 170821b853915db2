//! A backend whose kind of service has a name of a megabyte.

use hostile::service::*;
use parlor_sdk::prelude::*;

hostile::service! { describe: attack }

fn attack() -> Result<Description, String> {
    Ok(Description { mode: "A".repeat(1 << 20), can: Capabilities::all(), markup: Markup::Plain })
}
