//! A bot that says why it does not start.

use parlor_sdk::prelude::*;

bot! { summary: "does not start", on_start: refuse }

fn refuse() -> Handled {
    Err("the moon is full".into())
}
