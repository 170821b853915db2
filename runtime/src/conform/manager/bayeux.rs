//! Managers whose bots come over WebSocket and speak as the original's did: `bayeux`.

use serde_json::{Value, json};
use wasmtime::component::Val;

use super::super::{
    behaviour::{Check, Needed as _, Seen, demand},
    odd, shape,
    trial::Trial,
};
use super::{DATA, EVENTS, Event, SERVICE, TOKEN, begin, bridged, handle, message, send};
use crate::talk::values;

/// Begins, where its bots speak so.
async fn speaking(trial: &mut Trial) -> Check {
    if !trial.exports("socket-handler") {
        return Err(Seen::Untried("its bots do not come over WebSocket".to_owned()));
    }
    begin(trial).await?;
    let id = trial.fine("manager.get-manager-id", vec![]).await?;
    match id == shape::text("bayeux") {
        true => Ok(()),
        false => Err(Seen::Untried(format!("how bots speak with {} is not known here", shape::shown(&id)))),
    }
}

async fn opens(trial: &mut Trial, socket: u32) -> Check {
    trial.tell("socket-handler.on-open", vec![Val::U32(socket)]).await?;
    trial.settle().await
}

/// A bot says this: what it is answered.
async fn says_to(trial: &mut Trial, socket: u32, text: &str) -> Result<Vec<Value>, Seen> {
    let before = trial.called("sockets.send").len();
    trial.tell("socket-handler.on-text", vec![Val::U32(socket), shape::text(text)]).await?;
    trial.settle().await?;
    Ok(heard(trial, socket).split_off(before.min(heard(trial, socket).len())))
}

/// All messages that were sent to a socket since that was forgotten.
fn heard(trial: &Trial, socket: u32) -> Vec<Value> {
    let sent = trial.called("sockets.send");
    let own = sent.into_iter().filter(|arguments| arguments.first() == Some(&Val::U32(socket)));
    let frames = own.filter_map(|arguments| arguments.get(1).and_then(values::words));
    frames
        .flat_map(|frame| match serde_json::from_str(frame) {
            Ok(Value::Array(messages)) => messages,
            Ok(message) => vec![message],
            Err(_) => vec![Value::from(frame)],
        })
        .collect()
}

fn handshake(service: &str, token: &str) -> String {
    json!([{"channel": "/meta/handshake", "version": "1.0", "supportedConnectionTypes": ["websocket"], "id": "1",
            "ext": {"authentication": {"user": service, "password": token}}}])
    .to_string()
}

fn is_closed(trial: &Trial, socket: u32) -> bool {
    trial.called("sockets.close").into_iter().any(|arguments| arguments.first() == Some(&Val::U32(socket)))
}

/// A bot comes and is let in, which another behaviour shows: its handle and its client id.
async fn inside(trial: &mut Trial, socket: u32) -> Result<(Val, String), Seen> {
    let_in(trial, socket).await.needed("it does not let a bot in")
}

async fn let_in(trial: &mut Trial, socket: u32) -> Result<(Val, String), Seen> {
    trial.forget();
    opens(trial, socket).await?;
    let answers = says_to(trial, socket, &handshake(SERVICE, TOKEN)).await?;
    let handle = handle(trial, SERVICE, TOKEN)?;
    let id = match &answers[..] {
        [answer] if answer["successful"] == true => answer["clientId"].as_str().map(str::to_owned),
        _ => None,
    };
    let answered = || Seen::Wrong(format!("its handshake is answered with {}", Value::from(answers.clone())));
    Ok((handle, id.ok_or_else(answered)?))
}

/// A bot listens.
async fn listens(trial: &mut Trial, socket: u32, id: &str) -> Check {
    let frame = json!([{"channel": "/meta/subscribe", "id": "2", "clientId": id, "subscription": format!("/service/bot/{SERVICE}/*")}]);
    let answers = says_to(trial, socket, &frame.to_string()).await?;
    let fine = matches!(&answers[..], [answer] if answer["successful"] == true);
    demand!(fine, "its subscription is answered with {}", Value::from(answers));
    Ok(())
}

pub async fn welcome(trial: &mut Trial) -> Check {
    speaking(trial).await?;
    let (_, id) = let_in(trial, 1).await?;
    demand!(bridged(trial, "mark-bot-subscribed").is_empty(), "it listens before it says so");
    listens(trial, 1, &id).await?;
    let listening = bridged(trial, "mark-bot-subscribed");
    demand!(listening == [[SERVICE]], "it said that it listens, and these do: {listening:?}");
    Ok(())
}

pub async fn refused(trial: &mut Trial) -> Check {
    speaking(trial).await?;
    trial.outside.answer("bridge.auth-bot", "err(wrong-token)");
    for (socket, frame) in [
        (1, handshake(SERVICE, "another")),
        (2, json!([{"channel": "/meta/handshake", "version": "1.0"}]).to_string()),
        (3, json!([{"channel": "/meta/handshake", "ext": {"authentication": {"user": SERVICE, "password": null}}}]).to_string()),
    ] {
        trial.forget();
        opens(trial, socket).await?;
        let answers = says_to(trial, socket, &frame).await?;
        demand!(answers.iter().all(|answer| answer["successful"] != true), "{frame} is answered with {}", Value::from(answers));
        demand!(is_closed(trial, socket), "{frame} was no bot's, and its connection stays");
        demand!(bridged(trial, "mark-bot-subscribed").is_empty(), "{frame} was no bot's, and it listens");
    }
    Ok(())
}

