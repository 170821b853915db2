//! A session's launcher and service manager: when they are called, and the access manager with them; what their bridge
//! refuses; and what becomes of a session where one of them fails. The managers take down their calls in the log
//! (`tests/guests/examples/recording-*.rs`), and so do the bots.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use parlor_tests::web::{
    peer::{Peer, anna_and_ben, event, hears},
    server::Server,
    services::{
        answers, asked, asks, awaits_answers, called, calls, is_failure, listens, moody, named_people,
        recording, said, tries_to_ask,
    },
};
use serde_json::{Value, json};

/// The longest that a manager takes to deny something, with something for the test.
const DENIAL: Duration = Duration::from_millis(2_500);
/// The longest that the end of a session takes, likewise.
const END: Duration = Duration::from_millis(5_500);

/// A server with these services, and more lines in its table.
async fn server(services: &[&str], more: &[String]) -> Server {
    Server::start(&[named_people(), moody(services), more.concat()].concat()).await
}

/// Somebody alone in a session.
async fn user(server: &Server, name: &str, key: &str) -> Peer {
    let mut peer = Peer::new(server.url(), name);
    peer.enters(key).await;
    peer
}

/// The calls of these, but for those with one of these names.
fn calls_of(server: &Server, whom: &[&str], but: &[&str]) -> Vec<String> {
    let mut calls = calls(server);
    calls.retain(|call| {
        let (extension, rest) = call.split_once('.').expect("an extension and its call");
        let name = rest.split(' ').next().unwrap_or_default();
        whom.contains(&extension) && !but.contains(&name)
    });
    calls
}

/// How often there was a call that begins with this.
fn times(server: &Server, call: &str) -> usize {
    calls(server).iter().filter(|other| other.starts_with(call)).count()
}

/// What a manager does of itself, whenever its bots do something.
const OF_BOTS: &[&str] = &["on-started", "on-reply", "on-publish", "on-exit", "send-message"];

#[tokio::test]
async fn calls_come_in_the_order_of_the_contract() {
    let access = recording("access", "start = '{\"a\":1}', sync = true");
    let server = server(&["echo"], &[access, recording("launcher", ""), recording("manager", "")]).await;
    let mut anna = Peer::new(server.url(), "anna");
    anna.prepares(json!({"key": "k", "collab": true, "cacheState": false})).await;
    called(&server, "manager.start-services", 1).await;
    anna.joins(json!({})).await;
    listens(&mut anna, "echo").await;
    called(&server, "bot.on-subscribe", 1).await;
    awaits_answers(&mut anna, "echo").await;
    assert_eq!(asked(&mut anna, "echo", json!(1)).await["user"], "anna");
    anna.publishes(&anna.channel("/sync/app"), event("e")).await;
    called(&server, "bot.on-sync", 1).await;
    anna.sends(json!({"channel": "/meta/unsubscribe", "subscription": "/bot/echo"})).await;
    called(&server, "bot.on-unsubscribe", 1).await;
    anna.sends(json!({"channel": "/meta/disconnect"})).await;
    called(&server, "manager.end-services", 1).await;

    let decisions = calls_of(&server, &["access", "launcher", "manager"], OF_BOTS);
    assert_eq!(
        decisions,
        [
            "access.on-admin-request anna k",
            "manager.start-services",
            "access.on-session-request anna k",
            "access.on-service-subscribe anna echo",
            "access.on-service-acls echo",
            "access.on-service-config echo",
            "launcher.start-service echo {\"a\":1} component {\"here\":true}",
            "manager.on-user-subscribe echo anna",
            "access.on-service-subscribe anna echo",
            "access.on-service-request anna echo",
            "manager.on-user-request echo anna 1",
            "manager.on-user-sync echo anna",
            "access.on-service-unsubscribe anna echo",
            "manager.on-user-unsubscribe echo anna",
            "manager.on-shutdown-request echo",
            "launcher.stop-all-services",
            "manager.end-services",
        ]
    );
    let deliveries: Vec<_> = calls_of(&server, &["manager"], &[])
        .into_iter()
        .filter(|call| OF_BOTS.iter().any(|name| call.contains(name)))
        .collect();
    assert_eq!(
        deliveries,
        [
            "manager.on-started echo",
            "manager.send-message echo subscribe",
            "manager.send-message echo request",
            "manager.on-reply echo",
            "manager.send-message echo sync",
            "manager.send-message echo unsubscribe",
            "manager.send-message echo shutdown",
            "manager.on-exit echo",
        ]
    );
    assert_eq!(
        calls_of(&server, &["bot"], &[]),
        [
            "bot.start echo {\"a\":1}",
            "bot.on-subscribe anna",
            "bot.on-request 1 anna",
            "bot.on-sync 1 1 \"e\" anna",
            "bot.on-unsubscribe anna",
            "bot.on-shutdown",
        ]
    );
    let all = calls(&server);
    let at = |call: &str| all.iter().position(|other| other.starts_with(call)).expect(call);
    assert!(at("launcher.start-service") < at("bot.start"), "{all:#?}");
    assert!(at("bot.start") < at("manager.on-started"), "{all:#?}");
    assert!(at("bot.on-shutdown") < at("launcher.stop-all-services"), "its last words come first: {all:#?}");
}

