//! Rooms, and who is in them.

use wasmtime::component::Val;

use super::super::{
    behaviour::{Check, Seen, demand},
    shape,
    trial::Trial,
};
use super::{connected, events, flush, having, in_room, person, room_name, service, wrote};

async fn handle(trial: &mut Trial) -> Result<Val, Seen> {
    let name = room_name(trial)?;
    trial.fine("backend.query-room", vec![shape::text(&name)]).await
}

async fn of(trial: &mut Trial, function: &str, room: &Val) -> Result<Val, Seen> {
    trial.fine(&format!("rooms.[method]muc-room.{function}"), vec![room.clone()]).await
}

async fn is_in(trial: &mut Trial, room: &Val) -> Result<bool, Seen> {
    let answer = trial.call("rooms.[method]muc-room.joined", vec![room.clone()]).await?;
    Ok(answer == Some(Val::Bool(true)))
}

async fn rooms(trial: &mut Trial) -> Result<Vec<String>, Seen> {
    let Val::List(rooms) = trial.fine("backend.rooms", vec![]).await? else {
        return Err(Seen::Wrong("rooms answers no list".to_owned()));
    };
    let mut names = Vec::new();
    for room in rooms {
        if let Some(Val::String(name)) = trial.call("rooms.[method]muc-room.name", vec![room.clone()]).await?
        {
            names.push(name);
        }
        trial.drop_handle(room).await?;
    }
    Ok(names)
}

/// Those in a list of identifiers that are this one.
fn among(list: &Val, who: &Val) -> usize {
    let Val::List(people) = list else { return 0 };
    people.iter().filter(|other| shape::word(other, "person") == shape::word(who, "person")).count()
}

pub async fn query(trial: &mut Trial) -> Check {
    having(trial, "rooms").await?;
    connected(trial).await?;
    flush(trial).await?;
    trial.forget();
    let room = handle(trial).await?;
    let Some(Val::String(name)) = trial.call("rooms.[method]muc-room.name", vec![room.clone()]).await? else {
        return Err(Seen::Wrong("a room has no name".to_owned()));
    };
    let again = trial.fine("backend.query-room", vec![shape::text(&name)]).await?;
    let other = trial.call("rooms.[method]muc-room.name", vec![again.clone()]).await?;
    demand!(
        other == Some(shape::text(&name)),
        "the room {name:?} is called {other:?} when it is looked at again"
    );
    demand!(!is_in(trial, &room).await?, "it is in {name} after it looked at it");
    trial.drop_handle(again).await?;
    trial.drop_handle(room).await?;
    flush(trial).await?;
    demand!(trial.called("events.room-changed").is_empty(), "it reports that something happened in the room");
    let wrote = wrote(trial);
    demand!(wrote == "nothing", "it wrote {wrote}");
    demand!(rooms(trial).await?.is_empty(), "`rooms` has rooms that it never joined");
    Ok(())
}

pub async fn joins(trial: &mut Trial) -> Check {
    having(trial, "rooms").await?;
    connected(trial).await?;
    let (room, name) = super::joins(trial).await?;
    let me = trial.call("backend.bot-identifier", vec![]).await?;
    let Some(Val::Option(Some(me))) = me else { return Err(Seen::Wrong("it is nobody".to_owned())) };
    let own = |trial: &Trial| {
        let joined = events(trial, "joined");
        joined
            .iter()
            .filter(|(room, who)| *room == name && shape::word(who, "person") == shape::word(&me, "person"))
            .count()
    };
    let times = own(trial);
    demand!(times == 1, "it reports {times} times that it joined {name}");
    let arguments = vec![room.clone(), shape::maybe(None), shape::maybe(None)];
    trial
        .fine("rooms.[method]muc-room.join", arguments)
        .await
        .map_err(|seen| seen.when("it joins a second time"))?;
    flush(trial).await?;
    let times = own(trial);
    demand!(times == 1, "it reports {times} times that it joined {name}, which it was told to twice");
    let all = rooms(trial).await?;
    demand!(all == [&*name], "it is in {name}, and `rooms` has {all:?}");
    let exists = of(trial, "exists", &room).await?;
    demand!(exists == Val::Bool(true), "it is in {name}, and says that there is no such room");
    let occupants = of(trial, "occupants", &room).await?;
    let times = among(&occupants, &me);
    demand!(times == 1, "it is {times} times among those who are in {name}: {}", shape::shown(&occupants));
    Ok(())
}

