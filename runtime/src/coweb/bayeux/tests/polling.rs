//! Handshakes, connects, subscriptions and publishes over long-polling.

use std::time::Duration;

use serde_json::json;

use super::{super::Manners, house::*};

#[tokio::test]
async fn a_handshake_is_answered_with_an_id_and_what_client_and_server_have_in_common() {
    let hub = hub(Manners::default());
    let mut offer = handshake(true);
    offer["supportedConnectionTypes"] = json!(["callback-polling", "long-polling"]);
    let (status, text) = post_text(&hub, "Ann", json!([offer]).to_string()).await;
    let id = hub.clients()[0].id().to_owned();
    assert_eq!(status, 200);
    assert_eq!(
        text,
        format!(
            r#"[{{"channel":"/meta/handshake","id":"h","supportedConnectionTypes":["long-polling"],"clientId":"{id}","successful":true,"version":"1.0","advice":{{"reconnect":"retry","interval":0,"timeout":15000}},"ext":{{"ack":true,"authentication":{{"failed":false}}}}}}]"#
        )
    );
    assert!(id.len() == 32 && id.bytes().all(|digit| digit.is_ascii_hexdigit()));
    let answers = post(&hub, json!([handshake(false)])).await;
    assert_eq!(answers[0]["supportedConnectionTypes"], json!(["long-polling", "websocket"]));
    assert_eq!(answers[0]["ext"]["ack"], false);
    assert_ne!(answers[0]["clientId"], *id);
}

#[tokio::test]
async fn a_handshake_without_a_common_connection_type_or_version_is_refused_for_good() {
    let hub = hub(Manners::default());
    let mut offer = handshake(true);
    offer["supportedConnectionTypes"] = json!(["callback-polling"]);
    let answers = post(&hub, json!([offer])).await;
    assert_eq!(answers[0]["successful"], false);
    assert_eq!(answers[0]["error"], "412::unsupported connection type");
    assert_eq!(answers[0]["advice"], json!({"reconnect": "none"}));
    let mut offer = handshake(true);
    offer["minimumVersion"] = json!("1.1");
    assert_eq!(post(&hub, json!([offer.clone()])).await[0]["error"], "400::unsupported version");
    offer["minimumVersion"] = json!("1.0beta");
    assert_eq!(post(&hub, json!([offer])).await[0]["successful"], true);
    assert_eq!(hub.count(), 1);
}

