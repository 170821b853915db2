//! A bad bot hurts itself only: what each limit does to it, and that a neighbour goes on.

use std::time::{Duration, Instant};

use parlor::{
    extension::Unfit,
    sandbox::{LoadError, Loaded, Status},
};
use parlor_tests::{
    guests::{guest, test_guest},
    house::TestHouse,
};

/// Limits that are reached soon.
const SHORT: &str = "limits = { memory = \"16 MiB\", cpu-per-call = \"100 ms\", call-timeout = \"2 s\" }";

async fn with_neighbour(more: &str) -> (TestHouse, [parlor::extension::Running; 2]) {
    let house = TestHouse::new();
    let (neighbour, status) = house.bot("echo", &guest("echo"), "").await;
    assert_eq!(status, Status::Running);
    let (misbehaver, status) = house.bot("bad", &test_guest("misbehaver"), more).await;
    assert_eq!(status, Status::Running);
    (house, [neighbour, misbehaver])
}

async fn neighbour_answers(house: &TestHouse) {
    assert_eq!(house.stage.ask("@ann", "!echo still here").await, "still here");
}

/// A bot whose command ends its instance: the sender is told, the neighbour does not notice, and the next command
/// finds a new instance.
async fn ends_and_starts_again(command: &str) {
    let (house, [_neighbour, bad]) = with_neighbour(SHORT).await;
    assert_eq!(house.stage.ask("@ann", "!count").await, "1");
    assert_eq!(house.stage.ask("@ann", "!count").await, "2");
    let answer = house.stage.ask("@ann", command).await;
    assert!(answer.starts_with("error: bad could not answer"), "{answer}");
    neighbour_answers(&house).await;
    assert_eq!(house.stage.ask("@ann", "!count").await, "1", "a new instance");
    assert_eq!(bad.status(), Status::Running);
}

#[tokio::test]
async fn a_trap_is_answered_with_an_error_and_a_new_instance_takes_over() {
    ends_and_starts_again("!trap").await;
}

#[tokio::test]
async fn b45_a_panic_ends_the_instance_only() {
    ends_and_starts_again("!panic at the disco").await;
}

#[tokio::test]
async fn an_endless_loop_is_cut_off() {
    ends_and_starts_again("!spin").await;
}

#[tokio::test]
async fn memory_beyond_the_limit_ends_the_instance() {
    ends_and_starts_again("!grow-forever").await;
}

