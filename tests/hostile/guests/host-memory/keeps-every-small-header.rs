//! The same with headers of one letter, of which the table costs more than they do.

use std::mem;

use parlor_sdk::prelude::*;
use wasip2::http::types::Fields;

bot! { commands: [command("attack", attack)] }

fn attack(_: &Invocation) -> Reply {
    loop {
        let fields = Fields::new();
        for number in 0..1000 {
            if fields.append(&number.to_string(), b"").is_err() {
                break;
            }
        }
        mem::forget(fields);
    }
}
