//! Waits for the first of nothing, and of one thing twice.

use parlor_sdk::prelude::*;
use wasip2::io::poll::poll;

bot! { commands: [command("attack", attack)] }

fn attack(_: &Invocation) -> Reply {
    Ok(format!("{:?}", poll(&[])).into())
}
