//! What a guest can reach: what it was granted, by the whole way through the host, and nothing else.

use std::{path::Path, time::Instant};

use parlor::{
    extension::Running,
    imports::{
        dial::Dialer,
        resolver::Resolver,
        secrets::Secret,
        state::Services,
        store::{Database, DatabaseUrl},
        tls::Tls,
    },
    sandbox::Status,
};
use parlor_tests::{guests::test_guest, house::TestHouse, log::Log, scripted::PATIENCE, server::Server};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::TcpListener,
};

/// `grant = { … }` with these grants, and where they say nothing of what `misbehaver` imports, one that leads nowhere.
fn grants(given: &str) -> String {
    let nowhere = [
        "networks = [\"test\"]",
        "net = [\"192.0.2.1:1\"]",
        "http = [\"https://192.0.2.1\"]",
        "store = \"1 MiB\"",
    ];
    let said = |grant: &str| grant.split_once('=').is_some_and(|(key, _)| given.contains(&format!("{key}=")));
    let rest = nowhere.into_iter().filter(|grant| !said(grant));
    let all: Vec<_> = rest.chain([given]).filter(|grant| !grant.is_empty()).collect();
    format!("grant = {{ {} }}", all.join(", "))
}

/// Admits `misbehaver` by this name with these grants and more lines of configuration.
async fn admit(house: &TestHouse, name: &str, given: &str, more: &str) -> Running {
    let (running, status) =
        house.bot(name, &test_guest("misbehaver"), &format!("{}\n{more}", grants(given))).await;
    assert_eq!(status, Status::Running);
    running
}

/// A house with `misbehaver` in it.
async fn granted(given: &str) -> (TestHouse, Running) {
    granted_with(Services::default(), given, "").await
}

async fn granted_with(services: Services, given: &str, more: &str) -> (TestHouse, Running) {
    let house = TestHouse::with(services);
    let running = admit(&house, "bad", given, more).await;
    (house, running)
}

/// Where every name leads to this machine.
fn all_names_are_here() -> Services {
    let resolver = Resolver::new(|_| Box::pin(async { Ok(vec![[127, 0, 0, 1].into()]) }));
    Services { dialer: Dialer::new(resolver, Tls::default()), ..Services::default() }
}

/// The grant that the log offers, without the `grant = { … }` around it.
fn offered(log: &Log) -> String {
    let text = log.text();
    let (_, line) =
        text.rsplit_once("to allow it, add: grant = { ").unwrap_or_else(|| panic!("no offer in:\n{text}"));
    line.split_once(" }").expect("the end of the grant").0.to_owned()
}

#[tokio::test]
async fn a_granted_origin_answers() {
    let server = Server::start().await;
    let (house, _bot) = granted(&format!("http = [\"{}\"]", server.origin())).await;
    assert_eq!(house.stage.ask("@ann", &format!("!fetch {}/", server.origin())).await, "200");
    assert_eq!(house.stage.ask("@ann", &format!("!fetch {}/nothing", server.origin())).await, "404");
}

#[tokio::test]
async fn an_origin_that_is_not_granted_is_denied_and_the_log_has_the_grant_to_add() {
    let (log, server) = (Log::listen(), Server::start().await);
    let fetch = format!("!fetch {}/", server.origin());
    let (house, _bot) = granted("").await;
    assert_eq!(house.stage.ask("@ann", &fetch).await, format!("error: {} is not granted", server.origin()));
    assert!(server.asked().is_empty());
    let denial =
        format!("{} is not granted; to allow it, add: grant = {{ http = [\"{0}\"] }}", server.origin());
    assert_eq!(log.count(&denial), 1, "{}", log.text());

    let (house, _bot) = granted(&offered(&log)).await;
    assert_eq!(house.stage.ask("@ann", &fetch).await, "200");
}

