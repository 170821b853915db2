//! Asks hosts whose names take for ever, and gives up at once, again and again.

use parlor_sdk::prelude::*;

bot! { commands: [command("attack", attack)] }

fn attack(_: &Invocation) -> Reply {
    for number in 0..5_000 {
        if let Ok(request) = fetch::Request::get(format!("http://slow{number}.example/")).send() {
            fetch::cancel(request);
        }
    }
    hostile::told("all of them")
}
