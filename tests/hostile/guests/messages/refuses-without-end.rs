//! A backend that has something to complain about, all the time.

use hostile::service::*;
use parlor_sdk::prelude::*;

hostile::service! { connect: attack }

fn attack() -> Result<(), Error> {
    let text = "no ".repeat(1_000);
    for _ in 0..3_000 {
        events::refused(&text);
    }
    Ok(())
}
