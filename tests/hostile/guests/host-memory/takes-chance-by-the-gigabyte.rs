//! Asks for random bytes, as many as it may at once, without end.

use parlor_sdk::prelude::*;
use wasip2::random::random::get_random_bytes;

bot! { commands: [command("attack", attack)] }

fn attack(_: &Invocation) -> Reply {
    loop {
        std::hint::black_box(get_random_bytes(64 << 10));
    }
}
