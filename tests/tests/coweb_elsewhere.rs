//! Service bots in other processes, which speak the original's protocol: `process-launcher`, `bayeux-manager`, and a bot
//! in Python that was written against the protocol alone.

use std::{fs, time::Duration};

use futures_util::{SinkExt, StreamExt};
use parlor_tests::{
    guests::guest,
    scripted::PATIENCE,
    web::{
        peer::{Peer, event, hears},
        server::Server,
        services::{answers, asked, asks, is_failure, listens, named_people, tries_to_ask},
        site::downloaded,
    },
};
use serde_json::{Value, json};
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{client_async, tungstenite::Message};

/// A server whose service `upper` is the bot in Python, and `sleeper` a program that never says anything.
async fn server() -> Server {
    let bot = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("web/wire-bot.py");
    let (launcher, manager) = (guest("process-launcher"), guest("bayeux-manager"));
    Server::start(&format!(
        "{}\
         [coweb.launcher]\ncomponent = {launcher:?}\nconfig = {{ upper = \"wire\", sleeper = \"sleeper\" }}\n\
         [coweb.launcher.grant.programs]\nwire = {{ run = [{:?}, {bot:?}] }}\n\
         sleeper = {{ run = [\"sleep\", \"54321\"] }}\n\
         [coweb.manager]\ncomponent = {manager:?}\n",
        named_people(),
        downloaded("python/bin/python")
    ))
    .await
}

async fn anna(server: &Server) -> Peer {
    let mut anna = Peer::new(server.url(), "anna");
    anna.enters("k").await;
    anna
}

/// The processes of this machine whose command line has this in it.
fn processes(what: &str) -> Vec<u32> {
    let folders = fs::read_dir("/proc").expect("processes").flatten();
    let numbers = folders.filter_map(|folder| folder.file_name().to_str()?.parse::<u32>().ok());
    numbers
        .filter(|number| {
            let line = fs::read(format!("/proc/{number}/cmdline")).unwrap_or_default();
            String::from_utf8_lossy(&line).replace('\0', " ").contains(what)
        })
        .collect()
}

#[tokio::test]
async fn a_bot_in_python_answers_publishes_and_hears_who_listens_and_what_happens() {
    let server = server().await;
    let mut anna = anna(&server).await;
    listens(&mut anna, "upper").await;
    assert_eq!(asked(&mut anna, "upper", json!({"upper": "straße"})).await, json!({"upper": "STRASSE"}));
    assert_eq!(asked(&mut anna, "upper", json!({"publish": [1, null]})).await, json!({"success": true}));
    let heard = asked(&mut anna, "upper", json!({"publish": "x"})).await;
    assert_eq!(heard, json!({"success": true}));
    let channel = anna.channel("/sync/app");
    anna.publishes(&channel, event("milk")).await;
    let history = asked(&mut anna, "upper", json!({"history": true})).await;
    assert_eq!(history[0], json!(["subscribe", "anna"]));
    assert_eq!((&history[1][0], &history[1][1]), (&json!("sync"), &json!("anna")), "{history}");
    assert_eq!((&history[1][2]["value"], &history[1][2]["order"]), (&json!("milk"), &json!(1)));
}

#[tokio::test]
async fn what_it_publishes_reaches_those_who_listen() {
    let server = server().await;
    let mut anna = anna(&server).await;
    listens(&mut anna, "upper").await;
    asks(&mut anna, "upper", json!({"publish": {"n": 7}})).await;
    let heard = hears(&mut anna, "/bot/upper", 1).await.remove(0);
    assert_eq!(heard["data"], json!({"value": {"n": 7}}));
}

#[tokio::test]
async fn its_death_in_the_middle_is_told_to_whoever_asked_and_the_next_use_starts_it_again() {
    let server = server().await;
    let mut anna = anna(&server).await;
    let id = asks(&mut anna, "upper", json!({"die": true})).await;
    let answer = hears(&mut anna, &answers("upper"), 1).await.remove(0);
    is_failure(&answer, &id);
    assert_eq!(asked(&mut anna, "upper", json!({"upper": "a"})).await, json!({"upper": "A"}));
}

