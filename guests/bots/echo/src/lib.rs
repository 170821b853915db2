//! Says again what it is told: `!echo hello` is answered with `hello`.
//!
//! This file is a whole bot. `bot!` tells Parlor what the bot is and which functions it has; the host finds the
//! command in what people write, checks that they may use it, shows it in `!help`, and sends the answer.

use parlor_sdk::prelude::*;

bot! {
    summary: "says again what it is told",
    commands: [
        command("echo", echo).usage("TEXT").summary("says TEXT again"),
    ],
}

/// The arguments arrive as they were written, inner spaces and newlines included. An error is shown to the sender.
fn echo(call: &Invocation) -> Reply {
    if call.arguments.trim().is_empty() {
        return Err("usage: echo TEXT".into());
    }
    Ok(call.arguments.as_str().into())
}
