//! Asks for one value so often that the answer is larger than a call may be.

use hostile::told;
use parlor_sdk::prelude::*;

bot! { commands: [command("attack", attack)] }

fn attack(_: &Invocation) -> Reply {
    let store = Store::open()?;
    store.set("k", vec![0; 200 << 10])?;
    let keys = vec!["k".to_owned(); 1_000];
    use parlor_sdk::bindings::imports::wasi::keyvalue::{batch::get_many, store::open};
    let bucket = open("default").map_err(|_| "no bucket")?;
    match get_many(&bucket, &keys) {
        Ok(values) => Ok(values.len().to_string().into()),
        Err(error) => told(error.to_string()),
    }
}
