//! The program as a server of coweb sessions, for clients that keep to no rule, and with managers that fail.

use std::time::{Duration, Instant};

use parlor_tests::{
    guests::{guest, test_guest},
    web::{
        peer::{Peer, anna_and_ben, event, hears, on},
        server::Server,
    },
};
use reqwest::{Method, header};
use serde_json::{Value, json};

/// All managers are the moody one, with this configuration for each.
fn moody(config: &str) -> String {
    let moody = test_guest("moody-manager");
    let each = |key| format!("{key} = {{ component = {moody:?}, config = {{ {config} }} }}\n");
    ["auth", "access", "updater"].map(each).concat()
}

#[tokio::test]
async fn events_have_one_order_from_1_and_come_back_to_whoever_sent_them() {
    let server = Server::start(&moody("")).await;
    let (mut anna, mut ben) = anna_and_ben(&server).await;
    let channel = anna.channel("/sync/app");
    anna.publishes(&channel, event("a")).await;
    ben.publishes(&channel, event("b")).await;
    let heard = hears(&mut anna, &channel, 2).await;
    assert_eq!(heard, hears(&mut ben, &channel, 2).await);
    let brief: Vec<_> = heard
        .iter()
        .map(|message| (&message["data"]["value"], &message["data"]["siteId"], &message["data"]["order"]))
        .collect();
    assert_eq!(brief, [(&json!("a"), &json!(1), &json!(1)), (&json!("b"), &json!(2), &json!(2))]);
}

#[tokio::test]
async fn what_a_client_says_of_itself_is_not_passed_on() {
    let server = Server::start(&moody("")).await;
    let (mut anna, mut ben) = anna_and_ben(&server).await;
    let channel = anna.channel("/sync/app");
    anna.sends(json!({"channel": channel, "data": event("a"), "ext": {"userDefined": {"password": "hush"}}}))
        .await;
    let heard = hears(&mut ben, &channel, 1).await;
    assert!(!json!(heard).to_string().contains("hush"), "{heard:?}");
}

#[tokio::test]
async fn malformed_json_is_told_and_costs_nothing_else() {
    let server = Server::start(&moody("")).await;
    let (mut anna, _ben) = anna_and_ben(&server).await;
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    for text in ["", "x", "[{]", "{\"channel\":", "[1]", "\u{0}", &deep] {
        let said = anna.posts(text.to_owned()).await;
        assert_eq!((said.status, said.error()), (400, "500::bad-json"), "{:.40}", text);
    }
    assert_eq!(anna.publishes(&anna.channel("/sync/app"), event("a")).await.json[0]["successful"], true);
}

#[tokio::test]
async fn a_client_id_that_is_missing_made_up_or_anothers_is_unknown() {
    let server = Server::start(&moody("")).await;
    let (mut anna, ben) = anna_and_ben(&server).await;
    let channel = anna.channel("/sync/app");
    let mut eve = Peer::new(server.url(), "eve");
    eve.enters("her own").await;
    for id in ["", "nonsense", "00000000000000000000000000000000", &eve.id] {
        let said = anna.sends(json!({"channel": channel, "data": event("x"), "clientId": id})).await;
        assert_eq!(said.error(), format!("402:{id}:unknown clientId"));
    }
    drop(ben);
}

#[tokio::test]
async fn a_client_id_that_somebody_has_found_out_is_of_no_use_without_its_cookies() {
    let server = Server::start("").await;
    let (mut anna, mut thief) = (Peer::new(server.url(), ""), Peer::new(server.url(), ""));
    anna.enters("k").await;
    thief.enters("another").await;
    let channel = anna.channel("/sync/app");
    (thief.session, thief.id) = (anna.session.clone(), anna.id.clone());
    assert!(thief.publishes(&channel, event("x")).await.error().ends_with("unknown clientId"));
    thief.headers.clear();
    assert!(thief.publishes(&channel, event("x")).await.error().ends_with("unknown clientId"));
    assert_eq!(anna.publishes(&channel, event("x")).await.json[0]["successful"], true);
}

#[tokio::test]
async fn an_address_of_a_session_is_no_way_in_for_whom_access_refuses() {
    let server = Server::start(&moody("")).await;
    let (anna, _ben) = anna_and_ben(&server).await;
    let mut stranger = Peer::new(server.url(), "stranger");
    stranger.session = anna.session.clone();
    let said = stranger.shakes_hands().await;
    assert_eq!(said.status, 403, "{}", said.text);
    assert_eq!(stranger.id, "");
}

