//! Fills the headers of a request beyond what they may be.

use parlor_sdk::prelude::*;
use wasip2::http::types::Fields;

bot! { commands: [command("attack", attack)] }

fn attack(_: &Invocation) -> Reply {
    let fields = Fields::new();
    while fields.append("x", &vec![b'v'; 4 << 10]).is_ok() {}
    hostile::told("no more")
}