#[tokio::test]
async fn an_application_refuses_a_handshake_by_status_or_by_error() {
    let hub = hub(Manners::default());
    let offer = json!([handshake(true)]).to_string();
    assert_eq!(post_text(&hub, "unwanted", offer).await, (403, "not you".into()));
    let (_, answers) = post_as(&hub, "forger", json!([handshake(true)])).await;
    assert_eq!(answers[0]["error"], "401::authentication failed");
    assert_eq!(answers[0]["advice"], json!({"reconnect": "none"}));
    assert_eq!(hub.count(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_connect_is_held_until_there_is_something_to_say() {
    let hub = hub(Manners::default());
    let client = shake_hands(&hub, true).await;
    let answers = post(&hub, json!([look(&client, -1)])).await;
    assert_eq!(
        answers[0],
        json!({"channel": "/meta/connect", "id": "c", "advice": {"timeout": 15000}, "successful": true, "ext": {"ack": 0}})
    );
    let mut held = Box::pin(post(&hub, json!([connect(&client, 0)])));
    assert!(poll(&mut held).await.is_pending());
    assert_eq!(client.idle(), None);
    client.deliver(delivery(7));
    let answers = held.await;
    assert_eq!(answers[0]["ext"]["ack"], 1);
    assert_eq!(data(&answers), [7]);
}

#[tokio::test(start_paused = true)]
async fn a_connect_is_held_for_as_long_as_the_server_says_or_less_if_the_client_does() {
    let hub = hub(Manners::default());
    let client = shake_hands(&hub, true).await;
    for (wanted, held) in [(None, 15_000), (Some(60_000), 15_000), (Some(200), 200), (Some(0), 0)] {
        let mut message = connect(&client, -1);
        if let Some(wanted) = wanted {
            message["advice"] = json!({"timeout": wanted, "interval": 0});
        }
        let before = tokio::time::Instant::now();
        assert_eq!(data(&post(&hub, json!([message])).await).len(), 0);
        let took = before.elapsed();
        assert!(
            took.abs_diff(Duration::from_millis(held)) < Duration::from_millis(5),
            "{wanted:?}: {took:?}"
        );
    }
}

#[tokio::test]
async fn a_connect_beside_other_messages_is_answered_last_and_at_once() {
    let hub = hub(Manners::default());
    let client = shake_hands(&hub, true).await;
    let answers =
        post(&hub, json!([connect(&client, -1), subscribe(&client, "/a"), publish(&client, "/a", 1)])).await;
    let channels: Vec<_> = answers.iter().map(|answer| answer["channel"].as_str().unwrap()).collect();
    assert_eq!(channels, ["/meta/subscribe", "/a", "/meta/connect", "/a"]);
    assert_eq!(answers[3]["data"], 1);
    let answers = post(&hub, json!([connect(&client, 0), look(&client, 0)])).await;
    assert!(answers[0]["error"].as_str().unwrap().ends_with("one connect at a time"));
    assert_eq!(answers[1]["successful"], true);
}

#[tokio::test(start_paused = true)]
async fn the_answers_of_other_messages_do_not_wait_for_that_of_a_connect() {
    let hub = hub(Manners::default());
    let client = shake_hands(&hub, true).await;
    let before = tokio::time::Instant::now();
    assert_eq!(post(&hub, json!([subscribe(&client, "/a"), connect(&client, -1)])).await.len(), 2);
    assert!(before.elapsed() < Duration::from_millis(5));
}

#[tokio::test]
async fn a_message_may_come_alone() {
    let hub = hub(Manners::default());
    assert_eq!(post(&hub, handshake(true)).await[0]["successful"], true);
}

#[tokio::test]
async fn subscriptions_and_publishes_are_acknowledged_in_order_and_recorded() {
    let hub = hub(Manners::default());
    let client = shake_hands(&hub, true).await;
    let leave =
        json!({"channel": "/meta/unsubscribe", "id": "u", "clientId": client.id(), "subscription": "/b/*"});
    let batch = json!([
        subscribe(&client, "/a"),
        subscribe(&client, json!(["/b/*", "/c"])),
        publish(&client, "/a", json!({"x": 1})),
        leave.clone(),
        leave
    ]);
    let answers = post(&hub, batch).await;
    let advice = json!({"timeout": 15000});
    assert_eq!(
        answers,
        [
            json!({"channel": "/meta/subscribe", "subscription": "/a", "id": "s", "advice": advice, "successful": true}),
            json!({"channel": "/meta/subscribe", "subscription": ["/b/*", "/c"], "id": "s", "advice": advice, "successful": true}),
            json!({"channel": "/a", "id": "p", "advice": advice, "successful": true}),
            json!({"channel": "/meta/unsubscribe", "subscription": "/b/*", "id": "u", "advice": advice, "successful": true}),
            json!({"channel": "/meta/unsubscribe", "subscription": "/b/*", "id": "u", "advice": advice, "successful": true}),
        ]
    );
    assert_eq!(
        hub.application().record(),
        ["subscribe /a", "subscribe /b/*", "subscribe /c", "publish /a", "unsubscribe /b/*"]
    );
    assert!(client.hears("/a") && client.hears("/c") && !client.hears("/b/x"));
}

#[tokio::test]
async fn an_application_may_deliver_to_the_client_that_it_serves() {
    let hub = hub(Manners::default());
    let client = shake_hands(&hub, true).await;
    post(&hub, json!([subscribe(&client, "/greeting")])).await;
    assert_eq!(data(&post(&hub, json!([look(&client, -1)])).await), ["hello"]);
}

#[tokio::test]
async fn nothing_of_a_publish_but_what_the_application_passes_on_reaches_others() {
    let hub = hub(Manners::default());
    let client = shake_hands(&hub, true).await;
    post(&hub, json!([subscribe(&client, "/a")])).await;
    let mut message = publish(&client, "/a", "x");
    message["ext"] = json!({"userDefined": {"token": "secret"}});
    post(&hub, json!([message])).await;
    let (_, text) = post_text(&hub, "Ann", json!([look(&client, -1)]).to_string()).await;
    assert!(text.ends_with(r#"{"channel":"/a","data":"x"}]"#), "{text}");
}

#[tokio::test]
async fn what_the_application_refuses_is_answered_by_error_or_by_status() {
    let hub = hub(Manners::default());
    let client = shake_hands(&hub, true).await;
    let answers =
        post(&hub, json!([subscribe(&client, "/refused/error"), publish(&client, "/refused/error", 1)]))
            .await;
    for answer in &answers {
        assert_eq!(answer["successful"], false);
        assert_eq!(answer["error"], "400:x:not-found");
        assert_eq!(answer["advice"], json!({"timeout": 15000}));
    }
    assert!(!client.hears("/refused/error"));
    let batch = json!([publish(&client, "/refused/status", 1), publish(&client, "/a", 1)]).to_string();
    assert_eq!(post_text(&hub, "Ann", batch).await, (403, "not you".into()));
    assert!(!hub.application().record().contains(&"publish /a".into()));
}

#[tokio::test]
async fn what_makes_no_sense_is_answered_with_an_error_and_reaches_no_application() {
    let hub = hub(Manners::default());
    let client = shake_hands(&hub, true).await;
    let id = client.id();
    let cases = [
        (publish(&client, "/a/*", 1), format!("409:{id}:publish to a wildcard")),
        (publish(&client, "/meta/else", 1), format!("404:{id}:unknown meta channel")),
        (publish(&client, "/a//b", 1), format!("400:{id}:invalid channel")),
        (publish(&client, "a", 1), format!("400:{id}:invalid channel")),
        (json!({"channel": "/a", "clientId": id}), format!("400:{id}:missing data")),
        (json!({"channel": "/a", "clientId": id, "data": null}), format!("400:{id}:missing data")),
        (json!({"clientId": id, "data": 1}), "400::missing channel".into()),
        (json!({"channel": "/a", "clientId": id, "data": 1, "id": {}}), format!("400:{id}:invalid id")),
        (
            json!({"channel": "/a", "clientId": id, "data": 1, "id": "x".repeat(70)}),
            format!("400:{id}:invalid id"),
        ),
        (json!({"channel": "/meta/subscribe", "clientId": id}), format!("400:{id}:missing subscription")),
        (subscribe(&client, "/a/"), format!("400:{id}:invalid channel")),
        (subscribe(&client, json!(["/a", "/*/b"])), format!("400:{id}:invalid channel")),
        (subscribe(&client, "/meta/*"), format!("403:{id}:meta channels cannot be subscribed to")),
        (json!({"channel": "/meta/connect", "clientId": id}), "412::unsupported connection type".into()),
    ];
    for (message, error) in cases {
        let answers = post(&hub, json!([message])).await;
        assert_eq!(answers[0]["error"], *error, "{message}");
        assert_eq!(answers[0]["successful"], false, "{message}");
        assert!(answers[0].get("id").is_none_or(|id| id.is_string()), "{message}");
    }
    assert!(hub.application().record().is_empty());
    assert_eq!(hub.tally().refused, 14);
}

#[tokio::test]
async fn what_is_no_json_is_answered_with_status_400_and_nothing_of_it_is_done() {
    let hub = hub(Manners::default());
    let client = shake_hands(&hub, true).await;
    let body = format!("[{},7]", publish(&client, "/a", 1));
    for body in ["{", "", "x", &body] {
        let (status, text) = post_text(&hub, "Ann", body.to_owned()).await;
        assert_eq!((status, &*text), (400, r#"[{"successful":false,"error":"500::bad-json"}]"#), "{body}");
    }
    assert!(hub.application().record().is_empty());
    assert_eq!(hub.tally().unreadable, 4);
}

#[tokio::test]
async fn without_acknowledgements_data_comes_once_with_a_connect() {
    let hub = hub(Manners::default());
    let client = shake_hands(&hub, false).await;
    client.deliver(delivery(1));
    let answers = post(&hub, json!([look(&client, -1)])).await;
    assert_eq!(data(&answers), [1]);
    assert!(answers[0].get("ext").is_none());
    assert!(data(&post(&hub, json!([look(&client, -1)])).await).is_empty());
}
