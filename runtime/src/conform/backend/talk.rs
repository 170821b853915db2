//! What is said, both ways.

use wasmtime::component::Val;

use super::super::{
    behaviour::{Check, Seen, demand},
    odd, shape,
    trial::Trial,
};
use super::{connected, hears, in_room, one_message, person, same, send, shown};

/// Texts that any service must carry as they are.
const TEXTS: [&str; 4] =
    ["hello", "two  spaces: and, a colon", "quotes \" ' ` and \\ {text} %s <b>&amp;", "Åsa sagt: 日本語 🎉"];

async fn reaches(trial: &mut Trial, recipient: Val, body: &str) -> Check {
    trial.peer.written();
    if let Err(error) = send(trial, recipient, body).await? {
        return Err(Seen::Wrong(format!("{} is not sent: {}", odd::shown(body), shape::shown(&error))));
    }
    let written = String::from_utf8_lossy(&trial.peer.written()).into_owned();
    let times = written.matches(body).count();
    demand!(
        times == 1,
        "{} was to reach the service once, and did {times} times: it wrote {}",
        odd::shown(body),
        shown(&written)
    );
    Ok(())
}

pub async fn to_room(trial: &mut Trial) -> Check {
    let (_, room) = in_room(trial).await?;
    reaches(trial, shape::to_room(&room), "hello everybody").await
}

pub async fn to_person(trial: &mut Trial) -> Check {
    connected(trial).await?;
    let who = person(trial).await?;
    reaches(trial, shape::to_person(who), "hello you").await
}

pub async fn limit(trial: &mut Trial) -> Check {
    let can = super::capabilities(trial).await?;
    connected(trial).await?;
    let mut recipients = vec![shape::to_person(person(trial).await?)];
    if can.iter().any(|name| name == "rooms") && super::room_name(trial).is_ok() {
        recipients.push(shape::to_room(&super::joined(trial).await?.1));
    }
    for recipient in recipients {
        let Some(Val::U32(limit)) = trial.call("backend.message-limit", vec![recipient.clone()]).await?
        else {
            return Err(Seen::Wrong("message-limit answers no number".to_owned()));
        };
        // Without a bound, what no message is longer than.
        let length = if limit == 0 { 10_000 } else { limit as usize };
        for letter in ['a', 'ä'] {
            let body: String = std::iter::repeat_n(letter, length / letter.len_utf8()).collect();
            reaches(trial, recipient.clone(), &body)
                .await
                .map_err(|seen| seen.when(format!("of {limit} bytes at most, {length} here")))?;
        }
    }
    Ok(())
}

pub async fn said_in_room(trial: &mut Trial) -> Check {
    let (_, room) = in_room(trial).await?;
    for text in TEXTS {
        trial.forget();
        hears(trial, text, false).await?;
        let message = one_message(trial, text)?;
        as_said(trial, &message, text).await?;
        demand!(
            shape::room_of(&message) == Some(&room),
            "it was said in {room}, and is reported as {}",
            shape::shown(&message)
        );
        let sender = crate::talk::values::field(&message, "sender");
        let place = sender.and_then(|sender| shape::word(sender, "room"));
        demand!(place.is_none_or(|place| place == room), "its sender is in {place:?}, and not in {room}");
    }
    Ok(())
}

pub async fn said_in_private(trial: &mut Trial) -> Check {
    let me = connected(trial).await?;
    for text in TEXTS {
        trial.forget();
        hears(trial, text, true).await?;
        let message = one_message(trial, text)?;
        as_said(trial, &message, text).await?;
        let to = shape::person_of(&message).and_then(|who| shape::word(who, "person"));
        demand!(
            to == shape::word(&me, "person"),
            "it was said to the bot alone, and is reported as {}",
            shape::shown(&message)
        );
    }
    Ok(())
}

