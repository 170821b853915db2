//! What becomes of an extension that fails, and of those who talk to it meanwhile.

use std::time::Duration;

use parlor::{
    extension::Running,
    imports::{
        state::Services,
        store::{Database, DatabaseUrl},
    },
    sandbox::Status,
};
use parlor_tests::{
    guests::{guest, test_guest},
    house::TestHouse,
};
use tokio::time::Instant;

/// Limits that are reached soon.
const SHORT: &str = "limits = { cpu-per-call = \"100 ms\", call-timeout = \"2 s\" }";
const OPS: &str = "tell-admins = [{ network = \"test\", room = \"#ops\" }]";

async fn bad(house: &TestHouse) -> Running {
    let (bad, status) = house.bot("bad", &test_guest("misbehaver"), SHORT).await;
    assert_eq!(status, Status::Running);
    bad
}

#[tokio::test(start_paused = true)]
async fn each_failure_in_a_row_is_followed_by_a_longer_pause() {
    let house = TestHouse::new();
    let bad = bad(&house).await;
    let mut pauses = Vec::new();
    for _ in 0..4 {
        house.stage.ask("@ann", "!trap").await;
        bad.settled(|status| matches!(status, Status::Restarting(_))).await;
        let begin = Instant::now();
        bad.settled(|status| *status == Status::Running).await;
        pauses.push(begin.elapsed().as_millis());
    }
    for (pause, expected) in pauses.iter().zip([100, 200, 400, 800]) {
        assert!((expected..expected + 50).contains(pause), "{pauses:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn after_a_minute_without_a_failure_the_count_begins_anew() {
    let house = TestHouse::new();
    let bad = bad(&house).await;
    for _ in 0..3 {
        for _ in 0..4 {
            house.stage.ask("@ann", "!trap").await;
            bad.settled(|status| matches!(status, Status::Restarting(_))).await;
            bad.settled(|status| *status == Status::Running).await;
        }
        tokio::time::advance(Duration::from_secs(61)).await;
    }
    assert_eq!(bad.status(), Status::Running);
}

#[tokio::test]
async fn who_waits_when_a_bot_dies_is_answered_once_each_and_nothing_is_asked_twice() {
    let house = TestHouse::new();
    let _bad = bad(&house).await;
    assert_eq!(house.stage.ask("@ann", "!count").await, "1");
    // All of them wait before the first is looked at.
    for body in ["!count", "!trap", "!count", "!count"] {
        house.stage.tell("@ann", body);
    }
    let mut heard = Vec::new();
    for _ in 0..4 {
        heard.push(house.stage.body().await);
    }
    assert_eq!(heard[0], "2");
    assert!(heard[1].starts_with("error: bad could not answer `trap`"), "{heard:?}");
    // By the new instance, and each once: had `trap` been asked again, it would have failed as well.
    assert_eq!(heard[2..], ["1", "2"]);
    assert_eq!(house.stage.ask("@ann", "!count").await, "3");
}

#[tokio::test]
async fn what_was_stored_is_there_after_a_failure() {
    let folder = tempfile::tempdir().unwrap();
    let database = Database::open(&DatabaseUrl::sqlite(folder.path().join("parlor.db"))).await.unwrap();
    let house = TestHouse::with(Services { database: Some(database), ..Services::default() });
    let _bad = bad(&house).await;
    assert_eq!(house.stage.ask("@ann", "!remember tea green").await, "remembered");
    for way in ["!trap", "!spin"] {
        let answer = house.stage.ask("@ann", way).await;
        assert!(answer.starts_with("error: bad could not answer"), "{answer}");
        assert_eq!(house.stage.ask("@ann", "!recall tea").await, "green");
    }
}

#[tokio::test]
async fn admins_hear_once_that_a_bot_is_quarantined_and_see_why() {
    let house = TestHouse::chat(OPS);
    let (_echo, _) = house.bot("echo", &guest("echo"), "").await;
    let bad = bad(&house).await;
    for _ in 0..5 {
        let answer = house.stage.ask("@ann", "!trap").await;
        assert!(answer.starts_with("error: bad could not answer"), "{answer}");
    }
    let warning = house.stage.heard().await;
    assert_eq!(warning.to, "#ops");
    assert!(
        warning.body.starts_with("bot bad is quarantined after failing again and again: it crashed"),
        "{warning:?}"
    );
    assert!(matches!(bad.status(), Status::Quarantined(why) if why.contains("unreachable")));
    let report = house.house.ledger.report("bot.bad").unwrap();
    assert!(
        matches!(report.status, Some(Status::Quarantined(_))) && report.figures.failures == 5,
        "{report:?}"
    );
    // Nothing more is said, of this or of later commands.
    assert!(house.stage.ask("@ann", "!count").await.starts_with("There is no command `count`"));
    assert_eq!(house.stage.ask("@ann", "!echo hi").await, "hi");
}
