//! Asks for a gigabyte of random bytes at once.

use parlor_sdk::prelude::*;
use wasip2::random::random::get_random_bytes;

bot! { commands: [command("attack", attack)] }

fn attack(_: &Invocation) -> Reply {
    Ok(get_random_bytes(1 << 30).len().to_string().into())
}
