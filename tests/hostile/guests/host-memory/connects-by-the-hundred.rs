//! Opens connections until it is told no, and then goes on.

use hostile::told;
use parlor_sdk::prelude::*;

bot! { commands: [command("attack", attack)] }

fn attack(_: &Invocation) -> Reply {
    let mut no = String::new();
    for _ in 0..1_000 {
        if let Err(error) = Connection::open("tcp://192.0.2.1:1") {
            no = error.into();
        }
    }
    told(no)
}
