//! How it comes to the service, and goes.

use wasmtime::component::Val;

use super::super::{
    behaviour::{Check, Seen, demand},
    shape,
    trial::Trial,
};
use super::{connected, events, flush, joined, person, room_name, same, send, service, wrote};

/// Who it says that it is now.
async fn identifier(trial: &mut Trial) -> Result<Option<Val>, Seen> {
    match trial.call("backend.bot-identifier", vec![]).await? {
        Some(Val::Option(who)) => Ok(who.map(|who| *who)),
        other => Err(Seen::Wrong(format!("bot-identifier answered {other:?}"))),
    }
}

async fn must_be_nobody(trial: &mut Trial, when: &str) -> Check {
    match identifier(trial).await? {
        None => Ok(()),
        Some(who) => Err(Seen::Wrong(format!("{when} it is {}", shape::shown(&who)))),
    }
}

/// The service is gone.
async fn lose(trial: &mut Trial) -> Check {
    let number = trial.outside.connection().ok_or_else(|| "it has no connection".to_owned())?;
    trial.forget();
    trial.outside.close(number);
    trial.settle().await
}

pub async fn nobody(trial: &mut Trial) -> Check {
    trial.fine("backend.describe", vec![]).await?;
    must_be_nobody(trial, "before `connect`").await
}

pub async fn connects(trial: &mut Trial) -> Check {
    service(trial)?;
    trial.fine("backend.describe", vec![]).await?;
    let reported = super::connects(trial).await?;
    let opened = trial.called("net.connect").len();
    demand!(opened > 0 || trial.imports("fetch"), "it opens no connection");
    demand!(opened < 2, "it opens {opened} connections");
    let Some(who) = identifier(trial).await? else {
        return Err(Seen::Wrong("it has reported `connected`, and bot-identifier says nobody".to_owned()));
    };
    demand!(
        same(&who, &reported),
        "it reported {}, and bot-identifier says {}",
        shape::shown(&reported),
        shape::shown(&who)
    );
    demand!(
        !shape::word(&who, "person").unwrap_or_default().is_empty(),
        "its own identifier has no `person`"
    );
    demand!(trial.called("events.disconnected").is_empty(), "it reports `disconnected` as well");
    flush(trial).await?;
    let times = trial.called("events.connected").len();
    demand!(times == 1, "it reports `connected` {times} times");
    Ok(())
}

pub async fn not_connected(trial: &mut Trial) -> Check {
    let has_rooms = super::capabilities(trial).await?.iter().any(|name| name == "rooms");
    let recipient = match has_rooms {
        true => shape::to_room(&room_name(trial)?),
        false => shape::to_person(person(trial).await?),
    };
    if send(trial, recipient, "hello").await?.is_ok() {
        return Err(Seen::Wrong("it takes a message, and is not connected".to_owned()));
    }
    let text = shape::text("hello");
    let message = shape::message(shape::person("anna", None), shape::to_room("#a"), "hi", trial.now());
    trial.attempt("backend.build-reply", vec![message, text, Val::Bool(false), Val::Bool(false)]).await?;
    trial.attempt("backend.change-presence", vec![shape::case("away", None), shape::maybe(None)]).await?;
    trial.attempt("backend.rooms", vec![]).await?;
    trial.attempt("backend.disconnect", vec![]).await?;
    if has_rooms {
        let arguments = vec![shape::text(&room_name(trial)?), shape::maybe(None), shape::maybe(None)];
        if let Ok(Some(room)) = trial.ask("backend.join-room", arguments).await? {
            let is_in = trial.call("rooms.[method]muc-room.joined", vec![room.clone()]).await?;
            demand!(is_in == Some(Val::Bool(false)), "it is in a room, and not connected");
            trial.drop_handle(room).await?;
        }
    }
    flush(trial).await?;
    let wrote = wrote(trial);
    demand!(wrote == "nothing", "it was not told to connect, and wrote {wrote}");
    Ok(())
}

pub async fn lost(trial: &mut Trial) -> Check {
    connected(trial).await?;
    lose(trial).await?;
    flush(trial).await?;
    let times = trial.called("events.disconnected").len();
    demand!(times == 1, "it reports `disconnected` {times} times");
    must_be_nobody(trial, "after the loss").await
}

pub async fn again(trial: &mut Trial) -> Check {
    connected(trial).await?;
    let has_rooms = super::capabilities(trial).await?.iter().any(|name| name == "rooms");
    let has_rooms = has_rooms && room_name(trial).is_ok();
    if has_rooms {
        joined(trial).await?;
    }
    lose(trial).await?;
    super::connects(trial).await.map_err(|seen| seen.when("after a loss"))?;
    if has_rooms {
        match trial.fine("backend.rooms", vec![]).await? {
            Val::List(rooms) if rooms.is_empty() => {}
            Val::List(rooms) => {
                return Err(Seen::Wrong(format!(
                    "it says that it is in {} rooms, and has joined none",
                    rooms.len()
                )));
            }
            other => return Err(Seen::Wrong(format!("rooms answered {other:?}"))),
        }
        trial.forget();
        super::joins(trial).await.map_err(|seen| seen.when("after a loss"))?;
        demand!(
            !events(trial, "joined").is_empty(),
            "after a loss it joins the room again, and does not report that"
        );
    }
    Ok(())
}

pub async fn disconnects(trial: &mut Trial) -> Check {
    connected(trial).await?;
    let number = trial.outside.connection();
    trial.forget();
    trial.fine("backend.disconnect", vec![]).await?;
    flush(trial).await?;
    demand!(number.is_none() || trial.outside.connection().is_none(), "its connection is still open");
    let times = trial.called("events.disconnected").len();
    demand!(times < 2, "it reports `disconnected` {times} times");
    must_be_nobody(trial, "after `disconnect`").await?;
    trial.attempt("backend.disconnect", vec![]).await?;
    Ok(())
}
