//! The program and IRC servers that are not always well-meaning, and not always there: ways in, losses, attacks.

use std::{
    fs,
    time::{Duration, Instant},
};

use parlor_tests::{
    certificate::Authority,
    irc::{
        client::Client,
        configuration::{Network, ROOM, run},
        inspircd::{Inspircd, Options},
        ngircd::Ngircd,
    },
    program::Session,
    scripted::PATIENCE,
};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    time::timeout,
};

/// Ann in the room, before the bot comes.
async fn ann(address: &str) -> Client {
    let mut ann = Client::connect(address, "ann").await;
    ann.joins(ROOM).await;
    ann
}

/// A password in a file, and the configuration that lets it be sent there.
fn password(word: &str, to: &str) -> (TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("password");
    fs::write(&file, word).unwrap();
    (folder, format!("[secret.sasl]\nfile = {file:?}\nto = [{to:?}]\nin-clear = true\n"))
}

#[tokio::test]
async fn a_server_is_reached_over_tls_if_its_certificate_is_trusted() {
    let authority = Authority::new();
    let server = Ngircd::with_tls(&authority.sign("127.0.0.1")).await;
    let mut ann = ann(&server.address()).await;
    let network = Network::at("irc", &server.tls_address()).with("tls", "true");
    let _session = run(&[network], &format!("[tls]\nextra-roots = {:?}\n", authority.file()));
    ann.sees_join("parlor", ROOM).await;
    assert_eq!(ann.asks("parlor", "echo hi", "parlor").await, "hi");
}

#[tokio::test]
async fn a_server_that_shows_a_certificate_of_a_stranger_is_not_spoken_to() {
    let (trusted, stranger) = (Authority::new(), Authority::new());
    let server =
        Inspircd::start(Options { certificate: Some(&stranger.sign("127.0.0.1")), ..Options::default() })
            .await;
    refused(&server.address(), &server.tls_address(), &trusted).await;
}

#[tokio::test]
async fn a_server_that_shows_the_certificate_of_another_is_not_spoken_to() {
    let trusted = Authority::new();
    let server = Ngircd::with_tls(&trusted.sign("irc.example.org")).await;
    refused(&server.address(), &server.tls_address(), &trusted).await;
}

/// The bot does not come to this server, and says why.
async fn refused(address: &str, tls_address: &str, trusted: &Authority) {
    let mut ann = ann(address).await;
    let network = Network::at("irc", tls_address).with("tls", "true");
    let session = run(&[network], &format!("[tls]\nextra-roots = {:?}\n", trusted.file()));
    let lines = session.logs("not connected", 1).await;
    assert!(lines[0].contains("certificate"), "{lines:?}");
    assert!(!ann.knows("parlor").await);
}

const ACCOUNTS: [(&str, &str); 2] = [("ann", "sesame"), ("parlor", "simsim")];

#[tokio::test]
async fn the_bot_logs_in_to_its_account() {
    let server = Inspircd::start(Options { accounts: &ACCOUNTS, ..Options::default() }).await;
    let mut ann = ann(&server.address()).await;
    let (_folder, secret) = password("simsim", &server.address());
    let _session = run(&[Network::at("irc", &server.address()).logs_in("parlor")], &secret);
    ann.sees_join("parlor", ROOM).await;
    assert_eq!(ann.account_of("parlor").await.as_deref(), Some("parlor"));
}

#[tokio::test]
async fn a_wrong_password_is_told_of_and_not_tried_again_and_again() {
    let server = Inspircd::start(Options { accounts: &ACCOUNTS, ..Options::default() }).await;
    let mut ann = ann(&server.address()).await;
    let (_folder, secret) = password("wrong-word", &server.address());
    let session = run(&[Network::at("irc", &server.address()).logs_in("parlor")], &secret);
    let lines = session.logs("not connected", 1).await;
    let begin = Instant::now();
    assert!(lines[0].contains("account") && lines[0].contains("sasl-user"), "{lines:?}");
    session.logs("again_in", 2).await;
    // Five seconds, less a tenth: whoever asks again at once is banned.
    assert!(begin.elapsed() > Duration::from_millis(4400), "{:?}", begin.elapsed());
    assert_eq!(session.log().matches("It is tried again").count(), 1, "{}", session.log());
    assert!(!session.log().contains("wrong-word"), "{}", session.log());
    assert!(!ann.knows("parlor").await);
}