#[tokio::test]
async fn a_bot_that_runs_serves_all_and_is_not_started_again() {
    let more = [recording("access", ""), recording("launcher", ""), recording("manager", "")];
    let server = server(&["echo"], &more).await;
    let (mut anna, mut ben) = anna_and_ben(&server).await;
    for peer in [&mut anna, &mut ben] {
        awaits_answers(peer, "echo").await;
        listens(peer, "echo").await;
        asked(peer, "echo", json!("hello")).await;
    }
    for (call, expected) in [
        ("access.on-admin-request", 2),
        ("manager.start-services", 1),
        ("access.on-service-acls", 1),
        ("access.on-service-config", 1),
        ("launcher.start-service", 1),
        ("manager.on-user-subscribe", 2),
        ("manager.on-user-request", 2),
        ("bot.start", 1),
    ] {
        assert_eq!(times(&server, call), expected, "{call}: {:#?}", calls(&server));
    }
}

#[tokio::test]
async fn a_bot_that_nobody_uses_is_asked_to_go_stopped_and_launched_again_at_its_next_use() {
    let more = ["stop-unused = [\"echo\"]\n".into(), recording("launcher", ""), recording("manager", "")];
    let server = server(&["echo", "other"], &more).await;
    let mut anna = user(&server, "anna", "k").await;
    for service in ["echo", "other"] {
        listens(&mut anna, service).await;
        called(&server, &format!("manager.send-message {service} subscribe"), 1).await;
        let said = anna
            .sends(json!({"channel": "/meta/unsubscribe", "subscription": format!("/bot/{service}")}))
            .await;
        assert_eq!(said.json[0]["successful"], true, "{}", said.text);
    }
    called(&server, "launcher.stop-service echo", 1).await;
    let all = calls(&server);
    let at = |call: &str| all.iter().position(|other| other.starts_with(call)).expect(call);
    assert!(at("manager.on-user-unsubscribe echo") < at("manager.on-shutdown-request echo"), "{all:#?}");
    assert!(at("manager.on-shutdown-request echo") < at("launcher.stop-service echo"), "{all:#?}");
    awaits_answers(&mut anna, "echo").await;
    assert_eq!(asked(&mut anna, "echo", json!("again")).await["said"], "again");
    awaits_answers(&mut anna, "other").await;
    assert_eq!(asked(&mut anna, "other", json!("still")).await["said"], "still");
    assert_eq!(times(&server, "bot.start echo"), 2);
    assert_eq!((times(&server, "bot.start other"), times(&server, "launcher.stop-service other")), (1, 0));
}

/// What came of each thing that a recording manager was told to do with its bridge, by a request to this service.
async fn crosses(server: &Server, peer: &mut Peer, service: &str, what: &[Value]) -> Vec<String> {
    let before = said(server, " bridge: ").len();
    asked(peer, service, json!({ "bridge": what })).await;
    server.program.logs(" bridge: ", before + what.len()).await;
    let outcomes = said(server, " bridge: ").split_off(before);
    outcomes.iter().map(|line| line.rsplit(": ").next().unwrap_or_default().to_owned()).collect()
}

