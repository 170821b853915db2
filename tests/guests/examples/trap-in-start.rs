//! A bot that traps when it starts.

use parlor_sdk::prelude::*;

bot! { summary: "traps when it starts", on_start: || std::process::abort() }
