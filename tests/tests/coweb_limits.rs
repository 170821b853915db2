//! The program as a server of coweb sessions: TLS, and clients that are slow, silent or greedy, while others go on.

use std::{
    io,
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use parlor_tests::{
    certificate::Authority,
    scripted::PATIENCE,
    web::{
        peer::{Peer, anna_and_ben, event, hears},
        server::Server,
    },
};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{sleep, timeout},
};
use tokio_rustls::{
    TlsConnector,
    client::TlsStream,
    rustls::{
        ClientConfig, RootCertStore,
        crypto::ring,
        pki_types::{CertificateDer, ServerName, pem::PemObject},
    },
};

/// The longest that somebody else's request may take while a client misbehaves; each is done in milliseconds.
const UNHINDERED: Duration = Duration::from_secs(2);

/// A server with a certificate of this authority, in a folder that must stay.
async fn secure_server(authority: &Authority) -> (Server, TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str, content: &str| -> PathBuf {
        let path = folder.path().join(name);
        std::fs::write(&path, content).expect("a file");
        path
    };
    let signed = authority.sign("127.0.0.1");
    let (certificate, key) = (file("cert.pem", &signed.chain), file("key.pem", &signed.key));
    let server = Server::start(&format!("tls = {{ certificate = {certificate:?}, key = {key:?} }}\n")).await;
    (server, folder)
}

/// Host and port of a server.
fn address(server: &Server) -> String {
    server.url().split_once("://").expect("a scheme").1.to_owned()
}

/// A connection to a server, by somebody who trusts this authority alone.
async fn securely(server: &Server, authority: &Authority) -> io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(authority.file()).expect("PEM")).expect("a certificate");
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let config = config.with_safe_default_protocol_versions().expect("versions of TLS");
    let config = config.with_root_certificates(roots).with_no_client_auth();
    let name = ServerName::try_from("127.0.0.1").expect("a name");
    let stream = TcpStream::connect(address(server)).await?;
    TlsConnector::from(Arc::new(config)).connect(name, stream).await
}