#[tokio::test]
async fn endless_recursion_ends_the_instance() {
    ends_and_starts_again("!deep").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn b44_a_neighbour_on_the_same_thread_is_answered_while_a_bot_computes() {
    let (house, _bots) = with_neighbour("limits = { cpu-per-call = \"2 s\", call-timeout = \"20 s\" }").await;
    house.stage.tell("@ann", "!spin");
    let begin = Instant::now();
    for _ in 0..20 {
        neighbour_answers(&house).await;
    }
    assert!(begin.elapsed() < Duration::from_secs(1), "{:?}", begin.elapsed());
    let answer = house.stage.body().await;
    assert!(answer.starts_with("error: bad could not answer"), "{answer}");
}

#[tokio::test]
async fn waiting_for_the_host_is_not_counted_as_computing() {
    let (house, [_neighbour, bad]) = with_neighbour(SHORT).await;
    let before = bad.meter().cpu_time();
    // Fifty turns of little work, with pauses that together are longer than the CPU limit.
    for _ in 0..50 {
        assert_eq!(house.stage.ask("@ann", "!sleep 5").await, "awake");
    }
    assert_eq!(bad.status(), Status::Running);
    assert!(bad.meter().cpu_time() - before < Duration::from_millis(200));
}

#[tokio::test]
async fn the_meter_counts_what_a_guest_computes() {
    let (house, [_neighbour, bad]) =
        with_neighbour("limits = { cpu-per-call = \"5 s\", call-timeout = \"20 s\" }").await;
    let before = bad.meter().cpu_time();
    house.stage.ask("@ann", "!burn 100").await;
    let counted = bad.meter().cpu_time() - before;
    assert!(counted >= Duration::from_millis(50), "{counted:?}");
}

#[tokio::test]
async fn b38_a_bot_that_traps_or_loops_or_refuses_in_start_stays_out_and_the_others_do_not_notice() {
    for (name, words) in [
        ("trap-in-start", "it crashed"),
        ("loop-in-start", "it computed for longer than its limit of 100ms"),
        ("error-in-start", "it refused to start: the moon is full"),
        ("loop-at-instantiation", "it computed for longer than its limit of 100ms"),
    ] {
        let house = TestHouse::new();
        let (_neighbour, _) = house.bot("echo", &guest("echo"), "").await;
        let (_bad, status) = house.bot("bad", &test_guest(name), SHORT).await;
        let Status::Failed(why) = status else { panic!("{name}: {status:?}") };
        assert!(why.starts_with(words), "{name}: {why}");
        neighbour_answers(&house).await;
    }
}

#[tokio::test]
async fn a_bot_that_fails_again_and_again_is_quarantined() {
    let (house, [_neighbour, bad]) = with_neighbour(SHORT).await;
    for _ in 0..5 {
        let answer = house.stage.ask("@ann", "!trap").await;
        assert!(answer.starts_with("error: bad could not answer"), "{answer}");
    }
    bad.settled(|status| matches!(status, Status::Quarantined(_))).await;
    // Its commands are gone.
    let answer = house.stage.ask("@ann", "!count").await;
    assert!(answer.starts_with("There is no command `count`"), "{answer}");
    neighbour_answers(&house).await;
}

#[tokio::test]
async fn a_guest_sees_no_environment_no_files_and_no_network() {
    let (house, _bots) = with_neighbour("").await;
    assert_eq!(house.stage.ask("@ann", "!env").await, "env=0 files=no net=no");
}

#[tokio::test]
async fn random_is_given_up_to_its_limit() {
    let (house, _bots) = with_neighbour("limits = { random-bytes = \"1 KiB\" }").await;
    assert_eq!(house.stage.ask("@ann", "!random 1024").await, "got 1024 bytes");
    let answer = house.stage.ask("@ann", "!random 1025").await;
    assert!(answer.starts_with("error: bad could not answer"), "{answer}");
    neighbour_answers(&house).await;
}

#[tokio::test]
async fn handles_of_the_host_are_limited() {
    let (house, _bots) = with_neighbour("limits = { handles = 100 }").await;
    assert_eq!(house.stage.ask("@ann", "!rooms 50").await, "holds 50 rooms");
    let answer = house.stage.ask("@ann", "!rooms 1000").await;
    assert!(answer.starts_with("error: "), "{answer}");
    assert_eq!(house.stage.ask("@ann", "!count").await, "1", "it was told, and lives on");
    neighbour_answers(&house).await;
}

#[tokio::test]
async fn timers_are_limited_and_the_guest_is_told() {
    let (house, _bots) = with_neighbour("limits = { timers = 8 }").await;
    assert_eq!(house.stage.ask("@ann", "!timers 8").await, "set 8 timers");
    let answer = house.stage.ask("@ann", "!timers 1").await;
    assert!(answer.contains("8 timers are set already"), "{answer}");
}

#[tokio::test]
async fn a_call_to_the_host_carries_no_more_than_its_limit() {
    let (house, _bots) = with_neighbour("limits = { host-call-bytes = \"64 KiB\" }").await;
    // 128 KiB of log line in one call.
    let answer = house.stage.ask("@ann", "!shout 131072").await;
    assert!(answer.starts_with("error: bad could not answer"), "{answer}");
    neighbour_answers(&house).await;
}

#[tokio::test]
async fn a_handler_that_returns_an_error_keeps_its_instance() {
    let (house, _bots) = with_neighbour("").await;
    assert_eq!(house.stage.ask("@ann", "!count").await, "1");
    assert!(house.stage.ask("@ann", "!keep").await.starts_with("error: "));
    assert_eq!(house.stage.ask("@ann", "!count").await, "2");
}

#[tokio::test]
async fn what_cannot_be_run_is_refused_in_a_sentence_with_what_to_do() {
    let house = TestHouse::new();
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    };
    let bot = "[network.test]\ncomponent = \"COMPONENT\"\n";
    let read =
        |path: &std::path::Path| Loaded::read(&house.workshop.sandbox, None, path).err().unwrap().to_string();

    let text = write("text.wasm", b"hello, this is no wasm at all");
    assert!(read(&text).contains("is no WebAssembly component; build one with"), "{}", read(&text));
    let module = write("module.wasm", b"\0asm\x01\0\0\0");
    assert!(
        read(&module).contains("is a core WebAssembly module and no component; build it for"),
        "{}",
        read(&module)
    );
    let broken = write("broken.wasm", b"\0asm\x0d\0\x01\0\xff\xff\xff");
    assert!(read(&broken).contains("cannot be run: "), "{}", read(&broken));
    let missing = folder.path().join("missing.wasm");
    assert!(matches!(Loaded::read(&house.workshop.sandbox, None, &missing), Err(LoadError::Unreadable(..))));

    for (name, words) in [
        ("stranger", "is a component of another world: it exports"),
        ("old-contract", "is built for parlor:chat/bot@0.2.0, and this Parlor speaks parlor:chat@0.1.0"),
    ] {
        let error = house.admit(&test_guest(name), bot).err().unwrap().to_string();
        assert!(error.contains(words), "{error}");
    }
    let error = house.admit(&guest("echo"), bot).err().unwrap();
    assert!(matches!(error, Unfit::Misplaced { .. }), "{error}");
}

#[tokio::test]
async fn an_extension_that_needs_what_it_was_not_granted_is_refused_with_the_line_to_add() {
    let house = TestHouse::new();
    let granted = "grant = { networks = [\"test\"] }";
    let error = house.admit_bot("n", &test_guest("needs-net"), granted).err().unwrap().to_string();
    assert!(error.contains("imports parlor:host/net@0.1.0, which it was not granted"), "{error}");
    assert!(error.contains("add to [bot.n] the line: grant = { net = [\"HOST:PORT\"] }"), "{error}");
}