#[tokio::test]
async fn denials_do_not_flood_the_log() {
    let log = Log::listen();
    let (house, _bot) = granted_with(Services::default(), "", "limits = { log-lines-per-second = 5 }").await;
    let begin = Instant::now();
    for _ in 0..500 {
        let answer = house.stage.ask("@ann", "!fetch https://other.example/").await;
        assert_eq!(answer, "error: https://other.example is not granted");
    }
    let most = 5 * (begin.elapsed().as_secs() as usize + 2);
    let lines = log.count("is not granted");
    assert!((5..=most).contains(&lines), "{lines} of {most} lines");
    // What was left out is counted, and told when the flood is over.
    while log.count("it logs too much: lines were left out") == 0 {
        assert!(begin.elapsed() < PATIENCE, "{}", log.text());
        house.stage.ask("@ann", "!fetch https://other.example/").await;
    }
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_is_not_followed() {
    let (server, other) = (Server::start().await, Server::start().await);
    let (house, _bot) = granted(&format!("http = [\"{}\", \"{}\"]", server.origin(), other.origin())).await;
    let url = format!("{}/moved/{}", server.origin(), other.address);
    assert_eq!(house.stage.ask("@ann", &format!("!fetch {url}")).await, "302");
    assert!(other.asked().is_empty());
}

#[tokio::test]
async fn an_answer_larger_than_the_limit_is_an_error() {
    let server = Server::start().await;
    let given = format!("http = [\"{}\"]", server.origin());
    let (house, _bot) =
        granted_with(Services::default(), &given, "limits = { fetch-bytes = \"1 KiB\" }").await;
    assert_eq!(house.stage.ask("@ann", &format!("!fetch {}/bytes/1024", server.origin())).await, "200");
    let answer = house.stage.ask("@ann", &format!("!fetch {}/bytes/1025", server.origin())).await;
    assert!(answer.starts_with("error: ") && answer.contains("1024"), "{answer}");
}

#[tokio::test]
async fn wasi_http_has_the_same_grants() {
    let (log, server, other) = (Log::listen(), Server::start().await, Server::start().await);
    let house = TestHouse::with(all_names_are_here());
    let port = server.address.strip_prefix("127.0.0.1:").unwrap();
    let given = format!(
        "grant = {{ networks = [\"test\"], http = [\"{}\", \"http://name.test:{port}\"] }}",
        server.origin()
    );
    let (_bot, status) = house.bot("waits", &test_guest("waits-for-http"), &given).await;
    assert_eq!(status, Status::Running);
    let ask = async |origin: &str| house.stage.ask("@ann", &format!("!wasi-http {origin}/")).await;
    assert_eq!(ask(&server.origin()).await, "200");
    let answer = ask(&other.origin()).await;
    assert!(answer.contains("HttpRequestDenied"), "{answer}");
    assert_eq!(offered(&log), format!("http = [\"{}\"]", other.origin()));
    assert!(other.asked().is_empty());
    // By its address this server is granted, and so is what its name leads to.
    assert_eq!(ask(&format!("http://name.test:{port}")).await, "200");
    assert_eq!(server.asked().len(), 2);
}

#[tokio::test]
async fn a_granted_address_is_connected_to() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (house, _bot) = granted(&format!("net = [\"{address}\"]")).await;
    house.stage.tell("@ann", &format!("!dial tcp://{address}"));
    let (mut peer, _) = listener.accept().await.unwrap();
    assert_eq!(house.stage.body().await, "opened");
    peer.write_all(b"hello").await.unwrap();
    assert_eq!(house.stage.body().await, "data: hello");
    drop(peer);
    assert_eq!(house.stage.body().await, "closed");
}

#[tokio::test]
async fn an_address_that_is_not_granted_is_denied_and_the_log_has_the_grant_to_add() {
    let (log, listener) = (Log::listen(), TcpListener::bind("127.0.0.1:0").await.unwrap());
    let address = listener.local_addr().unwrap();
    let dial = format!("!dial tcp://{address}");
    let (house, _bot) = granted("").await;
    assert_eq!(house.stage.ask("@ann", &dial).await, format!("error: {address} is not granted"));

    let (house, _bot) = granted(&offered(&log)).await;
    assert_eq!(house.stage.ask("@ann", &dial).await, "opened");
    // Nobody else has been here.
    listener.accept().await.unwrap();
}

