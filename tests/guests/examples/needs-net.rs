//! A bot that wants to connect to this machine, and does not start without.

use parlor_sdk::prelude::*;

bot! { summary: "connects to this machine", on_start: connect, on_connection: |_, _| Ok(()) }

fn connect() -> Handled {
    Connection::open("tcp://127.0.0.1:1")?;
    Ok(())
}
