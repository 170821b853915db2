//! A bot that takes a byte for a letter.

#![allow(missing_docs)]

use parlor_sdk::prelude::*;

bot! {
    summary: "says the first letter of a long word",
    commands: [command("first", first).usage("WORD").summary("says the first letter of WORD, if it is long")],
}

fn first(call: &Invocation) -> Reply {
    let word = call.arguments.as_str();
    Ok(if word.len() > 3 { word[..1].to_owned() } else { word.to_owned() }.into())
}
