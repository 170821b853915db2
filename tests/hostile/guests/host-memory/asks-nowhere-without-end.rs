//! Sends requests that lead nowhere, each of which a library might want to talk about.

use parlor_sdk::prelude::*;
use wasip2::http::{
    outgoing_handler::handle,
    types::{Fields, OutgoingRequest, Scheme},
};

bot! { commands: [command("attack", attack)] }

fn attack(_: &Invocation) -> Reply {
    for _ in 0..5_000 {
        let request = OutgoingRequest::new(Fields::new());
        let _ = request.set_scheme(Some(&Scheme::Http));
        let _ = request.set_authority(Some("192.0.2.1"));
        let _ = handle(request, None);
    }
    hostile::told("all of them")
}
