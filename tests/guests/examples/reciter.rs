//! A bot whose words are hard to pass on: one line of as many bytes as it is asked for, which shows where anything is
//! missing; and what would be more than words where lines are commands.

use parlor_sdk::prelude::*;

bot! {
    summary: "says what is hard to pass on",
    commands: [
        command("recite", recite).usage("BYTES"),
        command("smuggle", smuggle),
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

/// Says what a protocol of lines would take for its own.
fn smuggle(_: &Invocation) -> Reply {
    Ok("one\r\nQUIT :two\rQUIT :three\nQUIT :four\0five\u{85}QUIT :six\u{2028}QUIT :seven".into())
}
