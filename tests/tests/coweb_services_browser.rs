//! The service bots that come with Parlor, asked and heard by OpenCoweb's own clients in real browsers. Their side of it is
//! `ask`, `listen` and `unlisten` in `tests/web/pages/person.js`.

use parlor_tests::{
    guests::{guest, test_guest},
    web::{person::Person, stage::Stage},
};
use serde_json::{Value, json};

/// Clients that have questions as `value`; 0.4 says otherwise.
const CLIENTS: &[&str] = &["0.5", "0.7", "1.0"];

/// A bot that comes with Parlor as the service of this name, with more of its configuration.
fn service(name: &str, component: &str, more: &str) -> String {
    format!("service.{name} = {{ component = {:?}{more} }}\n", guest(component))
}

/// What somebody has heard from a service.
async fn told(person: &Person, service: &str) -> Value {
    person
        .does(&format!(
            "of('told').filter((told) => told.service === '{service}').map(({{ value }}) => value)"
        ))
        .await
}

#[tokio::test]
async fn who_asks_is_answered_and_all_hear_it_who_listen_by_then() {
    let stage = Stage::with(&service("echo", "echo-service", "")).await;
    let [anna, ben] = stage.people().await;
    let success = json!({ "value": { "success": true }, "error": false });
    for client in CLIENTS {
        stage.meet(&[&anna, &ben], client).await;
        for (person, name) in [(&anna, "anna"), (&ben, "ben")] {
            person.does("listen('echo')").await;
            person.has(&format!("ask('echo', {{ by: '{name}' }})"), success.clone()).await;
        }
        anna.has("ask('echo', { by: 'anna', again: [null, '\\u2028'] })", success.clone()).await;
        anna.until("of('told').length === 3").await;
        ben.until("of('told').length === 2").await;
        let again = json!({ "by": "anna", "again": [null, "\u{2028}"] });
        assert_eq!(told(&anna, "echo").await, json!([{ "by": "anna" }, { "by": "ben" }, again]), "{client}");
        assert_eq!(told(&ben, "echo").await, json!([{ "by": "ben" }, again]), "{client}");

        ben.does("unlisten('echo')").await;
        // What is published after the first answer would come before the second one.
        for _ in 0..2 {
            ben.has("ask('echo', { by: 'ben' })", success.clone()).await;
        }
        anna.until("of('told').length === 5").await;
        ben.has("of('told').length", 2).await;
        // And he can listen again.
        ben.does("listen('echo')").await;
        ben.has("ask('echo', { by: 'ben' })", success.clone()).await;
        ben.until("of('told').length === 3").await;
        for person in [&anna, &ben] {
            assert_eq!(person.trouble().await, [""; 0], "{}", person.report().await);
        }
    }
}

#[tokio::test]
async fn who_may_not_use_a_service_or_asks_one_that_there_is_not_is_told_so() {
    let access = guest("list-access");
    let rules = r#"access = { allow-users = ["*"] }, rules = [{ services = ["closed"], allow-users = [] }]"#;
    let stage = Stage::with(
        &[
            service("echo", "echo-service", ""),
            service("closed", "echo-service", ""),
            format!("access = {{ component = {access:?}, config = {{ {rules} }} }}\n"),
        ]
        .concat(),
    )
    .await;
    let anna = stage.person().await;
    for client in CLIENTS {
        stage.meet(&[&anna], client).await;
        for (service, error) in [("closed", "not-allowed"), ("nosuch", "not-found")] {
            // Twice, since a client that was refused once must not give up.
            for _ in 0..2 {
                let answer = json!({ "value": error, "error": true });
                anna.has(&format!("ask('{service}', {{ a: 1 }})"), answer).await;
            }
            anna.does(&format!("listen('{service}')")).await;
            let about = format!("of('told').filter((told) => told.service === '{service}' && told.error)");
            anna.until(&format!("{about}.length === 1")).await;
            assert_eq!(told(&anna, service).await, json!([error]), "{client}");
        }
        anna.has("ask('echo', { a: 1 })", json!({ "value": { "success": true }, "error": false })).await;
    }
}

