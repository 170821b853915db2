//! The same of those that are not for secrets.

use parlor_sdk::prelude::*;
use wasip2::random::insecure::get_insecure_random_bytes;

bot! { commands: [command("attack", attack)] }

fn attack(_: &Invocation) -> Reply {
    Ok(get_insecure_random_bytes(1 << 30).len().to_string().into())
}
