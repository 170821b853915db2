//! Looks for `(a+)+b` in a text of many a, the way of engines that go back: each way to part them is tried.

use parlor_sdk::prelude::*;

bot! { commands: [command("attack", attack)] }

fn attack(_: &Invocation) -> Reply {
    Ok(groups(&[b'a'; 64]).to_string().into())
}

/// `(a+)+b` at the beginning of a text.
fn groups(text: &[u8]) -> bool {
    let letters = text.iter().take_while(|byte| **byte == b'a').count();
    (1..=letters).rev().any(|end| text.get(end) == Some(&b'b') || groups(&text[end..]))
}
