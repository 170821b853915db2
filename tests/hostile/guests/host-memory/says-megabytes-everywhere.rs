//! Hands the host as much as it may wherever there is an argument, again and again.

use parlor_sdk::prelude::*;

bot! { commands: [command("attack", attack)] }

fn attack(call: &Invocation) -> Reply {
    let text = "A".repeat(1 << 20);
    let (here, me) = (&call.message.network, &call.message.sender);
    let them = Recipient::Person(me.clone());
    for _ in 0..3 {
        log::info(&text);
        let _ = chat::send(&text, &them, "hello");
        let _ = chat::send(here, &Recipient::Room(text.clone()), &text);
        let _ = chat::send(here, &Recipient::Person(Identifier { network: text.clone(), ..me.clone() }), "");
        let _ = chat::build_identifier(here, &text);
        let _ = chat::react(&call.message, &text, true);
        let _ = chat::change_presence(here, &Status::Other(text.clone()), Some(&text));
        let _ = chat::warn_admins(&text);
        let _ = config::get(&text);
        let _ = Store::bucket(&text);
        let _ = Store::open()?.set(&text, "");
        let _ = Store::open()?.set("k", &text);
        let _ = Connection::open(&text);
        let _ = Connection(1).send(&text);
        let _ = Connection(1).start_tls(&text);
        let _ = fetch::Request::new(&text, "https://192.0.2.1").send();
        let _ = fetch::Request::get(&text).send();
        let _ = fetch::Request::get("https://192.0.2.1").header(&text, "").send();
        let _ = fetch::Request::get("https://192.0.2.1").header("x", &text).send();
    }
    hostile::told("all of it")
}
