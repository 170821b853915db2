//! A backend that sends through its own network, which waits for itself.

use hostile::service::*;
use parlor_sdk::prelude::*;

hostile::service! { connect: attack }

fn attack() -> Result<(), Error> {
    match chat::send("bad", &Recipient::Room("#bad".into()), "hello") {
        Err(Error::Denied(_)) => Ok(()),
        other => Err(Error::Other(format!("{other:?}"))),
    }
}
