//! The program as a server of coweb sessions, with CometD's own clients in Node (`tests/web/cometd.mjs`).

use parlor_tests::web::{node::Script, server::Server};

/// What two clients say over a transport, in the order in which each says it.
async fn say(transport: &str) -> [Vec<String>; 2] {
    let server = Server::start("").await;
    let mut script = Script::start("cometd.mjs", &[server.url(), transport]);
    script.daemon.writes("anna: disconnected", 1).await;
    let log = script.daemon.log();
    ["anna: ", "ben: "]
        .map(|name| log.lines().filter_map(|line| line.strip_prefix(name)).map(str::to_owned).collect())
}

/// Everything that both are told, once and in order.
async fn hear_each_other(transport: &str) {
    let [anna, ben] = say(transport).await;
    assert_eq!(
        anna,
        [
            &format!("handshake true over {transport}, acks true"),
            "siteid 1",
            "roster {}",
            "state []",
            "available 2",
            "unavailable 2",
            "disconnected",
        ]
    );
    let heard: Vec<_> = (0..20).map(|number| format!("{number} {} 1", number + 1)).collect();
    let (roster, others): (Vec<_>, Vec<_>) = ben.into_iter().partition(|line| line.starts_with("roster "));
    assert_eq!(roster.len(), 1);
    assert_eq!(
        others,
        [
            &*format!("handshake true over {transport}, acks true"),
            "siteid 2",
            "state [{\"topic\":\"x\",\"value\":\"anna\"}]",
            "available 2",
            &*format!("heard {}", heard.join(" ")),
            "disconnected",
        ]
    );
}

#[tokio::test]
async fn cometds_clients_meet_by_long_polling() {
    hear_each_other("long-polling").await;
}

#[tokio::test]
async fn cometds_clients_meet_over_websockets() {
    hear_each_other("websocket").await;
}
