//! What is demanded of bots in sessions.

use super::{
    behaviour::{Check, Needed as _, Seen, behaviours, demand},
    odd, shape,
    trial::Trial,
};
use crate::talk::values;

behaviours! {
    "it starts with what it is given" => starts,
    "a request is answered once, with JSON" => answers,
    "two who ask are each answered with their own token" => tokens,
    "what it publishes is JSON" => publishes,
    "who listens and who does not any more do not break it" => listeners,
    "an answer that nobody waits for does not break it" => unheard,
    "requests of any shape do not break it, and none is answered twice" => requests,
    "cooperative events of any shape do not break it" => syncs,
    "data of any shape to start with do not break it" => data,
    "it comes to its end when it is told to" => ends,
}

/// How long a request may wait for its answer, in milliseconds of the trial's clock.
const PATIENCE: u64 = 60_000;

fn app_data(trial: &Trial) -> String {
    let questions = trial.sheet.service_bot.as_ref();
    let data = questions.and_then(|questions| serde_json::to_string(&questions.app_data).ok());
    data.unwrap_or_else(|| "{}".to_owned())
}

fn request(trial: &Trial) -> Result<String, Seen> {
    let missing =
        || Seen::Untried("name a `request` that it answers in `[service-bot]` of conform.toml".to_owned());
    let request = trial.sheet.service_bot.as_ref().and_then(|questions| questions.request.as_ref());
    serde_json::to_string(request.ok_or_else(missing)?).map_err(|error| Seen::Wrong(error.to_string()))
}

async fn begin(trial: &mut Trial) -> Check {
    starts(trial).await.needed("it does not start")
}

async fn starts(trial: &mut Trial) -> Check {
    let data = app_data(trial);
    trial.fine("service-bot.start", vec![shape::text("test"), shape::text(&data)]).await?;
    Ok(())
}

/// Somebody asks: their token, and whether that failed.
async fn ask(trial: &mut Trial, who: &str, data: &str) -> Result<(String, bool), Seen> {
    let token = trial.outside.token(who);
    let arguments = vec![shape::text(data), shape::text(&token), shape::text(who)];
    let failed = trial.words("service-bot.on-request", arguments).await?.is_err();
    Ok((token, failed))
}

/// The answers to this token.
fn answered(trial: &Trial, token: &str) -> Vec<String> {
    let replies = trial.called("session-api.reply");
    let own = replies.into_iter().filter(|arguments| arguments.first() == Some(&shape::text(token)));
    own.filter_map(|arguments| arguments.get(1).and_then(values::words).map(str::to_owned)).collect()
}

/// The one answer to this token.
fn answer(trial: &Trial, token: &str, data: &str) -> Result<String, Seen> {
    match &answered(trial, token)[..] {
        [answer] => {
            demand!(
                shape::is_json(answer),
                "{} is answered with {answer:?}, which is no JSON",
                odd::shown(data)
            );
            Ok(answer.clone())
        }
        answers => {
            Err(Seen::Wrong(format!("{} is answered {} times: {answers:?}", odd::shown(data), answers.len())))
        }
    }
}

async fn answers(trial: &mut Trial) -> Check {
    let data = request(trial)?;
    begin(trial).await?;
    for _ in 0..2 {
        let (token, failed) = ask(trial, "anna", &data).await?;
        demand!(!failed, "{data} is answered with an error");
        trial.wait(PATIENCE).await?;
        answer(trial, &token, &data)?;
    }
    Ok(())
}

async fn tokens(trial: &mut Trial) -> Check {
    let data = request(trial)?;
    begin(trial).await?;
    let mut waiting = Vec::new();
    for who in ["anna", "ben", "anna"] {
        waiting.push(ask(trial, who, &data).await?.0);
    }
    trial.wait(PATIENCE).await?;
    for token in &waiting {
        // What it says is another behaviour's; here it is whom it says it to.
        let times = answered(trial, token).len();
        demand!(times > 0, "of three who ask one has no answer");
    }
    let strangers: Vec<_> = trial
        .called("session-api.reply")
        .into_iter()
        .filter_map(|arguments| arguments.first().and_then(values::words))
        .filter(|token| !waiting.iter().any(|other| other == token))
        .collect();
    demand!(strangers.is_empty(), "it answers with tokens that were never given: {strangers:?}");
    Ok(())
}

async fn publishes(trial: &mut Trial) -> Check {
    begin(trial).await?;
    listens(trial, "anna").await?;
    if let Ok(data) = request(trial) {
        ask(trial, "anna", &data).await?;
    }
    sync(trial, "anna").await?;
    trial.wait(PATIENCE).await?;
    for arguments in trial.called("session-api.publish") {
        let data = arguments.first().and_then(values::words).unwrap_or_default();
        demand!(shape::is_json(data), "it publishes {data:?}, which is no JSON");
    }
    Ok(())
}