/// The token that a service was launched with in somebody's session.
async fn token(server: &Server, peer: &Peer, service: &str) -> String {
    let begin = format!(" token: {} {service} ", peer.session_id);
    server.program.logs(&begin, 1).await;
    said(server, &begin).remove(0)
}

#[tokio::test]
async fn a_launch_token_serves_once_for_its_service_in_its_session() {
    let more = [recording("launcher", "idle = \"slow\""), recording("manager", "")];
    let server = server(&["echo"], &more).await;
    let (mut anna, mut eve) = (user(&server, "anna", "k").await, user(&server, "eve", "her own").await);
    for peer in [&mut anna, &mut eve] {
        awaits_answers(peer, "echo").await;
        listens(peer, "slow").await;
        asked(peer, "echo", json!("it runs")).await;
    }
    let (own, others) = (token(&server, &anna, "slow").await, token(&server, &eve, "slow").await);
    let used = token(&server, &anna, "echo").await;
    assert!(own.len() >= 32 && own != others && own != used);
    let steps = [
        (json!(["mark-bot-subscribed", "slow"]), "not-subscribed"),
        (json!(["on-bot-publish", "slow", "1"]), "not-subscribed"),
        (json!(["auth-bot", "slow", ""]), "wrong-token"),
        (json!(["auth-bot", "slow", "null"]), "wrong-token"),
        (json!(["auth-bot", "slow", own[1..]]), "wrong-token"),
        (json!(["auth-bot", "slow", others]), "wrong-token"),
        (json!(["auth-bot", "slow", used]), "wrong-token"),
        (json!(["auth-bot", "nosuch", own]), "unknown-service"),
        (json!(["auth-bot-with-a-long-handle", "slow", own]), "too-large"),
        // A bot that runs is not taken over.
        (json!(["auth-bot", "echo", used]), "wrong-token"),
        (json!(["auth-bot", "echo", ""]), "wrong-token"),
        (json!(["auth-bot", "echo", "null"]), "wrong-token"),
        // All that was refused has not used it up.
        (json!(["auth-bot", "slow", own]), "done"),
        (json!(["auth-bot", "slow", own]), "wrong-token"),
        (json!(["on-bot-response", "slow", "x", "1"]), "not-subscribed"),
        (json!(["mark-bot-subscribed", "slow"]), "done"),
        (json!(["on-bot-response", "slow", "x", "1"]), "unknown-request"),
        (json!(["on-bot-publish", "slow", "no JSON"]), "not-json"),
        (json!(["on-bot-publish", "nosuch", "1"]), "unknown-service"),
        (json!(["on-bot-publish", "slow", "{\"a\":1}"]), "done"),
        (json!(["deactivate-bot", "nosuch"]), "unknown-service"),
    ];
    let (what, expected): (Vec<_>, Vec<_>) = steps.into_iter().unzip();
    let outcomes = crosses(&server, &mut anna, "echo", &what).await;
    let compared: Vec<_> = what.iter().map(Value::to_string).zip(outcomes).collect();
    let expected: Vec<_> =
        what.iter().map(Value::to_string).zip(expected.iter().map(|word| word.to_string())).collect();
    assert_eq!(compared, expected);
    // The other session's still holds, there.
    let there = [json!(["auth-bot", "slow", own]), json!(["auth-bot", "slow", others])];
    assert_eq!(crosses(&server, &mut eve, "echo", &there).await, ["wrong-token", "done"]);
}

#[tokio::test]
async fn what_a_manager_publishes_reaches_those_who_listen() {
    let more = [recording("launcher", "idle = \"slow\""), recording("manager", "")];
    let server = server(&["echo"], &more).await;
    let mut anna = user(&server, "anna", "k").await;
    awaits_answers(&mut anna, "echo").await;
    listens(&mut anna, "slow").await;
    let token = token(&server, &anna, "slow").await;
    let bridge = [
        json!(["auth-bot", "slow", token]),
        json!(["mark-bot-subscribed", "slow"]),
        json!(["on-bot-publish", "slow", "{\"a\":1}"]),
    ];
    asks(&mut anna, "echo", json!({ "bridge": bridge })).await;
    assert_eq!(hears(&mut anna, "/bot/slow", 1).await[0]["data"], json!({"value": {"a": 1}}));
    // It had subscribed before the bot came.
    called(&server, "manager.send-message slow subscribe", 1).await;
}

