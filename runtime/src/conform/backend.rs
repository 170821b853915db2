//! What is demanded of a backend: between the service that its sheet describes and the host.

mod connection;
mod injection;
mod names;
mod noise;
mod room;
mod talk;

use wasmtime::component::Val;

use super::{
    behaviour::{Check, Needed as _, Seen, behaviours, demand},
    peer, shape,
    sheet::Service,
    trial::Trial,
};

behaviours! {
    "it says what it is, and the same when it is asked again" => describes,
    "it is nobody before it is connected" => connection::nobody,
    "it connects, and reports once who it is there" => connection::connects,
    "before it is connected it sends nothing, and says that it does not" => connection::not_connected,
    "a connection that is lost is reported once, and it is nobody then" => connection::lost,
    "after a loss it connects again, and is in no room" => connection::again,
    "it closes when it is told to disconnect" => connection::disconnects,
    "what it writes for somebody it reads as the same again" => names::read_and_written,
    "what names nobody is malformed, in words" => names::malformed,
    "names of any shape do not break it" => names::odd,
    "a message to a room reaches the service once" => talk::to_room,
    "a message to a person reaches the service once" => talk::to_person,
    "a message of the length that it names reaches the service whole" => talk::limit,
    "what is said in a room is reported as it was said" => talk::said_in_room,
    "what is said in private is reported as it was said" => talk::said_in_private,
    "an answer goes to where its question came from, or to the sender alone" => talk::replies,
    "an answer in a room can name its addressee" => talk::prefixes,
    "no message begins a command of its own" => injection::message,
    "no name of a room or a person begins a command of its own" => injection::names,
    "no topic, reason, key or note begins a command of its own" => injection::rest,
    "to look at a room changes nothing" => room::query,
    "it joins a room once, and is in it" => room::joins,
    "it leaves a room, and to leave another one is no error" => room::leaves,
    "outside a room there is no topic to see or to set, and nobody" => room::outside,
    "a topic that is set is reported, and is the topic then" => room::topic,
    "who comes and goes is reported once" => room::people,
    "a room is made twice without an error, or not at all" => room::creates,
    "what it cannot do it says is not supported" => cannot,
    "what it can do is supported" => can,
    "what comes in pieces is put together" => noise::pieces,
    "what comes at once is taken apart" => noise::at_once,
    "noise from the service does not break it" => noise::random,
    "bytes that are no text do not break it" => noise::no_text,
    "a line that does not end does not break it" => noise::endless,
}

/// What its sheet says of the service.
fn service(trial: &Trial) -> Result<Service, Seen> {
    trial.sheet.backend.clone().ok_or_else(|| {
        Seen::Untried(
            "say in `[backend]` of conform.toml how its service speaks: `parlor conform --help`".to_owned(),
        )
    })
}

/// A room that it can join.
fn room_name(trial: &Trial) -> Result<String, Seen> {
    let missing = || Seen::Untried("name a `room` in `[backend]` of conform.toml".to_owned());
    service(trial)?.room.ok_or_else(missing)
}

/// What it says that it can do.
async fn capabilities(trial: &mut Trial) -> Result<Vec<String>, Seen> {
    let description = trial.fine("backend.describe", vec![]).await?;
    match crate::talk::values::field(&description, "can") {
        Some(Val::Flags(names)) => Ok(names.clone()),
        other => Err(Seen::Wrong(format!("its description has as `can`: {other:?}"))),
    }
}

/// Skips what is about something that it does not have.
async fn having(trial: &mut Trial, what: &str) -> Check {
    match capabilities(trial).await?.iter().any(|name| name == what) {
        true => Ok(()),
        false => Err(Seen::Untried(format!("it does not say that it has {what}"))),
    }
}

/// Connects it, which another behaviour shows: who it is there.
async fn connected(trial: &mut Trial) -> Result<Val, Seen> {
    service(trial)?;
    trial.fine("backend.describe", vec![]).await?;
    connects(trial).await.needed("it does not connect")
}

async fn connects(trial: &mut Trial) -> Result<Val, Seen> {
    trial.forget();
    trial.fine("backend.connect", vec![]).await?;
    if trial.called("events.connected").is_empty() {
        trial.wait(5_000).await?;
    }
    match trial.called("events.connected")[..] {
        [[who]] => Ok(who.clone()),
        [] => Err(Seen::Wrong(format!(
            "it does not report `connected`; {}",
            if trial.called("net.connect").is_empty() {
                "it opens no connection".to_owned()
            } else {
                format!("it wrote {}: does `replies` in [backend] of conform.toml answer that?", wrote(trial))
            }
        ))),
        ref more => Err(Seen::Wrong(format!("it reports `connected` {} times", more.len()))),
    }
}

