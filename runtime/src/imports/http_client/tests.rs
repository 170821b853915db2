use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpStream,
};

use super::*;
use crate::imports::{
    secrets::Secret,
    testing::{self, Issuer, Peer as Server},
};

const LARGEST: usize = 1 << 20;

const LIMITS: HttpLimits = HttpLimits { at_once: 2, largest: LARGEST };

fn client(server: &Server) -> HttpClient {
    HttpClient::new(testing::dialer(), server.grants(), LIMITS)
}

fn get(url: String) -> Fetch {
    let timeout = Duration::from_secs(10);
    Fetch { method: "GET".into(), url, headers: Vec::new(), body: Bytes::new(), timeout }
}

/// Fetches with one secret, `key`, that is granted for the server.
async fn fetch(client: &HttpClient, server: &Server, fetch: Fetch) -> Result<Answer, Error> {
    let to = format!("peer.test:{}", server.address.port()).parse().unwrap();
    let key = Secret { value: "s3 cr/et".into(), to: vec![to], in_clear: true };
    let secrets = [("key".to_owned(), key)].into_iter().collect();
    client.fetch(fetch, &secrets)?.await
}

/// Reads the head of one request.
async fn head(peer: &mut (impl AsyncRead + Unpin)) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(peer.read_u8().await.unwrap());
    }
    String::from_utf8(head).unwrap()
}

async fn answer(peer: &mut (impl AsyncRead + AsyncWrite + Unpin), answer: &str) -> String {
    let head = head(peer).await;
    peer.write_all(answer.as_bytes()).await.unwrap();
    head
}

/// What comes of one request to a server that answers so.
async fn answered(answer_text: &str) -> Result<Answer, Error> {
    let server = Server::new().await;
    let client = client(&server);
    let request = fetch(&client, &server, get(server.url("http")));
    let serve = async {
        answer(&mut server.accept().await, answer_text).await;
    };
    tokio::join!(request, serve).0
}

fn is_denied(result: Result<Answer, Error>, what: &str) {
    assert!(matches!(&result, Err(Error::Denied(denial)) if denial.what == what), "{result:?}");
}

