//! Speaks on a network that it was not granted, and to people of one on another.

use hostile::told;
use parlor_sdk::prelude::*;

bot! { commands: [command("attack", attack)] }

fn attack(call: &Invocation) -> Reply {
    let room = Recipient::Room("#bad".into());
    let stranger = Recipient::Person(Identifier { network: "bad".into(), ..call.message.sender.clone() });
    let refused = [
        chat::send("bad", &room, "hello").is_err(),
        chat::query_room("bad", "#bad").is_err(),
        chat::bot_identifier("bad").is_err(),
        chat::send(&call.message.network, &stranger, "hello").is_err(),
    ];
    told(format!("{refused:?}"))
}
