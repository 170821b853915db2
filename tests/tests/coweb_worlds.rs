//! Bots that are in two worlds: on a chat network and in sessions.

use std::time::Duration;

use parlor_tests::{
    guests::guest,
    irc::{
        client::Client,
        configuration::{Network, ROOM},
        ngircd::Ngircd,
    },
    web::{
        peer::{Peer, hears},
        server::Server,
        services::{asked, listens, named_people},
    },
};
use serde_json::json;

/// What must be there as long as the test runs.
struct Irc {
    _server: Ngircd,
    _store: tempfile::TempDir,
}

/// Ann, in the room on IRC that the program comes into, and a server with these tables as well.
async fn both(more: &str) -> (Irc, Client, Server) {
    let irc = Ngircd::start().await;
    let mut ann = Client::connect(&irc.address(), "ann").await;
    ann.joins(ROOM).await;
    let network = Network::at("irc", &irc.address()).toml();
    let store = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite:{}", store.path().join("parlor.db").display());
    let server = Server::start(&format!("{}{more}\n[store]\nurl = {url:?}\n{network}", named_people())).await;
    ann.sees_join("parlor", ROOM).await;
    (Irc { _server: irc, _store: store }, ann, server)
}

#[tokio::test]
async fn one_bot_serves_a_network_and_a_session_from_one_store() {
    let karma = guest("karma");
    let (_irc, mut ann, server) = both(&format!(
        "[bot.karma]\ncomponent = {karma:?}\nservice = \"karma\"\ngrant = {{ networks = [\"irc\"], store = \"1 MiB\" }}\n"
    ))
    .await;
    ann.says(ROOM, "tea++ for being hot");
    ann.hears("parlor", ROOM, "tea: 1").await;

    let mut anna = Peer::new(server.url(), "anna");
    anna.enters("k").await;
    listens(&mut anna, "karma").await;
    assert_eq!(asked(&mut anna, "karma", json!({"karma": "tea"})).await["karma"], 1);
    assert_eq!(asked(&mut anna, "karma", json!({"add": "tea"})).await["karma"], 2);
    let now = ann.asks(ROOM, "!karma tea", "parlor").await;
    assert!(now.starts_with("tea: 2"), "{now}");
}

#[tokio::test]
async fn a_sessions_chat_and_a_room_on_irc_hear_each_other_as_long_as_the_session_lasts() {
    let relay = guest("relay");
    let (_irc, mut ann, server) = both(&format!(
        "[coweb.service.chat]\ncomponent = {relay:?}\ngrant = {{ networks = [\"irc\"] }}\n\
         config = {{ session-room = \"irc/{ROOM}\" }}\n"
    ))
    .await;
    let mut anna = Peer::new(server.url(), "anna");
    anna.enters("k").await;
    listens(&mut anna, "chat").await;
    // Asked, it is there.
    assert_eq!(asked(&mut anna, "chat", json!({})).await, json!({"network": "irc", "room": ROOM}));

    ann.says(ROOM, "hello, session");
    let heard = hears(&mut anna, "/bot/chat", 1).await.remove(0);
    assert_eq!(heard["data"]["value"], json!({"from": "ann", "room": ROOM, "text": "hello, session"}));

    let said = json!({"topic": "coweb.sync.chat.x", "value": r#"{"name":"anna","text":"hello, room"}"#,
        "type": null, "position": 0, "context": null});
    let channel = anna.channel("/sync/app");
    let published = anna.publishes(&channel, said).await;
    assert_eq!(published.json[0]["successful"], true, "{}", published.text);
    ann.hears("parlor", ROOM, "<anna> hello, room").await;
    // What it said itself does not come back.
    ann.says(ROOM, "once more");
    let heard = hears(&mut anna, "/bot/chat", 1).await.remove(0);
    assert_eq!(heard["data"]["value"]["text"], "once more");

    anna.sends(json!({"channel": "/meta/disconnect"})).await;
    let mut again = Peer::new(server.url(), "anna");
    again.enters("other").await;
    ann.says(ROOM, "is anybody there?");
    // Only a session that uses the service is in the room.
    assert!(
        again
            .connects(Duration::from_millis(500))
            .await
            .iter()
            .all(|message| message["channel"] != "/bot/chat")
    );
}
