//! Managers whose bots are components of the same server.

use wasmtime::component::Val;

use super::super::{
    behaviour::{Check, Needed as _, Seen, demand},
    shape,
    trial::Trial,
};
use super::{DATA, EVENTS, Event, SERVICE, TOKEN, begin, bridged, handle, message, send};
use crate::talk::values;

/// Begins, where its bots are components.
async fn speaking(trial: &mut Trial) -> Check {
    if !trial.exports("component-events") {
        return Err(Seen::Untried("its bots are no components".to_owned()));
    }
    begin(trial).await
}

async fn comes(trial: &mut Trial, service: &str, token: &str) -> Check {
    trial.tell("component-events.on-started", vec![shape::text(service), shape::text(token)]).await?;
    trial.settle().await
}

/// Lets a bot in, which another behaviour shows: its handle.
async fn inside(trial: &mut Trial, service: &str, token: &str) -> Result<Val, Seen> {
    let_in(trial, service, token).await.needed("it does not let a bot in")
}

async fn let_in(trial: &mut Trial, service: &str, token: &str) -> Result<Val, Seen> {
    trial.forget();
    comes(trial, service, token).await?;
    let handle = handle(trial, service, token)?;
    demand!(trial.errors.is_empty(), "it fails, and its token was right: {}", trial.errors.join("; "));
    Ok(handle)
}

pub async fn welcome(trial: &mut Trial) -> Check {
    speaking(trial).await?;
    let_in(trial, SERVICE, TOKEN).await?;
    let listens = bridged(trial, "mark-bot-subscribed");
    demand!(listens == [[SERVICE]], "it was let in, and these listen: {listens:?}");
    let order: Vec<_> = trial.calls.iter().filter(|called| called.interface == "bridge").collect();
    demand!(
        order.first().is_some_and(|called| called.function == "auth-bot"),
        "it listens before it is let in"
    );
    Ok(())
}

pub async fn refused(trial: &mut Trial) -> Check {
    speaking(trial).await?;
    trial.outside.answer("bridge.auth-bot", "err(wrong-token)");
    trial.forget();
    comes(trial, SERVICE, "another").await?;
    let ended = trial.called("components.terminate");
    demand!(ended == [[shape::text(SERVICE)]], "its token was refused, and it is not ended");
    demand!(bridged(trial, "mark-bot-subscribed").is_empty(), "its token was refused, and it listens");
    Ok(())
}

/// What was delivered, and to which service: the one event.
fn delivery(trial: &Trial) -> Result<(String, Val), Seen> {
    match trial.called("components.deliver")[..] {
        [[Val::String(service), event]] => Ok((service.clone(), event.clone())),
        ref calls => Err(Seen::Wrong(format!("of one message {} are delivered", calls.len()))),
    }
}

/// The texts in an event: data, token, user, as far as it has them.
fn parts(event: &Val) -> Vec<String> {
    let Val::Variant(_, Some(inside)) = event else { return Vec::new() };
    match &**inside {
        Val::Tuple(parts) => parts.iter().filter_map(values::words).map(str::to_owned).collect(),
        other => values::words(other).map(str::to_owned).into_iter().collect(),
    }
}

/// Whether this is what happened.
fn fits(seen: &Val, event: &Event<'_>) -> bool {
    let parts = parts(seen);
    let parts: Vec<_> = parts.iter().map(String::as_str).collect();
    match (event, shape::name(seen), &parts[..]) {
        (Event::Request { user, token, data }, "request", [json, to, who]) => {
            shape::same_json(json, data) && to == token && who == user
        }
        (Event::Subscribe(user), "subscribe", [who]) | (Event::Unsubscribe(user), "unsubscribe", [who]) => {
            who == user
        }
        (Event::Sync { user, data }, "sync", [json, who]) => shape::same_json(json, data) && who == user,
        (Event::Shutdown, "shutdown", []) => true,
        _ => false,
    }
}

pub async fn delivered(trial: &mut Trial) -> Check {
    speaking(trial).await?;
    let handle = inside(trial, SERVICE, TOKEN).await?;
    for event in &EVENTS {
        let message = message(trial, SERVICE, event).await?;
        trial.forget();
        send(trial, SERVICE, message, handle.clone()).await?;
        let (service, seen) = delivery(trial)?;
        demand!(service == SERVICE, "what happened to {SERVICE:?} is delivered to {service:?}");
        // Whose token and name it is, is the next behaviour's.
        let same_kind = match event {
            Event::Request { data, .. } => {
                shape::name(&seen) == "request"
                    && parts(&seen).first().is_some_and(|json| shape::same_json(json, data))
            }
            event => fits(&seen, event),
        };
        demand!(same_kind, "{} is delivered as {}", event.call(SERVICE).0, shape::shown(&seen));
    }
    Ok(())
}

