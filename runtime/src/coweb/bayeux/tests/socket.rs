//! Over real connections: websockets, and requests that break off.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::{
    Router,
    extract::{State, ws::WebSocketUpgrade},
    response::Response,
    routing::post,
};
use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use tokio_tungstenite::{WebSocketStream, tungstenite::Message as Frame};

use super::{
    super::{Client, Departure, Hub, Limits, Manners, Unknown},
    house::{Relay, connect, delivery, handshake, hub, look, publish, subscribe},
};

type House = Arc<Hub<Relay>>;

/// How long a test waits for what it expects, before it fails.
const PATIENCE: Duration = Duration::from_secs(10);

/// A server for a hub, which ends with the test.
async fn serve(hub: &House) -> SocketAddr {
    async fn polled(State(hub): State<House>, body: Bytes) -> Response {
        hub.post("Ann", body).await
    }
    async fn upgraded(State(hub): State<House>, upgrade: WebSocketUpgrade) -> Response {
        let upgrade = hub.manners().limits.bound(upgrade);
        upgrade.on_upgrade(async move |socket| {
            tokio::select! {
                () = hub.websocket("Ann", socket) => {}
                () = hub.application().cut.notified() => {}
            }
        })
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new().route("/", post(polled).get(upgraded)).with_state(Arc::clone(hub));
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

struct Socket(WebSocketStream<TcpStream>);

impl Socket {
    async fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        Self(tokio_tungstenite::client_async(format!("ws://{address}/"), stream).await.unwrap().0)
    }

    async fn send(&mut self, messages: Value) {
        self.0.send(Frame::text(messages.to_string())).await.unwrap();
    }

    /// The next frame's messages; `None` if the server closed it.
    async fn next(&mut self) -> Option<Vec<Value>> {
        loop {
            match tokio::time::timeout(PATIENCE, self.0.next()).await.unwrap()? {
                Ok(Frame::Text(text)) => return Some(serde_json::from_str(&text).unwrap()),
                Ok(Frame::Close(_)) | Err(_) => return None,
                Ok(_) => {}
            }
        }
    }

    async fn ask(&mut self, messages: Value) -> Vec<Value> {
        self.send(messages).await;
        self.next().await.unwrap()
    }

    async fn shake_hands(&mut self, hub: &House, ack: bool) -> Arc<Client<Relay>> {
        let answers = self.ask(json!([handshake(ack)])).await;
        hub.client(answers[0]["clientId"].as_str().unwrap()).unwrap()
    }
}

fn without_grace() -> Manners {
    Manners { grace: Duration::ZERO, ..Manners::default() }
}

/// Waits until a client holds a connect, or none.
async fn until(client: &Client<Relay>, held: bool) {
    let wait = async {
        while client.idle().is_none() != held {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, wait).await.unwrap();
}

#[tokio::test]
async fn with_acknowledgements_data_travels_with_connects_only_on_a_websocket_too() {
    let hub = hub(Manners::default());
    let mut socket = Socket::open(serve(&hub).await).await;
    let client = socket.shake_hands(&hub, true).await;
    assert_eq!(socket.ask(json!([look(&client, -1)])).await[0]["ext"]["ack"], 0);
    // Its own publish comes with the connect that follows, not before the answer to it.
    let answers = socket.ask(json!([subscribe(&client, "/a"), publish(&client, "/a", 5)])).await;
    assert_eq!((answers.len(), &answers[1]["successful"]), (2, &json!(true)));
    let answers = socket.ask(json!([connect(&client, 0)])).await;
    assert_eq!((&answers[0]["ext"]["ack"], &answers[1]["data"]), (&json!(1), &json!(5)));
    // The same again, since it says that it has batch 0 only; then it is held.
    assert_eq!(socket.ask(json!([connect(&client, 0)])).await[1]["data"], 5);
    socket.send(json!([connect(&client, 2)])).await;
    until(&client, true).await;
    client.deliver(delivery(6));
    let answers = socket.next().await.unwrap();
    assert_eq!((answers.len(), &answers[0]["ext"]["ack"], &answers[1]["data"]), (2, &json!(3), &json!(6)));
}

#[tokio::test]
async fn without_acknowledgements_data_is_pushed_on_a_websocket_while_the_connect_is_held() {
    let hub = hub(Manners::default());
    let mut socket = Socket::open(serve(&hub).await).await;
    let client = socket.shake_hands(&hub, false).await;
    client.deliver(delivery(1));
    assert_eq!(socket.next().await.unwrap(), [json!({"channel": "/number", "data": 1})]);
    let mut brief = connect(&client, -1);
    brief["advice"] = json!({"timeout": 100});
    socket.send(json!([brief])).await;
    until(&client, true).await;
    client.deliver(delivery(2));
    client.deliver(delivery(3));
    let mut data = vec![];
    while data.len() < 2 {
        data.extend(socket.next().await.unwrap().into_iter().map(|message| message["data"].clone()));
    }
    assert_eq!(data, [2, 3]);
    let answers = socket.next().await.unwrap();
    assert_eq!((answers.len(), &answers[0]["channel"]), (1, &json!("/meta/connect")));
}

#[tokio::test]
async fn a_second_connect_on_a_websocket_ends_the_first_silently() {
    let hub = hub(Manners::default());
    let mut socket = Socket::open(serve(&hub).await).await;
    let client = socket.shake_hands(&hub, true).await;
    let (mut first, mut second) = (connect(&client, -1), connect(&client, -1));
    (first["id"], second["id"]) = (json!("first"), json!("second"));
    socket.send(json!([first])).await;
    socket.send(json!([second])).await;
    let answers = socket.ask(json!([subscribe(&client, "/a")])).await;
    assert_eq!(answers[0]["channel"], "/meta/subscribe");
    client.deliver(delivery(1));
    let answers = socket.next().await.unwrap();
    assert_eq!((&answers[0]["id"], &answers[1]["data"]), (&json!("second"), &json!(1)));
    client.end();
    assert_eq!(socket.next().await, None, "nothing more");
}

#[tokio::test]
async fn a_client_may_change_from_websocket_to_long_polling_and_back() {
    let hub = hub(without_grace());
    let mut socket = Socket::open(serve(&hub).await).await;
    let client = socket.shake_hands(&hub, true).await;
    socket.send(json!([connect(&client, -1)])).await;
    until(&client, true).await;
    client.deliver(delivery(1));
    assert_eq!(socket.next().await.unwrap()[1]["data"], 1);
    let polled = super::house::post(&hub, json!([connect(&client, -1)])).await;
    assert_eq!(polled[1]["data"], 1);
    assert_eq!(socket.ask(json!([connect(&client, -1)])).await[1]["data"], 1);
    drop(socket);
    until_lost(&hub, &client).await;
}

/// Waits until the application hears that its line was lost, which must be before it would be idle.
async fn until_lost(hub: &House, client: &Client<Relay>) {
    let wait = async {
        while hub.application().gone_so_far().is_empty() {
            hub.sweep();
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, wait).await.unwrap();
    assert_eq!(hub.application().gone_so_far(), [(client.id().to_owned(), Departure::Aborted)]);
}

#[tokio::test]
async fn a_client_whose_websocket_is_closed_is_gone_unless_it_comes_back() {
    let hub = hub(without_grace());
    let mut socket = Socket::open(serve(&hub).await).await;
    let client = socket.shake_hands(&hub, true).await;
    hub.sweep();
    assert!(client.is_alive());
    drop(socket);
    until_lost(&hub, &client).await;
}

#[tokio::test]
async fn a_client_whose_websocket_is_served_no_more_is_gone_unless_it_comes_back() {
    let hub = hub(without_grace());
    let mut socket = Socket::open(serve(&hub).await).await;
    let client = socket.shake_hands(&hub, true).await;
    socket.send(json!([connect(&client, -1)])).await;
    until(&client, true).await;
    hub.application().cut.notify_waiters();
    until_lost(&hub, &client).await;
}

#[tokio::test]
async fn a_client_whose_connection_breaks_off_while_it_holds_a_connect_is_gone_unless_it_comes_back() {
    let hub = hub(without_grace());
    let address = serve(&hub).await;
    let client = super::house::shake_hands(&hub, true).await;
    let body = json!([connect(&client, -1)]).to_string();
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = format!("POST / HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\n\r\n", body.len());
    stream.write_all((head + &body).as_bytes()).await.unwrap();
    until(&client, true).await;
    drop(stream);
    until_lost(&hub, &client).await;
}

#[tokio::test]
async fn what_was_written_to_a_connection_that_broke_off_comes_again() {
    let hub = hub(Manners::default());
    let address = serve(&hub).await;
    let client = super::house::shake_hands(&hub, true).await;
    let body = json!([connect(&client, -1)]).to_string();
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = format!("POST / HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\n\r\n", body.len());
    stream.write_all((head + &body).as_bytes()).await.unwrap();
    until(&client, true).await;
    client.deliver(delivery(1));
    let mut first = [0];
    stream.read_exact(&mut first).await.unwrap();
    drop(stream);
    let answers = super::house::post(&hub, json!([look(&client, -1)])).await;
    assert_eq!((&answers[0]["ext"]["ack"], &answers[1]["data"]), (&json!(1), &json!(1)));
}

#[tokio::test]
async fn an_unreadable_frame_is_answered_and_the_websocket_goes_on() {
    let hub = hub(Manners::default());
    let mut socket = Socket::open(serve(&hub).await).await;
    let answers = socket.ask(json!([7])).await;
    assert_eq!(answers, [json!({"successful": false, "error": "500::bad-json"})]);
    socket.shake_hands(&hub, true).await;
}

#[tokio::test]
async fn a_frame_that_is_too_long_closes_the_websocket() {
    let hub = hub(Manners { limits: Limits { bytes: 300, ..Limits::default() }, ..Manners::default() });
    let mut socket = Socket::open(serve(&hub).await).await;
    socket.shake_hands(&hub, true).await;
    socket.send(json!(["x".repeat(300)])).await;
    assert_eq!(socket.next().await, None);
}

#[tokio::test]
async fn a_refusal_by_status_is_an_error_on_a_websocket() {
    let hub = hub(Manners::default());
    let mut socket = Socket::open(serve(&hub).await).await;
    let client = socket.shake_hands(&hub, true).await;
    let answers =
        socket.ask(json!([publish(&client, "/refused/status", 1), publish(&client, "/a", 1)])).await;
    assert_eq!((&answers[0]["error"], &answers[1]["successful"]), (&json!("403::not you"), &json!(true)));
}

#[tokio::test]
async fn the_websocket_of_a_client_that_is_ended_is_closed_after_its_last_words() {
    let hub = hub(Manners::default());
    let mut socket = Socket::open(serve(&hub).await).await;
    let client = socket.shake_hands(&hub, true).await;
    socket.send(json!([connect(&client, -1)])).await;
    until(&client, true).await;
    client.deliver(delivery(1));
    client.end();
    let answers = socket.next().await.unwrap();
    assert_eq!((&answers[0]["advice"]["reconnect"], &answers[1]["data"]), (&json!("none"), &json!(1)));
    assert_eq!(socket.next().await, None);
    assert_eq!(hub.application().somebody_is_gone().await, [(client.id().to_owned(), Departure::Ended)]);
}

#[tokio::test]
async fn what_is_pushed_to_a_client_before_its_end_still_comes() {
    let hub = hub(Manners::default());
    let mut socket = Socket::open(serve(&hub).await).await;
    let client = socket.shake_hands(&hub, false).await;
    client.deliver(delivery(1));
    client.end();
    hub.sweep();
    assert_eq!(socket.next().await.unwrap()[0]["data"], 1);
    assert_eq!(socket.next().await, None);
}

#[tokio::test]
async fn who_is_not_known_is_told_to_shake_hands_or_finds_the_websocket_closed() {
    let unknown = json!([{"channel": "/a", "id": "1", "clientId": "x", "data": 1}]);
    let hub = hub(Manners::default());
    let mut socket = Socket::open(serve(&hub).await).await;
    assert_eq!(socket.ask(unknown.clone()).await[0]["advice"]["reconnect"], "handshake");
    socket.shake_hands(&hub, true).await;
    let hub = super::house::hub(Manners { unknown: Unknown::Status(404), ..Manners::default() });
    let mut socket = Socket::open(serve(&hub).await).await;
    socket.send(unknown).await;
    assert_eq!(socket.next().await, None);
}

#[tokio::test]
async fn a_websocket_that_carries_nobody_is_closed_after_a_while() {
    let hub = hub(Manners { idle: Duration::from_millis(50), ..Manners::default() });
    let mut socket = Socket::open(serve(&hub).await).await;
    assert_eq!(socket.next().await, None);
}

#[tokio::test]
async fn a_websocket_from_which_nothing_comes_is_asked_and_then_closed() {
    let manners =
        Manners { hold: Duration::from_millis(100), grace: Duration::from_millis(50), ..Manners::default() };
    let hub = hub(manners);
    let mut socket = Socket::open(serve(&hub).await).await;
    let client = socket.shake_hands(&hub, false).await;
    // Not read meanwhile, so the ping is not answered; the client that was carried is lost.
    until_lost(&hub, &client).await;
    drop(socket);
}

#[tokio::test]
async fn a_client_that_reads_nothing_is_gone_by_overflow_and_delays_nobody() {
    let limits = Limits { queue: 100_000, queue_bytes: 1 << 20, ..Limits::default() };
    let hub = hub(Manners { limits, ..Manners::default() });
    let address = serve(&hub).await;
    let mut socket = Socket::open(address).await;
    let client = socket.shake_hands(&hub, false).await;
    let mut other = Socket::open(address).await;
    let reader = other.shake_hands(&hub, false).await;
    let long = super::super::Delivery::of("/long", &"x".repeat(1 << 18)).unwrap();
    while client.is_alive() {
        client.deliver(long.clone());
        tokio::task::yield_now().await;
    }
    hub.sweep();
    assert_eq!(hub.application().gone_so_far(), [(client.id().to_owned(), Departure::Overflow)]);
    reader.deliver(delivery(1));
    assert_eq!(other.next().await.unwrap()[0]["data"], 1);
}
