//! A bot that fetches by `wasi:http` and waits for the answer inside its call.

use parlor_sdk::prelude::*;
use test_guests::argument;
use wasip2::http::{
    outgoing_handler,
    types::{Fields, OutgoingRequest, Scheme},
};

bot! {
    summary: "waits for what it fetches",
    commands: [command("wasi-http", wasi_http).usage("URL").summary("says with which status URL answers")],
}

fn wasi_http(call: &Invocation) -> Reply {
    let url: String = argument(call)?;
    status(&url).map(|status| status.to_string().into())
}

fn status(url: &str) -> Result<u16, String> {
    let (scheme, rest) = url.split_once("://").ok_or("a URL has a scheme")?;
    let (authority, path) = rest.find('/').map_or((rest, "/"), |slash| rest.split_at(slash));
    let scheme = match scheme {
        "http" => Scheme::Http,
        "https" => Scheme::Https,
        other => Scheme::Other(other.to_owned()),
    };

    let request = OutgoingRequest::new(Fields::new());
    request.set_scheme(Some(&scheme)).map_err(|()| "bad scheme")?;
    request.set_authority(Some(authority)).map_err(|()| "bad authority")?;
    request.set_path_with_query(Some(path)).map_err(|()| "bad path")?;
    let answer = outgoing_handler::handle(request, None).map_err(|code| format!("refused: {code:?}"))?;
    answer.subscribe().block();
    let answer = answer.get().ok_or("no answer")?.map_err(|()| "taken before")?;
    Ok(answer.map_err(|code| format!("failed: {code:?}"))?.status())
}