#[tokio::test]
async fn b05_who_is_logged_in_is_known_by_the_account_and_nobody_else_is() {
    let server = Inspircd::start(Options { accounts: &ACCOUNTS, ..Options::default() }).await;
    let mut ann = ann(&server.address()).await;
    let admins = "[chat]\nadmins = [\"irc/account:ann\"]\n";
    let _session = run(&[Network::at("irc", &server.address())], admins);
    ann.sees_join("parlor", ROOM).await;
    let refusal = ann.asks("parlor", "networks", "parlor").await;
    assert!(refusal.contains("is for admins"), "{refusal}");
    ann.identifies("ann", "sesame").await;
    for to in ["parlor", ROOM] {
        let whoami = ann.asks(to, "!whoami", "parlor").await;
        assert!(whoami.contains("account:ann") && whoami.contains("an admin"), "{whoami}");
    }
    let networks = ann.asks("parlor", "networks", "parlor").await;
    assert!(networks.contains("irc") && networks.contains("connected"), "{networks}");
}

#[tokio::test]
async fn a_server_with_a_password_is_told_it() {
    let server = Ngircd::with_password("sesame").await;
    for (word, told) in [("sesame", "connected network="), ("simsim", "Bad password")] {
        let (_folder, secret) = password(word, &server.address());
        let network = Network::at("irc", &server.address()).with("password-secret", "\"sasl\"");
        let session = run(&[network.granted("secrets = [\"sasl\"]")], &secret);
        session.logs(told, 1).await;
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_yet_is_waited_for() {
    let mut server = Ngircd::start().await;
    server.daemon.kill();
    let session = run(&[Network::at("irc", &server.address())], "");
    let lines = session.logs("not connected", 1).await;
    assert!(lines[0].contains(&server.address()), "{lines:?}");
    server.restart().await;
    ann(&server.address()).await.is_with("parlor", ROOM).await;
}

#[tokio::test]
async fn a_bot_that_an_operator_throws_out_says_so_and_comes_back_later() {
    let server = Ngircd::start().await;
    let mut ann = ann(&server.address()).await;
    let session = run(&[Network::at("irc", &server.address())], "");
    ann.sees_join("parlor", ROOM).await;
    ann.kills("parlor").await;
    session.logs("not connected", 1).await;
    ann.sees_join("parlor", ROOM).await;
}

#[tokio::test]
async fn b43_after_a_loss_in_the_middle_of_talk_the_bot_is_soon_back_and_repeats_nothing() {
    let mut server = Ngircd::start().await;
    let mut before = ann(&server.address()).await;
    let session = run(&[Network::at("irc", &server.address())], "");
    before.sees_join("parlor", ROOM).await;
    for number in 0..15 {
        before.says(ROOM, &format!("!echo {number}"));
    }
    let first = before.next_from("parlor").await.text;
    server.daemon.kill();
    let rest = before.is_thrown_out().await;
    session.logs("not connected", 1).await;
    server.restart().await;
    let begin = Instant::now();
    let mut ann = ann(&server.address()).await;
    ann.is_with("parlor", ROOM).await;
    assert!(begin.elapsed() < Duration::from_secs(3), "{:?}", begin.elapsed());
    let mut said: Vec<String> =
        rest.iter().filter_map(|heard| heard.said("parlor")).map(|said| said.text).collect();
    said.push(first);
    ann.says(ROOM, "!echo marker");
    loop {
        let text = ann.next_from("parlor").await.text;
        if text == "marker" {
            break;
        }
        said.push(text);
    }
    let count = said.len();
    said.sort();
    said.dedup();
    assert_eq!(said.len(), count, "something was said twice");
    // What was asked goes where it was asked, or nowhere.
    assert!(said.iter().all(|text| text.parse::<u32>().is_ok()), "{said:?}");
}

#[tokio::test]
async fn b43_after_a_longer_loss_the_bot_is_back_as_soon_as_the_server_is() {
    let mut server = Ngircd::start().await;
    let mut before = ann(&server.address()).await;
    let session = run(&[Network::at("irc", &server.address())], "");
    before.sees_join("parlor", ROOM).await;
    server.daemon.kill();
    // It has been tried in vain again and again.
    session.logs("not connected", 4).await;
    server.restart().await;
    let begin = Instant::now();
    ann(&server.address()).await.is_with("parlor", ROOM).await;
    assert!(begin.elapsed() < Duration::from_secs(3), "{:?}", begin.elapsed());
}

#[tokio::test]
async fn a_server_that_falls_silent_is_left() {
    let mut server = Ngircd::start().await;
    let mut first = ann(&server.address()).await;
    let session = run(&[Network::at("irc", &server.address()).with("ping-timeout", "10")], "");
    first.sees_join("parlor", ROOM).await;
    server.daemon.freeze();
    let lines = session.logs("not connected", 1).await;
    assert!(lines[0].contains("no sign of life"), "{lines:?}");
    server.daemon.thaw();
    server.daemon.kill();
    server.restart().await;
    ann(&server.address()).await.is_with("parlor", ROOM).await;
}

#[tokio::test]
async fn b12_when_the_network_splits_people_are_gone_and_then_back() {
    let hub = Ngircd::start().await;
    let mut leaf = hub.leaf().await;
    let mut ann = ann(&hub.address()).await;
    let session = run(&[Network::at("irc", &hub.address())], "");
    ann.sees_join("parlor", ROOM).await;
    let mut ben = Client::connect(&leaf.address(), "ben").await;
    ben.joins(ROOM).await;
    session.logs("joined #parlor ben", 1).await;
    leaf.daemon.kill();
    ann.sees_quit("ben").await;
    session.logs("left #parlor ben", 1).await;
    leaf.restart().await;
    let mut ben = Client::connect(&leaf.address(), "ben").await;
    ben.joins(ROOM).await;
    session.logs("joined #parlor ben", 2).await;
    ben.is_with("parlor", ROOM).await;
    assert_eq!(ben.asks(ROOM, "!echo over there", "parlor").await, "over there");
    assert_eq!(session.log().matches("left #parlor ben").count(), 1, "{}", session.log());
    assert_eq!(session.log().matches("joined #parlor ben").count(), 2, "{}", session.log());
}

#[tokio::test]
async fn rooms_that_do_not_let_the_bot_in_are_told_of_once_and_keep_it_from_no_other() {
    let server = Ngircd::start().await;
    let mut ann = ann(&server.address()).await;
    ann.joins("#banned").await;
    ann.sets_mode("#banned", "+b parlor!*@*").await;
    ann.joins("#locked").await;
    ann.sets_mode("#locked", "+k sesame").await;
    ann.joins("#closed").await;
    ann.sets_mode("#closed", "+i").await;
    let network = Network::at("irc", &server.address())
        .rooms(&format!("\"#banned\", \"#locked\", \"#closed\", {ROOM:?}"));
    let session = run(&[network], "");
    ann.sees_join("parlor", ROOM).await;
    for (room, remedy) in [("#banned", "ban"), ("#locked", "key"), ("#closed", "invite")] {
        let lines = session.logs(room, 1).await;
        assert!(lines[0].contains(remedy), "{lines:?}");
    }
    assert_eq!(ann.asks(ROOM, "!echo in", "parlor").await, "in");
    for room in ["#banned", "#locked", "#closed"] {
        assert_eq!(session.log().lines().filter(|line| line.contains(room)).count(), 1, "{}", session.log());
    }
}

#[tokio::test]
async fn a_room_with_a_key_lets_the_bot_in_that_has_it() {
    let server = Ngircd::start().await;
    let mut ann = ann(&server.address()).await;
    ann.joins("#locked").await;
    ann.sets_mode("#locked", "+k sesame").await;
    let network =
        Network::at("irc", &server.address()).rooms("{ name = \"#locked\", password = \"sesame\" }");
    let _session = run(&[network], "");
    ann.sees_join("parlor", "#locked").await;
}

/// How long a bad server goes on.
const ATTACK: Duration = Duration::from_secs(3);

/// Runs the program on a good server and on one that answers whoever connects with this, again and again, and then
/// nothing. The good one is not disturbed.
async fn beside(garbage: Vec<u8>) -> (Session, Client, Ngircd) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let garbage = garbage.clone();
            tokio::spawn(async move {
                // As much as the other side takes.
                while stream.write_all(&garbage).await.is_ok() {}
            });
        }
    });
    let server = Ngircd::start().await;
    let mut ann = ann(&server.address()).await;
    let networks = [Network::at("good", &server.address()), Network::at("bad", &address)];
    let session = run(&networks, "[chat]\nflood = { commands = 0, per = \"1 s\" }\n");
    ann.is_with("parlor", ROOM).await;
    let attacked = Instant::now();
    for number in 0.. {
        let begin = Instant::now();
        if attacked.elapsed() > ATTACK {
            break;
        }
        assert_eq!(ann.asks(ROOM, &format!("!echo {number}"), "parlor").await, number.to_string());
        assert!(begin.elapsed() < Duration::from_secs(1), "{number}: {:?}", begin.elapsed());
    }
    (session, ann, server)
}