/// Posts over a connection, and returns the answer's head and what it says.
async fn posts(
    mut stream: impl AsyncReadExt + AsyncWriteExt + Unpin,
    path: &str,
    cookie: &str,
    body: &str,
) -> (String, Value) {
    let length = body.len();
    let request = format!(
        "POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncookie: {cookie}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).await.expect("a server that reads");
    let mut answer = String::new();
    // Not everybody says goodbye.
    let _ = timeout(PATIENCE, stream.read_to_string(&mut answer)).await.expect("an end");
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    (head.to_owned(), serde_json::from_str(body).unwrap_or_default())
}

#[tokio::test]
async fn a_server_with_a_certificate_speaks_tls_and_its_cookies_go_over_nothing_else() {
    let authority = Authority::new();
    let (server, _folder) = secure_server(&authority).await;
    assert!(server.url().starts_with("https://"), "{}", server.url());
    let prepares = r#"{"key":"k","collab":true}"#;
    let stream = securely(&server, &authority).await.expect("a certificate that is trusted");
    let (head, said) = posts(stream, "/admin", "", prepares).await;
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    let cookie = head.lines().find_map(|line| line.strip_prefix("set-cookie: ")).expect("a cookie");
    assert!(cookie.split("; ").any(|attribute| attribute == "Secure"), "{cookie}");

    let cookie = cookie.split(';').next().expect("a pair");
    let handshake = r#"[{"channel":"/meta/handshake","version":"1.0","id":"0","supportedConnectionTypes":["long-polling"]}]"#;
    let stream = securely(&server, &authority).await.expect("a certificate that is trusted");
    let path = said["sessionurl"].as_str().expect("an address");
    let (_, said) = posts(stream, path, cookie, handshake).await;
    assert_eq!(said[0]["successful"], true, "{said}");
}

#[tokio::test]
async fn where_tls_is_spoken_nothing_is_said_in_clear() {
    let (server, _folder) = secure_server(&Authority::new()).await;
    let mut stream = TcpStream::connect(address(&server)).await.expect("a server");
    stream
        .write_all(b"POST /admin HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n{}")
        .await
        .expect("a server");
    let mut answer = Vec::new();
    // Whether it closes or breaks off, is all the same.
    let _ = timeout(PATIENCE, stream.read_to_end(&mut answer)).await.expect("an end");
    let answer = String::from_utf8_lossy(&answer);
    assert!(!answer.contains("HTTP") && !answer.contains("session"), "{answer}");
}

#[tokio::test]
async fn who_is_silent_where_tls_is_to_begin_is_cut_off_in_time() {
    let (server, _folder) = secure_server(&Authority::new()).await;
    let mut stream = TcpStream::connect(address(&server)).await.expect("a server");
    let mut answer = Vec::new();
    let end = timeout(Duration::from_secs(12), stream.read_to_end(&mut answer)).await;
    assert!(end.is_ok(), "the connection was to be cut off");
    assert_eq!(answer, b"");
}

/// Sends a request's head, and then a byte of the body now and then, until the server has said all that it says.
async fn trickles(address: String) -> String {
    let mut stream = TcpStream::connect(address).await.expect("a server");
    stream
        .write_all(b"POST /admin HTTP/1.1\r\nhost: x\r\ncontent-length: 10000\r\n\r\n")
        .await
        .expect("a server");
    let (mut reads, mut writes) = stream.split();
    let mut answer = Vec::new();
    let bytes = async {
        while writes.write_all(b" ").await.is_ok() {
            sleep(Duration::from_millis(50)).await;
        }
        // What was said before is still to be read.
        std::future::pending().await
    };
    tokio::select! {
        // It may break off, since not all of the body was taken.
        _ = reads.read_to_end(&mut answer) => {}
        () = bytes => {}
    }
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn who_sends_byte_by_byte_is_told_so_in_time_and_hinders_nobody() {
    let server = Server::start("").await;
    let mut heads = Vec::new();
    for _ in 0..200 {
        let mut stream = TcpStream::connect(address(&server)).await.expect("a server");
        stream.write_all(b"POST /admin HTTP/1.1\r\nhost: x\r\nx-").await.expect("a server");
        heads.push(stream);
    }
    let begin = Instant::now();
    let slow = tokio::spawn(trickles(address(&server)));
    let mut anna = Peer::new(server.url(), "anna");
    anna.prepares(json!({"key": "k"})).await;
    while !slow.is_finished() {
        assert!(begin.elapsed() < Duration::from_secs(12), "the slow one was to be answered");
        let asked = Instant::now();
        assert_eq!(anna.prepares(json!({"key": "k"})).await.status, 200);
        assert!(asked.elapsed() < UNHINDERED, "{:?}", asked.elapsed());
        sleep(Duration::from_millis(20)).await;
    }
    let answer = slow.await.expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
}

#[tokio::test]
async fn ten_thousand_subscriptions_are_beyond_the_limit_and_the_session_goes_on() {
    let server = Server::start("").await;
    let (mut anna, mut greedy) = anna_and_ben(&server).await;
    let id = greedy.id.clone();
    let subscribe = |channels: Value| json!({"channel": "/meta/subscribe", "subscription": channels, "clientId": id, "id": "1"});
    let takes = async {
        let mut taken = 0;
        for batch in 0..10 {
            let many: Vec<_> =
                (0..1_000).map(|at| subscribe(json!(format!("/bot/service-{batch}-{at}")))).collect();
            let said = greedy.posts(json!(many).to_string()).await;
            let answers = said.json.as_array().expect("answers");
            assert_eq!(answers.len(), 1_000, "{}", said.text);
            taken += answers.iter().filter(|answer| answer["successful"] == true).count();
        }
        assert!(taken <= 64, "{taken}");
        let at_once: Vec<_> = (0..65).map(|at| format!("/bot/service-{at}")).collect();
        let said = greedy.posts(json!([subscribe(json!(at_once))]).to_string()).await;
        assert!(said.error().contains("too many subscriptions"), "{}", said.text);
    };
    let channel = anna.channel("/sync/app");
    let goes_on = async {
        loop {
            let asked = Instant::now();
            assert_eq!(anna.publishes(&channel, event("a")).await.json[0]["successful"], true);
            hears(&mut anna, &channel, 1).await;
            assert!(asked.elapsed() < UNHINDERED, "{:?}", asked.elapsed());
        }
    };
    tokio::select! {
        () = takes => {}
        () = goes_on => {}
    }
    let ready = greedy.publishes(&channel, event("and so does the greedy one")).await;
    assert_eq!(ready.json[0]["successful"], true, "{}", ready.text);
}