#[tokio::test]
async fn a_forged_site_or_order_or_a_misshapen_event_is_refused() {
    let server = Server::start(&moody("")).await;
    let (mut anna, mut ben) = anna_and_ben(&server).await;
    let channel = anna.channel("/sync/app");
    let mut forged = event("f");
    forged["siteId"] = 2.into();
    assert!(anna.publishes(&channel, forged).await.error().starts_with("400:"));
    for data in [json!([]), json!("text"), json!({"topic": 1}), json!({"topic": "t", "type": "insert"})] {
        let said = anna.publishes(&channel, data).await;
        assert!(said.error().starts_with("400:"), "{}", said.text);
    }
    anna.publishes(&channel, event("good")).await;
    let heard = hears(&mut ben, &channel, 1).await;
    assert_eq!((&heard[0]["data"]["value"], &heard[0]["data"]["order"]), (&json!("good"), &json!(1)));
}

#[tokio::test]
async fn channels_of_others_of_the_server_and_of_everybody_are_refused() {
    let server = Server::start(&moody("")).await;
    let (mut anna, mut ben) = anna_and_ben(&server).await;
    let mut eve = Peer::new(server.url(), "eve");
    eve.enters("her own").await;
    for channel in ["/**", "/*", "/session/**", "/service/**", &anna.channel("/**")] {
        let said = eve.subscribes(channel).await;
        assert!(said.error().starts_with("409:") && said.error().contains("wildcard"), "{}", said.text);
    }
    for channel in [&anna.channel("/sync/app"), "/services/x", "/elsewhere", "/bot/a/b"] {
        assert!(!eve.subscribes(channel).await.error().is_empty(), "{channel}");
    }
    let own = [
        eve.channel("/roster/available"),
        "/session/error".into(),
        "/service/session/join/state".into(),
        "/bot/echo".into(),
        "/service/bot/echo/response".into(),
        eve.channel("/admin"),
        anna.channel("/sync/app"),
        eve.channel("/sync/*"),
        "/meta/nonsense".into(),
    ];
    for channel in own {
        let said = eve.publishes(&channel, json!({"siteId": 9, "username": "eve"})).await;
        assert_eq!(said.json[0]["successful"], false, "{channel}: {}", said.text);
    }
    anna.publishes(&anna.channel("/sync/app"), event("a")).await;
    let channel = ben.channel("/sync/app");
    hears(&mut ben, &channel, 1).await;
    assert_eq!(eve.connects(Duration::from_millis(200)).await, [Value::Null; 0]);
}

#[tokio::test]
async fn too_much_is_cut_off_at_its_limit() {
    let server = Server::start(&format!("max-message = \"64 KiB\"\n{}", moody(""))).await;
    let (mut anna, _ben) = anna_and_ben(&server).await;
    let channel = anna.channel("/sync/app");
    let said = anna.publishes(&channel, event(&"x".repeat(1 << 20))).await;
    assert_eq!(said.status, 413);
    let many: Vec<_> = (0..10_000)
        .map(|at| json!({"channel": "/meta/subscribe", "subscription": format!("/bot/b{at}"), "clientId": anna.id, "id": at.to_string()}))
        .collect();
    assert_eq!(anna.posts(json!(many).to_string()).await.status, 413);
    let refused = anna.subscribes(&format!("/bot/{}", "x".repeat(300))).await;
    assert_eq!(refused.json[0]["successful"], false);
    assert_eq!(anna.publishes(&channel, event("still here")).await.json[0]["successful"], true);
}

#[tokio::test]
async fn a_client_that_never_reads_is_cut_off_and_the_others_do_not_notice() {
    let server = Server::start(&moody("")).await;
    let (mut anna, mut lazy) = anna_and_ben(&server).await;
    let (channel, gone) = (anna.channel("/sync/app"), anna.channel("/roster/unavailable"));
    let big = "x".repeat(60 << 10);
    let mut left = 0;
    for _ in 0..400 {
        assert_eq!(anna.publishes(&channel, event(&big)).await.json[0]["successful"], true);
        let messages = anna.connects(Duration::ZERO).await;
        left += on(&messages, &gone).len();
        if left > 0 {
            break;
        }
    }
    if left == 0 {
        hears(&mut anna, &gone, 1).await;
    }
    assert!(lazy.tries_to_connect(Duration::ZERO).await.error().ends_with("unknown clientId"));
}

