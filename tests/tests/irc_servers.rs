//! The IRC servers and the people on them that other tests rely on: what they promise, without Parlor.

use std::time::{Duration, Instant};

use parlor_tests::{
    certificate::Authority,
    irc::{
        client::Client,
        crowd::Crowd,
        inspircd::{Inspircd, Options},
        ngircd::Ngircd,
    },
};

/// Two people in a room, who hear each other.
async fn talk(address: &str) {
    let mut ann = Client::connect(address, "ann").await;
    let mut ben = Client::connect(address, "ben").await;
    ann.joins("#tea").await;
    ben.joins("#tea").await;
    ann.sees_join("ben", "#tea").await;
    ann.says("#tea", "grüß dich: 🍵");
    ben.hears("ann", "#tea", "grüß dich: 🍵").await;
    ben.says("ann", "hello");
    assert_eq!(ann.next_from("ben").await.text, "hello");
}

#[tokio::test]
async fn people_talk_on_ngircd() {
    talk(&Ngircd::start().await.address()).await;
}

#[tokio::test]
async fn people_talk_on_inspircd() {
    talk(&Inspircd::start(Options::default()).await.address()).await;
}

#[tokio::test]
async fn ngircd_is_there_soon() {
    let begin = Instant::now();
    let server = Ngircd::start().await;
    Client::connect(&server.address(), "ann").await;
    assert!(begin.elapsed() < Duration::from_secs(3), "{:?}", begin.elapsed());
}

#[tokio::test]
async fn what_people_do_in_a_room_is_seen_by_the_others() {
    let server = Ngircd::start().await;
    let mut ann = Client::connect(&server.address(), "ann").await;
    let mut ben = Client::connect(&server.address(), "ben").await;
    ann.joins("#tea").await;
    ann.invites("ben", "#tea").await;
    ben.joins("#tea").await;
    let mut names = ann.names("#tea").await;
    names.sort();
    assert_eq!(names, ["ann", "ben"]);
    ann.sets_topic("#tea", "what is brewing").await;
    ben.sees_topic("#tea", "what is brewing").await;
    ben.becomes("bob").await;
    ann.sees_renamed("ben", "bob").await;
    ann.kicks("bob", "#tea").await;
    assert_eq!(ann.names("#tea").await, ["ann"]);
    ben.quits().await;
    assert!(!ann.knows("bob").await);
    assert!(ann.knows("ann").await);
}

#[tokio::test]
async fn what_was_not_said_is_not_heard_before_the_answer_to_a_ping() {
    let server = Ngircd::start().await;
    let mut ann = Client::connect(&server.address(), "ann").await;
    let mut ben = Client::connect(&server.address(), "ben").await;
    ben.says("ann", "one");
    ben.says("ann", "two");
    // The server has passed on both before it answers.
    ben.all_until_now().await;
    let heard = ann.all_until_now().await;
    let texts: Vec<_> = heard.iter().filter_map(|heard| heard.said("ben")).map(|said| said.text).collect();
    assert_eq!(texts, ["one", "two"]);
    assert!(ann.all_until_now().await.is_empty());
}

#[tokio::test]
async fn a_killed_server_comes_back_where_it_was() {
    let mut server = Ngircd::start().await;
    let address = server.address();
    let ann = Client::connect(&address, "ann").await;
    server.daemon.kill();
    ann.is_thrown_out().await;
    assert!(tokio::net::TcpStream::connect(&address).await.is_err(), "somebody else listens there");
    server.restart().await;
    assert_eq!(server.address(), address);
    talk(&address).await;
}

#[tokio::test]
async fn a_server_with_accounts_comes_back_with_them() {
    let accounts = [("ann", "sesame")];
    let mut server = Inspircd::start(Options { accounts: &accounts, ..Options::default() }).await;
    server.daemon.kill();
    server.restart().await;
    Client::connect(&server.address(), "ann").await.identifies("ann", "sesame").await;
}

#[tokio::test]
async fn people_log_in_to_accounts() {
    let accounts = [("ann", "sesame"), ("ben", "simsim")];
    let server = Inspircd::start(Options { accounts: &accounts, ..Options::default() }).await;
    let mut ann = Client::connect(&server.address(), "annie").await;
    ann.identifies("ann", "sesame").await;
    assert_eq!(ann.account_of("annie").await.as_deref(), Some("ann"));
    let mut ben = Client::connect(&server.address(), "ben").await;
    assert_eq!(ann.account_of("ben").await, None);
    ben.identifies("ben", "simsim").await;
    assert_eq!(ann.account_of("ben").await.as_deref(), Some("ben"));
}

#[tokio::test]
async fn what_is_said_on_one_server_is_heard_on_the_other_until_the_network_splits() {
    let hub = Ngircd::start().await;
    let mut leaf = hub.leaf().await;
    let mut ann = Client::connect(&hub.address(), "ann").await;
    ann.joins("#tea").await;
    let mut ben = Client::connect(&leaf.address(), "ben").await;
    ben.joins("#tea").await;
    ann.is_with("ben", "#tea").await;
    ben.says("#tea", "over there?");
    ann.hears("ben", "#tea", "over there?").await;
    leaf.daemon.kill();
    let words = ann.sees_quit("ben").await;
    assert_eq!(words, "hub.localhost leaf.localhost");
    leaf.restart().await;
    let mut ben = Client::connect(&leaf.address(), "ben").await;
    ben.joins("#tea").await;
    ann.is_with("ben", "#tea").await;
}

#[tokio::test]
async fn a_thousand_people_come_into_a_room() {
    let server = Ngircd::start().await;
    let mut ann = Client::connect(&server.address(), "ann").await;
    ann.joins("#tea").await;
    let _crowd = Crowd::enters(&server.address(), "#tea", 1000).await;
    assert_eq!(ann.names("#tea").await.len(), 1001);
}

#[tokio::test]
async fn servers_speak_tls_with_the_certificate_that_they_are_given() {
    let authority = Authority::new();
    let certificate = authority.sign("127.0.0.1");
    let small = Ngircd::with_tls(&certificate).await;
    let large = Inspircd::start(Options { certificate: Some(&certificate), ..Options::default() }).await;
    let trust = authority.file().to_str().unwrap();
    for address in [small.tls_address(), large.tls_address()] {
        let arguments = [
            "s_client",
            "-brief",
            "-verify_return_error",
            "-verify_ip",
            "127.0.0.1",
            "-CAfile",
            trust,
            "-connect",
        ];
        let mut command = tokio::process::Command::new("openssl");
        let output = command.args(arguments).arg(&address).output().await.expect("OpenSSL's program");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && said.contains("Verification: OK"), "{said}");
    }
}
