//! What is demanded of those who start service bots: components of the server, programs of the machine, or others.

use wasmtime::component::Val;

use super::{
    behaviour::{Check, Needed as _, Seen, behaviours, demand},
    odd, shape,
    sheet::Launches,
    trial::Trial,
};
use crate::talk::{outside, outside::Called, values};

behaviours! {
    "it starts a bot with the token and the data that it was given" => starts,
    "a token goes to nobody but the bot" => secret,
    "it stops the bot that it is told to" => stops,
    "to stop what does not run is no error" => stops_nothing,
    "what was stopped can be started again" => again,
    "at the end it stops each that still runs" => stops_all,
    "a bot that cannot be started is told as such" => fails,
    "a service that there is not is told as such" => not_found,
    "services, tokens and data of any shape do not break it" => shapes,
}

const TOKEN: &str = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";
const DATA: &str = r#"{"marker":"k7-conform","n":[1,2.5,null],"text":"Åsa \"quoted\" 🎉"}"#;

fn launches(trial: &Trial) -> Launches {
    trial.sheet.launcher.clone().unwrap_or_else(|| Launches {
        services: vec!["echo".to_owned(), "clock".to_owned(), "visits".to_owned()],
        manager: "component".to_owned(),
        connection: toml::Table::new(),
    })
}

fn manager(trial: &Trial) -> Val {
    let Launches { manager, connection, .. } = launches(trial);
    let connection = serde_json::to_string(&connection).unwrap_or_else(|_| "{}".to_owned());
    shape::record([("id", shape::text(&manager)), ("connection", shape::text(&connection))])
}

/// Asks it to start the bot of a service. A program has this number then.
async fn start(
    trial: &mut Trial,
    service: &str,
    token: &str,
    data: &str,
    number: u32,
) -> Result<Result<(), Val>, Seen> {
    trial.outside.answer("processes.start", &format!("ok({number})"));
    let arguments = vec![shape::text(service), shape::text(token), manager(trial), shape::text(data)];
    Ok(trial.ask("launcher.start-service", arguments).await?.map(drop))
}

async fn runs(trial: &mut Trial, service: &str, number: u32) -> Check {
    started(trial, service, number).await.needed("it does not start a bot")
}

async fn started(trial: &mut Trial, service: &str, number: u32) -> Check {
    let done = start(trial, service, TOKEN, DATA, number).await?;
    done.map_err(|error| Seen::Wrong(format!("{service:?} is not started: {}", shape::shown(&error))))
}

async fn stop(trial: &mut Trial, service: &str) -> Check {
    let arguments = vec![shape::text(service), manager(trial)];
    trial.fine("launcher.stop-service", arguments).await.map(drop)
}

/// What it asked the host to start or stop: each service or program.
fn asked(trial: &Trial, paths: [&str; 2]) -> Vec<Val> {
    let calls = paths.into_iter().flat_map(|path| trial.called(path));
    calls.filter_map(|arguments| arguments.first().cloned()).collect()
}

/// The bots that it has ended: services, and numbers of programs.
fn ended(trial: &Trial) -> Vec<Val> {
    asked(trial, ["components.terminate", "processes.stop"])
}

/// What is known of a bot that was started as the `number`-th: by its service, or by its program.
fn is_it(ended: &[Val], service: &str, number: u32) -> bool {
    ended.iter().any(|it| *it == shape::text(service) || *it == Val::U32(number))
}

/// Launchers that start bots in a way of their own cannot be watched.
fn watched(trial: &Trial) -> Check {
    match trial.imports("components") || trial.imports("processes") {
        true => Ok(()),
        false => Err(Seen::Untried("it starts neither components nor programs".to_owned())),
    }
}

/// All text in what a call was given, bytes among it.
fn said(called: &Called) -> String {
    called.arguments.iter().map(said_in).collect::<Vec<_>>().join("\n")
}

