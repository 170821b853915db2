use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

use futures_util::{SinkExt, StreamExt};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    sync::{mpsc, oneshot},
};
use tokio_tungstenite::{
    accept_async,
    tungstenite::{
        Message,
        protocol::{CloseFrame, frame::coding::CloseCode},
    },
};

use super::*;
use crate::imports::{
    resolver::Resolver,
    testing::{self, Issuer, Peer as Server},
    tls::Tls,
};

const LIMITS: ConnectionLimits = ConnectionLimits { unsent: 1 << 20, message: 64 << 10 };

/// A sink that gives each event to the test, and waits until the test is done with it.
struct Ear {
    busy: AtomicBool,
    events: mpsc::UnboundedSender<Unread>,
}

struct Unread(Event, oneshot::Sender<bool>);

struct Events(mpsc::UnboundedReceiver<Unread>);

fn ear() -> (Arc<Ear>, Events) {
    let (events, heard) = mpsc::unbounded_channel();
    (Arc::new(Ear { busy: AtomicBool::new(false), events }), Events(heard))
}

impl Sink for Ear {
    fn deliver(&self, event: Event) -> BoxFuture<'_, bool> {
        Box::pin(async move {
            assert!(!self.busy.swap(true, SeqCst), "two events at a time");
            if let Event::Data(data) = &event {
                assert!(data.len() <= 64 << 10);
            }
            let (done, wait) = oneshot::channel();
            let wanted = self.events.send(Unread(event, done)).is_ok() && wait.await.unwrap_or(false);
            self.busy.store(false, SeqCst);
            wanted
        })
    }
}

impl Events {
    async fn hold(&mut self) -> Unread {
        self.0.recv().await.expect("the connection ended without saying so")
    }

    async fn next(&mut self) -> Event {
        let Unread(event, done) = self.hold().await;
        let _ = done.send(true);
        event
    }

    /// So many bytes, in however many pieces.
    async fn bytes(&mut self, count: usize) -> Vec<u8> {
        let mut bytes = Vec::new();
        while bytes.len() < count {
            match self.next().await {
                Event::Data(data) => bytes.extend_from_slice(&data),
                event => panic!("{event:?} after {} bytes", bytes.len()),
            }
        }
        bytes
    }

    async fn closed(&mut self) -> Option<Error> {
        match self.next().await {
            Event::Closed(reason) => reason,
            event => panic!("{event:?}"),
        }
    }
}

fn open(server: &Server, scheme: &str, dialer: &Dialer) -> (Connection, Events) {
    let (ear, events) = ear();
    (Connection::open(&server.url(scheme), dialer, &server.grants(), LIMITS, ear).unwrap(), events)
}

/// A connection to a server in the clear, opened.
async fn opened() -> (Connection, Events, tokio::net::TcpStream) {
    let server = Server::new().await;
    let (connection, mut events) = open(&server, "tcp", &testing::dialer());
    let peer = server.accept().await;
    assert_eq!(events.next().await, Event::Open);
    (connection, events, peer)
}

fn is_tls(reason: Option<Error>, part: &str) {
    assert!(matches!(&reason, Some(Error::Tls(words)) if words.contains(part)), "{reason:?}");
}

#[tokio::test]
async fn bytes_go_to_and_fro() {
    let (connection, mut events, mut peer) = opened().await;
    connection.send("hello ".into()).unwrap();
    connection.send("there".into()).unwrap();
    let mut heard = [0; 11];
    peer.read_exact(&mut heard).await.unwrap();
    assert_eq!(&heard, b"hello there");
    // More than any buffer on the way: it comes piece by piece, each after the one before was dealt with.
    let many: Vec<u8> = (0..20 << 20).map(|i| (i % 251) as u8).collect();
    let sent = many.clone();
    let server = tokio::spawn(async move {
        peer.write_all(&sent).await.unwrap();
        peer
    });
    assert!(events.bytes(many.len()).await == many);
    drop(server.await.unwrap());
    assert_eq!(events.closed().await, None);
    assert_eq!(connection.send("late".into()), Err(Error::Closed));
    assert!(!connection.is_open());
}

