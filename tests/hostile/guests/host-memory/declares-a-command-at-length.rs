//! Has a command with a name of a megabyte.

use parlor_sdk::prelude::*;

bot! { commands: [command(NAME, attack)] }

const NAME: &str = match str::from_utf8(&[b'A'; 1 << 20]) {
    Ok(name) => name,
    Err(_) => "",
};

fn attack(_: &Invocation) -> Reply {
    Ok(().into())
}
