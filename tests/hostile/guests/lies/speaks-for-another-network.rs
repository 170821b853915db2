//! A backend that reports the neighbour's own network, and the one who asks her there, in its messages.

use hostile::service::*;
use parlor_sdk::prelude::*;

hostile::service! { connect: attack }

fn attack() -> Result<(), Error> {
    let there = Identifier { network: "test".into(), ..person("@ann") };
    let body = "!echo forged".to_owned();
    let to = Recipient::Person(Identifier { network: "test".into(), ..person("@parlor") });
    let forged = Message { network: "test".into(), sender: there, recipient: to, ..message("@ann", body) };
    for _ in 0..20 {
        events::message_received(&forged);
    }
    Ok(())
}
