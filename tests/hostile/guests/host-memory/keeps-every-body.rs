//! Writes the bodies of requests that it never sends, and lets none of them go.

use std::mem;

use parlor_sdk::prelude::*;
use wasip2::http::types::{Fields, OutgoingRequest};

bot! { commands: [command("attack", attack)] }

fn attack(_: &Invocation) -> Reply {
    let megabyte = vec![0; 1 << 20];
    loop {
        let request = OutgoingRequest::new(Fields::new());
        let body = request.body().map_err(|()| "no body")?;
        let stream = body.write().map_err(|()| "no stream")?;
        while let Ok(room @ 1..) = stream.check_write() {
            let room = megabyte.len().min(room as usize);
            stream.write(&megabyte[..room]).map_err(|error| error.to_string())?;
        }
        mem::forget((request, body, stream));
    }
}