fn said_in(value: &Val) -> String {
    match value {
        Val::String(text) => text.clone(),
        Val::List(values) => match values.first() {
            Some(Val::U8(_)) => String::from_utf8_lossy(&outside::bytes(value)).into_owned(),
            _ => values.iter().map(said_in).collect::<Vec<_>>().join("\n"),
        },
        Val::Tuple(values) => values.iter().map(said_in).collect::<Vec<_>>().join("\n"),
        _ => String::new(),
    }
}

async fn starts(trial: &mut Trial) -> Check {
    watched(trial)?;
    for (service, number) in launches(trial).services.iter().zip(1..) {
        trial.forget();
        started(trial, service, number).await?;
        if let [[name, token, data]] = trial.called("components.launch")[..] {
            demand!(
                *name == shape::text(service),
                "{service:?} was asked for, and {} is launched",
                shape::shown(name)
            );
            demand!(
                *token == shape::text(TOKEN),
                "the token {TOKEN:?} is {} at the bot",
                shape::shown(token)
            );
            let data = values::words(data).unwrap_or_default();
            demand!(shape::same_json(data, DATA), "the data {DATA} are {data} at the bot");
        } else {
            let calls = trial.calls.iter().filter(|called| {
                matches!(
                    (&*called.interface, &*called.function),
                    ("processes", "start") | ("components", "launch")
                )
            });
            let said: Vec<_> = calls.map(said).collect();
            let [said] = &said[..] else {
                return Err(Seen::Wrong(format!(
                    "{service:?} is fine, and {} bots were started",
                    said.len()
                )));
            };
            demand!(said.contains(TOKEN), "the token is not in what the program is told: {said:?}");
            demand!(
                said.contains("k7-conform"),
                "the data {DATA} are not in what the program is told: {said:?}"
            );
        }
    }
    Ok(())
}

async fn secret(trial: &mut Trial) -> Check {
    watched(trial)?;
    let service = launches(trial).services.remove(0);
    trial.forget();
    runs(trial, &service, 1).await?;
    stop(trial, &service).await?;
    trial.fine("launcher.stop-all-services", vec![manager(trial)]).await?;
    let told = trial.calls.iter().filter(|called| said(called).contains(TOKEN)).count();
    demand!(told < 2, "the token is in {told} calls");
    Ok(())
}

async fn stops(trial: &mut Trial) -> Check {
    watched(trial)?;
    let services = launches(trial).services;
    for (service, number) in services.iter().zip(1..) {
        runs(trial, service, number).await?;
    }
    trial.forget();
    stop(trial, &services[0]).await?;
    let ended = ended(trial);
    demand!(is_it(&ended, &services[0], 1), "{:?} was to be stopped, and nobody was told so", services[0]);
    for (other, number) in services.iter().zip(1..).skip(1) {
        demand!(!is_it(&ended, other, number), "{:?} was to be stopped, and {other:?} is", services[0]);
    }
    Ok(())
}

async fn stops_nothing(trial: &mut Trial) -> Check {
    let service = launches(trial).services.remove(0);
    stop(trial, &service).await.map_err(|seen| seen.when("before anything was started"))?;
    stop(trial, "no-such-service").await.map_err(|seen| seen.when("a service that there is not"))?;
    runs(trial, &service, 1).await?;
    stop(trial, &service).await?;
    stop(trial, &service).await.map_err(|seen| seen.when("a second time"))
}

async fn again(trial: &mut Trial) -> Check {
    watched(trial)?;
    let service = launches(trial).services.remove(0);
    runs(trial, &service, 1).await?;
    stop(trial, &service).await?;
    trial.forget();
    started(trial, &service, 2).await?;
    let times = asked(trial, ["components.launch", "processes.start"]).len();
    demand!(times == 1, "started again, it asked {times} times for a bot");
    trial.forget();
    trial.fine("launcher.stop-all-services", vec![manager(trial)]).await?;
    demand!(is_it(&ended(trial), &service, 2), "it was started again, and is not stopped at the end");
    Ok(())
}

