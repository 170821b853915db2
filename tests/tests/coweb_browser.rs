//! The program as a server of coweb sessions, with people in real browsers and OpenCoweb's own clients, as they were
//! released. What the people and their pages can do is `tests/src/web/person.rs` and `tests/web/pages/person.js`.

use futures_util::future::join_all;
use parlor_tests::{
    guests::guest,
    web::{
        site::CLIENTS,
        stage::{Stage, agree},
    },
};
use serde_json::json;

#[tokio::test]
async fn each_client_is_told_who_and_where_it_is() {
    let stage = Stage::new().await;
    let [anna, ben] = stage.people().await;
    for client in CLIENTS {
        stage.seat(&anna, client).await;
        let prepared = anna.does(&format!("prepare({{ key: '{client}' }})")).await;
        assert_eq!(prepared["key"], *client);
        assert_eq!(prepared["collab"], true);
        assert_eq!(prepared["info"], json!({}));
        let session = prepared["sessionid"].as_str().expect("an id");
        assert_eq!(prepared["sessionurl"], format!("/session/{session}"));
        anna.does("join()").await;
        anna.does("update()").await;
        let name = prepared["username"].as_str().expect("a name");
        anna.has("site", 1).await;
        anna.has("roster", json!({ "1": name })).await;

        stage.seat(&ben, client).await;
        assert_eq!(ben.enters(json!({ "key": client })).await, 2);
        let other = ben.does("prepared").await["username"].clone();
        assert_ne!(name, other);
        anna.until("of('join').length === 1").await;
        for person in [&anna, &ben] {
            person.has("roster", json!({ "1": name, "2": other })).await;
        }
    }
}

#[tokio::test]
async fn what_three_people_change_at_once_ends_equal() {
    let stage = Stage::new().await;
    let [anna, ben, cleo] = stage.people().await;
    let all = [&anna, &ben, &cleo];
    for client in CLIENTS {
        stage.meet(&all, client).await;
        anna.begins("write('a', [2, 3])").await;
        ben.begins("write('b', [1, 3])").await;
        cleo.begins("write('c', [1, 2])").await;
        for person in all {
            person.until("of('edit').length > 60").await;
        }
        join_all(all.map(|person| person.does("stop()"))).await;
        for person in all {
            person.until("of('note').length === 2").await;
        }
        agree(&all).await;
    }
}

#[tokio::test]
async fn what_no_engine_touches_reaches_all_others_once_and_in_order() {
    let stage = Stage::new().await;
    let [anna, ben] = stage.people().await;
    for client in CLIENTS {
        stage.meet(&[&anna, &ben], client).await;
        for note in 0..20 {
            anna.begins(&format!("note({{ number: {note}, text: '\"<ü>\\u2028' }})")).await;
        }
        ben.until("of('note').length === 20").await;
        let expected: Vec<_> = (0..20)
            .map(|note| json!({ "what": "note", "site": 1, "value": { "number": note, "text": "\"<ü>\u{2028}" } }))
            .collect();
        ben.has("of('note')", expected).await;
        anna.has("of('note').length", 0).await;
    }
}

#[tokio::test]
async fn whoever_leaves_is_missed_and_can_come_back() {
    let stage = Stage::new().await;
    let [anna, ben] = stage.people().await;
    for client in CLIENTS {
        stage.meet(&[&anna, &ben], client).await;
        anna.does("edit('insert', 0, 'first')").await;
        ben.has_items(&["first"]).await;
        ben.does("leave()").await;
        ben.until("of('end').length === 1").await;
        anna.until("of('leave').length === 1").await;
        anna.has("of('leave')[0].site", 2).await;
        anna.does("edit('insert', 1, 'second')").await;
        ben.until("of('status').at(-1).status === 'clean-disconnect'").await;

        assert_eq!(ben.enters(json!({ "key": client })).await, 2);
        agree(&[&anna, &ben]).await;
        ben.has_items(&["first", "second"]).await;
    }
}

#[tokio::test]
async fn whoever_closes_the_page_is_missed_soon() {
    let stage = Stage::new().await;
    for client in CLIENTS {
        let [anna, ben] = stage.people().await;
        stage.meet(&[&anna, &ben], client).await;
        // Between two connects nobody could tell; then it takes the idle time-out.
        ben.until("held === 1").await;
        ben.closes().await;
        anna.until("of('leave').length === 1").await;
        anna.has("of('leave')[0].site", 2).await;
    }
}

