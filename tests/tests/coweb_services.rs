//! Service bots in sessions of the program, as clients see them that keep to no rule, and what bots may do themselves. Which
//! managers are called when, and what becomes of it where these fail, is in `coweb_crew.rs`.

use std::time::{Duration, Instant};

use futures_util::{SinkExt, StreamExt};
use parlor_tests::{
    guests::guest,
    web::{
        peer::{Peer, anna_and_ben, event, hears, on},
        server::Server,
        services::{
            answers, asked, asked_and_told, asks, awaits_answers, called, calls, is_failure, listens, moody,
            named_people, recording, tries_to_ask,
        },
    },
};
use serde_json::{Value, json};
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{
    client_async,
    tungstenite::{Message as Frame, client::IntoClientRequest},
};

/// A server with these services.
async fn server(services: &[&str]) -> Server {
    Server::start(&[named_people(), moody(services)].concat()).await
}

/// Anna and Ben in one session, both of whom hear a service's answers to them.
async fn users(server: &Server, service: &str) -> (Peer, Peer) {
    let (mut anna, mut ben) = anna_and_ben(server).await;
    awaits_answers(&mut anna, service).await;
    awaits_answers(&mut ben, service).await;
    (anna, ben)
}

/// What a bot published that somebody hears next.
async fn told(peer: &mut Peer, service: &str) -> Value {
    hears(peer, &format!("/bot/{service}"), 1).await.remove(0)["data"].clone()
}

#[tokio::test]
async fn an_answer_goes_to_the_one_who_asked_though_others_ask_alike() {
    let server = server(&["echo"]).await;
    let (mut anna, mut ben) = users(&server, "echo").await;
    let question = json!({"channel": "/service/bot/echo/request", "id": "same", "data": {"value": "hello", "topic": "t"}});
    anna.sends(question.clone()).await;
    ben.sends(question).await;
    for (peer, name) in [(&mut anna, "anna"), (&mut ben, "ben")] {
        let answer = hears(peer, &answers("echo"), 1).await.remove(0);
        assert_eq!((&answer["id"], &answer["data"]["topic"]), (&json!("same"), &json!("t")));
        assert_eq!(answer["data"]["value"]["user"], name);
        assert_eq!(answer["data"]["value"]["said"], "hello");
        assert!(answer.get("successful").is_none(), "clients take such for an acknowledgement: {answer}");
    }
    assert_eq!(
        asked(&mut anna, "echo", json!({"x": [null, "ü\u{2028}"]})).await["said"]["x"][1],
        "ü\u{2028}"
    );
}

#[tokio::test]
async fn all_who_listen_hear_what_is_published_from_when_they_listen_until_they_do_not() {
    let server = server(&["echo"]).await;
    let (mut anna, mut ben) = users(&server, "echo").await;
    listens(&mut anna, "echo").await;
    let (heard, _) = asked_and_told(&mut anna, "echo", json!({"publish": {"n": 1}})).await;
    assert_eq!(heard, json!({"n": 1}));
    listens(&mut ben, "echo").await;
    asks(&mut ben, "echo", json!({"publish": {"n": 2}})).await;
    assert_eq!(told(&mut ben, "echo").await, json!({"value": {"n": 2}}));
    let said = ben.sends(json!({"channel": "/meta/unsubscribe", "subscription": "/bot/echo"})).await;
    assert_eq!(said.json[0]["successful"], true, "{}", said.text);
    called(&server, "bot.on-unsubscribe ben", 1).await;
    asks(&mut anna, "echo", json!({"publish": {"n": 3}})).await;
    let heard = hears(&mut anna, "/bot/echo", 2).await;
    assert_eq!(
        [&heard[0]["data"], &heard[1]["data"]],
        [&json!({"value": {"n": 2}}), &json!({"value": {"n": 3}})]
    );
    // Whatever Ben was sent until now comes with the next thing that he is sent.
    let channel = anna.channel("/sync/app");
    anna.publishes(&channel, event("now")).await;
    let mut heard = Vec::new();
    while on(&heard, &channel).is_empty() {
        heard.extend(ben.connects(Duration::from_secs(2)).await);
    }
    assert_eq!(on(&heard, "/bot/echo"), [&Value::Null; 0]);
}

#[tokio::test]
async fn whoever_is_gone_does_not_listen_any_more() {
    let server = server(&["echo"]).await;
    let (_anna, mut ben) = users(&server, "echo").await;
    listens(&mut ben, "echo").await;
    called(&server, "bot.on-subscribe ben", 1).await;
    drop(ben.holds().await);
    called(&server, "bot.on-unsubscribe ben", 1).await;
}

