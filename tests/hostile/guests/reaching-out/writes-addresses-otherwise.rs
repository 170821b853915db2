//! Writes this machine in all the ways that there are.

use parlor_sdk::prelude::*;

bot! { commands: [command("attack", attack)] }

fn attack(_: &Invocation) -> Reply {
    let all = [
        "127.0.0.1",
        "2130706433",
        "0x7f.1",
        "0177.0.0.1",
        "127.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "0",
        "[::]",
        "169.254.169.254",
        "[::ffff:a9fe:a9fe]",
        "[64:ff9b::7f00:1]",
        "localhost.",
        "LOCALHOST",
        "%6cocalhost",
        "127.0.0.1.",
    ];
    let opened = all.iter().filter(|host| Connection::open(&format!("tcp://{host}:80")).is_ok()).count();
    let fetched =
        all.iter().filter(|host| fetch::Request::get(format!("http://{host}/")).send().is_ok()).count();
    hostile::told(format!("{opened} and {fetched}"))
}
