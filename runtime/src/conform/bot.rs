//! What is demanded of chat bots.

use std::collections::BTreeSet;

use wasmtime::component::Val;

use super::{
    behaviour::{Check, Needed as _, Seen, behaviours, demand},
    odd, shape,
    trial::Trial,
};
use crate::{
    chat::{bindings::handlers::bot as contract, commands},
    talk::{
        stage::{ME, NETWORK},
        values::field,
    },
};

behaviours! {
    "it says what it is without having started, and the same when it is asked again" => describes,
    "what it says of itself is within the bounds" => bounds,
    "it starts, and stops" => starts,
    "it starts again with what it has stored" => again,
    "every command is answered, or refused in words" => commands,
    "arguments of any shape do not break a command" => arguments,
    "a command that it did not declare does not break it" => undeclared,
    "what people say does not break it, whatever it is" => talk,
    "what happens in rooms and on networks does not break it" => events,
    "time does not break it" => time,
}

/// What a bot declares.
struct Command {
    name: String,
}

async fn description(trial: &mut Trial) -> Result<Val, Seen> {
    trial.fine("bot.describe", vec![]).await
}

async fn begin(trial: &mut Trial) -> Result<Vec<Command>, Seen> {
    let description = description(trial).await?;
    trial.stage.connect();
    trial.fine("bot.start", vec![]).await.needed("it does not start")?;
    // A timer that sends what waits is due at once.
    trial.wait(1_000).await?;
    Ok(declared(&description))
}

fn declared(description: &Val) -> Vec<Command> {
    let Some(Val::List(commands)) = field(description, "commands") else { return Vec::new() };
    let name = |command: &Val| Some(Command { name: shape::word(command, "name")?.to_owned() });
    commands.iter().filter_map(name).collect()
}

/// A message to the bot: in a room, or in private.
fn said(who: &str, room: Option<&str>, body: &str, now: u64) -> Val {
    let recipient = match room {
        Some(room) => shape::to_room(room),
        None => shape::to_person(shape::person(ME, None)),
    };
    let mut message = shape::message(shape::person(who, room), recipient, body, now);
    if let Val::Record(fields) = &mut message
        && let Some((_, id)) = fields.iter_mut().find(|(name, _)| name == "id")
    {
        *id = shape::maybe(Some("message-1"));
    }
    message
}

/// Gives it a command: what it answers, in order.
async fn command(
    trial: &mut Trial,
    name: &str,
    arguments: &str,
    room: Option<&str>,
) -> Result<Result<Vec<String>, String>, Seen> {
    let message = said("anna", room, &format!("!{name} {arguments}"), trial.now());
    let invocation = shape::record([
        ("command", shape::text(name)),
        ("arguments", shape::text(arguments)),
        ("message", message),
    ]);
    match trial.words("command-handler.on-command", vec![invocation]).await? {
        Ok(Some(Val::List(answers))) => {
            Ok(Ok(answers.iter().filter_map(crate::talk::values::words).map(str::to_owned).collect()))
        }
        Err(words) => Ok(Err(words)),
        other => Err(Seen::Wrong(format!("on-command answered {other:?}"))),
    }
}

async fn describes(trial: &mut Trial) -> Check {
    let first = description(trial).await?;
    let again = description(trial).await?;
    demand!(first == again, "first {}, then {}", shape::shown(&first), shape::shown(&again));
    trial.again().await?;
    let anew = description(trial).await?;
    demand!(first == anew, "first {}, and a new instance {}", shape::shown(&first), shape::shown(&anew));
    Ok(())
}

async fn bounds(trial: &mut Trial) -> Check {
    let described = description(trial).await?;
    let text = |value: &Val, name: &str| shape::word(value, name).unwrap_or_default().to_owned();
    let is = |value: &Val, name: &str| field(value, name) == Some(&Val::Bool(true));
    let Some(Val::List(list)) = field(&described, "commands") else {
        return Err(Seen::Wrong("its description has no commands".to_owned()));
    };
    let read = contract::Description {
        name: text(&described, "name"),
        version: text(&described, "version"),
        summary: text(&described, "summary"),
        commands: list
            .iter()
            .map(|command| contract::Command {
                name: text(command, "name"),
                summary: text(command, "summary"),
                usage: text(command, "usage"),
                admin_only: is(command, "admin-only"),
                hidden: is(command, "hidden"),
            })
            .collect(),
    };
    commands::check(read).map_err(Seen::Wrong)?;
    let names: Vec<_> = declared(&described).into_iter().map(|command| command.name.to_lowercase()).collect();
    let different: BTreeSet<_> = names.iter().collect();
    demand!(different.len() == names.len(), "two commands have one name: {names:?}");
    demand!(
        names.is_empty() || trial.exports("command-handler"),
        "it declares commands and exports no command-handler"
    );
    Ok(())
}

async fn starts(trial: &mut Trial) -> Check {
    trial.stage.connect();
    trial.fine("bot.start", vec![]).await?;
    trial.wait(1_000).await?;
    trial.fine("bot.stop", vec![]).await.map(drop)
}

