//! Fills the headers of requests that it never sends, and lets none of them go.

use std::mem;

use parlor_sdk::prelude::*;
use wasip2::http::types::Fields;

bot! { commands: [command("attack", attack)] }

fn attack(_: &Invocation) -> Reply {
    loop {
        let fields = Fields::new();
        for _ in 0..7 {
            fields.append("x", &vec![b'v'; 4 << 10]).map_err(|error| error.to_string())?;
        }
        mem::forget(fields);
    }
}
