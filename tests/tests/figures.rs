//! What the ledger says of an extension is so: each figure against a guest of which it is known.

use std::time::Duration;

use parlor::{imports::figures::Figures, sandbox::Status};
use parlor_tests::{
    guests::{guest, test_guest},
    house::TestHouse,
    program::Session,
};
use tokio::{io::AsyncWriteExt, net::TcpListener};

const MIB: usize = 1 << 20;

/// A house with `misbehaver` in it.
async fn house(more: &str) -> (TestHouse, parlor::extension::Running) {
    let house = TestHouse::new();
    let (bad, status) = house.bot("bad", &test_guest("misbehaver"), more).await;
    assert_eq!(status, Status::Running);
    (house, bad)
}

fn figures(house: &TestHouse) -> Figures {
    house.house.ledger.report("bot.bad").expect("its account").figures
}

#[tokio::test]
async fn calls_and_messages_are_counted_one_by_one() {
    let (house, _bad) = house("").await;
    let before = figures(&house);
    for _ in 0..100 {
        house.stage.ask("@ann", "!count").await;
    }
    // An answer of three messages.
    house.stage.tell("@ann", "!replies 3");
    for _ in 0..3 {
        house.stage.body().await;
    }
    let after = figures(&house);
    assert_eq!(after.calls - before.calls, 101);
    assert_eq!(after.heard - before.heard, 101);
    assert_eq!(after.said - before.said, 103);
}

#[tokio::test]
async fn time_is_counted_where_it_was_computed_and_quantiles_tell_the_slow_call() {
    let (house, _bad) = house("limits = { cpu-per-call = \"5 s\", call-timeout = \"20 s\" }").await;
    for _ in 0..200 {
        house.stage.ask("@ann", "!count").await;
    }
    let before = figures(&house);
    assert!(before.p99 < Duration::from_millis(50), "{before:?}");
    for _ in 0..5 {
        house.stage.ask("@ann", "!burn 60").await;
    }
    let after = figures(&house);
    let computed = after.cpu_time - before.cpu_time;
    assert!(computed >= Duration::from_millis(200), "{computed:?}");
    // Five of two hundred and some.
    assert!(after.p50 < Duration::from_millis(10) && after.p99 >= Duration::from_millis(54), "{after:?}");
}

#[tokio::test]
async fn memory_is_what_the_guest_has_taken() {
    let (house, _bad) = house("limits = { memory = \"32 MiB\" }").await;
    let before = figures(&house).memory;
    house.stage.ask("@ann", "!eat 10").await;
    let after = figures(&house).memory;
    assert!((before + 10 * MIB..before + 12 * MIB).contains(&after), "{before} and then {after}");
}

#[tokio::test]
async fn what_the_host_keeps_grows_with_timers_and_handles() {
    let (house, _bad) = house("").await;
    let before = figures(&house).host_memory;
    house.stage.ask("@ann", "!timers 100").await;
    let timers = figures(&house).host_memory;
    house.stage.ask("@ann", "!rooms 100").await;
    let rooms = figures(&house).host_memory;
    assert!(timers >= before + 100 * 256 && rooms >= timers + 100 * 128, "{before}, {timers}, {rooms}");
}

#[tokio::test]
async fn denials_failures_and_drops_are_counted() {
    let (house, bad) = house("").await;
    let answer = house.stage.ask("@ann", "!fetch https://other.example/").await;
    assert!(answer.contains("is not granted"), "{answer}");
    house.stage.ask("@ann", "!say elsewhere #room hello").await;
    assert_eq!(figures(&house).denials, 2);
    house.stage.ask("@ann", "!trap").await;
    bad.settled(|status| *status == Status::Running).await;
    house.stage.ask("@ann", "!count").await;
    assert_eq!(figures(&house).failures, 1);
    // Nobody hears any of them before this test waits for something.
    for _ in 0..300 {
        house.stage.say("#lobby", "@ann", "psst");
    }
    let full = figures(&house);
    assert_eq!((full.waiting, full.dropped), (256, 44));
    for _ in 0..256 {
        house.stage.body().await;
    }
    assert_eq!(figures(&house).waiting, 0);
}

#[tokio::test]
async fn bytes_of_connections_are_counted() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let more = format!(
        "grant = {{ networks = [\"test\"], net = [\"{address}\"], http = [\"https://192.0.2.1\"], store = \"1 MiB\" }}"
    );
    let (house, _bad) = house(&more).await;
    assert_eq!(house.stage.ask("@ann", &format!("!dial tcp://{address}")).await, "opened");
    let (mut peer, _) = listener.accept().await.unwrap();
    peer.write_all(&[b'x'; 5000]).await.unwrap();
    drop(peer);
    // It hears of the end after all of that.
    while figures(&house).bytes_in < 5000 {
        tokio::task::yield_now().await;
    }
    assert_eq!(figures(&house).bytes_in, 5000);
}

#[tokio::test]
async fn admins_see_the_figures_and_others_do_not() {
    let house = TestHouse::new();
    let (_echo, _) = house.bot("echo", &guest("echo"), "").await;
    assert_eq!(house.stage.ask("@ben", "!status echo").await, "Only admins may see that.");
    // Whoever sits at the terminal is one.
    let mut session = Session::run(&[guest("echo")], &[]);
    assert_eq!(session.asks("!echo hi").await, "hi");
    session.types("!status echo").await;
    let lines = session.lines(4).await;
    assert!(lines[0] == "**echo**: running" && lines[1].contains(" calls, "), "{lines:?}");
    assert_eq!(lines[3], "- messages: 1 in, 1 out");
    session.types("!status terminal").await;
    let lines = session.lines(4).await;
    assert!(lines[0] == "**network.terminal**: running" && lines[3].contains("network: "), "{lines:?}");
    let answer = session.asks("!status nobody").await;
    assert!(answer.starts_with("There is no extension `nobody`"), "{answer}");
    session.end().await;
}
