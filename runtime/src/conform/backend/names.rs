//! How it reads and writes names.

use wasmtime::component::Val;

use super::super::{
    behaviour::{Check, Seen, demand},
    odd, shape,
    trial::Trial,
};
use super::{capabilities, connected, hears, messages, person, same, service};

async fn written_and_read(trial: &mut Trial, who: &Val) -> Check {
    let text = trial.fine("backend.format-identifier", vec![who.clone()]).await?;
    let again = trial.fine("backend.build-identifier", vec![text.clone()]).await?;
    demand!(
        same(who, &again),
        "{} is written {}, and read as {}",
        shape::shown(who),
        shape::shown(&text),
        shape::shown(&again)
    );
    Ok(())
}

pub async fn read_and_written(trial: &mut Trial) -> Check {
    connected(trial).await?;
    let who = person(trial).await?;
    written_and_read(trial, &who).await?;
    hears(trial, "hello", true).await?;
    let Some(message) = messages(trial).pop() else { return Ok(()) };
    let sender = crate::talk::values::field(&message, "sender").cloned();
    let sender = sender.ok_or_else(|| "a message without a sender".to_owned())?;
    written_and_read(trial, &sender).await.map_err(|seen| seen.when("a sender"))
}

pub async fn malformed(trial: &mut Trial) -> Check {
    service(trial)?;
    trial.fine("backend.describe", vec![]).await?;
    for text in ["", " ", "\n", "a\nb", "\0"] {
        match trial.ask("backend.build-identifier", vec![shape::text(text)]).await? {
            Err(Val::Variant(name, Some(words))) if name == "malformed" => {
                let Val::String(words) = *words else { continue };
                demand!(shape::is_a_line(&words), "{text:?} is malformed, in the words {words:?}");
            }
            Err(error) => {
                return Err(Seen::Wrong(format!(
                    "{text:?} is answered with {}, not `malformed`",
                    shape::shown(&error)
                )));
            }
            Ok(who) => {
                let who = who.map(|who| shape::shown(&who)).unwrap_or_default();
                return Err(Seen::Wrong(format!("{text:?} is read as {who}")));
            }
        }
    }
    Ok(())
}

pub async fn odd(trial: &mut Trial) -> Check {
    let can = capabilities(trial).await?;
    connected(trial).await?;
    for text in odd::texts() {
        let shown = odd::shown(&text);
        let doing = |call: &str| format!("{call} of {shown}");
        let built = trial.ask("backend.build-identifier", vec![shape::text(&text)]).await;
        if let Ok(Some(who)) = built.map_err(|seen| seen.when(doing("build-identifier")))? {
            written_and_read(trial, &who).await?;
        }
        let who = shape::person(&text, None);
        for function in ["backend.format-identifier", "backend.message-limit"] {
            let argument =
                if function.ends_with("limit") { shape::to_person(who.clone()) } else { who.clone() };
            trial.call(function, vec![argument]).await.map_err(|seen| seen.when(doing(function)))?;
        }
        trial
            .call("backend.message-limit", vec![shape::to_room(&text)])
            .await
            .map_err(|seen| seen.when(doing("message-limit")))?;
        if can.iter().any(|name| name == "rooms") {
            let found = trial.ask("backend.query-room", vec![shape::text(&text)]).await;
            if let Ok(Some(room)) = found.map_err(|seen| seen.when(doing("query-room")))? {
                trial.call("rooms.[method]muc-room.name", vec![room.clone()]).await?;
                trial.call("rooms.[method]muc-room.joined", vec![room.clone()]).await?;
                trial.call("rooms.[method]muc-room.exists", vec![room.clone()]).await?;
                trial.drop_handle(room).await?;
            }
        }
    }
    Ok(())
}