#[tokio::test]
async fn a_peer_that_never_reads_fills_its_queue_and_is_still_heard() {
    let (connection, mut events, mut peer) = opened().await;
    let piece = Bytes::from(vec![0; 64 << 10]);
    loop {
        match connection.send(piece.clone()) {
            Ok(()) => tokio::task::yield_now().await,
            Err(error) => break assert_eq!(error, Error::Full),
        }
    }
    peer.write_all(b"still here").await.unwrap();
    assert_eq!(events.bytes(10).await, b"still here");
    assert_eq!(connection.send(piece), Err(Error::Full));
    // It does not hold up the end for ever either.
    connection.close();
    tokio::time::pause();
    assert!(matches!(events.closed().await, Some(Error::Unreachable(_))));
}

#[tokio::test]
async fn nothing_is_much_when_sent_often() {
    let (connection, _events, _peer) = opened().await;
    // The task gets no turn in between.
    let sent = (0..LIMITS.unsent).take_while(|_| connection.send(Bytes::new()).is_ok()).count();
    assert!(sent <= LIMITS.unsent / OVERHEAD + 1, "{sent}");
}

#[tokio::test]
async fn what_is_queued_goes_out_before_the_end() {
    let (connection, mut events, mut peer) = opened().await;
    let piece = Bytes::from(vec![7; 10 << 10]);
    for _ in 0..100 {
        connection.send(piece.clone()).unwrap();
    }
    connection.close();
    assert_eq!(connection.send(piece), Err(Error::Closed));
    // The peer says goodbye as well, and neither side loses what the other said last.
    let mut heard = Vec::new();
    peer.read_to_end(&mut heard).await.unwrap();
    assert_eq!(heard.len(), 1000 << 10);
    peer.write_all(b"bye").await.unwrap();
    drop(peer);
    assert_eq!(events.bytes(3).await, b"bye");
    assert_eq!(events.closed().await, None);
}

#[tokio::test]
async fn a_dropped_connection_is_closed_at_once() {
    let (connection, _events, mut peer) = opened().await;
    drop(connection);
    assert_eq!(peer.read(&mut [0]).await.unwrap(), 0);
}

#[tokio::test]
async fn a_connection_that_nobody_hears_of_ends() {
    let (_connection, mut events, mut peer) = opened().await;
    peer.write_all(b"anybody?").await.unwrap();
    let Unread(_, done) = events.hold().await;
    done.send(false).unwrap();
    assert_eq!(peer.read(&mut [0]).await.unwrap(), 0);
    assert!(events.0.recv().await.is_none());
}

#[tokio::test]
async fn closing_does_not_wait_for_opening() {
    let never = Resolver::new(|_| Box::pin(std::future::pending()));
    let dialer = Dialer::new(never, Tls::default());
    let server = Server::new().await;
    let (connection, mut events) = open(&server, "tcp", &dialer);
    assert_eq!(connection.send("early".into()), Err(Error::Closed));
    connection.close();
    assert_eq!(events.closed().await, None);
}

#[tokio::test]
async fn what_is_not_granted_is_refused_where_it_is_asked_for() {
    let server = Server::new().await;
    let try_open =
        |url: &str| Connection::open(url, &testing::dialer(), &server.grants(), LIMITS, ear().0).map(drop);
    for (url, what) in
        [("tcp://evil.test:1", "evil.test:1"), ("tcp://2130706433:1", "127.0.0.1:1"), ("stdio:", "stdio:")]
    {
        assert!(matches!(try_open(url), Err(Error::Denied(denial)) if denial.what == what));
    }
    assert!(matches!(try_open("https://peer.test/"), Err(Error::Other(_))));
    assert!(matches!(try_open("tcp://me:secret@peer.test:1"), Err(Error::Other(_))));
}