pub async fn told(trial: &mut Trial) -> Check {
    speaking(trial).await?;
    let (handle, id) = inside(trial, 1).await?;
    listens(trial, 1, &id).await.needed("a bot cannot listen")?;
    for event in &EVENTS {
        let message = message(trial, SERVICE, event).await?;
        trial.forget();
        send(trial, SERVICE, message, handle.clone()).await?;
        let data: Value = serde_json::from_str(match event {
            Event::Request { data, .. } | Event::Sync { data, .. } => data,
            _ => "null",
        })
        .unwrap_or_default();
        let (kind, wanted) = match event {
            Event::Request { user, .. } => ("request", json!({"value": data, "username": user})),
            Event::Subscribe(user) => ("subscribe", json!({"username": user})),
            Event::Unsubscribe(user) => ("unsubscribe", json!({"username": user})),
            Event::Sync { user, .. } => ("sync", json!({"syncData": data, "username": user})),
            Event::Shutdown => ("shutdown", json!({})),
        };
        let told = heard(trial, 1);
        let right = matches!(&told[..], [told] if told["channel"] == format!("/service/bot/{SERVICE}/{kind}") && told["data"] == wanted);
        demand!(right, "{kind} is told as {}", Value::from(told));
        if let Event::Request { token, .. } = event {
            demand!(told[0]["id"] == *token, "a request with the token {token} is told as {}", told[0]);
        }
    }
    Ok(())
}

pub async fn says(trial: &mut Trial) -> Check {
    speaking(trial).await?;
    let (_, id) = inside(trial, 1).await?;
    listens(trial, 1, &id).await.needed("a bot cannot listen")?;
    let data: Value = serde_json::from_str(DATA).unwrap_or_default();
    let frames = [
        (
            "on-bot-response",
            json!([{"channel": format!("/service/bot/{SERVICE}/response"), "clientId": id, "id": "t-7", "data": data}]),
        ),
        ("on-bot-publish", json!([{"channel": format!("/bot/{SERVICE}"), "clientId": id, "data": data}])),
    ];
    for (function, frame) in frames {
        trial.forget();
        says_to(trial, 1, &frame.to_string()).await?;
        let calls = bridged(trial, function);
        let [call] = &calls[..] else {
            return Err(Seen::Wrong(format!(
                "of {frame} `bridge.{function}` is called {} times",
                calls.len()
            )));
        };
        let json = call.last().map(String::as_str).unwrap_or_default();
        demand!(call[0] == SERVICE && shape::same_json(json, DATA), "{frame} goes on as {call:?}");
        demand!(function == "on-bot-publish" || call[1] == "t-7", "{frame} goes on as {call:?}");
    }
    // For another service than its own it does not speak.
    for channel in ["/service/bot/clock/response", "/bot/clock"] {
        trial.forget();
        let frame = json!([{"channel": channel, "clientId": id, "id": "t-8", "data": 1}]).to_string();
        says_to(trial, 1, &frame).await?;
        let calls = ["on-bot-response", "on-bot-publish"].map(|function| bridged(trial, function).len());
        demand!(calls == [0, 0], "the bot of {SERVICE:?} speaks on {channel}");
    }
    Ok(())
}

pub async fn strangers(trial: &mut Trial) -> Check {
    speaking(trial).await?;
    for (socket, channel) in (1..).zip([
        format!("/service/bot/{SERVICE}/response"),
        format!("/bot/{SERVICE}"),
        "/meta/subscribe".to_owned(),
        "/meta/disconnect".to_owned(),
    ]) {
        opens(trial, socket).await?;
        let frame = json!([{"channel": channel, "clientId": "bot1", "id": "t-1", "data": 1, "subscription": format!("/service/bot/{SERVICE}/*")}]);
        says_to(trial, socket, &frame.to_string()).await?;
        let called: Vec<_> = trial.calls.iter().filter(|called| called.interface == "bridge").collect();
        demand!(
            called.is_empty(),
            "who was not let in calls by {channel}: {:?}",
            called.iter().map(|called| &called.function).collect::<Vec<_>>()
        );
    }
    Ok(())
}

pub async fn gone(trial: &mut Trial) -> Check {
    speaking(trial).await?;
    let (_, id) = inside(trial, 1).await?;
    listens(trial, 1, &id).await.needed("a bot cannot listen")?;
    trial.forget();
    trial.tell("socket-handler.on-close", vec![Val::U32(1)]).await?;
    trial.settle().await?;
    let told = bridged(trial, "deactivate-bot");
    demand!(told == [[SERVICE]], "the bot of {SERVICE:?} has gone, and is told of as {told:?}");
    Ok(())
}

pub async fn noise(trial: &mut Trial) -> Check {
    speaking(trial).await?;
    inside(trial, 1).await?;
    for (socket, text) in (2..).zip(odd::texts().into_iter().chain(odd::json())) {
        opens(trial, socket).await?;
        for to in [1, socket] {
            says_to(trial, to, &text).await.map_err(|seen| seen.when(odd::shown(&text)))?;
            let wrapped = format!("[{text}]");
            says_to(trial, to, &wrapped).await.map_err(|seen| seen.when(odd::shown(&wrapped)))?;
        }
        trial.tell("socket-handler.on-close", vec![Val::U32(socket)]).await?;
    }
    Ok(())
}