pub async fn tokens(trial: &mut Trial) -> Check {
    speaking(trial).await?;
    let handle = inside(trial, SERVICE, TOKEN).await?;
    let requests = [("anna", "t-1", "1"), ("ben", "t-2", "2"), ("anna", "t-3", "3")];
    let mut made = Vec::new();
    for (user, token, data) in requests {
        let event = Event::Request { user, token, data };
        made.push((message(trial, SERVICE, &event).await?, event));
    }
    // What is made first may go out last.
    for (message, event) in made.into_iter().rev() {
        trial.forget();
        send(trial, SERVICE, message, handle.clone()).await?;
        let (_, seen) = delivery(trial)?;
        let Event::Request { user, token, data } = event else { continue };
        demand!(
            fits(&seen, &event),
            "a request of {user}'s with the token {token} and the data {data} is delivered as {}",
            shape::shown(&seen)
        );
    }
    Ok(())
}

pub async fn replies(trial: &mut Trial) -> Check {
    speaking(trial).await?;
    inside(trial, SERVICE, TOKEN).await?;
    trial.forget();
    for (token, data) in [("t-2", "2"), ("t-1", DATA)] {
        let arguments = [SERVICE, token, data].map(shape::text).to_vec();
        trial.tell("component-events.on-reply", arguments).await?;
        trial.settle().await?;
        let gone_on = bridged(trial, "on-bot-response");
        let right = matches!(&gone_on[..], [call] if call.len() == 3 && call[0] == SERVICE && call[1] == token && shape::same_json(&call[2], data));
        demand!(right, "the answer {data} with the token {token} goes on as {gone_on:?}");
        trial.forget();
    }
    // One that nobody waits for is no reason to fall.
    trial.outside.answer("bridge.on-bot-response", "err(unknown-request)");
    let arguments = [SERVICE, "t-2", "2"].map(shape::text).to_vec();
    trial.tell("component-events.on-reply", arguments).await?;
    let times = bridged(trial, "on-bot-response").len();
    demand!(times < 2, "an answer that nobody waits for goes on {times} times");
    Ok(())
}

pub async fn publishes(trial: &mut Trial) -> Check {
    speaking(trial).await?;
    inside(trial, SERVICE, TOKEN).await?;
    trial.forget();
    trial.tell("component-events.on-publish", [SERVICE, DATA].map(shape::text).to_vec()).await?;
    trial.settle().await?;
    let gone_on = bridged(trial, "on-bot-publish");
    let right = matches!(&gone_on[..], [call] if call.len() == 2 && call[0] == SERVICE && shape::same_json(&call[1], DATA));
    demand!(right, "{DATA} is published as {gone_on:?}");
    Ok(())
}

pub async fn gone(trial: &mut Trial) -> Check {
    speaking(trial).await?;
    for reason in [None, Some("it trapped")] {
        inside(trial, SERVICE, TOKEN).await?;
        trial.forget();
        trial.tell("component-events.on-exit", vec![shape::text(SERVICE), shape::maybe(reason)]).await?;
        trial.settle().await?;
        let told = bridged(trial, "deactivate-bot");
        demand!(
            told == [[SERVICE]],
            "the bot of {SERVICE:?} has ended ({reason:?}), and is told of as {told:?}"
        );
    }
    Ok(())
}

pub async fn two(trial: &mut Trial) -> Check {
    speaking(trial).await?;
    let handles = [inside(trial, "echo", "token-1").await?, inside(trial, "clock", "token-2").await?];
    for (service, handle) in ["echo", "clock"].into_iter().zip(handles) {
        let event = Event::Subscribe("anna");
        let message = message(trial, service, &event).await?;
        trial.forget();
        send(trial, service, message, handle).await?;
        let (to, _) = delivery(trial)?;
        demand!(to == service, "what happened to {service:?} is delivered to {to:?}");
        trial.tell("component-events.on-publish", [service, "1"].map(shape::text).to_vec()).await?;
        trial.settle().await?;
        let published = bridged(trial, "on-bot-publish");
        demand!(
            published.iter().all(|call| call.first().is_some_and(|of| of == service)),
            "{service:?} publishes as {published:?}"
        );
    }
    Ok(())
}