/// The most memory that the program has had, in bytes.
fn peak_memory(session: &Session) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", session.id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
}

/// More than two idle networks with three bots need, and less than any of these attacks brings while it lasts.
const ENOUGH_MEMORY: u64 = 150 << 20;

#[tokio::test]
async fn a_line_without_an_end_harms_nobody() {
    let (session, ..) = beside(vec![b'a'; 64 << 10]).await;
    assert!(peak_memory(&session) < ENOUGH_MEMORY, "{}", peak_memory(&session));
}

#[tokio::test]
async fn bytes_that_are_no_irc_harm_nobody() {
    let garbage: Vec<u8> = (0..64_u32 << 10).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let (session, ..) = beside(garbage).await;
    assert!(peak_memory(&session) < ENOUGH_MEMORY, "{}", peak_memory(&session));
}

#[tokio::test]
async fn a_server_that_makes_up_rooms_people_and_commands_without_end_harms_nobody() {
    let mut garbage = ":x 001 parlor :welcome\r\n:x 005 parlor NICKLEN=9999999999 PREFIX=( :\r\n".to_owned();
    garbage += ":x 376 parlor :end\r\n";
    for number in 0..500 {
        garbage += &format!(
            ":parlor!p@h JOIN #{number}\r\n:x 353 parlor = #{number} :@a{number} +b{number} @@@\r\n\
             :u{number}!u@h PRIVMSG parlor :echo {number}\r\n:u{number}!u@h NICK :v{number}\r\n\
             :x BATCH +{number} chathistory\r\n:x 433 * parlor :taken\r\n:x CAP * LS * :a{number}\r\nPING :{number}\r\n"
        );
    }
    let (session, ..) = beside(garbage.into_bytes()).await;
    assert!(peak_memory(&session) < ENOUGH_MEMORY, "{}", peak_memory(&session));
}

#[tokio::test]
async fn a_server_that_hangs_up_is_called_less_and_less_often() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let _session = run(&[Network::at("irc", &listener.local_addr().unwrap().to_string())], "");
    let mut calls = Vec::new();
    for _ in 0..4 {
        let (mut stream, _) = timeout(PATIENCE, listener.accept()).await.expect("a call").unwrap();
        calls.push(Instant::now());
        // It is spoken to before it does.
        timeout(PATIENCE, stream.read_u8()).await.expect("a word").unwrap();
    }
    let pauses: Vec<_> = calls.windows(2).map(|calls| calls[1] - calls[0]).collect();
    for (pause, least) in pauses.iter().zip([750, 1100, 1600]) {
        assert!(*pause >= Duration::from_millis(least), "{pauses:?}");
    }
}

#[tokio::test]
async fn a_server_that_turns_the_bot_away_says_why_in_the_log() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let session = run(&[Network::at("irc", &listener.local_addr().unwrap().to_string())], "");
    let (mut stream, _) = timeout(PATIENCE, listener.accept()).await.expect("a call").unwrap();
    stream.write_all(b"ERROR :Closing link: you are not welcome\r\n").await.unwrap();
    session.logs("you are not welcome", 1).await;
}