#[tokio::test]
async fn the_last_one_takes_the_session_along() {
    let stage = Stage::new().await;
    let [anna, ben] = stage.people().await;
    for client in CLIENTS {
        stage.meet(&[&anna], client).await;
        anna.does("edit('insert', 0, 'gone')").await;
        anna.does("leave()").await;
        anna.until("of('status').at(-1).status === 'clean-disconnect'").await;

        stage.meet(&[&ben], client).await;
        assert_eq!(ben.items().await, [""; 0]);
    }
}

#[tokio::test]
async fn the_newest_client_does_the_same_over_websockets() {
    let stage = Stage::new().await;
    let [anna, ben, cleo] = stage.people().await;
    for (person, site) in [&anna, &ben].into_iter().zip(1..) {
        stage.seat_with(person, "1.0", "&useWebSockets=true").await;
        assert_eq!(person.enters(json!({})).await, site);
    }
    anna.begins("write('a', [2])").await;
    ben.begins("write('b', [1])").await;
    anna.until("of('edit').length > 20").await;
    // Somebody who polls is in the same session.
    stage.seat(&cleo, "1.0").await;
    assert_eq!(cleo.enters(json!({})).await, 3);
    join_all([&anna, &ben].map(|person| person.does("stop()"))).await;
    for (person, notes) in [(&anna, 1), (&ben, 1), (&cleo, 2)] {
        person.until(&format!("of('note').length === {notes}")).await;
    }
    agree(&[&anna, &ben, &cleo]).await;
    ben.closes().await;
    anna.until("of('leave').length === 1").await;
}

#[tokio::test]
async fn whoever_has_to_sign_in_does_so_by_the_form_or_the_client() {
    let folder = tempfile::tempdir().expect("a folder");
    // The password is `sesame`.
    let hash =
        "$argon2id$v=19$m=8,t=1,p=1$dY8XehO0vOXAiYOVFwD3sw$Uvfez/+/qhaxDmDyW3OUiTnQ0kj1PPFTUR/ATxO5ajY";
    std::fs::write(folder.path().join("users.ini"), format!("anna = {hash}\n")).expect("a file");
    let stage = Stage::with(&format!(
        "[coweb.auth]\ncomponent = {:?}\nconfig = {{ file = \"/users/users.ini\" }}\n\
         grant = {{ dirs = [{{ host = {:?}, guest = \"/users\" }}] }}",
        guest("ini-auth"),
        folder.path()
    ))
    .await;
    let anna = stage.person().await;
    for client in CLIENTS {
        let page = format!("{}/person.html?client={client}", stage.server.url());
        anna.opens(&page).await;
        assert!(anna.address().await.contains("/login?next="), "{}", anna.address().await);
        anna.fills_in(&[("username", "anna"), ("password", "sesame")]).await;
        assert_eq!(anna.address().await, page);
        anna.loaded(client).await;

        anna.does("logout()").await;
        assert_eq!(anna.fails("prepare()").await, "not-allowed");
        assert_eq!(anna.fails("login('anna', 'wrong')").await, "HTTP 403");
        assert_eq!(anna.fails("prepare()").await, "not-allowed");
        anna.does("login('anna', 'sesame')").await;
        anna.enters(json!({ "key": client })).await;
        anna.has("roster", json!({ "1": "anna" })).await;
        anna.does("logout()").await;
    }
}

#[tokio::test]
async fn whoever_may_not_come_in_is_told_so_by_the_client() {
    let stage = Stage::with(&format!(
        "[coweb.access]\ncomponent = {:?}\n[coweb.access.config]\naccess = {{ deny-users = [], info = {{ motd = \"be kind\" }} }}\n\
         rules = [{{ keys = [\"secret-*\"], allow-users = [\"nobody\"] }}]",
        guest("list-access")
    ))
    .await;
    let anna = stage.person().await;
    for client in CLIENTS {
        stage.seat(&anna, client).await;
        assert_eq!(anna.fails("prepare({ key: 'secret-plans' })").await, "not-allowed");
        anna.has("of('status').at(-1).status", "not-allowed").await;
        // The client is as it was before, and can go elsewhere.
        anna.enters(json!({ "key": client })).await;
        assert_eq!(anna.does("prepared").await["info"], json!({ "motd": "be kind" }));
    }
}
