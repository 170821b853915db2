//! What is too much.

use std::sync::Arc;

use serde_json::json;

use super::{
    super::{Census, Limits, Manners},
    house::*,
};

fn with(limits: Limits) -> Manners {
    Manners { limits, ..Manners::default() }
}

#[tokio::test]
async fn a_request_that_is_too_long_is_refused_before_it_is_read() {
    let hub = hub(with(Limits { bytes: 100, ..Limits::default() }));
    let (status, text) = post_text(&hub, "Ann", "x".repeat(101)).await;
    assert_eq!((status, &*text), (413, r#"[{"successful":false,"error":"413::too many bytes"}]"#));
    assert_eq!(post_text(&hub, "Ann", "x".repeat(100)).await.0, 400);
}

#[tokio::test]
async fn a_batch_of_too_many_messages_is_refused() {
    let hub = hub(with(Limits { batch: 2, ..Limits::default() }));
    assert_eq!(post_text(&hub, "Ann", "[{},{},{}]").await.0, 413);
    assert_eq!(post_text(&hub, "Ann", "[{},{}]").await.0, 200);
}

#[tokio::test]
async fn a_client_has_a_limited_number_of_subscriptions() {
    let hub = hub(with(Limits { subscriptions: 2, ..Limits::default() }));
    let client = shake_hands(&hub, true).await;
    let error = format!("413:{}:too many subscriptions", client.id());
    let answers = post(&hub, json!([subscribe(&client, json!(["/a", "/a", "/a"]))])).await;
    assert_eq!(answers[0]["error"], *error);
    assert!(hub.application().record().is_empty());
    let batch = ["/a", "/b", "/b", "/c"].map(|channel| subscribe(&client, channel));
    let answers = post(&hub, json!(batch)).await;
    let successful: Vec<_> = answers.iter().map(|answer| answer["successful"] == true).collect();
    assert_eq!(successful, [true, true, true, false]);
    assert_eq!(answers[3]["error"], *error);
    assert!(client.hears("/b") && !client.hears("/c"));
}

#[tokio::test]
async fn a_hub_and_a_server_have_a_limited_number_of_clients() {
    let census = Census::new(3);
    let limited = || hub_in(with(Limits { clients: 2, ..Limits::default() }), Arc::clone(&census));
    let (hub, other) = (limited(), limited());
    let offer = json!([handshake(true)]).to_string();
    let client = shake_hands(&hub, true).await;
    shake_hands(&hub, true).await;
    assert_eq!(post_text(&hub, "Ann", offer.clone()).await, (503, "too many clients".into()));
    shake_hands(&other, true).await;
    assert_eq!(post_text(&other, "Ann", offer.clone()).await.0, 503);
    client.end();
    hub.sweep();
    assert_eq!(post_text(&other, "Ann", offer).await.0, 200);
    assert_eq!((hub.count(), other.count(), census.count()), (1, 2, 3));
}

#[tokio::test]
async fn a_request_lets_one_client_in() {
    let hub = hub(Manners::default());
    let answers = post(&hub, json!([handshake(true), handshake(true)])).await;
    assert_eq!(
        (&answers[0]["successful"], &answers[1]["error"]),
        (&json!(true), &json!("400::one handshake at a time"))
    );
    assert_eq!(hub.count(), 1);
}
