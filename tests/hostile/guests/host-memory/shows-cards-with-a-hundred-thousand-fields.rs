//! Shows a card of empty fields without number.

use hostile::told;
use parlor_sdk::prelude::*;

bot! { commands: [command("attack", attack)] }

fn attack(call: &Invocation) -> Reply {
    let to = Recipient::Person(call.message.sender.clone());
    let card = Card {
        summary: None,
        title: None,
        body: String::new(),
        link: None,
        image: None,
        thumbnail: None,
        color: None,
        fields: vec![Default::default(); 40_000],
    };
    chat::send_card(&call.message.network, &to, &card)?;
    told("shown")
}
