//! Goes where it was not granted to go: other hosts, other ports, and what is said to be the same.

use parlor_sdk::prelude::*;

bot! { commands: [command("attack", attack)] }

fn attack(_: &Invocation) -> Reply {
    let all = [
        "tcp://192.0.2.2:1",
        "tcp://192.0.2.1:2",
        "tls://192.0.2.1.example:1",
        "ws://localhost:1",
        "stdio:",
        "http://192.0.2.1",
        "file:///etc/passwd",
    ];
    let opened = all.iter().filter(|url| Connection::open(url).is_ok()).count();
    let fetched =
        ["https://192.0.2.1:8443", "http://192.0.2.1", "https://192.0.2.1.example", "ftp://192.0.2.1"];
    let fetched = fetched.iter().filter(|url| fetch::Request::get(**url).send().is_ok()).count();
    hostile::told(format!("{opened} and {fetched}"))
}
