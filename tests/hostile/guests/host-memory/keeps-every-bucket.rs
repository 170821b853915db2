//! Opens buckets until it is told no, and lets none of them go.

use hostile::told;
use parlor_sdk::prelude::*;

bot! { commands: [command("attack", attack)] }

fn attack(_: &Invocation) -> Reply {
    for number in 0.. {
        match Store::bucket(&format!("{number:0128}")) {
            Ok(bucket) => std::mem::forget(bucket),
            Err(error) => return told(error),
        }
    }
    Ok(().into())
}