#[tokio::test]
async fn a_granted_name_that_leads_to_this_machine_is_denied() {
    let (log, listener) = (Log::listen(), TcpListener::bind("127.0.0.1:0").await.unwrap());
    let port = listener.local_addr().unwrap().port();
    let dial = format!("!dial tcp://name.test:{port}");
    let name = format!("name.test:{port}");
    let (house, _bot) = granted_with(all_names_are_here(), &format!("net = [\"{name}\"]"), "").await;
    assert_eq!(house.stage.ask("@ann", &dial).await, format!("error: {name} is not granted"));
    assert_eq!(log.count("is granted, but leads to 127.0.0.1, which is not public"), 1, "{}", log.text());

    // Not even with what the log offers alone: that is the address, and the name is still asked for by name.
    let both = format!("net = [\"{name}\", \"127.0.0.1:{port}\"]");
    assert_eq!(offered(&log), format!("net = [\"127.0.0.1:{port}\"]"));
    let (house, _bot) = granted_with(all_names_are_here(), &both, "").await;
    assert_eq!(house.stage.ask("@ann", &dial).await, "opened");
}

#[tokio::test]
async fn where_nobody_listens_is_an_error_that_says_so() {
    let address = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let (house, _bot) = granted(&format!("net = [\"{address}\"], http = [\"http://{address}\"]")).await;
    for command in [format!("!dial tcp://{address}"), format!("!fetch http://{address}/")] {
        let answer = house.stage.ask("@ann", &command).await;
        assert!(answer.starts_with("error: 127.0.0.1 did not take a connection"), "{answer}");
    }
}

const VALUE: &str = "correct horse";

/// The secret `token`, for these addresses.
fn token(to: &[&str]) -> Services {
    let to = to.iter().map(|address| address.parse().unwrap()).collect();
    let secret = Secret { value: VALUE.into(), to, in_clear: false };
    Services { secrets: [("token".to_owned(), secret)].into_iter().collect(), ..Services::default() }
}

/// The configuration of that secret, whose value the tests give by hand.
const TOKEN: &str = "[secret.token]\nenv = \"TOKEN\"\nto = [\"127.0.0.1:1\"]";

#[tokio::test]
async fn a_secret_reaches_the_server_that_it_is_for_and_no_other() {
    let (log, server, other) = (Log::listen(), Server::start().await, Server::start().await);
    let given = format!("secrets = [\"token\"], http = [\"{}\", \"{}\"]", server.origin(), other.origin());
    let (house, _bot) = granted_with(token(&[&server.address]), &given, TOKEN).await;
    let bearer =
        async |server: &Server| house.stage.ask("@ann", &format!("!bearer token {}/", server.origin())).await;

    assert_eq!(bearer(&server).await, "200");
    assert_eq!(server.asked()[0].authorization, Some(format!("Bearer {VALUE}")));
    let in_url = format!("!fetch {}/?key={{secret:token}}", server.origin());
    assert_eq!(house.stage.ask("@ann", &in_url).await, "200");
    assert_eq!(server.asked()[1].path, "/?key=correct%20horse");

    assert_eq!(bearer(&other).await, format!("error: {} is not granted", other.address));
    assert!(other.asked().is_empty());
    let line = format!("to allow it, add: [secret.token] to = [\"{}\"]", other.address);
    assert_eq!(log.count(&line), 1, "{}", log.text());
    assert!(!log.text().contains(VALUE));
}

#[tokio::test]
async fn a_secret_is_filled_in_on_a_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let given = format!("secrets = [\"token\"], net = [\"{address}\"]");
    let (house, _bot) = granted_with(token(&[&address]), &given, TOKEN).await;
    assert_eq!(house.stage.ask("@ann", &format!("!dial tcp://{address}")).await, "opened");
    assert_eq!(house.stage.ask("@ann", "!pass token").await, "passed");
    let (peer, _) = listener.accept().await.unwrap();
    let line = BufReader::new(peer).lines().next_line().await.unwrap();
    assert_eq!(line, Some(format!("PASS {VALUE}")));
}

