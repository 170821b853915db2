//! That no text becomes a command: where a service speaks in lines, no text ends one.

use wasmtime::component::Val;

use super::super::{
    behaviour::{Check, Seen},
    odd::MARK,
    shape,
    trial::Trial,
};
use super::{capabilities, connected, flush, joined, person, room_name, send, shown};

/// What ends a line, for one service or another.
const ENDS: [&str; 5] = ["\r\n", "\n", "\r", "\0", "\n\n"];

/// Looks at what it wrote: nothing of it may begin with the mark.
fn look(trial: &mut Trial, what: &str, end: &str) -> Check {
    let written = trial.peer.written();
    // Where whole messages are sent, their ends are the connection's.
    if trial.peer.is_of_messages() {
        return Ok(());
    }
    let pieces = written.split(|byte| matches!(byte, b'\r' | b'\n' | 0));
    let begins = |piece: &[u8]| String::from_utf8_lossy(piece).trim_start().starts_with(MARK);
    let mut pieces = pieces;
    if pieces.any(begins) {
        let written = shown(&String::from_utf8_lossy(&written));
        return Err(Seen::Wrong(format!(
            "{what} with {end:?} in it begins a line of its own: it wrote {written}"
        )));
    }
    Ok(())
}

pub async fn message(trial: &mut Trial) -> Check {
    let can = capabilities(trial).await?;
    connected(trial).await?;
    let mut recipients = vec![shape::to_person(person(trial).await?)];
    if can.iter().any(|name| name == "rooms") && room_name(trial).is_ok() {
        recipients.push(shape::to_room(&joined(trial).await?.1));
    }
    trial.peer.written();
    for recipient in recipients {
        for end in ENDS {
            let _ = send(trial, recipient.clone(), &format!("hello{end}{MARK} now")).await?;
            look(trial, "a message", end)?;
        }
    }
    Ok(())
}

pub async fn names(trial: &mut Trial) -> Check {
    let can = capabilities(trial).await?;
    connected(trial).await?;
    let somebody = super::service(trial)?.person;
    trial.peer.written();
    for end in ENDS {
        let name = format!("{somebody}{end}{MARK} now");
        let _ = send(trial, shape::to_person(shape::person(&name, None)), "hello").await?;
        look(trial, "a person", end)?;
        if !can.iter().any(|name| name == "rooms") {
            continue;
        }
        let name = format!("{}{end}{MARK} now", room_name(trial)?);
        let _ = send(trial, shape::to_room(&name), "hello").await?;
        look(trial, "a room that is written to", end)?;
        let arguments = vec![shape::text(&name), shape::maybe(Some(&name)), shape::maybe(None)];
        if let Ok(Some(room)) = trial.ask("backend.join-room", arguments).await? {
            trial.drop_handle(room).await?;
        }
        flush(trial).await?;
        look(trial, "a room that is joined", end)?;
        if let Ok(Some(room)) = trial.ask("backend.query-room", vec![shape::text(&name)]).await? {
            for function in ["create", "destroy"] {
                trial.attempt(&format!("rooms.[method]muc-room.{function}"), vec![room.clone()]).await?;
            }
            let reason = vec![room.clone(), shape::maybe(None)];
            trial.attempt("rooms.[method]muc-room.leave", reason).await?;
            flush(trial).await?;
            look(trial, "a room that is made, ended and left", end)?;
            trial.drop_handle(room).await?;
        }
    }
    Ok(())
}

pub async fn rest(trial: &mut Trial) -> Check {
    let can = capabilities(trial).await?;
    let has = |what: &str| can.iter().any(|name| name == what);
    connected(trial).await?;
    let somebody = person(trial).await?;
    for end in ENDS {
        trial.peer.written();
        let text = format!("hello{end}{MARK} now");
        for status in [shape::case("away", None), shape::case("other", Some(shape::text(&text)))] {
            trial.attempt("backend.change-presence", vec![status, shape::maybe(Some(&text))]).await?;
            flush(trial).await?;
            look(trial, "a note or a status", end)?;
        }
        let message =
            shape::message(somebody.clone(), shape::to_person(somebody.clone()), &text, trial.now());
        trial.attempt("backend.react", vec![message, shape::text(&text), Val::Bool(true)]).await?;
        flush(trial).await?;
        look(trial, "a reaction", end)?;
        if !has("rooms") || room_name(trial).is_err() {
            continue;
        }
        let name = room_name(trial)?;
        let key = vec![shape::text(&name), shape::maybe(None), shape::maybe(Some(&text))];
        if let Ok(Some(room)) = trial.ask("backend.join-room", key).await? {
            trial.drop_handle(room).await?;
        }
        flush(trial).await?;
        look(trial, "the key of a room", end)?;
        let (room, _) = joined(trial).await?;
        trial.peer.written();
        trial.attempt("rooms.[method]muc-room.set-topic", vec![room.clone(), shape::text(&text)]).await?;
        flush(trial).await?;
        look(trial, "a topic", end)?;
        let nobody = Val::List(vec![shape::person(&text, None)]);
        trial.attempt("rooms.[method]muc-room.invite", vec![room.clone(), nobody]).await?;
        flush(trial).await?;
        look(trial, "somebody who is invited", end)?;
        trial.attempt("rooms.[method]muc-room.leave", vec![room.clone(), shape::maybe(Some(&text))]).await?;
        flush(trial).await?;
        look(trial, "the reason to leave", end)?;
        trial.drop_handle(room).await?;
    }
    Ok(())
}