#[tokio::test]
async fn each_step_can_be_denied_and_what_follows_it_does_not_happen() {
    for (at, mood, error, never) in [
        ("on-service-subscribe", "lies", "402:not-allowed", "access.on-service-acls"),
        ("on-service-subscribe", "fails", "500:server-error", "access.on-service-acls"),
        ("on-service-subscribe", "waits", "500:server-error", "access.on-service-acls"),
        ("on-service-acls", "fails", "500:server-error", "access.on-service-config"),
        ("on-service-config", "fails", "500:server-error", "launcher.start-service"),
        ("on-service-config", "lies", "500:server-error", "launcher.start-service"),
        ("on-service-config", "traps", "500:server-error", "launcher.start-service"),
    ] {
        let access = recording("access", &format!("at = {at:?}, mood = {mood:?}"));
        let server = server(&["echo"], &[access, recording("launcher", "")]).await;
        let mut anna = user(&server, "anna", "k").await;
        let (code, tag) = error.split_once(':').expect("two parts");
        let error = format!("{code}:{}:{tag}", anna.id);
        let begin = Instant::now();
        let said = anna.subscribes("/bot/echo").await;
        assert_eq!(said.error(), error, "{at} {mood}");
        assert!(begin.elapsed() < DENIAL, "{at} {mood}: {:?}", begin.elapsed());
        assert!(!said.text.contains("only the log"), "{}", said.text);
        called(&server, &format!("access.{at}"), 1).await;
        assert_eq!(times(&server, never), 0, "{at} {mood}: {:#?}", calls(&server));
        // The session goes on.
        let channel = anna.channel("/sync/app");
        assert_eq!(anna.publishes(&channel, event("a")).await.json[0]["successful"], true);
    }
}

#[tokio::test]
async fn a_question_that_is_denied_is_not_asked() {
    for (mood, error) in [("lies", "402:not-allowed"), ("fails", "500:server-error")] {
        let access = recording("access", &format!("at = \"on-service-request\", mood = {mood:?}"));
        let server = server(&["echo"], &[access, recording("manager", "")]).await;
        let mut anna = user(&server, "anna", "k").await;
        awaits_answers(&mut anna, "echo").await;
        let (code, tag) = error.split_once(':').expect("two parts");
        let said = tries_to_ask(&mut anna, "echo", json!(1)).await;
        assert_eq!(said.error(), format!("{code}:{}:{tag}", anna.id));
        called(&server, "access.on-service-request anna echo", 1).await;
        assert_eq!(times(&server, "manager.on-user-request"), 0);
    }
}

#[tokio::test]
async fn whoever_may_not_stop_listening_goes_on() {
    let access = recording("access", "at = \"on-service-unsubscribe\", mood = \"lies\"");
    let server = server(&["echo"], &[access, recording("manager", "")]).await;
    let mut anna = user(&server, "anna", "k").await;
    awaits_answers(&mut anna, "echo").await;
    listens(&mut anna, "echo").await;
    let said = anna.sends(json!({"channel": "/meta/unsubscribe", "subscription": "/bot/echo"})).await;
    assert_eq!(said.error(), format!("402:{}:not-allowed", anna.id));
    asks(&mut anna, "echo", json!({"publish": "to all"})).await;
    assert_eq!(hears(&mut anna, "/bot/echo", 1).await[0]["data"], json!({"value": "to all"}));
    assert_eq!(times(&server, "manager.on-user-unsubscribe"), 0);
}

#[tokio::test]
async fn a_bot_that_never_comes_is_given_up_in_time_and_launched_again_at_its_next_use() {
    let more = [recording("launcher", "idle = \"slow\""), recording("manager", "")];
    let server = server(&["echo"], &more).await;
    let mut anna = user(&server, "anna", "k").await;
    awaits_answers(&mut anna, "slow").await;
    let begin = Instant::now();
    let id = asks(&mut anna, "slow", json!(1)).await;
    let answer = hears(&mut anna, &answers("slow"), 1).await;
    is_failure(&answer[0], &id);
    let waited = begin.elapsed();
    assert!((Duration::from_secs(8)..Duration::from_secs(12)).contains(&waited), "{waited:?}");
    called(&server, "launcher.stop-service slow", 1).await;
    asks(&mut anna, "slow", json!(2)).await;
    called(&server, "launcher.start-service slow", 2).await;
}

