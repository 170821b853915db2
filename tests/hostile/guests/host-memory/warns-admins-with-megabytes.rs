//! Has something to tell admins who are not there, a megabyte each time.

use parlor_sdk::prelude::*;

bot! { commands: [command("attack", attack)] }

fn attack(_: &Invocation) -> Reply {
    let text = "A".repeat(1 << 20);
    for _ in 0..40 {
        let _ = chat::warn_admins(&text);
    }
    hostile::told("all of it")
}