async fn stops_all(trial: &mut Trial) -> Check {
    watched(trial)?;
    let services = launches(trial).services;
    for (service, number) in services.iter().zip(1..) {
        runs(trial, service, number).await?;
    }
    stop(trial, &services[0]).await?;
    trial.forget();
    trial.fine("launcher.stop-all-services", vec![manager(trial)]).await?;
    let ended = ended(trial);
    for (service, number) in services.iter().zip(1..).skip(1) {
        demand!(is_it(&ended, service, number), "{service:?} runs on when the session has ended");
    }
    Ok(())
}

/// What the host answers to whoever starts a bot; what the launcher says then.
async fn refused(trial: &mut Trial, launch: &str, start_: &str) -> Result<Val, Seen> {
    watched(trial)?;
    let service = launches(trial).services.remove(0);
    trial.outside.answer("components.launch", launch);
    trial.outside.answer("processes.start", start_);
    let arguments = vec![shape::text(&service), shape::text(TOKEN), manager(trial), shape::text(DATA)];
    match trial.ask("launcher.start-service", arguments).await? {
        Err(error) => Ok(error),
        Ok(_) => Err(Seen::Wrong(format!("{service:?} cannot be started, and it says that all is well"))),
    }
}

async fn fails(trial: &mut Trial) -> Check {
    let error = refused(trial, "err(failed(\"it traps\"))", "err(\"it is not there\")").await?;
    let Val::Variant(kind, words) = &error else { return Err(Seen::Wrong(shape::shown(&error))) };
    let words = words.as_deref().and_then(values::words).unwrap_or_default();
    demand!(kind == "failed", "it fails, and is told as {kind}");
    demand!(!words.trim().is_empty(), "it fails, and nobody is told why");
    // It does not run, and can be tried again.
    trial.outside.answer("components.launch", "ok");
    let service = launches(trial).services.remove(0);
    started(trial, &service, 2).await.map_err(|seen| seen.when("after it had failed"))
}

async fn not_found(trial: &mut Trial) -> Check {
    if trial.imports("components") {
        let error = refused(trial, "err(not-found)", "err(\"it is not there\")").await?;
        demand!(
            shape::name(&error) == "not-found",
            "there is no such service, and it says {}",
            shape::shown(&error)
        );
        return Ok(());
    }
    watched(trial)?;
    match start(trial, "no-such-service", TOKEN, DATA, 1).await? {
        Err(error) if shape::name(&error) == "not-found" => Ok(()),
        Err(error) => {
            Err(Seen::Wrong(format!("there is no such service, and it says {}", shape::shown(&error))))
        }
        Ok(()) => Err(Seen::Wrong("it starts a service that there is not".to_owned())),
    }
}

async fn shapes(trial: &mut Trial) -> Check {
    let service = launches(trial).services.remove(0);
    let mut number = 0;
    for text in odd::texts() {
        for (service, token) in [(&*text, TOKEN), (&*service, &*text)] {
            number += 1;
            let done = start(trial, service, token, DATA, number).await;
            let _ = done.map_err(|seen| {
                seen.when(format!("the service {} with the token {}", odd::shown(service), odd::shown(token)))
            })?;
            trial.ask("launcher.stop-service", vec![shape::text(service), manager(trial)]).await?.ok();
        }
    }
    for json in odd::json() {
        number += 1;
        let done = start(trial, &service, TOKEN, &json, number).await;
        let done = done.map_err(|seen| seen.when(format!("the data {}", odd::shown(&json))))?;
        done.map_err(|error| {
            Seen::Wrong(format!(
                "with the data {} it is not started: {}",
                odd::shown(&json),
                shape::shown(&error)
            ))
        })?;
        stop(trial, &service).await?;
        // Numbers that were never given are nobody's.
        for process in [number, 0, u32::MAX] {
            let status = Val::Option(Some(Box::new(Val::S32(1))));
            trial.tell("process-handler.on-exit", vec![Val::U32(process), status]).await?;
        }
    }
    trial.fine("launcher.stop-all-services", vec![manager(trial)]).await.map(drop)
}
