//! Never comes back from the news of its connection.

use hostile::for_ever;
use parlor_sdk::prelude::*;

bot! { commands: [command("attack", attack)], on_connection: hear }

fn attack(_: &Invocation) -> Reply {
    Connection::open(&config::require("peer")?)?;
    Ok("dialled".into())
}

fn hear(_: Connection, _: ConnectionEvent) -> Handled {
    for_ever()
}
