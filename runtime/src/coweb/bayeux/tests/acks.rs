//! Whatever is lost on the way, a client that acknowledges has every message once and in order.

use std::{pin::Pin, sync::Arc};

use proptest::{collection::vec, prelude::*};
use serde_json::{Value, json};

use super::{
    super::{Client, Manners},
    house::*,
};

#[tokio::test]
async fn a_lost_answer_is_sent_again_with_the_next_connect() {
    let hub = hub(Manners::default());
    let client = shake_hands(&hub, true).await;
    post(&hub, json!([look(&client, -1)])).await;
    client.deliver(delivery(1));
    assert_eq!(data(&post(&hub, json!([connect(&client, 0)])).await), [1]);
    client.deliver(delivery(2));
    let answers = post(&hub, json!([connect(&client, 0)])).await;
    assert_eq!(data(&answers), [1, 2]);
    assert_eq!(answers[0]["ext"]["ack"], 2);
    assert!(data(&post(&hub, json!([look(&client, 2)])).await).is_empty());
}

#[tokio::test]
async fn a_second_connect_ends_the_first_with_408_and_takes_its_place() {
    let hub = hub(Manners::default());
    let client = shake_hands(&hub, true).await;
    post(&hub, json!([look(&client, -1)])).await;
    let mut first = Box::pin(post_as(&hub, "Ann", json!([connect(&client, 0)])));
    assert!(poll(&mut first).await.is_pending());
    let mut second = Box::pin(post(&hub, json!([connect(&client, 0)])));
    assert!(poll(&mut second).await.is_pending());
    client.deliver(delivery(1));
    assert_eq!(first.await, (408, vec![]));
    assert_eq!(data(&second.await), [1]);
    assert!(client.is_alive());
}

#[tokio::test]
async fn the_request_that_another_replaces_is_answered_at_once() {
    let hub = hub(Manners::default());
    let client = shake_hands(&hub, true).await;
    let request = connect(&client, -1);
    let of_first = Arc::clone(&hub);
    let first = tokio::spawn(async move { post_as(&of_first, "Ann", json!([request])).await });
    while client.idle().is_some() {
        tokio::task::yield_now().await;
    }
    let mut second = Box::pin(post(&hub, json!([connect(&client, -1)])));
    assert!(poll(&mut second).await.is_pending());
    let before = std::time::Instant::now();
    assert_eq!(first.await.unwrap().0, 408);
    assert!(before.elapsed().as_secs() < 10, "not only when its time was over");
}

/// What happens to a client, its server and the network between.
#[derive(Debug, Clone, Copy)]
enum Happening {
    Delivered,
    /// The client connects, and abandons what it waited for. The server sees the request.
    Connects {
        at_once: bool,
    },
    /// As much as the server can do by itself is done, and the client reads what came.
    Reads,
    /// The same, but it is lost on the way.
    Loses,
    /// The connection breaks off.
    Aborts,
}

fn happening() -> impl Strategy<Value = Happening> {
    prop_oneof![
        3 => Just(Happening::Delivered),
        3 => any::<bool>().prop_map(|at_once| Happening::Connects { at_once }),
        2 => Just(Happening::Reads),
        1 => Just(Happening::Loses),
        1 => Just(Happening::Aborts),
    ]
}

type Request<'a> = Pin<Box<dyn Future<Output = (u16, Vec<Value>)> + 'a>>;

/// A client that acknowledges.
struct Receiver {
    client: Arc<Client<Relay>>,
    ack: i64,
    received: Vec<Value>,
}

impl Receiver {
    fn read(&mut self, (status, answers): (u16, Vec<Value>)) {
        assert_eq!(status, 200);
        let number = answers[0]["ext"]["ack"].as_i64().unwrap();
        assert!(number > self.ack || number == 0, "batch {number} after {}", self.ack);
        self.ack = number;
        self.received.extend(data(&answers));
    }
}

async fn play(happenings: Vec<Happening>, counts_from: i64) {
    let hub = hub(Manners::default());
    let client = shake_hands(&hub, true).await;
    let mut receiver = Receiver { client, ack: counts_from, received: vec![] };
    let (mut held, mut sent): (Option<Request<'_>>, u32) = (None, 0);
    for happening in happenings {
        match happening {
            Happening::Delivered => {
                receiver.client.deliver(delivery(sent));
                sent += 1;
            }
            Happening::Connects { at_once } => {
                let message = if at_once { look } else { connect }(&receiver.client, receiver.ack);
                let mut request: Request<'_> = Box::pin(post_as(&hub, "Ann", json!([message])));
                let answered = poll(&mut request).await;
                if let Some(mut before) = held.take()
                    && let std::task::Poll::Ready((status, answers)) = poll(&mut before).await
                {
                    // What was answered before it was abandoned is lost with it.
                    assert!(status == 200 || (status == 408 && answers.is_empty()));
                }
                held = match answered {
                    std::task::Poll::Ready(answers) => {
                        receiver.read(answers);
                        None
                    }
                    std::task::Poll::Pending => Some(request),
                };
            }
            Happening::Reads | Happening::Loses => {
                if let Some(mut request) = held.take() {
                    match poll(&mut request).await {
                        std::task::Poll::Ready(answers) if matches!(happening, Happening::Reads) => {
                            receiver.read(answers);
                        }
                        std::task::Poll::Ready(_) => {}
                        std::task::Poll::Pending => held = Some(request),
                    }
                }
            }
            Happening::Aborts => held = None,
        }
    }
    drop(held);
    let answers = post_as(&hub, "Ann", json!([look(&receiver.client, receiver.ack)])).await;
    receiver.read(answers);
    assert_eq!(receiver.received, (0..sent).collect::<Vec<_>>());
    let answers = post(&hub, json!([look(&receiver.client, receiver.ack)])).await;
    assert!(data(&answers).is_empty(), "nothing comes twice");
}

proptest! {
    #[test]
    fn whatever_is_lost_every_message_comes_once_and_in_order(happenings in vec(happening(), 0..60), from in -1_i64..=0) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        runtime.block_on(play(happenings, from));
    }
}