#[tokio::test]
async fn a_granted_name_that_leads_home_is_refused() {
    let server = Server::new().await;
    let mut grants = Grants::clone(&server.grants());
    grants.net.truncate(1);
    let (ear, mut events) = ear();
    let url = server.url("tcp");
    let _connection = Connection::open(&url, &testing::dialer(), &Arc::new(grants), LIMITS, ear).unwrap();
    let Some(Error::Denied(denial)) = events.closed().await else { panic!() };
    assert_eq!(denial.what, url.strip_prefix("tcp://").unwrap());
    assert_eq!(denial.add, format!("grant = {{ net = [\"{}\"] }}", server.address));
}

#[tokio::test]
async fn nobody_there_is_told() {
    let server = Server::new().await;
    let (url, grants) = (server.url("tcp"), server.grants());
    drop(server);
    let (ear, mut events) = ear();
    let _connection = Connection::open(&url, &testing::dialer(), &grants, LIMITS, ear).unwrap();
    assert!(matches!(events.closed().await, Some(Error::Unreachable(_))));
}

#[tokio::test]
async fn tls_carries_bytes_and_ends_only_when_it_says_so() {
    let (issuer, server) = (Issuer::new(), Server::new().await);
    for orderly in [true, false] {
        let (connection, mut events) = open(&server, "tls", &issuer.dialer());
        let mut peer = server.accept_tls(&issuer.acceptor("peer.test")).await;
        assert_eq!(events.next().await, Event::Open);
        connection.send("hello".into()).unwrap();
        let mut heard = [0; 5];
        peer.read_exact(&mut heard).await.unwrap();
        peer.write_all(&heard).await.unwrap();
        assert_eq!(events.bytes(5).await, b"hello");
        if orderly {
            peer.shutdown().await.unwrap();
            assert_eq!(events.closed().await, None);
        } else {
            drop(peer);
            assert!(matches!(events.closed().await, Some(Error::Unreachable(_))));
        }
    }
}

#[tokio::test]
async fn a_certificate_that_proves_nothing_is_refused_in_words() {
    let (issuer, server) = (Issuer::new(), Server::new().await);
    let mut expired = rcgen::CertificateParams::new(vec!["peer.test".to_owned()]).unwrap();
    expired.not_after = rcgen::date_time_ymd(2020, 1, 1);
    let expired = issuer.acceptor_with(expired);
    for (dialer, acceptor, part) in [
        (issuer.dialer(), issuer.acceptor("other.test"), "is not for peer.test but for other.test"),
        (issuer.dialer(), Issuer::new().acceptor("peer.test"), "[tls] extra-roots"),
        (testing::dialer(), issuer.acceptor("peer.test"), "issuer that is not trusted"),
        (issuer.dialer(), expired, "expired"),
    ] {
        let (_connection, mut events) = open(&server, "tls", &dialer);
        assert!(acceptor.accept(server.accept().await).await.is_err());
        is_tls(events.closed().await, part);
    }
    // Somebody who does not speak TLS at all.
    let (_connection, mut events) = open(&server, "tls", &issuer.dialer());
    server.accept().await.write_all(b"220 mail.test ESMTP\r\n").await.unwrap();
    is_tls(events.closed().await, "does not answer in TLS");
}

#[tokio::test]
async fn starttls_makes_tls_of_a_connection() {
    let issuer = Issuer::new();
    let server = Server::new().await;
    let (connection, mut events) = open(&server, "tcp", &issuer.dialer());
    let mut peer = server.accept().await;
    assert_eq!(events.next().await, Event::Open);
    peer.write_all(b"go ahead").await.unwrap();
    let Unread(_, done) = events.hold().await;
    // In this order, whatever happens meanwhile.
    connection.send("in the clear".into()).unwrap();
    connection.start_tls("other.test").unwrap();
    connection.send("in secret".into()).unwrap();
    assert!(matches!(connection.start_tls("other.test"), Err(Error::Other(_))));
    let Ok(Peer::Network { hosts, .. }) = connection.peer() else { panic!() };
    assert_eq!(hosts, ["peer.test".parse().unwrap(), "other.test".parse().unwrap()]);
    done.send(true).unwrap();
    let mut heard = [0; 12];
    peer.read_exact(&mut heard).await.unwrap();
    assert_eq!(&heard, b"in the clear");
    let mut peer = issuer.acceptor("other.test").accept(peer).await.unwrap();
    assert_eq!(events.next().await, Event::Open);
    let mut heard = [0; 9];
    peer.read_exact(&mut heard).await.unwrap();
    assert_eq!(&heard, b"in secret");
    peer.write_all(b"welcome").await.unwrap();
    assert_eq!(events.bytes(7).await, b"welcome");
}