#[tokio::test]
async fn a_bot_that_cannot_start_fails_who_asks_and_is_not_tried_without_end() {
    for start in ["{\"fail\":\"only the log\"}", "{\"die\":true}"] {
        let access = recording("access", &format!("start = '{start}'"));
        let server = server(&["echo"], &[access, recording("launcher", "")]).await;
        let mut anna = user(&server, "anna", "k").await;
        let begin = Instant::now();
        // It is on its way.
        anna.subscribes(&answers("echo")).await;
        for _ in 0..12 {
            let said = tries_to_ask(&mut anna, "echo", json!(1)).await;
            if said.json[0]["successful"] == true {
                is_failure(&hears(&mut anna, &answers("echo"), 1).await[0], &said.json[0]["id"]);
            } else {
                assert_eq!(said.error(), format!("500:{}:server-error", anna.id));
            }
        }
        assert!(begin.elapsed() < Duration::from_secs(5), "{start}: {:?}", begin.elapsed());
        let launched = times(&server, "launcher.start-service");
        assert!((1..12).contains(&launched), "{start}: {launched}");
        let channel = anna.channel("/sync/app");
        assert_eq!(anna.publishes(&channel, event("a")).await.json[0]["successful"], true);
    }
}

/// Asserts that a session has no services any more, and goes on without; Ben still waits for `id`.
async fn goes_on_without_services(server: &Server, anna: &mut Peer, ben: &mut Peer, id: &Value) {
    is_failure(&hears(ben, &answers("echo"), 1).await[0], id);
    let error = format!("500:{}:server-error", anna.id);
    assert_eq!(tries_to_ask(anna, "echo", json!("anybody?")).await.error(), error);
    let channel = anna.channel("/sync/app");
    assert_eq!(anna.publishes(&channel, event("a")).await.json[0]["successful"], true);
    hears(ben, &channel, 1).await;
    // Other sessions have their own.
    let mut eve = user(server, "eve", "her own").await;
    awaits_answers(&mut eve, "echo").await;
    assert_eq!(asked(&mut eve, "echo", json!("here")).await["said"], "here");
}

#[tokio::test]
async fn a_manager_that_traps_takes_the_services_of_its_session_along_and_nothing_else() {
    let server = server(&["echo"], &[recording("manager", "")]).await;
    let (mut anna, mut ben) = anna_and_ben(&server).await;
    awaits_answers(&mut anna, "echo").await;
    awaits_answers(&mut ben, "echo").await;
    let id = asks(&mut ben, "echo", json!({"silent": true})).await;
    called(&server, "bot.on-request", 1).await;
    let said = tries_to_ask(&mut anna, "echo", json!({"manager": "traps"})).await;
    // She is told once: at once, or, if the end of the services was quicker, as all who wait for them.
    if said.error().is_empty() {
        let answer = hears(&mut anna, &answers("echo"), 1).await.remove(0);
        is_failure(&answer, &said.json[0]["id"]);
    } else {
        assert_eq!(said.error(), format!("500:{}:server-error", anna.id));
    }
    goes_on_without_services(&server, &mut anna, &mut ben, &id).await;
}

#[tokio::test]
async fn a_launcher_that_traps_takes_the_services_of_its_session_along_and_nothing_else() {
    let launcher = recording("launcher", "at = \"start-service other\", mood = \"traps\"");
    let server = server(&["echo", "other"], &[launcher]).await;
    let (mut anna, mut ben) = anna_and_ben(&server).await;
    awaits_answers(&mut anna, "echo").await;
    awaits_answers(&mut ben, "echo").await;
    let id = asks(&mut ben, "echo", json!({"silent": true})).await;
    called(&server, "bot.on-request", 1).await;
    let said = anna.subscribes(&answers("other")).await;
    assert_eq!(said.error(), format!("500:{}:server-error", anna.id));
    goes_on_without_services(&server, &mut anna, &mut ben, &id).await;
}