#[tokio::test]
async fn who_asked_a_bot_that_dies_is_told_so_and_can_ask_the_next() {
    let moody = test_guest("moody-service");
    let stage = Stage::with(&format!("service.moody = {{ component = {moody:?} }}\n")).await;
    let [anna, ben] = stage.people().await;
    for client in CLIENTS {
        stage.meet(&[&anna, &ben], client).await;
        ben.does("listen('moody')").await;
        // Before 1.0 answers had no errors: what says so is their value.
        let error = json!({ "value": { "error": "server-error" }, "error": *client == "1.0" });
        anna.has("ask('moody', { die: true })", error).await;
        let answer = anna.does("ask('moody', { publish: 'I am back' })").await;
        assert_eq!(
            (&answer["error"], &answer["value"]["result"]),
            (&json!(false), &json!("done")),
            "{client}"
        );
        ben.until("of('told').length === 1").await;
        assert_eq!(told(&ben, "moody").await, json!(["I am back"]));
    }
}

#[tokio::test]
async fn the_clock_tells_the_time_to_all_who_listen() {
    let stage = Stage::with(&service("clock", "clock", ", config = { every = 200 }")).await;
    let [anna, ben] = stage.people().await;
    for client in CLIENTS {
        stage.meet(&[&anna, &ben], client).await;
        anna.does("listen('clock')").await;
        anna.until("of('told').length === 2").await;
        ben.does("listen('clock')").await;
        ben.until("of('told').length === 2").await;
        for person in [&anna, &ben] {
            let times = told(person, "clock").await;
            let times: Vec<_> =
                times.as_array().expect("a list").iter().map(|told| told["time"].as_str()).collect();
            assert!(times.iter().all(Option::is_some) && times.is_sorted(), "{times:?}");
        }
        let asked = anna.does("ask('clock', {})").await;
        assert!(asked["value"]["time"].is_string(), "{asked}");
    }
}

#[tokio::test]
async fn visits_are_counted_and_told() {
    let more = ", config = { after = 50 }, grant = { store = \"1 MiB\" }";
    let stage = Stage::with(&service("visits", "visits", more)).await;
    let [anna, ben] = stage.people().await;
    for client in CLIENTS {
        stage.meet(&[&anna, &ben], client).await;
        let name = async |person: &Person| {
            person.does("prepared.username").await.as_str().expect("a name").to_owned()
        };
        let (first, second) = (name(&anna).await, name(&ben).await);
        anna.does("listen('visits')").await;
        anna.until("of('told').length === 1").await;
        assert_eq!(told(&anna, "visits").await, json!([{ "visits": { first.clone(): 1 } }]), "{client}");
        ben.does("listen('visits')").await;
        ben.until("of('told').length === 1").await;
        let both = json!({ "visits": { first: 1, second: 1 } });
        assert_eq!(told(&ben, "visits").await, json!([both]), "{client}");
        let answer = json!({ "value": { "visits": 1, "total": 2 }, "error": false });
        ben.has("ask('visits', {})", answer).await;
    }
}

#[tokio::test]
async fn the_scribe_knows_what_was_edited_on_the_page() {
    let stage = Stage::with(&service("scribe", "scribe", ", grant = { store = \"16 MiB\" }")).await;
    let [anna, ben] = stage.people().await;
    for client in CLIENTS {
        stage.meet(&[&anna, &ben], client).await;
        // A bot hears what happens while it runs.
        let nothing = json!({ "value": { "count": 0, "ever": 0, "unsaved": 0 }, "error": false });
        anna.has("ask('scribe', { ask: 'count' })", nothing).await;
        anna.does("edit('insert', 0, 'milk')").await;
        ben.has_items(&["milk"]).await;
        ben.does("edit('insert', 1, 'bread and Milk')").await;
        anna.has_items(&["milk", "bread and Milk"]).await;
        anna.does("edit('delete', 0)").await;
        ben.has_items(&["bread and Milk"]).await;

        let answer = ben.does("ask('scribe', { ask: 'find', text: 'milk' })").await;
        let events = answer["value"]["events"].as_array().unwrap_or_else(|| panic!("{answer}"));
        let brief: Vec<_> =
            events.iter().map(|event| (&event["value"], &event["type"], &event["site"])).collect();
        let (milk, bread) = (json!("\"milk\""), json!("\"bread and Milk\""));
        assert_eq!(brief, [(&milk, &json!("insert"), &json!(1)), (&bread, &json!("insert"), &json!(2))]);
        let names = [anna.does("prepared.username").await, ben.does("prepared.username").await];
        assert_eq!([&events[0]["user"], &events[1]["user"]], names.each_ref());
        let answer = ben.does("ask('scribe', { ask: 'count' })").await;
        assert_eq!(answer["value"], json!({ "count": 3, "ever": 3, "unsaved": 0 }), "{client}");
    }
}
