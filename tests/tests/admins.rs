//! What admins do with bots while the program runs. The tests are named after the behaviours of a good bot host, by their
//! numbers.

use std::fs;

use parlor_tests::{
    guests::{guest, test_guest},
    program::Session,
};

#[tokio::test]
async fn b39_a_bot_that_is_stopped_is_gone_with_its_commands_until_it_is_started() {
    let mut session = Session::run(&[guest("echo"), test_guest("commander")], &[]);
    for (asked, answer) in [
        ("!stop echo", "echo is stopped, until `start echo` or the next start of the program."),
        ("!echo hi", "There is no command `echo`. `!help` lists those that there are."),
        ("!start echo", "echo is running."),
        ("!echo hi", "hi"),
        ("!start echo", "error: echo runs already; `reload` takes its component anew"),
        ("!stop nobody", "error: there is no bot `nobody`; there are: commander, echo"),
        ("!stop", "error: usage: `stop BOT`: stops a bot until it is started again"),
    ] {
        assert_eq!(session.asks(asked).await, answer);
    }
    assert_eq!(session.end().await.code, Some(0));
}

#[tokio::test]
async fn b39_a_reloaded_bot_is_the_new_one_and_one_that_does_not_start_leaves_the_old_one_there() {
    let folder = tempfile::tempdir().unwrap();
    let component = folder.path().join("bot.wasm");
    fs::copy(guest("echo"), &component).unwrap();
    let mut session = Session::run(std::slice::from_ref(&component), &[]);
    session.types("!echo old").await;
    assert_eq!(session.line().await, "old");
    for (bad, why) in [
        ("error-in-start", "error: bot stays as it was: it refused to start: the moon is full"),
        ("trap-in-start", "error: bot stays as it was: it crashed"),
    ] {
        fs::copy(test_guest(bad), &component).unwrap();
        let answer = session.asks("!reload bot").await;
        assert!(answer.starts_with(why), "{answer}");
        assert_eq!(session.asks("!echo still there").await, "still there");
    }
    fs::write(&component, "no component").unwrap();
    assert!(session.asks("!reload bot").await.contains("is no WebAssembly component"));
    fs::copy(test_guest("commander"), &component).unwrap();
    assert_eq!(session.asks("!reload bot").await, "bot is reloaded.");
    assert_eq!(session.asks("!order tea x").await, "order tea<x>");
    assert!(session.asks("!echo hi").await.starts_with("There is no command `echo`"));
    assert_eq!(session.end().await.code, Some(0));
}

#[tokio::test]
async fn b39_a_bot_that_is_quarantined_can_be_started_again() {
    let more = [
        "--set=bot.misbehaver.grant.net = [\"192.0.2.1:1\"]",
        "--set=bot.misbehaver.grant.http = [\"https://192.0.2.1\"]",
        "--set=bot.misbehaver.grant.store = \"1 MiB\"",
    ];
    let mut session = Session::run(&[guest("echo"), test_guest("misbehaver")], &more);
    for _ in 0..5 {
        assert!(session.asks("!trap").await.starts_with("error: misbehaver could not answer `trap`"));
    }
    session.types("!bots").await;
    let bots = session.lines(2).await;
    assert!(
        bots[0].starts_with("- **echo**: running") && bots[1].starts_with("- **misbehaver**: quarantined: "),
        "{bots:?}"
    );
    assert_eq!(session.asks("!start misbehaver").await, "misbehaver is running.");
    assert_eq!(session.asks("!count").await, "1");
}