#[tokio::test]
async fn requests_are_answered_and_connections_kept() {
    let (issuer, server) = (Issuer::new(), Server::new().await);
    let client = HttpClient::new(issuer.dialer(), server.grants(), LIMITS);
    let url = format!("{}/a/../b?c=d#e", server.url("https"));
    let serve = async {
        let mut peer = server.accept_tls(&issuer.acceptor("peer.test")).await;
        let first =
            answer(&mut peer, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Odd: \u{e9}\r\n\r\nhello").await;
        let second = answer(&mut peer, "HTTP/1.1 204 No Content\r\n\r\n").await;
        (first, second)
    };
    let ask = async {
        let mut first = get(url.clone());
        (first.method, first.body) = ("POST".into(), "body".into());
        first.headers.push(("Accept".into(), "text/plain".into()));
        let first = fetch(&client, &server, first).await.unwrap();
        // The body of the first request stands before the head of the second.
        (first, fetch(&client, &server, get(url)).await.unwrap())
    };
    let ((first_head, second_head), (first, second)) = tokio::join!(serve, ask);
    assert!(first_head.starts_with("POST /b?c=d HTTP/1.1\r\n"), "{first_head}");
    for header in [
        format!("host: peer.test:{}", server.address.port()),
        "accept: text/plain".into(),
        "user-agent: parlor/".into(),
        "content-length: 4".into(),
    ] {
        assert!(first_head.contains(&header), "{first_head}");
    }
    assert!(second_head.starts_with("bodyGET /b?c=d"), "{second_head}");
    assert_eq!((first.status, &*first.body), (200, &b"hello"[..]));
    assert!(first.headers.contains(&("content-length".into(), "5".into())));
    assert_eq!((second.status, second.body.len()), (204, 0));
}

#[tokio::test]
async fn a_redirect_is_an_answer() {
    let redirect =
        "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/latest/meta-data\r\nContent-Length: 0\r\n\r\n";
    let answer = answered(redirect).await.unwrap();
    assert_eq!(answer.status, 302);
    assert!(answer.headers.contains(&("location".into(), "http://127.0.0.1:1/latest/meta-data".into())));
}

#[tokio::test]
async fn an_answer_beyond_the_limits_is_an_error() {
    let large = "a".repeat(LARGEST + 1);
    for (answer, part) in [
        (format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", u64::MAX / 2), "larger than"),
        (format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", LARGEST + 1), "larger than"),
        // Of no length that is told.
        (format!("HTTP/1.1 200 OK\r\n\r\n{large}"), "larger than"),
        (
            format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n{large}", large.len()),
            "larger than",
        ),
        (format!("HTTP/1.1 200 OK\r\n{}\r\n", "A: b\r\n".repeat(MOST_HEADERS + 1)), "head is too large"),
        (format!("HTTP/1.1 200 OK\r\nA: {}", "b".repeat(2 * LARGEST_HEAD)), "head is too large"),
    ] {
        let words = answered(&answer).await.unwrap_err().to_string();
        assert!(words.contains(part), "{words}");
    }
}

#[tokio::test]
async fn an_answer_that_is_none_is_an_error() {
    for answer in [
        "",
        "220 mail.test ESMTP\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n12",
    ] {
        let result = answered(answer).await;
        assert!(matches!(result, Err(Error::Unreachable(_))), "{answer}: {result:?}");
    }
}

#[tokio::test]
async fn an_answer_that_never_comes_or_never_ends_is_given_up() {
    for beginning in ["", "HTTP/1.1 200 OK\r\nX: ", "HTTP/1.1 200 OK\r\n\r\nsome"] {
        let server = Server::new().await;
        let client = client(&server);
        let serve = async {
            let mut peer: TcpStream = server.accept().await;
            answer(&mut peer, beginning).await;
            tokio::time::pause();
            // Until the client hangs up.
            let _ = peer.read_to_end(&mut Vec::new()).await;
            tokio::time::resume();
        };
        let mut slow = get(server.url("http"));
        slow.timeout = Duration::from_secs(3600);
        let begun = tokio::time::Instant::now();
        let (result, ()) = tokio::join!(fetch(&client, &server, slow), serve);
        assert!(matches!(result, Err(Error::Unreachable(_))), "{result:?}");
        assert!(begun.elapsed() <= Patience::default().whole + Duration::from_secs(1));
    }
}

#[tokio::test]
async fn no_more_are_under_way_than_allowed() {
    let server = Server::new().await;
    let client = client(&server);
    let begin = || client.fetch(get(server.url("http")), &Secrets::default());
    let (first, second) = (begin().unwrap(), begin().unwrap());
    assert_eq!(begin().map(drop), Err(Error::Full));
    drop(second);
    let third = begin().unwrap();
    let serve =
        async { answer(&mut server.accept().await, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").await };
    let (answer, _) = tokio::join!(first, serve);
    assert_eq!(answer.unwrap().status, 200);
    assert!(begin().is_ok());
    drop(third);
}

#[tokio::test]
async fn requests_go_only_where_they_are_granted() {
    let server = Server::new().await;
    let client = client(&server);
    let port = server.address.port();
    for (url, denied) in [
        (format!("http://evil.test:{port}/"), format!("http://evil.test:{port}")),
        ("http://peer.test/".into(), "http://peer.test".into()),
        ("http://2130706433/".into(), "http://127.0.0.1".into()),
        ("http://0177.0.0.1/".into(), "http://127.0.0.1".into()),
        ("http://[::ffff:127.0.0.1]/".into(), "http://127.0.0.1".into()),
        ("https://127.1/".into(), "https://127.0.0.1".into()),
    ] {
        is_denied(fetch(&client, &server, get(url)).await, &denied);
    }
    for url in [
        format!("http://me:secret@peer.test:{port}/"),
        format!("ws://peer.test:{port}/"),
        "file:///etc/passwd".into(),
    ] {
        assert!(matches!(fetch(&client, &server, get(url)).await, Err(Error::Other(_))));
    }
    // A granted name, and this machine is not.
    let mut grants = Grants::clone(&server.grants());
    grants.net.clear();
    grants.http.truncate(2);
    let client = HttpClient::new(testing::dialer(), Arc::new(grants), LIMITS);
    for scheme in ["http", "https"] {
        let url = server.url(scheme);
        is_denied(fetch(&client, &server, get(url.clone())).await, &url);
    }
}

#[tokio::test]
async fn what_is_not_the_extensions_to_say_is_refused() {
    let server = Server::new().await;
    let client = client(&server);
    for (name, value) in [
        ("Host", "evil.test"),
        ("connection", "upgrade"),
        ("Transfer-Encoding", "chunked"),
        ("Content-Length", "3"),
        ("proxy-authorization", "x"),
        ("Expect", "100-continue"),
        ("a b", "c"),
        ("", "c"),
        ("a", "b\r\nhost: evil.test"),
        ("a", "b\0"),
    ] {
        let mut request = get(server.url("http"));
        request.headers.push((name.into(), value.into()));
        assert!(matches!(fetch(&client, &server, request).await, Err(Error::Other(_))), "{name}: {value}");
    }
    for method in ["CONNECT", "TRACE", "GET / HTTP/1.1\r\n", ""] {
        let request = Fetch { method: method.into(), ..get(server.url("http")) };
        assert!(matches!(fetch(&client, &server, request).await, Err(Error::Other(_))), "{method}");
    }
    let mut request = get(server.url("http"));
    request.headers = vec![("a".into(), "b".into()); MOST_HEADERS + 1];
    assert!(matches!(fetch(&client, &server, request).await, Err(Error::Other(_))));
}

#[tokio::test]
async fn secrets_are_filled_in_on_the_way() {
    let server = Server::new().await;
    let mut grants = Grants::clone(&server.grants());
    grants.secrets.push("key".into());
    let other = "http://other.test".parse().unwrap();
    grants.http.push(other);
    let client = HttpClient::new(testing::dialer(), Arc::new(grants), LIMITS);
    let with_secret = |url: String| Fetch {
        headers: vec![("Authorization".into(), "Bearer {secret:key}".into())],
        ..get(url)
    };
    let url = format!("{}/{{secret:key}}?k={{secret:key}}", server.url("http"));
    let serve =
        async { answer(&mut server.accept().await, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").await };
    let (result, head) = tokio::join!(fetch(&client, &server, with_secret(url)), serve);
    result.unwrap();
    assert!(head.starts_with("GET /s3%20cr%2Fet?k=s3%20cr%2Fet HTTP/1.1\r\n"), "{head}");
    assert!(head.contains("authorization: Bearer s3 cr/et\r\n"), "{head}");
    // Granted as a host, but the secret is not for it.
    let elsewhere = fetch(&client, &server, with_secret("http://other.test/".into())).await;
    is_denied(elsewhere, "other.test:80");
    // Nowhere but in path and query.
    for url in [
        "http://{secret:key}.test/",
        "http://peer.test:{secret:key}/",
        "{secret:key}://peer.test/",
        "http://{secret:key}@peer.test/",
    ] {
        assert!(matches!(fetch(&client, &server, get(url.into())).await, Err(Error::Other(_))), "{url}");
    }
}