#[tokio::test]
async fn a_request_that_breaks_off_is_followed_by_the_others_hearing_that_somebody_is_gone() {
    let server = Server::start(&moody("")).await;
    let (mut anna, mut ben) = anna_and_ben(&server).await;
    let gone = anna.channel("/roster/unavailable");
    // A page that is closed: its long poll is aborted, and nothing follows.
    drop(ben.holds().await);
    let begin = Instant::now();
    let heard = hears(&mut anna, &gone, 1).await;
    assert_eq!(heard[0]["data"], json!({"siteId": 2, "username": "ben"}));
    assert!(begin.elapsed() < Duration::from_secs(5), "{:?}", begin.elapsed());
}

#[tokio::test]
async fn a_session_ends_with_its_last_client_and_leaves_nothing_behind() {
    let server = Server::start(&moody("")).await;
    let (mut anna, mut ben) = anna_and_ben(&server).await;
    for peer in [&mut anna, &mut ben] {
        let said = peer.sends(json!({"channel": "/meta/disconnect"})).await;
        assert_eq!(said.json[0]["successful"], true, "{}", said.text);
    }
    let begin = Instant::now();
    while anna.posts("[]").await.status != 404 {
        assert!(begin.elapsed() < Duration::from_secs(5), "the session was to end");
        tokio::task::yield_now().await;
    }
    let mut clara = Peer::new(server.url(), "clara");
    assert_eq!(clara.enters("k").await, 1);
}

#[tokio::test]
async fn an_updater_of_the_type_that_the_matcher_chose_is_asked() {
    let server = Server::start(&moody("")).await;
    let (mut anna, mut ben) = anna_and_ben(&server).await;
    let mut clara = Peer::new(server.url(), "clara");
    clara.prepares(json!({"key": "k", "collab": true, "cacheState": false})).await;
    clara.knocks(json!({"coweb": {"updaterType": "phone"}})).await;
    // Both are of the type `default`, and it is the first of a type who is asked.
    anna.updates(json!([{"topic": "from anna"}])).await;
    let state = clara.connects(Duration::from_secs(5)).await;
    assert_eq!(state[0]["data"], json!([{"topic": "from anna"}]));
    drop(ben.connects(Duration::ZERO).await);
}

#[tokio::test]
async fn a_made_up_answer_for_a_joiner_costs_an_updater_its_place() {
    let server = Server::start(&moody("")).await;
    let (mut anna, mut ben) = anna_and_ben(&server).await;
    let said = ben.publishes("/service/session/updater", json!({"token": "made up", "state": []})).await;
    assert!(said.error().starts_with("402:"), "{}", said.text);
    let gone = anna.channel("/roster/unavailable");
    hears(&mut anna, &gone, 1).await;
}

#[tokio::test]
async fn what_access_says_to_a_preparation_reaches_the_application() {
    let server = Server::start(&moody("")).await;
    let mut anna = Peer::new(server.url(), "anna");
    let said = anna.prepares(json!({"key": "k", "collab": true})).await;
    assert_eq!((&said.json["info"], &said.json["username"]), (&json!({"a": 1}), &json!("anna")));
    let mut teapot = Peer::new(server.url(), "turned-away");
    let said = teapot.prepares(json!({"key": "k"})).await;
    assert_eq!((said.status, &*said.text), (418, "a teapot"));
    for body in ["", "[]", "{\"key\": 1}", "null"] {
        assert_eq!(anna.asks(Method::POST, "/admin", body).await.status(), 400, "{body}");
    }
    let long = json!({"key": "x".repeat(2_000)}).to_string();
    assert_eq!(anna.asks(Method::POST, "/admin", long).await.status(), 400);
}

#[tokio::test]
async fn a_manager_that_fails_traps_spins_waits_or_lies_denies_within_two_seconds_and_its_words_stay_here() {
    for at in ["get-current-user", "on-admin-request", "on-session-request"] {
        for mood in ["fails", "traps", "spins", "waits", "lies"] {
            if (at, mood) == ("on-session-request", "lies") {
                continue;
            }
            let server = Server::start(&moody(&format!("at = {at:?}, mood = {mood:?}"))).await;
            let mut anna = Peer::new(server.url(), "anna");
            let begin = Instant::now();
            let mut said = anna.prepares(json!({"key": "k"})).await;
            if at == "on-session-request" {
                assert_eq!(said.status, 200, "{at} {mood}: {}", said.text);
                said = anna.shakes_hands().await;
            }
            assert_eq!(said.status, 503, "{at} {mood}: {}", said.text);
            assert!(begin.elapsed() < Duration::from_millis(2_000), "{at} {mood}: {:?}", begin.elapsed());
            assert!(!said.text.contains("only the log"), "{}", said.text);
            server.program.logs("denied, since a manager did not decide", 1).await;
        }
    }
}

