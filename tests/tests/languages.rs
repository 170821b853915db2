//! The same extensions in several languages: alike for whoever talks to them.

use std::path::Path;

use parlor_tests::{
    guests::guest,
    irc::{
        client::Client,
        configuration::{Network, ROOM},
        ngircd::Ngircd,
    },
    languages::succeeds,
    program::{Session, parlor},
    web::stage::Stage,
};
use serde_json::json;

/// `karma` in each language.
const KARMAS: [&str; 4] = ["karma", "karma-python", "karma-js", "karma-c"];

fn script(path: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../guests").join(path).display().to_string()
}

#[test]
fn karma_passes_the_same_conversation_test_in_each_language() {
    for karma in KARMAS {
        let mut test = parlor();
        let said = succeeds(test.arg("test").arg(guest(karma)).arg(script("bots/karma/tests/karma.talk")));
        assert!(said.ends_with(" 0 failed\n"), "{karma}: {said}");
    }
}

#[tokio::test]
async fn karma_behaves_alike_on_irc_in_each_language() {
    let server = Ngircd::start().await;
    let mut ann = Client::connect(&server.address(), "ann").await;
    ann.joins(ROOM).await;
    let mut answers = Vec::new();
    for karma in KARMAS {
        let network = Network::at("irc", &server.address()).with("nick", &format!("{karma:?}")).toml();
        let bot = guest(karma);
        let bot = format!(
            "[bot.karma]\ncomponent = {bot:?}\ngrant = {{ networks = [\"irc\"], store = \"1 MiB\" }}\n"
        );
        let session = Session::configured(&format!("{network}{bot}"));
        ann.sees_join(karma, ROOM).await;
        let mut heard = Vec::new();
        for text in
            ["bob++ for the tea", "!karma bob", "mondays-- \"new york\"++", "!karma top", "!karma top x"]
        {
            heard.push(ann.asks(ROOM, text, karma).await);
        }
        heard.push(ann.asks(karma, "karma bottom 1", karma).await);
        answers.push((karma, heard));
        session.stop().await;
    }
    let (_, first) = &answers[0];
    assert_eq!(first[1], "bob: 1 (last for the tea)");
    for (karma, heard) in &answers[1..] {
        assert_eq!(heard, first, "{karma}");
    }
}

#[tokio::test]
async fn an_access_manager_in_python_and_a_service_bot_in_javascript_serve_the_real_client() {
    let rules = "[DEFAULT]\ndeny = eve\nservices = tally\nacls.tally = sync\n";
    let stage = Stage::with(&format!(
        "access = {{ component = {:?}, config = {{ rules = {rules:?} }} }}\n\
         service.tally = {{ component = {:?}, grant = {{ store = \"1 MiB\" }} }}\n\
         service.other = {{ component = {:?} }}\n",
        guest("ini-access-python"),
        guest("tally-service-js"),
        guest("echo-service"),
    ))
    .await;
    let [anna, ben] = stage.people().await;
    for client in ["0.7", "1.0"] {
        stage.meet(&[&anna, &ben], client).await;
        anna.does("listen('tally')").await;
        let votes = |votes: serde_json::Value| json!({ "value": { "votes": votes }, "error": false });
        anna.has("ask('tally', { vote: 'tea' })", votes(json!({ "tea": 1 }))).await;
        anna.until("of('told').some(({ value }) => value.votes && value.votes.tea === 1)").await;
        // What the rules do not name is denied.
        anna.has("ask('other', { a: 1 })", json!({ "value": "not-allowed", "error": true })).await;
        // The bot sees what people edit, since the rules let it.
        ben.does("edit('insert', 0, 'x')").await;
        anna.until("of('told').some(({ value }) => value.edits)").await;
        anna.does("ask('tally', { vote: null })").await;
        for person in [&anna, &ben] {
            assert_eq!(person.trouble().await, [""; 0], "{}", person.report().await);
        }
    }
}