#[tokio::test]
async fn a_manager_or_launcher_that_fails_or_is_slow_denies_one_use_within_two_seconds() {
    let denies = async |kind: &str, at: &str, mood: &str| {
        let crew = recording(kind, &format!("at = {at:?}, mood = {mood:?}"));
        let server = server(&["echo"], &[crew]).await;
        let mut anna = user(&server, "anna", "k").await;
        let begin = Instant::now();
        let said = anna.subscribes("/bot/echo").await;
        assert_eq!(said.error(), format!("500:{}:server-error", anna.id), "{kind} {mood}");
        assert!(begin.elapsed() < DENIAL, "{kind} {mood}: {:?}", begin.elapsed());
        assert!(!said.text.contains("only the log"), "{}", said.text);
        let channel = anna.channel("/sync/app");
        assert_eq!(anna.publishes(&channel, event("a")).await.json[0]["successful"], true);
    };
    let moods = ["fails", "spins", "waits"];
    let managers = moods.map(|mood| denies("manager", "on-user-subscribe", mood));
    join_all(managers).await;
    let launchers = moods.map(|mood| denies("launcher", "start-service echo", mood));
    join_all(launchers).await;
}

#[tokio::test]
async fn a_manager_that_fails_at_the_preparation_costs_the_services_and_not_the_session() {
    for mood in ["fails", "traps", "waits"] {
        let manager = recording("manager", &format!("at = \"start-services\", mood = {mood:?}"));
        let server = server(&["echo"], &[manager]).await;
        let mut anna = user(&server, "anna", "k").await;
        let said = anna.subscribes("/bot/echo").await;
        assert_eq!(said.error(), format!("500:{}:server-error", anna.id), "{mood}");
        let channel = anna.channel("/sync/app");
        assert_eq!(anna.publishes(&channel, event("a")).await.json[0]["successful"], true);
    }
}

#[tokio::test]
async fn a_session_ends_in_time_whatever_bots_and_managers_do() {
    let stays = || recording("access", "start = '{\"stays\":true}'");
    let launcher = |config: &str| recording("launcher", config);
    let ends = async |access: String, launcher: String| {
        let server = server(&["echo"], &[access, launcher, recording("manager", "")]).await;
        let mut anna = user(&server, "anna", "k").await;
        listens(&mut anna, "echo").await;
        anna.sends(json!({"channel": "/meta/disconnect"})).await;
        called(&server, "manager.on-shutdown-request echo", 1).await;
        let begin = Instant::now();
        called(&server, "manager.end-services", 1).await;
        assert!(begin.elapsed() < END, "{:?}", begin.elapsed());
        // Who comes then is in a new one.
        let mut ben = user(&server, "ben", "k").await;
        listens(&mut ben, "echo").await;
        called(&server, "manager.start-services", 2).await;
    };
    join_all([
        // A bot that does not go.
        ends(stays(), launcher("")),
        // One that never came.
        ends(recording("access", ""), launcher("idle = \"echo\"")),
        // A launcher that fails, too.
        ends(stays(), launcher("at = \"stop-all-services\", mood = \"waits\"")),
        ends(stays(), launcher("at = \"stop-all-services\", mood = \"traps\"")),
    ])
    .await;
}

#[tokio::test]
async fn a_server_that_stops_lets_bots_and_managers_have_their_last_calls() {
    let server = server(&["echo"], &[recording("launcher", ""), recording("manager", "")]).await;
    let mut anna = user(&server, "anna", "k").await;
    listens(&mut anna, "echo").await;
    called(&server, "bot.on-subscribe", 1).await;
    server.program.signal(nix::sys::signal::Signal::SIGTERM);
    let begin = Instant::now();
    let ended = server.program.ended().await;
    assert_eq!(ended.code, Some(0), "{}", ended.log);
    assert!(begin.elapsed() < Duration::from_secs(9), "{:?}", begin.elapsed());
    for call in [
        "manager.on-shutdown-request echo",
        "bot.on-shutdown",
        "launcher.stop-all-services",
        "manager.end-services",
    ] {
        assert!(ended.log.contains(&format!(" call: {call}")), "{call}: {}", ended.log);
    }
}