#[tokio::test]
async fn a_manager_that_fails_at_one_lets_the_next_in_once_it_is_back() {
    let server = Server::start(&moody("at = \"on-session-request\", mood = \"traps\"")).await;
    let mut anna = Peer::new(server.url(), "anna");
    anna.prepares(json!({"key": "k"})).await;
    assert_eq!(anna.shakes_hands().await.status, 503);
    server.program.logs("manager coweb.access: running", 2).await;
    assert_eq!(anna.prepares(json!({"key": "k"})).await.status, 200);
}

#[tokio::test]
async fn a_matcher_that_fails_means_that_any_updater_will_do() {
    for mood in ["fails", "traps", "lies"] {
        let server = Server::start(&moody(&format!("at = \"match-updater-type\", mood = {mood:?}"))).await;
        let mut anna = Peer::new(server.url(), "anna");
        anna.enters("k").await;
        let mut ben = Peer::new(server.url(), "ben");
        ben.prepares(json!({"key": "k", "collab": true, "cacheState": false})).await;
        ben.knocks(json!({"coweb": {"updaterType": "phone"}})).await;
        anna.updates(json!([])).await;
        assert_eq!(ben.connects(Duration::from_secs(5)).await[0]["data"], json!([]));
    }
}

#[tokio::test]
async fn a_service_that_there_is_not_is_not_found_and_one_that_is_denied_not_allowed() {
    let server = Server::start(&moody("")).await;
    let (mut anna, _ben) = anna_and_ben(&server).await;
    let id = anna.id.clone();
    assert_eq!(anna.subscribes("/bot/nosuch").await.error(), format!("400:{id}:not-found"));
    let said = anna.publishes("/service/bot/nosuch/request", json!({"value": 1, "topic": "t"})).await;
    assert_eq!(said.error(), format!("400:{id}:not-found"));
    let mut mute = Peer::new(server.url(), "mute");
    mute.enters("k2").await;
    let id = mute.id.clone();
    assert_eq!(mute.subscribes("/bot/nosuch").await.error(), format!("402:{id}:not-allowed"));
}

#[tokio::test]
async fn foreign_pages_may_not_act_for_a_user_and_configured_ones_may() {
    let server = Server::start(&format!("origins = [\"https://app.example\"]\n{}", moody(""))).await;
    let mut page = Peer::new(server.url(), "anna");
    page.headers.push(("origin", "https://evil.example".into()));
    assert_eq!(page.prepares(json!({"key": "k"})).await.status, 403);
    page.headers.pop();
    page.headers.push(("origin", "https://app.example".into()));
    let answer = page.asks(Method::POST, "/admin", "{}").await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()[header::ACCESS_CONTROL_ALLOW_ORIGIN], "https://app.example");
    page.headers.pop();
    page.headers.push(("origin", server.url().to_owned()));
    assert_eq!(page.prepares(json!({"key": "k"})).await.status, 200);
}

/// The manager of users in a file, and a folder with one: `anna` with the password `secret`.
fn users() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().expect("a folder");
    // Argon2id of `secret`, at the least parameters that OWASP recommends.
    let hash = include_str!("coweb/anna.phc").trim();
    std::fs::write(folder.path().join("users.ini"), format!("anna = {hash}\n")).expect("a file");
    let (component, path) = (guest("ini-auth"), folder.path());
    let auth = format!(
        "auth = {{ component = {component:?}, config = {{ file = \"/users/users.ini\" }}, grant = {{ dirs = [{{ host = {path:?}, guest = \"/users\" }}] }} }}\n"
    );
    (folder, auth)
}

