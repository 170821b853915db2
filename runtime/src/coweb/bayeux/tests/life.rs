//! A client is gone once, and after that nothing is done for it.

use std::{sync::Arc, time::Duration};

use serde_json::json;
use tokio::time::advance;

use super::{
    super::{Census, Departure, Limits, Manners, Unknown},
    house::*,
};

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test]
async fn a_client_that_disconnects_is_gone_and_its_held_connect_is_answered() {
    let hub = hub(Manners::default());
    let client = shake_hands(&hub, true).await;
    post(&hub, json!([look(&client, -1)])).await;
    let mut held = Box::pin(post(&hub, json!([connect(&client, 0)])));
    assert!(poll(&mut held).await.is_pending());
    client.deliver(delivery(1));
    let farewell = json!([{"channel": "/meta/disconnect", "id": "d", "clientId": client.id()}]);
    let answers = post(&hub, farewell.clone()).await;
    assert_eq!(
        answers,
        [json!({"channel": "/meta/disconnect", "id": "d", "advice": {"timeout": 15000}, "successful": true})]
    );
    assert_eq!(hub.application().gone_so_far(), [(client.id().to_owned(), Departure::Disconnected)]);
    client.deliver(delivery(2));
    let answers = held.await;
    assert_eq!(answers[0]["advice"], json!({"reconnect": "none"}));
    assert_eq!(data(&answers), [1]);
    assert_eq!((hub.count(), hub.client(client.id()).is_none()), (0, true));
    assert_eq!(post(&hub, farewell).await[0]["error"], format!("402:{}:unknown clientId", client.id()));
    hub.sweep();
    hub.close();
    assert_eq!(hub.application().gone_so_far().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_holds_no_connect_for_long_is_gone() {
    let hub = hub(Manners::default());
    let client = shake_hands(&hub, true).await;
    advance(29 * SECOND).await;
    hub.sweep();
    // The connect is answered after 15 s; from then on it counts again.
    post(&hub, json!([connect(&client, -1)])).await;
    advance(29 * SECOND).await;
    hub.sweep();
    assert!(client.is_alive());
    assert_eq!(client.idle(), Some(29 * SECOND));
    advance(SECOND).await;
    hub.sweep();
    assert_eq!(hub.application().gone_so_far(), [(client.id().to_owned(), Departure::Idle)]);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_holds_a_connect_is_there_however_long_that_is() {
    let hub = hub(Manners { hold: 100 * SECOND, ..Manners::default() });
    let client = shake_hands(&hub, true).await;
    let mut held = Box::pin(post(&hub, json!([connect(&client, -1)])));
    assert!(poll(&mut held).await.is_pending());
    advance(90 * SECOND).await;
    hub.sweep();
    assert!(client.is_alive());
    assert!(poll(&mut held).await.is_pending());
}

#[tokio::test(start_paused = true)]
async fn a_client_whose_held_request_is_aborted_has_a_short_time_to_come_back() {
    let hub = hub(Manners::default());
    let client = shake_hands(&hub, true).await;
    for _ in 0..2 {
        let mut held = Box::pin(post(&hub, json!([connect(&client, -1)])));
        assert!(poll(&mut held).await.is_pending());
        drop(held);
        advance(4 * SECOND).await;
        hub.sweep();
        assert!(client.is_alive());
    }
    advance(SECOND).await;
    hub.sweep();
    assert_eq!(hub.application().gone_so_far(), [(client.id().to_owned(), Departure::Aborted)]);
}

#[tokio::test(start_paused = true)]
async fn the_abort_of_a_connect_that_another_replaced_means_nothing() {
    let hub = hub(Manners::default());
    let client = shake_hands(&hub, true).await;
    let mut first = Box::pin(post(&hub, json!([connect(&client, -1)])));
    assert!(poll(&mut first).await.is_pending());
    let mut second = Box::pin(post(&hub, json!([connect(&client, -1)])));
    assert!(poll(&mut second).await.is_pending());
    drop(first);
    advance(6 * SECOND).await;
    hub.sweep();
    assert!(client.is_alive());
    client.deliver(delivery(1));
    assert_eq!(data(&second.await), [1]);
}

#[tokio::test]
async fn a_client_for_whom_too_much_waits_is_gone_and_told_to_come_anew() {
    let limits = Limits { queue: 2, ..Limits::default() };
    let hub = hub(Manners { limits, ..Manners::default() });
    let client = shake_hands(&hub, true).await;
    let mut held = Box::pin(post(&hub, json!([connect(&client, -1)])));
    assert!(poll(&mut held).await.is_pending());
    (0..3).for_each(|number| client.deliver(delivery(number)));
    assert!(!client.is_alive());
    assert!(hub.application().gone_so_far().is_empty(), "no call from within a delivery");
    let answers = held.await;
    assert_eq!(answers[0]["successful"], false);
    assert_eq!(answers[0]["error"], format!("402:{}:unknown clientId", client.id()));
    assert_eq!(answers[0]["advice"]["reconnect"], "handshake");
    assert_eq!(answers.len(), 1);
    assert_eq!(hub.application().gone_so_far(), [(client.id().to_owned(), Departure::Overflow)]);
    assert_eq!(hub.tally().overflows, 1);
}

#[tokio::test]
async fn the_application_hears_at_the_next_sweep_of_a_client_that_it_ended() {
    let hub = hub(Manners::default());
    let client = shake_hands(&hub, true).await;
    client.end();
    assert!(hub.application().gone_so_far().is_empty());
    let answers = post(&hub, json!([connect(&client, -1)])).await;
    assert_eq!(answers[0]["error"], format!("402:{}:unknown clientId", client.id()));
    hub.sweep();
    assert_eq!(hub.application().gone_so_far(), [(client.id().to_owned(), Departure::Ended)]);
}

#[tokio::test]
async fn who_is_ended_hears_the_last_words_with_the_connect_that_it_holds() {
    let hub = hub(Manners::default());
    let client = shake_hands(&hub, true).await;
    let mut held = Box::pin(post(&hub, json!([connect(&client, -1)])));
    assert!(poll(&mut held).await.is_pending());
    client.deliver(delivery(1));
    client.end();
    client.deliver(delivery(2));
    let answers = held.await;
    assert_eq!(data(&answers), [1]);
    assert_eq!(answers[0]["advice"]["reconnect"], "none");
}

#[tokio::test]
async fn a_closed_hub_has_no_clients_and_takes_none() {
    let census = Census::new(10);
    let hub = hub_in(Manners::default(), Arc::clone(&census));
    let (client, other) = (shake_hands(&hub, true).await, shake_hands(&hub, true).await);
    let mut held = Box::pin(post(&hub, json!([connect(&client, -1)])));
    assert!(poll(&mut held).await.is_pending());
    hub.close();
    assert_eq!(hub.application().gone_so_far().len(), 2);
    assert_eq!((hub.count(), census.count()), (0, 0));
    assert_eq!(held.await[0]["advice"]["reconnect"], "none");
    assert!(!other.is_alive());
    assert_eq!(post_text(&hub, "Ann", json!([handshake(true)]).to_string()).await.0, 404);
}

#[tokio::test]
async fn the_application_is_not_told_of_a_departure_while_it_serves_the_client() {
    let hub = hub(Manners::default());
    let client = shake_hands(&hub, true).await;
    let mut slow = Box::pin(post(&hub, json!([subscribe(&client, "/slow/a")])));
    assert!(poll(&mut slow).await.is_pending());
    client.end();
    hub.sweep();
    assert!(hub.application().gone_so_far().is_empty());
    hub.application().gate.add_permits(1);
    slow.await;
    assert_eq!(hub.application().record(), ["subscribe /slow/a", "subscribe /slow/a done"]);
    assert_eq!(hub.application().gone_so_far(), [(client.id().to_owned(), Departure::Ended)]);
}

#[tokio::test]
async fn what_an_application_has_begun_is_done_though_the_request_is_aborted() {
    let hub = hub(Manners::default());
    let client = shake_hands(&hub, true).await;
    let mut slow = Box::pin(post(&hub, json!([subscribe(&client, "/slow/a"), subscribe(&client, "/b")])));
    assert!(poll(&mut slow).await.is_pending());
    drop(slow);
    hub.application().gate.add_permits(1);
    // The next call has to wait for its turn.
    post(&hub, json!([subscribe(&client, "/c")])).await;
    assert_eq!(hub.application().record(), ["subscribe /slow/a", "subscribe /slow/a done", "subscribe /c"]);
    assert!(client.hears("/slow/a") && !client.hears("/b"));
}

#[tokio::test]
async fn calls_for_one_client_come_one_at_a_time_and_those_for_others_do_not_wait() {
    let hub = hub(Manners::default());
    let (client, other) = (shake_hands(&hub, true).await, shake_hands(&hub, true).await);
    let mut slow = Box::pin(post(&hub, json!([publish(&client, "/slow/a", 1)])));
    assert!(poll(&mut slow).await.is_pending());
    let mut next = Box::pin(post(&hub, json!([publish(&client, "/b", 1)])));
    assert!(poll(&mut next).await.is_pending());
    post(&hub, json!([publish(&other, "/c", 1)])).await;
    hub.application().gate.add_permits(1);
    slow.await;
    next.await;
    assert_eq!(
        hub.application().record(),
        ["publish /slow/a", "publish /c", "publish /slow/a done", "publish /b"]
    );
}

#[tokio::test]
async fn nobody_speaks_for_a_client_but_its_own_caller() {
    let hub = hub(Manners::default());
    let client = shake_hands(&hub, true).await;
    let farewell = json!({"channel": "/meta/disconnect", "clientId": client.id()});
    for message in [farewell, connect(&client, -1), subscribe(&client, "/a"), publish(&client, "/a", 1)] {
        let (_, answers) = post_as(&hub, "Bob", json!([message])).await;
        assert_eq!(answers[0]["error"], format!("402:{}:unknown clientId", client.id()), "{message}");
    }
    assert!(client.is_alive());
}

#[tokio::test]
async fn who_is_not_known_is_answered_as_the_manners_say() {
    let hub = hub(Manners::default());
    let unknown =
        json!([{"channel": "/meta/connect", "id": "1", "clientId": "x", "connectionType": "long-polling"}]);
    assert_eq!(
        post(&hub, unknown.clone()).await,
        [
            json!({"channel": "/meta/connect", "id": "1", "successful": false, "error": "402:x:unknown clientId",
            "advice": {"reconnect": "handshake", "interval": 0}})
        ]
    );
    let hub = self::hub(Manners { unknown: Unknown::Status(404), ..Manners::default() });
    let (status, words) = post_text(&hub, "Ann", unknown.to_string()).await;
    assert_eq!((status, &*words), (404, "402:x:unknown clientId"));
}

#[test]
fn however_many_end_a_client_at_once_it_is_gone_once() {
    for _ in 0..200 {
        let hub = hub(Manners { idle: Duration::ZERO, ..Manners::default() });
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let client = runtime.block_on(shake_hands(&hub, true));
        let farewell = json!([{"channel": "/meta/disconnect", "clientId": client.id()}]).to_string();
        std::thread::scope(|scope| {
            scope.spawn(|| client.end());
            scope.spawn(|| hub.sweep());
            scope.spawn(|| hub.close());
            scope.spawn(|| runtime.block_on(post_text(&hub, "Ann", farewell)));
        });
        hub.sweep();
        assert_eq!(hub.application().gone_so_far().len(), 1);
    }
}