/// Connects it and lets it join the room, which another behaviour shows: the handle, and the room's name.
async fn in_room(trial: &mut Trial) -> Result<(Val, String), Seen> {
    having(trial, "rooms").await?;
    connected(trial).await?;
    joined(trial).await
}

async fn joined(trial: &mut Trial) -> Result<(Val, String), Seen> {
    joins(trial).await.needed("it does not join the room")
}

async fn joins(trial: &mut Trial) -> Result<(Val, String), Seen> {
    let name = room_name(trial)?;
    trial.peer.written();
    let room = trial
        .fine("backend.join-room", vec![shape::text(&name), shape::maybe(None), shape::maybe(None)])
        .await?;
    flush(trial).await?;
    let is_in = trial.call("rooms.[method]muc-room.joined", vec![room.clone()]).await?;
    if is_in != Some(Val::Bool(true)) {
        return Err(Seen::Wrong(format!(
            "it is not in {name} after `join-room`; it wrote {}: does `replies` in [backend] of conform.toml answer that?",
            wrote(trial)
        )));
    }
    let Some(Val::String(name)) = trial.call("rooms.[method]muc-room.name", vec![room.clone()]).await? else {
        return Err(Seen::Wrong("a room has no name".to_owned()));
    };
    Ok((room, name))
}

/// The person of the sheet.
async fn person(trial: &mut Trial) -> Result<Val, Seen> {
    let name = service(trial)?.person;
    trial
        .fine("backend.build-identifier", vec![shape::text(&name)])
        .await
        .map_err(|seen| seen.when(format!("{name:?}")))
}

/// Lets go out what waits for its turn.
async fn flush(trial: &mut Trial) -> Check {
    trial.wait(3_000).await
}

/// What it wrote to the service, in short.
fn wrote(trial: &mut Trial) -> String {
    let written = trial.peer.written();
    if written.is_empty() {
        return "nothing".to_owned();
    }
    shown(&String::from_utf8_lossy(&written))
}

/// What was written, with its last lines first where it is long.
fn shown(text: &str) -> String {
    let letters: Vec<_> = text.chars().collect();
    let from = letters.len().saturating_sub(300);
    format!("{:?}", letters[from..].iter().collect::<String>())
}

/// Sends a text, and lets it go out.
async fn send(trial: &mut Trial, recipient: Val, body: &str) -> Result<Result<(), Val>, Seen> {
    let me = trial.call("backend.bot-identifier", vec![]).await?;
    let sender = match me {
        Some(Val::Option(Some(me))) => *me,
        _ => shape::person("parlor", None),
    };
    let message = shape::message(sender, recipient, body, trial.now());
    let done = trial.ask("backend.send-message", vec![message]).await?;
    flush(trial).await?;
    Ok(done.map(drop))
}

/// The service says that the person said this: in the room, or in private.
async fn hears(trial: &mut Trial, text: &str, private: bool) -> Check {
    let line = line(trial, text, private)?;
    let pieces = trial.peer.bytes(&[line]);
    trial.hear(&pieces).await?;
    trial.settle().await
}

/// The line that says that the person said this.
fn line(trial: &Trial, text: &str, private: bool) -> Result<String, Seen> {
    let service = service(trial)?;
    let missing = || {
        Seen::Untried(
            "say in `message` in [backend] of conform.toml how a message in the room looks".to_owned(),
        )
    };
    let template = if private { service.private } else { service.message.ok_or_else(missing)? };
    Ok(peer::said(&template, text))
}

/// The messages that it reported.
fn messages(trial: &Trial) -> Vec<Val> {
    trial
        .called("events.message-received")
        .into_iter()
        .filter_map(|arguments| arguments.first().cloned())
        .collect()
}

/// Its last message, which was to be one alone.
fn one_message(trial: &Trial, of: &str) -> Result<Val, Seen> {
    match &messages(trial)[..] {
        [message] => Ok(message.clone()),
        [] => Err(Seen::Wrong(format!("of {of} nothing is reported"))),
        more => Err(Seen::Wrong(format!(
            "of {of} it reports {} messages: {:?}",
            more.len(),
            more.iter().filter_map(|message| shape::word(message, "body")).collect::<Vec<_>>()
        ))),
    }
}

/// What happened in rooms, as it reported it: room and event of this kind.
fn events(trial: &Trial, kind: &str) -> Vec<(String, Val)> {
    let of_kind = |arguments: &[Val]| match arguments {
        [Val::String(room), Val::Variant(name, Some(what))] if name == kind => {
            Some((room.clone(), (**what).clone()))
        }
        _ => None,
    };
    trial.called("events.room-changed").into_iter().filter_map(of_kind).collect()
}