async fn again(trial: &mut Trial) -> Check {
    let commands = begin(trial).await?;
    for Command { name } in &commands {
        for text in ["", "anna", "10m tea", "\"Lunch?\" pizza sushi"] {
            let _ = command(trial, name, text, Some("#lobby")).await?;
        }
    }
    tell(trial, &said("anna", Some("#lobby"), "tea++ hello 1", 0)).await?;
    trial.wait(60_000).await?;
    trial.fine("bot.stop", vec![]).await?;
    trial.again().await?;
    trial.fine("bot.start", vec![]).await?;
    for Command { name } in &commands {
        let _ = command(trial, name, "", Some("#lobby")).await?;
    }
    Ok(())
}

async fn commands(trial: &mut Trial) -> Check {
    for Command { name } in begin(trial).await? {
        for room in [Some("#lobby"), None] {
            for text in ["", "anna", "1", "help me, please"] {
                let answered = command(trial, &name, text, room).await;
                let _ = answered.map_err(|seen| seen.when(format!("{name} {text}")))?;
            }
        }
    }
    Ok(())
}

async fn arguments(trial: &mut Trial) -> Check {
    for Command { name } in begin(trial).await? {
        for text in odd::texts() {
            let answered = command(trial, &name, &text, Some("#lobby")).await;
            let _ = answered.map_err(|seen| seen.when(format!("{name} with {}", odd::shown(&text))))?;
        }
    }
    trial.wait(60_000).await
}

async fn undeclared(trial: &mut Trial) -> Check {
    begin(trial).await?;
    if !trial.exports("command-handler") {
        return Err(Seen::Untried("it has no commands".to_owned()));
    }
    for name in ["no-such-command", "", "a b c"] {
        let _ = command(trial, name, "anna", None)
            .await
            .map_err(|seen| seen.when(format!("the command {name:?}")))?;
    }
    Ok(())
}

/// Lets it hear what somebody said, by whatever handlers it has.
async fn tell(trial: &mut Trial, message: &Val) -> Check {
    for handler in ["message-handler.on-message", "mention-handler.on-mention"] {
        trial.tell(handler, vec![message.clone()]).await?;
    }
    trial.settle().await
}

async fn talk(trial: &mut Trial) -> Check {
    begin(trial).await?;
    let now = trial.now();
    for text in odd::texts() {
        let of = |seen: Seen| seen.when(format!("what was said: {}", odd::shown(&text)));
        for room in [Some("#lobby"), None] {
            tell(trial, &said("anna", room, &text, now)).await.map_err(of)?;
        }
        tell(trial, &said(&text, Some("#lobby"), "hello", now)).await.map_err(of)?;
        tell(trial, &said("anna", Some(&text), "hello", now)).await.map_err(of)?;
    }
    for time in [0, 1, (1 << 53) - 1] {
        tell(trial, &said("anna", Some("#lobby"), "hello", time)).await?;
    }
    trial.wait(60_000).await
}

async fn events(trial: &mut Trial) -> Check {
    begin(trial).await?;
    for text in odd::texts() {
        let of = |seen: Seen| seen.when(format!("the text {}", odd::shown(&text)));
        let (anna, odd) = (shape::person("anna", Some("#lobby")), shape::person(&text, Some("#lobby")));
        let renamed = shape::record([("before", anna.clone()), ("after", odd.clone())]);
        for event in [
            shape::case("joined", Some(odd.clone())),
            shape::case("left", Some(odd.clone())),
            shape::case("renamed", Some(renamed)),
            shape::case("topic", Some(shape::maybe(Some(&text)))),
            shape::case("topic", Some(shape::maybe(None))),
            shape::case("invited", Some(odd.clone())),
        ] {
            let arguments = vec![shape::text(NETWORK), shape::text("#lobby"), event];
            trial.tell("room-handler.on-room", arguments).await.map_err(of)?;
        }
        let left = shape::case("left", Some(anna.clone()));
        let arguments = vec![shape::text(NETWORK), shape::text(&text), left];
        trial.tell("room-handler.on-room", arguments).await.map_err(of)?;
        let presence = shape::record([
            ("who", odd.clone()),
            ("status", shape::case("other", Some(shape::text(&text)))),
            ("note", shape::maybe(Some(&text))),
        ]);
        trial.tell("presence-handler.on-presence", vec![presence]).await.map_err(of)?;
        let reaction = shape::record([
            ("who", odd),
            ("name", shape::text(&text)),
            ("added", Val::Bool(true)),
            ("message-id", shape::text(&text)),
            ("recipient", shape::to_room("#lobby")),
        ]);
        trial.tell("reaction-handler.on-reaction", vec![reaction]).await.map_err(of)?;
        let why = vec![shape::text(NETWORK), shape::text(&text)];
        trial.tell("network-handler.on-disconnected", why).await.map_err(of)?;
        trial.tell("network-handler.on-connected", vec![shape::text(NETWORK)]).await.map_err(of)?;
        trial.settle().await?;
    }
    Ok(())
}

async fn time(trial: &mut Trial) -> Check {
    begin(trial).await?;
    for number in [0, 1, u32::MAX] {
        trial.tell("timer-handler.on-timer", vec![Val::U32(number)]).await?;
    }
    trial.wait(60 * 60 * 1_000).await
}
