//! A bot that has a lot to say: one line of as many bytes as it is asked for, which shows where anything is missing.

use parlor_sdk::prelude::*;

bot! {
    summary: "has a lot to say",
    commands: [
        command("recite", recite).usage("BYTES"),
    ],
}

/// Counts: `0→🍵1→🍵2→🍵`, without a space where it could be cut, until there are so many bytes.
fn recite(call: &Invocation) -> Reply {
    let bytes: usize = call.arguments.trim().parse().map_err(|_| "usage: recite BYTES")?;
    let mut text = String::new();
    for number in 0.. {
        if text.len() >= bytes {
            break;
        }
        text += &format!("{number}→🍵");
    }
    Ok(text.into())
}