#[tokio::test]
async fn a_secret_that_is_not_granted_is_denied_and_the_log_has_the_grant_to_add() {
    let (log, server) = (Log::listen(), Server::start().await);
    let bearer = format!("!bearer token {}/", server.origin());
    let http = format!("http = [\"{}\"]", server.origin());
    let (house, _bot) = granted_with(token(&[&server.address]), &http, TOKEN).await;
    assert_eq!(house.stage.ask("@ann", &bearer).await, "error: the secret \"token\" is not granted");
    assert!(server.asked().is_empty());

    let both = format!("{http}, {}", offered(&log));
    let (house, _bot) = granted_with(token(&[&server.address]), &both, TOKEN).await;
    assert_eq!(house.stage.ask("@ann", &bearer).await, "200");
}

#[tokio::test]
async fn a_guest_sees_no_secret() {
    let more = format!("config = {{ nick = \"bad\" }}\n{TOKEN}");
    let (house, _bot) = granted_with(token(&["127.0.0.1:1"]), "secrets = [\"token\"]", &more).await;
    assert_eq!(house.stage.ask("@ann", "!secret").await, "found: nick=bad");
    assert_eq!(house.stage.ask("@ann", "!env").await, "env=0 files=no net=no");
}

async fn database(folder: &Path) -> Services {
    let url = DatabaseUrl::sqlite(folder.join("parlor.db"));
    Services { database: Some(Database::open(&url).await.unwrap()), ..Services::default() }
}

#[tokio::test]
async fn what_is_stored_outlives_the_instance_and_the_house() {
    let folder = tempfile::tempdir().unwrap();
    let (house, _bot) = granted_with(database(folder.path()).await, "", "").await;
    assert_eq!(house.stage.ask("@ann", "!recall tea").await, "nothing");
    assert_eq!(house.stage.ask("@ann", "!remember tea green").await, "remembered");
    assert!(house.stage.ask("@ann", "!trap").await.starts_with("error: "));
    assert_eq!(house.stage.ask("@ann", "!recall tea").await, "green");
    drop((house, _bot));

    let (house, _bot) = granted_with(database(folder.path()).await, "", "").await;
    assert_eq!(house.stage.ask("@ann", "!recall tea").await, "green");
}

#[tokio::test]
async fn one_bot_does_not_see_what_another_stores() {
    let folder = tempfile::tempdir().unwrap();
    let (house, _first) = granted_with(database(folder.path()).await, "", "").await;
    let _second = admit(&house, "other", "", "").await;
    assert_eq!(house.stage.ask("@ann", "!remember tea green").await, "remembered");
    assert_eq!(house.stage.ask("@ann", "!other-recall tea").await, "nothing");
    assert_eq!(house.stage.ask("@ann", "!other-remember tea black").await, "remembered");
    assert_eq!(house.stage.ask("@ann", "!recall tea").await, "green");
}

#[tokio::test]
async fn more_than_the_quota_is_an_error_and_the_log_has_the_grant_to_change() {
    let (log, folder) = (Log::listen(), tempfile::tempdir().unwrap());
    let (house, _bot) = granted_with(database(folder.path()).await, "store = \"100 B\"", "").await;
    assert_eq!(house.stage.ask("@ann", "!remember tea green").await, "remembered");
    let answer = house.stage.ask("@ann", &format!("!remember tea {}", "green ".repeat(20))).await;
    assert!(answer.starts_with("error: the store is full: "), "{answer}");
    assert_eq!(log.count("to allow more, change: grant = { store = \"…\" }"), 1, "{}", log.text());
    assert_eq!(house.stage.ask("@ann", "!recall tea").await, "green", "as it was");
}

#[tokio::test]
async fn without_a_grant_for_a_store_a_bot_that_wants_one_stays_out() {
    let house = TestHouse::new();
    let given = "grant = { networks = [\"test\"], net = [\"192.0.2.1:1\"], http = [\"https://192.0.2.1\"] }";
    let error = house.admit_bot("bad", &test_guest("misbehaver"), given).err().unwrap().to_string();
    assert!(
        error.contains("which it was not granted; add to [bot.bad] the line: grant = { store = \"1 MiB\" }"),
        "{error}"
    );
}