/// What holds wherever it was said.
async fn as_said(trial: &mut Trial, message: &Val, text: &str) -> Check {
    let body = shape::word(message, "body").unwrap_or_default();
    demand!(body == text, "{text:?} was said, and {body:?} is reported");
    let who = person(trial).await?;
    let sender = crate::talk::values::field(message, "sender").cloned();
    let sender = sender.ok_or_else(|| "a message without a sender".to_owned())?;
    demand!(
        shape::word(&sender, "person") == shape::word(&who, "person"),
        "{} said it, and it is reported of {}",
        shape::shown(&who),
        shape::shown(&sender)
    );
    let access = shape::word(&sender, "access-id").unwrap_or_default();
    demand!(!access.is_empty(), "its sender has no `access-id`: access rules could not match anybody");
    let delayed = crate::talk::values::field(message, "delayed");
    demand!(delayed == Some(&Val::Bool(false)), "it is reported as history");
    match crate::talk::values::field(message, "timestamp") {
        Some(Val::U64(time)) if *time < 1 << 53 => Ok(()),
        other => Err(Seen::Wrong(format!("its timestamp is {other:?}: milliseconds since 1970, below 2^53"))),
    }
}

async fn reply(trial: &mut Trial, to: &Val, private: bool, threaded: bool) -> Result<Val, Seen> {
    let flags = [private, threaded].map(Val::Bool);
    let arguments = [to.clone(), shape::text("an answer")].into_iter().chain(flags).collect();
    let answer = trial.fine("backend.build-reply", arguments).await?;
    let body = shape::word(&answer, "body").unwrap_or_default();
    demand!(body == "an answer", "the answer's text became {body:?}");
    Ok(answer)
}

pub async fn replies(trial: &mut Trial) -> Check {
    let can = super::capabilities(trial).await?;
    connected(trial).await?;
    let mut questions = vec![true];
    if can.iter().any(|name| name == "rooms") && super::room_name(trial).is_ok() {
        super::joined(trial).await?;
        questions.push(false);
    }
    for asked_in_private in questions {
        trial.forget();
        hears(trial, "a question", asked_in_private).await?;
        let question = one_message(trial, "a question")?;
        let sender = crate::talk::values::field(&question, "sender").cloned();
        let sender = sender.ok_or_else(|| "a message without a sender".to_owned())?;
        for (private, threaded) in [(false, false), (true, false), (false, true), (true, true)] {
            let answer = reply(trial, &question, private, threaded).await?;
            if private || asked_in_private {
                let to = shape::person_of(&answer);
                demand!(
                    to.is_some_and(|to| shape::word(to, "person") == shape::word(&sender, "person")),
                    "an answer for {} alone goes to {}",
                    shape::shown(&sender),
                    shape::shown(&answer)
                );
            } else {
                let room = shape::room_of(&question);
                demand!(
                    shape::room_of(&answer) == room,
                    "an answer for the room {room:?} goes to {}",
                    shape::shown(&answer)
                );
            }
        }
        if can.iter().any(|name| name == "threads") {
            let answer = reply(trial, &question, false, true).await?;
            let thread = shape::word(&question, "parent").or_else(|| shape::word(&question, "id"));
            demand!(
                shape::word(&answer, "parent") == thread,
                "an answer in the thread {thread:?} has the parent {:?}",
                shape::word(&answer, "parent")
            );
        }
    }
    Ok(())
}

pub async fn prefixes(trial: &mut Trial) -> Check {
    let (_, room) = in_room(trial).await?;
    let who = person(trial).await?;
    let message = shape::message(who.clone(), shape::to_room(&room), "an answer", trial.now());
    let prefixed = trial.fine("backend.prefix-groupchat-reply", vec![message, who.clone()]).await?;
    let body = shape::word(&prefixed, "body").unwrap_or_default();
    let names = ["nick", "display-name", "person"].map(|field| shape::word(&who, field));
    let named = names.into_iter().flatten().any(|name| body.contains(name.trim_start_matches('@')));
    demand!(named && body.ends_with("an answer"), "\"an answer\" to {} became {body:?}", shape::shown(&who));
    demand!(shape::room_of(&prefixed) == Some(&room), "it goes to {}", shape::shown(&prefixed));
    demand!(
        same(&who, crate::talk::values::field(&prefixed, "sender").unwrap_or(&who)),
        "its sender is another one"
    );
    Ok(())
}
