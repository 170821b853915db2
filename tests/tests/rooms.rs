//! Rooms as bots see them, on the terminal's backend. The tests are named after the behaviours of a good bot host, by their
//! numbers; the same on IRC is in `irc_service.rs`, as far as IRC has it.

use parlor_tests::{guests::test_guest, program::Session};

/// What a bot that does this with rooms, one after the other, is answered.
async fn answers(actions: &[&str]) -> Vec<String> {
    let mut session = Session::run(&[test_guest("commander")], &[]);
    session
        .types(&actions.iter().map(|action| format!("!muc {action}")).collect::<Vec<_>>().join("\n"))
        .await;
    let ended = session.end().await;
    assert_eq!((ended.code, &*ended.log), (Some(0), ""));
    ended.output.lines().map(str::to_owned).collect()
}

#[tokio::test]
async fn b07_to_ask_for_a_room_that_does_not_exist_changes_nothing() {
    assert_eq!(answers(&["#x exists", "#x joined", "#x exists"]).await, ["false", "false", "false"]);
}

#[tokio::test]
async fn b08_a_room_that_is_created_exists_and_is_not_joined_and_twice_is_once() {
    let answers = answers(&["#x create", "#x create", "#x exists", "#x joined"]).await;
    assert_eq!(answers, ["done", "done", "true", "false"]);
}

#[tokio::test]
async fn b09_to_join_a_room_that_is_missing_creates_it() {
    assert_eq!(
        answers(&["#x join", "#x join", "#x exists", "#x joined"]).await,
        ["done", "done", "true", "true"]
    );
}

#[tokio::test]
async fn b10_a_room_that_is_left_still_exists_and_one_that_is_destroyed_does_not() {
    let answers =
        answers(&["#x join", "#x leave", "#x leave", "#x joined", "#x exists", "#x destroy", "#x exists"])
            .await;
    assert_eq!(answers, ["done", "done", "done", "false", "true", "done", "false"]);
}

#[tokio::test]
async fn b11_a_topic_is_none_until_it_is_set_and_then_the_same_through_every_handle() {
    let answers = answers(&["#x join", "#x topic", "#x set-topic tea and cake", "#x topic"]).await;
    assert_eq!(answers, ["done", "None", "done", "Some(\"tea and cake\")"]);
}

#[tokio::test]
async fn b12_joined_topic_and_left_are_told_in_order_and_once() {
    let mut session =
        Session::run(&[test_guest("commander"), test_guest("hears-everything")], &["--log=info"]);
    session.types("!muc #x join\n@ann #x hello\n@ann #x again\n!muc #x set-topic tea\n!muc #x leave").await;
    let ended = session.end().await;
    let heard: Vec<_> = ended
        .log
        .lines()
        .filter(|line| line.contains("hears-everything"))
        .filter_map(|line| {
            let at = ["joined #x", "topic #x", "left #x"].into_iter().find_map(|what| line.find(what))?;
            line[at..].split(" extension=").next()
        })
        .collect();
    assert_eq!(
        heard,
        ["joined #x parlor", "joined #x ann", "topic #x tea", "left #x parlor"],
        "{}",
        ended.log
    );
}

#[tokio::test]
async fn b13_outside_of_a_room_its_topic_and_occupants_are_not_told() {
    let answers = answers(&["#x create", "#x topic", "#x occupants", "#x join", "#x occupants"]).await;
    assert_eq!(answers[0], "done");
    for refusal in &answers[1..3] {
        assert!(refusal.starts_with("error: ") && refusal.contains("#x"), "{refusal}");
    }
    assert_eq!(answers[3..], ["done", "parlor"]);
}
