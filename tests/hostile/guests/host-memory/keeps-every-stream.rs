//! Opens its output again and again, and lets none of it go.

use std::mem;

use parlor_sdk::prelude::*;
use wasip2::cli::stdout::get_stdout;

bot! { commands: [command("attack", attack)] }

fn attack(_: &Invocation) -> Reply {
    loop {
        mem::forget(get_stdout());
    }
}