#[tokio::test]
async fn names_that_are_none_reach_nobody() {
    let server = Server::start(&[named_people(), moody(&["echo"]), recording("access", "")].concat()).await;
    let mut anna = Peer::new(server.url(), "anna");
    anna.enters("k").await;
    let long = "x".repeat(65);
    for name in ["..", ".", "a/b", "", "*", "**", "a b", "é", &long] {
        for channel in [format!("/bot/{name}"), answers(name)] {
            let said = anna.subscribes(&channel).await;
            assert_eq!(said.json[0]["successful"], false, "{channel}: {}", said.text);
        }
        let said = tries_to_ask(&mut anna, name, json!(1)).await;
        assert_eq!(said.json[0]["successful"], false, "{name}: {}", said.text);
    }
    let asked: Vec<_> = calls(&server).into_iter().filter(|call| call.contains("on-service")).collect();
    assert_eq!(asked, [""; 0]);
}

#[tokio::test]
async fn a_service_that_there_is_not_is_not_found_beside_one_that_there_is() {
    let server = server(&["echo"]).await;
    let mut anna = Peer::new(server.url(), "anna");
    anna.enters("k").await;
    let not_found = format!("400:{}:not-found", anna.id);
    assert_eq!(anna.subscribes("/bot/nosuch").await.error(), not_found);
    assert_eq!(anna.subscribes(&answers("nosuch")).await.error(), not_found);
    assert_eq!(tries_to_ask(&mut anna, "nosuch", json!(1)).await.error(), not_found);
    awaits_answers(&mut anna, "echo").await;
    assert_eq!(asked(&mut anna, "echo", json!("here")).await["said"], "here");
}

#[tokio::test]
async fn what_is_no_question_is_refused_and_not_asked() {
    let server = server(&["echo"]).await;
    let (mut anna, _ben) = users(&server, "echo").await;
    for data in [json!([]), json!("text"), json!({}), json!({"topic": "t"})] {
        let said = anna.publishes("/service/bot/echo/request", data.clone()).await;
        assert!(said.error().starts_with("400:"), "{data}: {}", said.text);
    }
    for channel in ["/bot/echo", &answers("echo")] {
        let said = anna.publishes(channel, json!({"value": "forged", "topic": "t"})).await;
        assert_eq!(said.json[0]["successful"], false, "{channel}: {}", said.text);
    }
    asked(&mut anna, "echo", json!("sound")).await;
    let questions: Vec<_> =
        calls(&server).into_iter().filter(|call| call.starts_with("bot.on-request")).collect();
    assert_eq!(questions, ["bot.on-request \"sound\" anna"]);
}

#[tokio::test]
async fn a_bot_answers_a_request_once() {
    let server = server(&["moody"]).await;
    let (mut anna, _ben) = users(&server, "moody").await;
    listens(&mut anna, "moody").await;
    let (told, answer) = asked_and_told(&mut anna, "moody", json!({"twice": true})).await;
    assert_eq!(answer, 1);
    let second = told["second"].as_str().expect("words");
    assert!(second != "done" && !second.is_empty(), "{second}");
    // There was no other before this one.
    assert_eq!(asked(&mut anna, "moody", json!("next")).await["said"], "next");
}

#[tokio::test]
async fn no_other_bot_can_answer_a_request_nor_can_its_own_once_nobody_waits() {
    let server = server(&["moody", "other"]).await;
    let (mut anna, mut ben) = users(&server, "moody").await;
    awaits_answers(&mut ben, "other").await;
    let mut eve = Peer::new(server.url(), "eve");
    eve.enters("her own").await;
    awaits_answers(&mut eve, "moody").await;
    listens(&mut anna, "moody").await;
    let refused = |answer: &Value| {
        let words = answer["result"].as_str().expect("words");
        assert!(words != "done" && !words.is_empty(), "{answer}");
    };

    let id = asks(&mut anna, "moody", json!({"late": true})).await;
    let token = told(&mut anna, "moody").await["value"]["kept"].clone();
    assert!(token.as_str().is_some_and(|token| token.len() >= 16), "{token}");
    refused(&asked(&mut ben, "other", json!({"guess": token})).await);
    refused(&asked(&mut eve, "moody", json!({"guess": token})).await);
    // At the next request, the one from before is answered.
    let answer = asked(&mut ben, "moody", json!({"guess": "0"})).await;
    refused(&answer);
    assert_eq!(answer["late"], "done");
    let late = hears(&mut anna, &answers("moody"), 1).await;
    assert_eq!((&late[0]["id"], &late[0]["data"]["value"]), (&id, &json!("late")));
    refused(&asked(&mut ben, "moody", json!({"guess": token})).await);

    asks(&mut anna, "moody", json!({"late": true})).await;
    told(&mut anna, "moody").await;
    let left = anna.channel("/roster/unavailable");
    anna.sends(json!({"channel": "/meta/disconnect"})).await;
    hears(&mut ben, &left, 1).await;
    let answer = asked(&mut ben, "moody", json!("is anybody there")).await;
    assert_ne!(answer["late"], "done", "she has left");
    assert_ne!(answer["late"], Value::Null);
}