async fn listens(trial: &mut Trial, who: &str) -> Check {
    trial.words("service-bot.on-subscribe", vec![shape::text(who)]).await?.ok();
    Ok(())
}

async fn does_not_listen(trial: &mut Trial, who: &str) -> Check {
    trial.words("service-bot.on-unsubscribe", vec![shape::text(who)]).await?.ok();
    Ok(())
}

/// A cooperative event: the sheet's, or any.
async fn sync(trial: &mut Trial, who: &str) -> Check {
    let own = trial.sheet.service_bot.as_ref().and_then(|questions| questions.sync.as_ref());
    let own = own.and_then(|sync| serde_json::to_string(sync).ok());
    let usual = r#"{"topic":"coweb.sync.list.a","eventId":1,"type":"insert","position":0,"value":"\"milk\"","siteId":1,"order":1}"#;
    let data = own.unwrap_or_else(|| usual.to_owned());
    trial.words("service-bot.on-sync", vec![shape::text(&data), shape::text(who)]).await?.ok();
    Ok(())
}

async fn listeners(trial: &mut Trial) -> Check {
    begin(trial).await?;
    does_not_listen(trial, "nobody").await.map_err(|seen| seen.when("who never listened"))?;
    for who in odd::texts() {
        let doing = format!("the user {}", odd::shown(&who));
        listens(trial, &who).await.map_err(|seen| seen.when(&doing))?;
        listens(trial, &who).await.map_err(|seen| seen.when(&doing))?;
        trial.wait(2_000).await?;
        does_not_listen(trial, &who).await.map_err(|seen| seen.when(&doing))?;
        does_not_listen(trial, &who).await.map_err(|seen| seen.when(&doing))?;
    }
    Ok(())
}

async fn unheard(trial: &mut Trial) -> Check {
    begin(trial).await?;
    trial.outside.answer("session-api.reply", "err(\"nobody waits for this answer (any more)\")");
    trial.outside.answer("session-api.publish", "err(\"it is too much\")");
    let data = request(trial).unwrap_or_else(|_| "{}".to_owned());
    for _ in 0..2 {
        ask(trial, "anna", &data).await?;
        listens(trial, "anna").await?;
        sync(trial, "anna").await?;
        trial.wait(PATIENCE).await?;
    }
    Ok(())
}

async fn requests(trial: &mut Trial) -> Check {
    begin(trial).await?;
    for data in odd::json() {
        let (token, failed) = ask(trial, "anna", &data).await.map_err(|seen| seen.when(odd::shown(&data)))?;
        trial.wait(1_000).await?;
        let times = answered(trial, &token).len();
        demand!(times < 2, "{} is answered {times} times", odd::shown(&data));
        demand!(!failed || times == 0, "{} is answered, and with an error as well", odd::shown(&data));
        trial.forget();
    }
    let data = request(trial).unwrap_or_else(|_| "{}".to_owned());
    for who in odd::texts() {
        ask(trial, &who, &data).await.map_err(|seen| seen.when(format!("the user {}", odd::shown(&who))))?;
    }
    Ok(())
}

async fn syncs(trial: &mut Trial) -> Check {
    begin(trial).await?;
    sync(trial, "anna").await?;
    for value in odd::json() {
        for data in [
            format!(r#"{{"siteId":1,"order":2,"topic":"coweb.sync.x","value":{value}}}"#),
            format!(r#"{{"siteId":1,"order":3,"topic":{value},"type":{value},"position":{value}}}"#),
            r#"{"siteId":1,"order":4}"#.to_owned(),
        ] {
            let arguments = vec![shape::text(&data), shape::text("anna")];
            let told = trial.words("service-bot.on-sync", arguments).await;
            told.map_err(|seen| seen.when(odd::shown(&data)))?.ok();
        }
    }
    trial.wait(PATIENCE).await
}

async fn data(trial: &mut Trial) -> Check {
    for json in odd::json() {
        for service in ["test", "ä b", ""] {
            let arguments = vec![shape::text(service), shape::text(&json)];
            let started = trial.words("service-bot.start", arguments).await;
            started.map_err(|seen| seen.when(format!("the data {}", odd::shown(&json))))?.ok();
            trial.again().await?;
        }
    }
    Ok(())
}

async fn ends(trial: &mut Trial) -> Check {
    begin(trial).await?;
    listens(trial, "anna").await?;
    if let Ok(data) = request(trial) {
        ask(trial, "anna", &data).await?;
    }
    trial.fine("service-bot.on-shutdown", vec![]).await.map(drop)
}
