//! Puts names and passwords, and another host behind them, into URLs.

use parlor_sdk::prelude::*;

bot! { commands: [command("attack", attack)] }

fn attack(_: &Invocation) -> Reply {
    let all = [
        "https://me:secret@192.0.2.1/",
        "https://192.0.2.1@127.0.0.1/",
        "https://192.0.2.1:443@127.0.0.1/",
        "https://192.0.2.1%40127.0.0.1/",
        "https://127.0.0.1#@192.0.2.1/",
        "https://127.0.0.1\\@192.0.2.1/",
        "https://192.0.2.1%2f@127.0.0.1/",
        "https://:x@192.0.2.1",
    ];
    let fetched = all.iter().filter(|url| fetch::Request::get(**url).send().is_ok()).count();
    hostile::told(format!("{fetched}"))
}