#[tokio::test]
async fn starttls_checks_the_name() {
    let issuer = Issuer::new();
    let server = Server::new().await;
    let (connection, mut events) = open(&server, "tcp", &issuer.dialer());
    let peer = server.accept().await;
    assert_eq!(events.next().await, Event::Open);
    connection.start_tls("peer.test").unwrap();
    assert!(issuer.acceptor("other.test").accept(peer).await.is_err());
    is_tls(events.closed().await, "is not for peer.test");
}

#[tokio::test]
async fn starttls_refuses_what_came_in_the_clear_after_it() {
    let (connection, mut events, mut peer) = opened().await;
    peer.write_all(b"go ahead\r\n").await.unwrap();
    let Unread(event, done) = events.hold().await;
    assert_eq!(event, Event::Data("go ahead\r\n".into()));
    // There before the extension is done with what it was told, and so before any handshake.
    peer.write_all(b"injected\r\n").await.unwrap();
    connection.start_tls("peer.test").unwrap();
    done.send(true).unwrap();
    is_tls(events.closed().await, "in the clear");

    // Or in answer to the handshake's first message.
    let (connection, mut events, mut peer) = opened().await;
    connection.start_tls("peer.test").unwrap();
    peer.read_u8().await.unwrap();
    peer.write_all(b"injected\r\n").await.unwrap();
    is_tls(events.closed().await, "does not answer in TLS");
}

#[tokio::test]
async fn a_handshake_that_never_ends_is_given_up() {
    let server = Server::new().await;
    for scheme in ["tls", "ws"] {
        let (_connection, mut events) = open(&server, scheme, &testing::dialer());
        let _silent = server.accept().await;
        tokio::time::pause();
        assert!(
            matches!(events.closed().await, Some(Error::Unreachable(words)) if words.contains("handshake"))
        );
        tokio::time::resume();
    }
}

#[tokio::test]
async fn messages_go_to_and_fro() {
    let (issuer, server) = (Issuer::new(), Server::new().await);
    let (connection, mut events) = open(&server, "wss", &issuer.dialer());
    let mut peer = accept_async(server.accept_tls(&issuer.acceptor("peer.test")).await).await.unwrap();
    assert_eq!(events.next().await, Event::Open);
    for (data, message) in [
        (Bytes::from("text ünd more"), Message::text("text ünd more")),
        (Bytes::from_static(b"\xff\x00"), Message::binary(&b"\xff\x00"[..])),
        (Bytes::new(), Message::text("")),
        (vec![b'a'; LIMITS.message].into(), Message::text("a".repeat(LIMITS.message))),
    ] {
        connection.send(data.clone()).unwrap();
        let heard = peer.next().await.unwrap().unwrap();
        assert_eq!(heard, message);
        peer.send(Message::Ping("ping".into())).await.unwrap();
        peer.send(heard).await.unwrap();
        assert_eq!(events.next().await, Event::Data(data));
        assert_eq!(peer.next().await.unwrap().unwrap(), Message::Pong("ping".into()));
    }
    assert_eq!(connection.send(vec![0; LIMITS.message + 1].into()), Err(Error::Full));
    assert!(matches!(connection.start_tls("peer.test"), Err(Error::Other(_))));
    connection.send("last words".into()).unwrap();
    connection.close();
    assert_eq!(peer.next().await.unwrap().unwrap(), Message::text("last words"));
    assert_eq!(peer.next().await.unwrap().unwrap(), Message::Close(None));
    assert!(peer.next().await.is_none());
    drop(peer);
    assert_eq!(events.closed().await, None);
}