#[tokio::test]
async fn a_bot_that_fails_at_a_request_answers_with_an_error_and_its_words_stay_here() {
    let server = server(&["moody"]).await;
    let (mut anna, _ben) = users(&server, "moody").await;
    for question in [json!({"fail": "only the log"}), json!({"badly": true})] {
        let id = asks(&mut anna, "moody", question).await;
        let answer = hears(&mut anna, &answers("moody"), 1).await.remove(0);
        is_failure(&answer, &id);
        assert!(!answer.to_string().contains("only the log"), "{answer}");
    }
    server.program.logs("only the log", 1).await;
    assert_eq!(asked(&mut anna, "moody", json!("next")).await["said"], "next");
    assert_eq!(calls(&server).iter().filter(|call| call.starts_with("bot.start")).count(), 1);
}

#[tokio::test]
async fn a_bot_that_dies_fails_those_who_wait_and_the_next_request_finds_another() {
    let server = server(&["moody"]).await;
    let (mut anna, mut ben) = users(&server, "moody").await;
    listens(&mut ben, "moody").await;
    let waits = asks(&mut ben, "moody", json!({"silent": true})).await;
    let dies = asks(&mut anna, "moody", json!({"die": true})).await;
    for (peer, id) in [(&mut anna, dies), (&mut ben, waits)] {
        is_failure(&hears(peer, &answers("moody"), 1).await[0], &id);
    }
    asks(&mut anna, "moody", json!({"publish": "I am back"})).await;
    assert_eq!(hears(&mut anna, &answers("moody"), 1).await[0]["data"]["value"]["user"], "anna");
    // Whoever listened still does, and the new bot knows.
    assert_eq!(told(&mut ben, "moody").await, json!({"value": "I am back"}));
    called(&server, "bot.on-subscribe ben", 2).await;
}

#[tokio::test]
async fn what_is_no_json_is_not_published() {
    let server = server(&["moody"]).await;
    let (mut anna, _ben) = users(&server, "moody").await;
    listens(&mut anna, "moody").await;
    let answer = asked(&mut anna, "moody", json!({"bad": true})).await;
    assert_ne!(answer["result"], "done");
    asks(&mut anna, "moody", json!({"publish": "good"})).await;
    assert_eq!(told(&mut anna, "moody").await, json!({"value": "good"}));
}

#[tokio::test]
async fn a_bot_that_publishes_megabytes_is_refused_and_costs_nobody_the_session() {
    let server = server(&["moody"]).await;
    let (mut anna, mut ben) = users(&server, "moody").await;
    listens(&mut ben, "moody").await;
    let answer = asked(&mut anna, "moody", json!({"big": 5 << 20})).await;
    assert_ne!(answer["result"], "done");
    let answer = asked(&mut anna, "moody", json!({"big": 100_000})).await;
    assert_eq!(answer["result"], "done");
    let heard = told(&mut ben, "moody").await;
    assert_eq!(heard["value"].as_str().map(str::len), Some(99_998));
    // Ben does not read for a while.
    let mut refused = 0;
    for _ in 0..40 {
        let answer = asked(&mut anna, "moody", json!({"big": 500_000})).await;
        refused += usize::from(answer["result"] != "done");
    }
    assert!(refused > 0, "so much is more than anybody may publish");
    assert_eq!(tries_to_ask(&mut ben, "moody", json!(1)).await.json[0]["successful"], true);
    hears(&mut ben, &answers("moody"), 1).await;
}

#[tokio::test]
async fn events_are_shown_in_order_to_bots_that_may_see_them_and_to_no_other() {
    let access = guest("list-access");
    let rules = r#"access = { allow-users = ["*"] }, rules = [{ services = ["scribe"], acls = ["sync"] }]"#;
    let access = format!("access = {{ component = {access:?}, config = {{ {rules} }} }}\n");
    let server = Server::start(&[named_people(), moody(&["scribe", "deaf"]), access].concat()).await;
    let (mut anna, mut ben) = users(&server, "scribe").await;
    awaits_answers(&mut anna, "deaf").await;
    asked(&mut anna, "deaf", json!("begin")).await;
    let channel = anna.channel("/sync/app");
    for at in 0..50 {
        for peer in [&mut anna, &mut ben] {
            let said = peer.publishes(&channel, event(&at.to_string())).await;
            assert_eq!(said.json[0]["successful"], true, "{}", said.text);
        }
    }
    let all: Vec<_> = (1..=100).collect();
    assert_eq!(asked(&mut anna, "scribe", json!("what was there")).await["heard"], json!(all));
    assert_eq!(asked(&mut anna, "deaf", json!("what was there")).await["heard"], json!([]));
    called(&server, "bot.on-sync 1 1 \"0\" anna", 1).await;
}