#[tokio::test]
async fn where_a_login_is_needed_nobody_gets_anything_before() {
    let (_folder, auth) = users();
    let server = Server::start(&auth).await;
    let mut anna = Peer::new(server.url(), "");
    assert_eq!(anna.prepares(json!({"key": "k"})).await.status, 403);
    let page = anna.asks(Method::GET, "/person.html?a=1", "").await;
    assert_eq!(
        (page.status().as_u16(), page.headers()[header::LOCATION].to_str().unwrap()),
        (303, "/login?next=%2Fperson%2Ehtml%3Fa%3D1")
    );
    let wrong = anna.asks(Method::POST, "/login", r#"{"username":"anna","password":"wrong"}"#).await;
    assert_eq!(wrong.status(), 403);
    assert!(!wrong.headers().contains_key(header::SET_COOKIE));
    let right = anna.asks(Method::POST, "/login", r#"{"username":"anna","password":"secret"}"#).await;
    assert_eq!(right.status(), 200);
    let cookie = right.headers()[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
    anna.headers.push(("cookie", cookie));
    let said = anna.prepares(json!({"key": "k"})).await;
    assert_eq!((said.status, &said.json["username"]), (200, &json!("anna")));
    assert_eq!(anna.asks(Method::GET, "/person.html", "").await.status(), 200);
    let out = anna.asks(Method::GET, "/logout", "").await;
    assert!(out.headers()[header::SET_COOKIE].to_str().unwrap().contains("Max-Age=0"));
}

#[tokio::test]
async fn the_form_leads_back_and_nowhere_else() {
    let (_folder, auth) = users();
    let server = Server::start(&auth).await;
    let mut browser = Peer::new(server.url(), "");
    browser.headers.push(("content-type", "application/x-www-form-urlencoded".into()));
    for (next, location) in [
        ("%2Fperson.html", "/person.html"),
        ("%2F%2Fevil.example", "/"),
        ("https%3A%2F%2Fevil.example", "/"),
        ("%2F%5Cevil.example", "/"),
    ] {
        let form = format!("username=anna&password=secret&next={next}");
        let answer = browser.asks(Method::POST, "/login", form).await;
        assert_eq!(
            (answer.status().as_u16(), answer.headers()[header::LOCATION].to_str().unwrap()),
            (303, location)
        );
    }
    let page = browser.asks(Method::GET, "/login?next=%22%3E%3Cscript%3E", "").await.text().await.unwrap();
    assert!(page.contains("&quot;&gt;&lt;script&gt;") && !page.contains("<script>"), "{page}");
}

#[tokio::test]
async fn passwords_cannot_be_tried_without_end() {
    let (_folder, auth) = users();
    let server = Server::start(&auth).await;
    let anna = Peer::new(server.url(), "");
    let mut statuses = Vec::new();
    for _ in 0..12 {
        let tried = anna.asks(Method::POST, "/login", r#"{"username":"anna","password":"wrong"}"#).await;
        statuses.push(tried.status().as_u16());
    }
    assert_eq!(statuses[..10], [403; 10]);
    assert_eq!(statuses[10..], [429; 2]);
}

#[tokio::test]
async fn a_server_that_stops_answers_what_is_held_and_is_gone_soon() {
    let server = Server::start(&moody("")).await;
    let (mut anna, _ben) = anna_and_ben(&server).await;
    let held = anna.holds().await;
    let begin = Instant::now();
    server.program.signal(nix::sys::signal::Signal::SIGTERM);
    let said = held.await;
    assert!(said.status == 200 || said.status == 404, "{}", said.text);
    let ended = server.program.ended().await;
    assert_eq!(ended.code, Some(0));
    assert!(begin.elapsed() < Duration::from_secs(5), "{:?}", begin.elapsed());
}

#[tokio::test]
async fn a_configured_secret_keeps_sessions_where_they_were_over_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("secret");
    std::fs::write(&file, "a secret of this test").expect("a file");
    let config = format!("cookie-secret = {{ file = {file:?} }}\n");
    let mut addresses = Vec::new();
    let mut names = Vec::new();
    let mut cookie = None;
    for _ in 0..2 {
        let server = Server::start(&config).await;
        let mut anna = Peer::new(server.url(), "anna");
        anna.headers.extend(cookie.take());
        let said = anna.prepares(json!({"key": "k", "collab": true})).await;
        names.push(said.json["username"].clone());
        cookie = anna.headers.iter().find(|(name, _)| *name == "cookie").cloned();
        addresses.push(anna.session);
        server.program.signal(nix::sys::signal::Signal::SIGTERM);
        server.program.ended().await;
    }
    assert_eq!(addresses[0], addresses[1]);
    assert_eq!(names[0], names[1]);
}

#[tokio::test]
async fn a_manager_that_cannot_start_keeps_the_server_from_listening() {
    for at in ["auth.start", "access.start", "updater.start"] {
        let toml = format!(
            "[coweb]\nlisten = \"127.0.0.1:0\"\n{}",
            moody(&format!("at = {at:?}, mood = \"fails\""))
        );
        let ended = parlor_tests::program::Session::configured(&toml).ended().await;
        assert_eq!(ended.code, Some(1), "{}", ended.log);
        assert!(ended.log.contains("a manager of it does not run"), "{}", ended.log);
    }
}
