//! Has twenty megabytes of data in it, which have to be in its memory before anything else.

use parlor_sdk::prelude::*;

bot! { commands: [command("attack", attack)] }

static DATA: [u8; 20 << 20] = [1; 20 << 20];

fn attack(_: &Invocation) -> Reply {
    Ok(std::hint::black_box(&DATA).len().to_string().into())
}
