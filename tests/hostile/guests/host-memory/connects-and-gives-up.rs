//! Opens connections and closes them, again and again.

use parlor_sdk::prelude::*;

bot! { commands: [command("attack", attack)] }

fn attack(_: &Invocation) -> Reply {
    for _ in 0..20_000 {
        if let Ok(connection) = Connection::open("tcp://192.0.2.1:1") {
            connection.close();
        }
    }
    hostile::told("all of them")
}
