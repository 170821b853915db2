//! Waits in its own call for the answer of somebody who never gives one.

use parlor_sdk::prelude::*;
use wasip2::http::{
    outgoing_handler::handle,
    types::{Fields, OutgoingRequest, Scheme},
};

bot! { commands: [command("attack", attack)] }

fn attack(_: &Invocation) -> Reply {
    let request = OutgoingRequest::new(Fields::new());
    let peer = config::require("peer")?;
    let _ = request.set_scheme(Some(&Scheme::Http));
    let _ = request.set_authority(peer.strip_prefix("tcp://"));
    let _ = request.set_path_with_query(Some("/"));
    let answer = handle(request, None).map_err(|error| error.to_string())?;
    answer.subscribe().block();
    Ok(format!("{:?}", answer.get().is_some()).into())
}
