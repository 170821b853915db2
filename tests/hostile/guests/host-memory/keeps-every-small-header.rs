//! The same with headers of one letter, of which the table costs more than they do.

use std::mem;

use parlor_sdk::prelude::*;
use wasip2::http::types::Fields;

bot! { commands: [command("attack", attack)] }

fn attack(_: &Invocation) -> Reply {
    loop {
        let fields = Fields::new();
        for number in 0..200 {
            fields.append(&number.to_string(), b"").map_err(|error| error.to_string())?;
        }
        mem::forget(fields);
    }
}