#[tokio::test]
async fn services_are_there_in_sessions_without_events_too() {
    let server = server(&["echo"]).await;
    let mut anna = Peer::new(server.url(), "anna");
    anna.prepares(json!({"key": "k", "collab": false, "cacheState": false})).await;
    anna.joins(json!({})).await;
    awaits_answers(&mut anna, "echo").await;
    assert_eq!(asked(&mut anna, "echo", json!("alone")).await["said"], "alone");
}

#[tokio::test]
async fn each_session_has_a_bot_of_its_own() {
    let server = server(&["echo"]).await;
    let (mut anna, mut eve) = (Peer::new(server.url(), "anna"), Peer::new(server.url(), "eve"));
    for (peer, key) in [(&mut anna, "k"), (&mut eve, "her own")] {
        peer.enters(key).await;
        awaits_answers(peer, "echo").await;
        listens(peer, "echo").await;
    }
    for (peer, name) in [(&mut anna, "anna"), (&mut eve, "eve")] {
        assert_eq!(asked_and_told(peer, "echo", json!({"publish": name})).await.0, name);
    }
    asks(&mut eve, "echo", json!({"die": true})).await;
    assert_eq!(asked(&mut anna, "echo", json!("still here")).await["said"], "still here");
    assert_eq!(calls(&server).iter().filter(|call| call.starts_with("bot.start")).count(), 2);
}

#[tokio::test]
async fn subscriptions_to_services_have_a_limit_and_the_session_goes_on() {
    // It says of every name that its bot is on the way.
    let launcher = recording("launcher", "idle = \"*\"");
    let server = Server::start(&[named_people(), moody(&["echo"]), launcher].concat()).await;
    let (mut anna, mut greedy) = anna_and_ben(&server).await;
    let mut taken = 0;
    for at in 0..100 {
        let said = greedy.subscribes(&format!("/bot/service-{at}")).await;
        taken += usize::from(said.json[0]["successful"] == true);
    }
    assert!((30..=64).contains(&taken), "{taken}");
    let channel = anna.channel("/sync/app");
    anna.publishes(&channel, event("a")).await;
    hears(&mut greedy, &channel, 1).await;
}

#[tokio::test]
async fn services_are_used_over_a_websocket_as_well() {
    let server = server(&["echo"]).await;
    let mut anna = Peer::new(server.url(), "anna");
    anna.prepares(json!({"key": "k", "collab": false, "cacheState": false})).await;
    let address = server.url().strip_prefix("http://").expect("plain HTTP");
    let mut request = format!("ws://{address}{}", anna.session).into_client_request().expect("a request");
    for (name, value) in &anna.headers {
        request.headers_mut().append(*name, value.parse().expect("a value"));
    }
    let stream = TcpStream::connect(address).await.expect("a server");
    let (mut socket, _) = client_async(request, stream).await.expect("a websocket");
    let mut heard: Vec<Value> = Vec::new();
    let handshake = json!([{"channel": "/meta/handshake", "version": "1.0", "id": "0", "supportedConnectionTypes": ["websocket"]}]);
    socket.send(Frame::text(handshake.to_string())).await.expect("a server that reads");
    let begin = Instant::now();
    let mut client_id = None;
    while on(&heard, "/bot/echo").is_empty() || on(&heard, &answers("echo")).is_empty() {
        assert!(begin.elapsed() < Duration::from_secs(20), "{heard:?}");
        let frame = timeout(Duration::from_secs(10), socket.next()).await.expect("a frame in time");
        let Frame::Text(text) = frame.expect("a frame").expect("a frame") else { continue };
        heard.extend(serde_json::from_str::<Vec<Value>>(&text).expect("messages"));
        let id = heard[0]["clientId"].as_str().expect("a client id").to_owned();
        if client_id.replace(id.clone()).is_none() {
            let all = json!([
                {"channel": "/meta/connect", "connectionType": "websocket", "clientId": id, "id": "1"},
                {"channel": "/meta/subscribe", "subscription": answers("echo"), "clientId": id, "id": "2"},
                {"channel": "/meta/subscribe", "subscription": "/bot/echo", "clientId": id, "id": "3"},
                {"channel": "/service/bot/echo/request", "data": {"value": {"publish": "to all"}, "topic": "t"},
                 "clientId": id, "id": "4"},
            ]);
            socket.send(Frame::text(all.to_string())).await.expect("a server that reads");
        }
    }
    assert_eq!(on(&heard, "/bot/echo")[0]["data"], json!({"value": "to all"}));
    let answer = on(&heard, &answers("echo"))[0];
    assert_eq!((&answer["id"], &answer["data"]["value"]["user"]), (&json!("4"), &json!("anna")));
}
