//! What is demanded of those who speak with service bots: of all, of those whose bots are components, and of those whose bots
//! come over WebSocket.

mod bayeux;
mod components;

use wasmtime::component::Val;

use super::{
    behaviour::{Check, Needed as _, Seen, behaviours, demand},
    odd, shape,
    trial::Trial,
};
use crate::talk::{outside, values};

behaviours! {
    "it says how to reach it, in JSON, and the same when it is asked again" => reached,
    "of all that happens it makes a message" => messages,
    "names, tokens and data of any shape do not break it" => shapes,
    "to a bot that was never let in nothing is sent" => nobody,
    "it comes to its end when the session does" => ends,
    "a bot that shows its token is let in with it, and listens" => components::welcome,
    "a bot whose token is refused is ended" => components::refused,
    "what happens is delivered to the bot as it happened" => components::delivered,
    "each request keeps its own token and user" => components::tokens,
    "an answer goes on with its own token, once" => components::replies,
    "what a bot publishes goes on, once" => components::publishes,
    "a bot that has ended is told of, once" => components::gone,
    "what two bots say is not mixed up" => components::two,
    "a bot over WebSocket is let in by its token, and listens when it says so" => bayeux::welcome,
    "a bot over WebSocket whose token is refused is turned away" => bayeux::refused,
    "what happens is told a bot over WebSocket as it happened" => bayeux::told,
    "what a bot over WebSocket says goes on, once" => bayeux::says,
    "who was not let in over WebSocket says nothing to the session" => bayeux::strangers,
    "a bot over WebSocket that is gone is told of" => bayeux::gone,
    "noise over WebSocket does not break it" => bayeux::noise,
}

/// A service and its bot's token.
const SERVICE: &str = "echo";
const TOKEN: &str = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";
/// What is said, with all that JSON has.
const DATA: &str = r#"{"n":[1,-2.5,null,true],"text":"Åsa \"quoted\" \\ 🎉","":{}}"#;

async fn begin(trial: &mut Trial) -> Check {
    starts(trial).await.needed("it does not start")
}

async fn starts(trial: &mut Trial) -> Check {
    trial.outside.answer("sockets.url", "\"ws://127.0.0.1:1/services/0123456789abcdef0123456789abcdef\"");
    trial.outside.answer("bridge.get-session-id", "\"0123456789abcdef0123456789abcdef\"");
    trial.fine("manager.start-services", vec![]).await.map(drop)
}

