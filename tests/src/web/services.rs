//! Services of sessions: how tests configure them, ask their bots, and read which calls there were.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::{
    guests::test_guest,
    scripted::PATIENCE,
    web::{
        peer::{Peer, Said, hears, on},
        server::Server,
    },
};

/// Configures these services, each of which is a moody bot (`tests/guests/examples/moody-service.rs`).
pub fn moody(services: &[&str]) -> String {
    let bot = test_guest("moody-service");
    services.iter().map(|service| format!("service.{service} = {{ component = {bot:?} }}\n")).collect()
}

/// Has people be whom [`Peer::new`] says.
pub fn named_people() -> String {
    format!("auth = {{ component = {:?} }}\n", test_guest("moody-manager"))
}

/// Has the managers of this kind take down their calls (`tests/guests/examples/recording-*.rs`).
pub fn recording(kind: &str, config: &str) -> String {
    let component = test_guest(&format!("recording-{kind}"));
    // Each call is a line, and each refusal another.
    let limits = "limits = { log-lines-per-second = 1000 }";
    format!("{kind} = {{ component = {component:?}, config = {{ {config} }}, {limits} }}\n")
}

/// What extensions have said so far that begins with this, without that.
pub fn said(server: &Server, begin: &str) -> Vec<String> {
    let log = server.program.log();
    let rests = log.lines().filter_map(|line| line.split_once(begin).map(|(_, rest)| rest));
    rests.map(|rest| rest.split_once(" extension=").map_or(rest, |(text, _)| text).to_owned()).collect()
}

/// The calls that were taken down so far, in order: `access.on-service-request anna echo`.
pub fn calls(server: &Server) -> Vec<String> {
    said(server, " call: ")
}

/// Waits until so many calls were taken down that begin with this.
pub async fn called(server: &Server, call: &str, times: usize) {
    server.program.logs(&format!(" call: {call}"), times).await;
}

/// The channel of a service's answers.
pub fn answers(service: &str) -> String {
    format!("/service/bot/{service}/response")
}

/// Listens to the answers of a service.
pub async fn awaits_answers(peer: &mut Peer, service: &str) {
    let said = peer.subscribes(&answers(service)).await;
    assert_eq!(said.json[0]["successful"], true, "{}", said.text);
}

/// Listens to what a service tells everybody.
pub async fn listens(peer: &mut Peer, service: &str) {
    let said = peer.subscribes(&format!("/bot/{service}")).await;
    assert_eq!(said.json[0]["successful"], true, "{}", said.text);
}

/// Asks a service something; what the server answers to that itself.
pub async fn tries_to_ask(peer: &mut Peer, service: &str, value: Value) -> Said {
    peer.publishes(&format!("/service/bot/{service}/request"), json!({"value": value, "topic": "t"})).await
}

/// Asks a service something, and is told that it was; the request's id.
pub async fn asks(peer: &mut Peer, service: &str, value: Value) -> Value {
    let said = tries_to_ask(peer, service, value).await;
    assert_eq!(said.json[0]["successful"], true, "{}", said.text);
    said.json[0]["id"].clone()
}

/// Asks a service something, and waits for the answer. No other may come before it.
pub async fn asked(peer: &mut Peer, service: &str, value: Value) -> Value {
    let id = asks(peer, service, value).await;
    let answer = hears(peer, &answers(service), 1).await.remove(0);
    assert_eq!((&answer["id"], &answer["data"]["topic"]), (&id, &json!("t")), "{answer}");
    answer["data"]["value"].clone()
}

/// Asks a service something that it tells everybody, too: the message to all, and the answer, in whatever order they come.
///
/// # Panics
/// If they do not in [`PATIENCE`].
pub async fn asked_and_told(peer: &mut Peer, service: &str, value: Value) -> (Value, Value) {
    let id = asks(peer, service, value).await;
    let (told, answers) = (format!("/bot/{service}"), answers(service));
    let begin = Instant::now();
    let mut heard = Vec::new();
    while on(&heard, &told).is_empty() || on(&heard, &answers).is_empty() {
        assert!(begin.elapsed() < PATIENCE, "an answer and a message to all were to come: {heard:?}");
        heard.extend(peer.connects(Duration::from_secs(2)).await);
    }
    let answer = on(&heard, &answers)[0].clone();
    assert_eq!(answer["id"], id, "{answer}");
    (on(&heard, &told)[0]["data"]["value"].clone(), answer["data"]["value"].clone())
}

/// Asserts that a message is the answer to a request that there will be no other answer to.
pub fn is_failure(message: &Value, id: &Value) {
    assert_eq!(message["id"], *id, "{message}");
    assert_eq!(message["data"], json!({"topic": "t", "error": true, "value": {"error": "server-error"}}));
}