pub async fn leaves(trial: &mut Trial) -> Check {
    let (room, name) = in_room(trial).await?;
    trial.forget();
    let arguments = vec![room.clone(), shape::maybe(Some("tea is ready"))];
    trial.fine("rooms.[method]muc-room.leave", arguments).await?;
    flush(trial).await?;
    demand!(
        !is_in(trial, &room).await?,
        "it is in {name} after it left; it wrote {}: does `replies` in [backend] of conform.toml answer that?",
        wrote(trial)
    );
    let times = events(trial, "left").len();
    demand!(times == 1, "it reports {times} times that it left {name}");
    let all = rooms(trial).await?;
    demand!(all.is_empty(), "it is in no room, and `rooms` has {all:?}");
    let arguments = vec![room.clone(), shape::maybe(None)];
    trial
        .fine("rooms.[method]muc-room.leave", arguments)
        .await
        .map_err(|seen| seen.when("it leaves a room that it is not in"))?;
    flush(trial).await?;
    let times = events(trial, "left").len();
    demand!(times == 1, "it reports {times} times that it left {name}, which it was told to twice");
    Ok(())
}

pub async fn outside(trial: &mut Trial) -> Check {
    having(trial, "rooms").await?;
    connected(trial).await?;
    flush(trial).await?;
    trial.peer.written();
    let room = handle(trial).await?;
    for function in ["topic", "occupants", "set-topic"] {
        let mut arguments = vec![room.clone()];
        arguments.extend((function == "set-topic").then(|| shape::text("tea")));
        match trial.ask(&format!("rooms.[method]muc-room.{function}"), arguments).await? {
            Err(error) if shape::name(&error) == "room-not-joined" => {}
            Err(error) if shape::name(&error) == "not-supported" && function.ends_with("topic") => {
                let can = super::capabilities(trial).await?;
                demand!(
                    !can.iter().any(|name| name == "topics"),
                    "it says that it has topics, and outside a room {function} answers {}",
                    shape::shown(&error)
                );
            }
            answer => {
                let answer = answer.map_or_else(|error| shape::shown(&error), |_| "ok".to_owned());
                return Err(Seen::Wrong(format!(
                    "outside a room {function} answers {answer}, and not `room-not-joined`"
                )));
            }
        }
    }
    flush(trial).await?;
    let wrote = wrote(trial);
    demand!(wrote == "nothing", "it is not in the room, and wrote {wrote}");
    Ok(())
}

pub async fn topic(trial: &mut Trial) -> Check {
    having(trial, "topics").await?;
    let (room, name) = in_room(trial).await?;
    trial.forget();
    let arguments = vec![room.clone(), shape::text("tea at five")];
    trial.fine("rooms.[method]muc-room.set-topic", arguments).await?;
    flush(trial).await?;
    let told = events(trial, "topic");
    let right = matches!(&told[..], [(room, Val::Option(Some(topic)))] if *room == name && **topic == shape::text("tea at five"));
    demand!(
        right,
        "it reports {} topics of {name}; it wrote {}: does `replies` in [backend] of conform.toml answer that?",
        told.len(),
        wrote(trial)
    );
    let topic = of(trial, "topic", &room).await?;
    demand!(topic == shape::maybe(Some("tea at five")), "the topic is {} then", shape::shown(&topic));
    Ok(())
}

pub async fn people(trial: &mut Trial) -> Check {
    let sheet = service(trial)?;
    if sheet.joins.is_empty() {
        return Err(Seen::Untried(
            "say in `joins` in [backend] of conform.toml what comes when the person enters".to_owned(),
        ));
    }
    let (room, name) = in_room(trial).await?;
    let who = person(trial).await?;
    let steps = [("joined", &sheet.joins, 1), ("left", &sheet.leaves, 0)];
    for (kind, lines, there) in steps {
        if lines.is_empty() {
            continue;
        }
        trial.forget();
        // What the service says twice happened once.
        for _ in 0..2 {
            let pieces = trial.peer.bytes(lines);
            trial.hear(&pieces).await?;
            trial.settle().await?;
        }
        let told = events(trial, kind);
        let own = told.iter().filter(|(room, other)| {
            *room == name && shape::word(other, "person") == shape::word(&who, "person")
        });
        let times = own.count();
        demand!(times == 1, "it reports {times} times that {} {kind} {name}", shape::shown(&who));
        let occupants = of(trial, "occupants", &room).await?;
        let times = among(&occupants, &who);
        demand!(
            times == there,
            "then they are {times} times among those who are in {name}: {}",
            shape::shown(&occupants)
        );
    }
    Ok(())
}

pub async fn creates(trial: &mut Trial) -> Check {
    having(trial, "rooms").await?;
    connected(trial).await?;
    let room = handle(trial).await?;
    for attempt in ["once", "twice"] {
        match trial.ask("rooms.[method]muc-room.create", vec![room.clone()]).await? {
            Ok(_) => {}
            Err(error) if shape::name(&error) == "not-supported" => break,
            Err(error) => return Err(Seen::Wrong(format!("made {attempt}: {}", shape::shown(&error)))),
        }
        flush(trial).await?;
        demand!(!is_in(trial, &room).await?, "it is in the room that it made and did not join");
    }
    Ok(())
}