/// Whether two identifiers are the same: by network, person and room.
fn same(one: &Val, other: &Val) -> bool {
    ["network", "person", "room"].iter().all(|field| shape::word(one, field) == shape::word(other, field))
}

async fn describes(trial: &mut Trial) -> Check {
    let first = trial.fine("backend.describe", vec![]).await?;
    let again = trial.fine("backend.describe", vec![]).await?;
    demand!(first == again, "first {}, then {}", shape::shown(&first), shape::shown(&again));
    let mode = shape::word(&first, "mode").unwrap_or_default();
    demand!(shape::is_a_line(mode), "its mode is {mode:?}, and not the kind of service in a word");
    demand!(trial.called("net.connect").is_empty(), "it connects before it is told to");
    Ok(())
}

/// What belongs to a capability: a call, which is not supported without it.
const DEEDS: [(&str, &str); 5] = [
    ("reactions", "backend.react"),
    ("presence", "backend.change-presence"),
    ("topics", "rooms.[method]muc-room.set-topic"),
    ("invites", "rooms.[method]muc-room.invite"),
    ("cards", "backend.send-card"),
];

async fn cannot(trial: &mut Trial) -> Check {
    let can = capabilities(trial).await?;
    let mut handles = deeds(trial, &can).await?;
    for (capability, path, arguments) in handles.drain(..) {
        if can.iter().any(|name| name == capability) {
            continue;
        }
        match trial.ask(path, arguments).await? {
            Err(error) if shape::name(&error) == "not-supported" => {}
            // A card may be shown as text.
            Ok(_) if capability == "cards" => {}
            answer => {
                let answer =
                    answer.map_or_else(|error| format!("err({})", shape::shown(&error)), |_| "ok".to_owned());
                return Err(Seen::Wrong(format!("without `{capability}` {path} answers {answer}")));
            }
        }
    }
    Ok(())
}

async fn can(trial: &mut Trial) -> Check {
    let can = capabilities(trial).await?;
    for (capability, path, arguments) in deeds(trial, &can).await? {
        if !can.iter().any(|name| name == capability) {
            continue;
        }
        if let Err(error) = trial.ask(path, arguments).await?
            && shape::name(&error) == "not-supported"
        {
            return Err(Seen::Wrong(format!(
                "it says that it has `{capability}`, and {path} answers {}",
                shape::shown(&error)
            )));
        }
        flush(trial).await?;
    }
    Ok(())
}

/// The calls of [`DEEDS`], as they can be made here: those about rooms where it can be in one.
async fn deeds(
    trial: &mut Trial,
    can: &[String],
) -> Result<Vec<(&'static str, &'static str, Vec<Val>)>, Seen> {
    connected(trial).await?;
    let has_rooms = can.iter().any(|name| name == "rooms");
    let room = match has_rooms && service(trial)?.room.is_some() {
        true => Some(joined(trial).await?),
        false => None,
    };
    let somebody = person(trial).await?;
    let recipient = match &room {
        Some((_, name)) => shape::to_room(name),
        None => shape::to_person(somebody.clone()),
    };
    let mut message = shape::message(somebody.clone(), recipient, "hello", trial.now());
    if let Val::Record(fields) = &mut message
        && let Some((_, id)) = fields.iter_mut().find(|(name, _)| name == "id")
    {
        *id = shape::maybe(Some("message-1"));
    }
    let card = shape::record([
        ("summary", shape::maybe(None)),
        ("title", shape::maybe(Some("A title"))),
        ("body", shape::text("and a body")),
        ("link", shape::maybe(None)),
        ("image", shape::maybe(None)),
        ("thumbnail", shape::maybe(None)),
        ("color", shape::maybe(None)),
        ("fields", Val::List(Vec::new())),
    ]);
    let arguments = |capability: &str| match (capability, &room) {
        ("reactions", _) => Some(vec![message.clone(), shape::text("thumbsup"), Val::Bool(true)]),
        ("presence", _) => Some(vec![shape::case("away", None), shape::maybe(Some("at lunch"))]),
        ("cards", _) => Some(vec![message.clone(), card.clone()]),
        ("topics", Some((room, _))) => Some(vec![room.clone(), shape::text("tea")]),
        ("invites", Some((room, _))) => Some(vec![room.clone(), Val::List(vec![somebody.clone()])]),
        _ => None,
    };
    Ok(DEEDS
        .iter()
        .filter_map(|(capability, path)| Some((*capability, *path, arguments(capability)?)))
        .collect())
}
