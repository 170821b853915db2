//! Never comes back from the answer to its request.

use hostile::for_ever;
use parlor_sdk::prelude::*;

bot! { commands: [command("attack", attack)], on_response: hear }

fn attack(_: &Invocation) -> Reply {
    fetch::Request::get(config::require("url")?).send()?;
    Ok("asked".into())
}

fn hear(_: fetch::RequestId, _: fetch::Answer) -> Handled {
    for_ever()
}
