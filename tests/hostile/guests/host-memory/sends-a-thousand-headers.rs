//! Sends a request with more headers than anybody reads.

use hostile::told;
use parlor_sdk::prelude::*;

bot! { commands: [command("attack", attack)] }

fn attack(_: &Invocation) -> Reply {
    let headers = (0..1_000).map(|number| (format!("x-{number}"), "v".into())).collect();
    let request = fetch::Request { headers, ..fetch::Request::get("https://192.0.2.1") };
    match request.send() {
        Ok(_) => Ok("sent".into()),
        Err(error) => told(error),
    }
}
