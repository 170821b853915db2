//! Keeps whatever it can until it is told no.

use hostile::told;
use parlor_sdk::prelude::*;

bot! { commands: [command("attack", attack)] }

fn attack(_: &Invocation) -> Reply {
    let store = Store::open()?;
    let value = vec![0; 200 << 10];
    for number in 0.. {
        if let Err(error) = store.set(&number.to_string(), &value) {
            return told(error);
        }
    }
    Ok(().into())
}