#[tokio::test]
async fn messages_end_as_the_peer_says() {
    let server = Server::new().await;
    let frame = |code, reason: &str| CloseFrame { code, reason: reason.to_owned().into() };
    for (close, reason) in [
        (None, None),
        (Some(frame(CloseCode::Normal, "bye")), None),
        (Some(frame(CloseCode::Policy, "go\x1b away")), Some("with 1008: go␛ away")),
    ] {
        let (_connection, mut events) = open(&server, "ws", &testing::dialer());
        let mut peer = accept_async(server.accept().await).await.unwrap();
        assert_eq!(events.next().await, Event::Open);
        peer.close(close).await.unwrap();
        while peer.next().await.is_some() {}
        drop(peer);
        match (events.closed().await, reason) {
            (None, None) => {}
            (Some(Error::Other(words)), Some(part)) => assert!(words.contains(part), "{words}"),
            other => panic!("{other:?}"),
        }
    }
    // Without a word.
    let (_connection, mut events) = open(&server, "ws", &testing::dialer());
    let peer = accept_async(server.accept().await).await.unwrap();
    assert_eq!(events.next().await, Event::Open);
    drop(peer);
    assert!(matches!(events.closed().await, Some(Error::Unreachable(_))));
}

#[tokio::test]
async fn a_message_beyond_the_limit_ends_the_connection() {
    let server = Server::new().await;
    let (_connection, mut events) = open(&server, "ws", &testing::dialer());
    let mut peer = accept_async(server.accept().await).await.unwrap();
    assert_eq!(events.next().await, Event::Open);
    peer.send(Message::binary(vec![0; LIMITS.message + 1])).await.unwrap();
    assert!(matches!(events.closed().await, Some(Error::Other(words)) if words.contains("65537")));
}

#[tokio::test]
async fn a_websocket_peer_that_never_reads_fills_its_queue_and_is_still_heard() {
    let server = Server::new().await;
    let (connection, mut events) = open(&server, "ws", &testing::dialer());
    let mut peer = accept_async(server.accept().await).await.unwrap();
    assert_eq!(events.next().await, Event::Open);
    let piece = Bytes::from(vec![0xff; LIMITS.message]);
    loop {
        match connection.send(piece.clone()) {
            Ok(()) => tokio::task::yield_now().await,
            Err(error) => break assert_eq!(error, Error::Full),
        }
    }
    peer.send(Message::text("still here")).await.unwrap();
    assert_eq!(events.next().await, Event::Data("still here".into()));
}

#[tokio::test]
async fn an_answer_that_opens_no_websocket_is_an_error() {
    let server = Server::new().await;
    for (answer, part) in [
        ("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", "answered 403"),
        ("HTTP/1.1 302 Found\r\nLocation: ws://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", "answered 302"),
        ("220 mail.test ESMTP\r\n\r\n", "did not open a WebSocket"),
    ] {
        let (_connection, mut events) = open(&server, "ws", &testing::dialer());
        server.accept().await.write_all(answer.as_bytes()).await.unwrap();
        let reason = events.closed().await;
        assert!(matches!(&reason, Some(Error::Other(words)) if words.contains(part)), "{reason:?}");
    }
}

#[tokio::test]
async fn the_terminal_belongs_to_one_connection_at_a_time() {
    let grants = Arc::new(Grants { net: vec!["stdio:".parse().unwrap()], ..Grants::default() });
    let try_open = || Connection::open("stdio:", &testing::dialer(), &grants, LIMITS, ear().0);
    let first = try_open().unwrap();
    assert_eq!(first.url(), "stdio:");
    assert!(matches!(try_open(), Err(Error::Other(words)) if words.contains("in use")));
}
