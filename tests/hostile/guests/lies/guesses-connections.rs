//! Sends on connections that it never opened.

use hostile::told;
use parlor_sdk::prelude::*;

bot! { commands: [command("attack", attack)] }

fn attack(_: &Invocation) -> Reply {
    let sent = (0..20_000).filter(|number| Connection(*number).send("QUIT").is_ok()).count();
    told(format!("{sent} were open"))
}
