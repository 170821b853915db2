//! A bot that would like to hear what is said to the host.

use parlor_sdk::prelude::*;

bot! {
    summary: "stands in the shadow",
    commands: [
        command("help me", answer),
        command("room list all", answer),
    ],
}

fn answer(_: &Invocation) -> Reply {
    Ok("from the shadow".into())
}
