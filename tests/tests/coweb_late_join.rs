//! Coming into a session in which something has happened: the same people and clients as in `coweb_browser.rs`, and
//! updaters that leave, die or stand still.

use futures_util::future::join_all;
use parlor_tests::web::{
    person::Person,
    site::CLIENTS,
    stage::{Stage, agree},
};
use serde_json::json;

/// Clients that say which kind of updater they want, and can ask for states to be cached.
const WITH_TYPES: &[&str] = &["0.7", "1.0"];

#[tokio::test]
async fn whoever_comes_in_while_others_make_changes_has_them_all() {
    let stage = Stage::new().await;
    let [anna, ben, cleo] = stage.people().await;
    for client in CLIENTS {
        stage.meet(&[&anna, &ben], client).await;
        anna.begins("write('a', [2])").await;
        ben.begins("write('b', [1])").await;
        anna.until("of('edit').length > 20").await;
        stage.seat(&cleo, client).await;
        assert_eq!(cleo.enters(json!({ "key": client })).await, 3);
        cleo.begins("write('c', [1, 2])").await;
        cleo.until("of('edit').length > 20").await;
        let all = [&anna, &ben, &cleo];
        join_all(all.map(|person| person.does("stop()"))).await;
        for person in all {
            person.until("of('note').length === 2").await;
        }
        agree(&all).await;
    }
}

#[tokio::test]
async fn when_the_only_updater_leaves_instead_of_answering_the_joiner_begins_anew() {
    let stage = Stage::new().await;
    let [anna, ben] = stage.people().await;
    for client in CLIENTS {
        stage.meet(&[&anna], client).await;
        anna.does("edit('insert', 0, 'lost')").await;
        anna.run("person.whenAsked = () => person.leave();").await.expect("a page");
        stage.seat(&ben, client).await;
        ben.enters(json!({ "key": client })).await;
        assert_eq!(ben.items().await, [""; 0]);
        ben.has("of('state').length", 0).await;
    }
}

#[tokio::test]
async fn when_an_updater_leaves_instead_of_answering_another_is_asked() {
    let stage = Stage::new().await;
    let [anna, ben, cleo] = stage.people().await;
    for client in WITH_TYPES {
        updated_by_ben_though_anna_is_asked(&stage, &anna, &ben, client, "person.leave()").await;
        join_late(&stage, &cleo, client).await;
        anna.has("of('asked').length", 1).await;
        ben.until("of('leave').length === 1").await;
        agree(&[&ben, &cleo]).await;
    }
}

#[tokio::test]
async fn when_an_updater_dies_instead_of_answering_another_is_asked() {
    // She dies while she holds no connect, and is missed after this.
    let stage = Stage::with("idle-timeout = \"3s\"").await;
    for client in WITH_TYPES {
        let [anna, ben, cleo] = stage.people().await;
        updated_by_ben_though_anna_is_asked(&stage, &anna, &ben, client, "person.freeze()").await;
        stage.seat(&cleo, client).await;
        cleo.begins(&format!("enter({{ key: '{client}', updaterType: 'anna' }})")).await;
        anna.is_frozen().await;
        anna.dies();
        cleo.until("site !== null").await;
        ben.until("of('leave').length === 1").await;
        agree(&[&ben, &cleo]).await;
    }
}

#[tokio::test]
async fn when_an_updater_stands_still_another_is_asked_and_its_late_answer_does_no_harm() {
    let stage = Stage::new().await;
    let [anna, ben, cleo] = stage.people().await;
    for client in WITH_TYPES {
        let when = "person.freeze(); send(token)";
        updated_by_ben_though_anna_is_asked(&stage, &anna, &ben, client, when).await;
        stage.seat(&cleo, client).await;
        cleo.begins(&format!("enter({{ key: '{client}', updaterType: 'anna' }})")).await;
        anna.is_frozen().await;
        cleo.until("site !== null").await;
        cleo.does("edit('insert', 1, 'meanwhile')").await;
        ben.has_items(&["kept", "meanwhile"]).await;
        anna.thaws().await;
        anna.has_items(&["kept", "meanwhile"]).await;
        cleo.does("edit('insert', 2, 'after')").await;
        for person in [&anna, &ben] {
            person.has_items(&["kept", "meanwhile", "after"]).await;
        }
        agree(&[&anna, &ben, &cleo]).await;
    }
}

/// Two people in a session: whoever wants an updater of type `anna` is sent to Anna, who does this instead.
async fn updated_by_ben_though_anna_is_asked(
    stage: &Stage,
    anna: &Person,
    ben: &Person,
    client: &str,
    when: &str,
) {
    stage.seat(anna, client).await;
    anna.enters(json!({ "key": client, "updaterType": "anna" })).await;
    anna.does("edit('insert', 0, 'kept')").await;
    stage.seat(ben, client).await;
    ben.enters(json!({ "key": client, "updaterType": "ben" })).await;
    anna.until("of('join').length === 1").await;
    let asked = anna.does("of('asked').length").await;
    assert_eq!(asked, 1, "Ben was brought up to date by Anna, who alone was there");
    anna.run(&format!(
        "const send = person.whenAsked; person.seen.length = 0; person.whenAsked = (token) => {{ {when}; }};"
    ))
    .await
    .expect("a page");
}

/// Somebody who wants to hear the state from Anna.
async fn join_late(stage: &Stage, person: &Person, client: &str) {
    stage.seat(person, client).await;
    person.enters(json!({ "key": client, "updaterType": "anna" })).await;
}

#[tokio::test]
async fn a_cached_state_is_as_good_as_one_that_is_asked_for() {
    let stage = Stage::new().await;
    let all: [_; 4] = stage.people().await;
    let [anna, ben, cleo, dora] = all.each_ref();
    for client in WITH_TYPES {
        let enter = async |person: &Person, own: &str, wanted: &str| {
            stage.seat_with(person, client, "&cacheState=true").await;
            // The type of an updater is the one that it wanted itself.
            person.enters(json!({ "key": client, "updaterType": wanted })).await;
            person.has("of('state').length", u64::from(own != "anna")).await;
        };
        enter(anna, "anna", "anna").await;
        anna.does("edit('insert', 0, 'a')").await;
        enter(ben, "ben", "anna").await;
        anna.until("of('join').length === 1").await;
        // Nothing has changed since Ben came, but that he did.
        enter(cleo, "cleo", "cleo").await;
        anna.until("of('join').length === 2").await;
        anna.has("of('asked').length", 1).await;
        ben.has("of('asked').length", 0).await;
        cleo.does("edit('insert', 1, 'c')").await;
        for person in [anna, ben] {
            person.has_items(&["a", "c"]).await;
        }
        // Whoever had the cached state can give it to others.
        enter(dora, "dora", "cleo").await;
        cleo.has("of('asked').length", 1).await;
        dora.does("edit('delete', 0)").await;
        ben.has_items(&["c"]).await;
        ben.does("edit('insert', 1, 'b')").await;
        for person in &all {
            person.has_items(&["c", "b"]).await;
        }
        agree(&all.each_ref()).await;
    }
}