#[tokio::test]
async fn its_token_is_not_in_its_arguments() {
    let server = server().await;
    let mut anna = anna(&server).await;
    assert_eq!(asked(&mut anna, "upper", json!({"upper": "a"})).await, json!({"upper": "A"}));
    for number in processes("wire-bot.py") {
        let line = fs::read(format!("/proc/{number}/cmdline")).unwrap_or_default();
        let line = String::from_utf8_lossy(&line).replace('\0', " ");
        assert!(line.trim().ends_with("wire-bot.py"), "{line}");
    }
}

#[tokio::test]
async fn the_end_of_the_session_ends_its_programs() {
    let server = server().await;
    let mut anna = anna(&server).await;
    listens(&mut anna, "upper").await;
    asked(&mut anna, "upper", json!({"upper": "a"})).await;
    let before = processes("wire-bot.py");
    assert!(!before.is_empty());
    anna.sends(json!({"channel": "/meta/disconnect"})).await;
    // Theirs are those that a session of this very server has; others' tests run beside.
    let parent = server.program.id();
    let ended = async {
        while processes("wire-bot.py").iter().any(|number| child_of(*number, parent)) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(Duration::from_secs(6), ended).await.expect("it is over within five seconds");
}

fn child_of(number: u32, parent: u32) -> bool {
    let status = fs::read_to_string(format!("/proc/{number}/status")).unwrap_or_default();
    status.lines().any(|line| line.trim_start_matches("PPid:").trim() == parent.to_string())
}

#[tokio::test]
async fn a_program_that_never_comes_is_given_up_and_ended() {
    let server = server().await;
    let mut anna = anna(&server).await;
    let id = asks(&mut anna, "sleeper", json!({})).await;
    let answer = hears(&mut anna, &answers("sleeper"), 1).await.remove(0);
    is_failure(&answer, &id);
    let parent = server.program.id();
    let ended = async {
        while processes("sleep 54321").iter().any(|number| child_of(*number, parent)) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(PATIENCE, ended).await.expect("it is stopped");
}

#[tokio::test]
async fn a_service_that_no_program_is_named_for_is_not_found() {
    let server = server().await;
    let mut anna = anna(&server).await;
    let said = tries_to_ask(&mut anna, "none", json!({})).await;
    assert!(said.error().ends_with(":not-found"), "{}", said.text);
}

/// Says this at a session's address for bots, and what is answered.
async fn says(server: &Server, session: &str, message: Value) -> Vec<Value> {
    let address = server.url().trim_start_matches("http://");
    let stream = TcpStream::connect(address).await.expect("it listens");
    let url = format!("ws://{address}/services/{session}");
    let (mut socket, _) = client_async(url, stream).await.expect("a connection");
    socket.send(Message::text(message.to_string())).await.expect("it is sent");
    let mut heard = Vec::new();
    while let Some(Ok(frame)) = timeout(PATIENCE, socket.next()).await.expect("an answer or the end") {
        if let Message::Text(text) = frame {
            heard.extend(serde_json::from_str::<Vec<Value>>(&text).expect("messages"));
        }
    }
    heard
}

#[tokio::test]
async fn who_has_no_token_or_a_wrong_one_is_refused_and_cut_off() {
    let server = server().await;
    let mut anna = anna(&server).await;
    // So that there is a bot whose place could be taken.
    assert_eq!(asked(&mut anna, "upper", json!({"upper": "a"})).await, json!({"upper": "A"}));
    for password in [json!(null), json!(""), json!("0".repeat(32)), json!(0), json!([]), json!({})] {
        let handshake = json!([{"channel": "/meta/handshake", "version": "1.0", "id": "1",
            "supportedConnectionTypes": ["websocket"],
            "ext": {"authentication": {"user": "upper", "password": password}}}]);
        let heard = says(&server, &anna.session_id, handshake).await;
        assert_eq!(heard[0]["successful"], false, "{password}: {heard:?}");
        assert!(heard[0]["error"].as_str().expect("words").starts_with("401:"), "{heard:?}");
    }
    let subscribe =
        json!([{"channel": "/meta/subscribe", "subscription": "/service/bot/upper/*", "id": "1"}]);
    let heard = says(&server, &anna.session_id, subscribe).await;
    assert_eq!(heard[0]["successful"], false, "{heard:?}");
    assert_eq!(
        asked(&mut anna, "upper", json!({"upper": "b"})).await,
        json!({"upper": "B"}),
        "it is still there"
    );
}
