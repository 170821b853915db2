//! Has the host write zeroes, which cost a guest nothing.

use parlor_sdk::prelude::*;
use wasip2::cli::stdout::get_stdout;

bot! { commands: [command("attack", attack)] }

fn attack(_: &Invocation) -> Reply {
    get_stdout().write_zeroes(1 << 40).map_err(|error| error.to_string())?;
    hostile::told("written")
}