/// Something that happens to a bot.
enum Event<'a> {
    Request { user: &'a str, token: &'a str, data: &'a str },
    Subscribe(&'a str),
    Unsubscribe(&'a str),
    Sync { user: &'a str, data: &'a str },
    Shutdown,
}

impl Event<'_> {
    fn call(&self, service: &str) -> (&'static str, Vec<Val>) {
        let text = shape::text;
        let service = text(service);
        match self {
            Self::Request { user, token, data } => {
                ("manager.on-user-request", vec![service, text(user), text(token), text(data)])
            }
            Self::Subscribe(user) => ("manager.on-user-subscribe", vec![service, text(user)]),
            Self::Unsubscribe(user) => ("manager.on-user-unsubscribe", vec![service, text(user)]),
            Self::Sync { user, data } => ("manager.on-user-sync", vec![service, text(user), text(data)]),
            Self::Shutdown => ("manager.on-shutdown-request", vec![service]),
        }
    }
}

const EVENTS: [Event<'_>; 5] = [
    Event::Subscribe("anna"),
    Event::Request { user: "anna", token: "t-1", data: DATA },
    Event::Sync {
        user: "ben",
        data: r#"{"topic":"coweb.sync.list.a","value":"\"milk\"","siteId":1,"order":7}"#,
    },
    Event::Unsubscribe("anna"),
    Event::Shutdown,
];

/// The message that it makes of an event.
async fn message(trial: &mut Trial, service: &str, event: &Event<'_>) -> Result<Val, Seen> {
    let (path, arguments) = event.call(service);
    trial.fine(path, arguments).await
}

/// Sends a message to a bot by its handle.
async fn send(trial: &mut Trial, service: &str, message: Val, handle: Val) -> Check {
    trial.fine("manager.send-message", vec![shape::text(service), message, handle]).await.map(drop)
}

/// The calls of a function of the bridge, each with its arguments as text.
fn bridged(trial: &Trial, function: &str) -> Vec<Vec<String>> {
    let calls = trial.called(&format!("bridge.{function}"));
    calls.into_iter().map(|arguments| arguments.iter().map(plain).collect()).collect()
}

fn plain(value: &Val) -> String {
    match value {
        Val::String(text) => text.clone(),
        bytes @ Val::List(_) => String::from_utf8_lossy(&outside::bytes(bytes)).into_owned(),
        other => values::text(other),
    }
}

/// The handle that the one bot was let in with.
fn handle(trial: &Trial, service: &str, token: &str) -> Result<Val, Seen> {
    match trial.called("bridge.auth-bot")[..] {
        [[name, shown, handle]] => {
            demand!(
                *name == shape::text(service),
                "the bot of {service:?} is let in as that of {}",
                shape::shown(name)
            );
            demand!(
                *shown == shape::text(token),
                "the bot showed {token:?}, and {} is passed on",
                shape::shown(shown)
            );
            let length = outside::bytes(handle).len();
            demand!(length <= 256, "a handle is of 256 bytes at most, and this one of {length}");
            Ok(handle.clone())
        }
        ref calls => Err(Seen::Wrong(format!(
            "a bot showed its token, and `bridge.auth-bot` was called {} times",
            calls.len()
        ))),
    }
}

async fn reached(trial: &mut Trial) -> Check {
    starts(trial).await?;
    for question in ["manager.get-manager-id", "manager.get-connection-info"] {
        let first = trial.fine(question, vec![]).await?;
        let again = trial.fine(question, vec![]).await?;
        demand!(
            first == again,
            "{question} is first {}, then {}",
            shape::shown(&first),
            shape::shown(&again)
        );
        let text = values::words(&first).unwrap_or_default();
        if question.ends_with("id") {
            demand!(shape::is_a_line(text), "its id is {text:?}");
        } else {
            demand!(shape::is_json(text), "its connection info is {text:?}, which is no JSON");
        }
    }
    Ok(())
}

async fn messages(trial: &mut Trial) -> Check {
    begin(trial).await?;
    for event in &EVENTS {
        let message = message(trial, SERVICE, event).await?;
        let length = outside::bytes(&message).len();
        demand!(length > 0, "of {} it makes nothing", event.call(SERVICE).0);
    }
    Ok(())
}

async fn shapes(trial: &mut Trial) -> Check {
    begin(trial).await?;
    let odd = odd::texts();
    for text in &odd {
        let sync = r#"{"siteId":1,"order":1}"#;
        for event in [
            Event::Request { user: text, token: "t", data: DATA },
            Event::Request { user: "anna", token: text, data: DATA },
            Event::Subscribe(text),
            Event::Unsubscribe(text),
            Event::Sync { user: text, data: sync },
        ] {
            let (path, arguments) = event.call(SERVICE);
            let done = trial.words(path, arguments).await;
            done.map_err(|seen| seen.when(format!("{path} with {}", odd::shown(text))))?.ok();
        }
        for event in &EVENTS {
            let (path, arguments) = event.call(text);
            let done = trial.words(path, arguments).await;
            done.map_err(|seen| seen.when(format!("{path} of the service {}", odd::shown(text))))?.ok();
        }
        let arguments =
            vec![shape::text(SERVICE), shape::bytes(text.as_bytes()), shape::bytes(text.as_bytes())];
        let done = trial.words("manager.send-message", arguments).await;
        done.map_err(|seen| seen.when(format!("the message {}", odd::shown(text))))?.ok();
    }
    for json in odd::json() {
        let event = Event::Request { user: "anna", token: "t", data: &json };
        message(trial, SERVICE, &event).await.map_err(|seen| seen.when(odd::shown(&json)))?;
    }
    let noise = odd::noise(7, 300);
    let arguments = vec![shape::text(SERVICE), shape::bytes(&noise), shape::bytes(&noise)];
    trial.words("manager.send-message", arguments).await?.ok();
    Ok(())
}

async fn nobody(trial: &mut Trial) -> Check {
    begin(trial).await?;
    let message = message(trial, SERVICE, &EVENTS[1]).await?;
    trial.outside.answer("components.deliver", "err(\"it does not run\")");
    let arguments = vec![shape::text(SERVICE), message, shape::bytes(&[9, 9, 9, 9])];
    let sent = trial.words("manager.send-message", arguments).await?;
    demand!(sent.is_err(), "it says that a message was sent to a bot that does not run");
    demand!(trial.called("sockets.send").is_empty(), "it is sent over WebSocket to nobody");
    Ok(())
}

async fn ends(trial: &mut Trial) -> Check {
    begin(trial).await?;
    message(trial, SERVICE, &Event::Shutdown).await?;
    trial.fine("manager.end-services", vec![]).await.map(drop)
}
