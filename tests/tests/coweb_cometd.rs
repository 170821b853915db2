//! CometD's own clients in sessions of the program, in Node.

use nix::sys::signal::Signal;
use parlor_tests::web::{node::Script, server::Server};

const TRANSPORTS: [&str; 2] = ["long-polling", "websocket"];

#[tokio::test]
async fn two_of_them_meet_on_either_transport_and_hear_each_event_once_and_in_order() {
    for transport in TRANSPORTS {
        let server = Server::start("").await;
        let mut script = Script::start("cometd.mjs", &[server.url(), transport]);
        for name in ["anna", "ben"] {
            let said = script.says(&format!("{name}: handshake ")).await;
            assert_eq!(said, format!("true over {transport}, acks true"));
        }
        assert_eq!(script.says("anna: siteid ").await, "1");
        assert_eq!(script.says("ben: siteid ").await, "2");
        assert_eq!(script.says("ben: state ").await, r#"[{"topic":"x","value":"anna"}]"#);
        let wanted: Vec<_> = (0..20).map(|number| format!("{number} {} 1", number + 1)).collect();
        assert_eq!(script.says("ben: heard ").await, wanted.join(" "));
        assert_eq!(script.says("anna: unavailable ").await, "2");
        script.says("anna: disconnected").await;
    }
}

#[tokio::test]
async fn one_is_refused_wildcards_hears_again_what_was_lost_and_shakes_hands_with_a_server_that_is_back() {
    for transport in TRANSPORTS {
        let folder = tempfile::tempdir().expect("a folder");
        let secret = folder.path().join("secret");
        std::fs::write(&secret, "a secret of this test").expect("a file");
        let configuration = format!("cookie-secret = {{ file = {secret:?} }}\n");
        let server = Server::start(&configuration).await;
        let port = server.url().rsplit(':').next().expect("a port").parse().expect("a port");
        let mut script = Script::start("cometd-trials.mjs", &[server.url(), transport]);
        assert_eq!(script.says("handshake 1 over ").await, transport);
        for channel in ["/**", "/session/**"] {
            assert_eq!(script.says(&format!("subscribed {channel}: ")).await, "false 409 true");
        }
        script.says("an answer is lost").await;
        assert_eq!(script.says("heard ").await, "a:1 b:2 c:3");
        script.says("ready").await;
        server.program.signal(Signal::SIGKILL);
        server.program.ended().await;
        script.says("lost").await;
        let again = Server::start_on(port, &configuration).await;
        assert_eq!(script.says("handshake 2 over ").await, transport);
        drop(again);
    }
}
