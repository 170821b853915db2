//! Bots as they come, speak and go, with a server that is a script.

use std::{cell::RefCell, rc::Rc, time::Duration};

use parlor_sdk::coweb::prelude::*;
use serde_json::{Value, json};

use crate::{bots::Bots, event, server::Server};

/// What the server was asked to do, in order, and what it says to that.
#[derive(Default)]
struct Record {
    calls: Vec<String>,
    sent: Vec<(Socket, String)>,
    refuses: Option<bridge::Error>,
    is_full: bool,
    timers: u32,
}

/// A server that writes down what it is asked to do.
#[derive(Clone, Default)]
struct Script(Rc<RefCell<Record>>);

impl Script {
    fn call(&self, what: String) -> Result<(), bridge::Error> {
        self.0.borrow_mut().calls.push(what);
        self.0.borrow().refuses.map_or(Ok(()), Err)
    }

    /// What it was asked since the last time.
    fn calls(&self) -> Vec<String> {
        std::mem::take(&mut self.0.borrow_mut().calls)
    }

    /// The messages of all frames that were sent since the last time.
    fn sent(&self) -> Vec<Value> {
        let sent = std::mem::take(&mut self.0.borrow_mut().sent);
        sent.iter().flat_map(|(_, frame)| serde_json::from_str::<Vec<Value>>(frame).unwrap()).collect()
    }
}

impl Server for Script {
    fn auth(&mut self, service: &str, token: &str, handle: &[u8]) -> Result<(), bridge::Error> {
        self.call(format!("auth {service} {token} {handle:?}"))
    }

    fn subscribed(&mut self, service: &str) -> Result<(), bridge::Error> {
        self.call(format!("subscribed {service}"))
    }

    fn respond(&mut self, service: &str, token: &str, data: &str) -> Result<(), bridge::Error> {
        self.call(format!("respond {service} {token} {data}"))
    }

    fn publish(&mut self, service: &str, data: &str) -> Result<(), bridge::Error> {
        self.call(format!("publish {service} {data}"))
    }

    fn deactivate(&mut self, service: &str) {
        let _ = self.call(format!("deactivate {service}"));
    }

    fn send(&mut self, to: Socket, text: &str) -> Handled {
        let mut record = self.0.borrow_mut();
        if record.is_full {
            return Err("too much is unsent".into());
        }
        record.sent.push((to, text.to_owned()));
        Ok(())
    }

    fn close(&mut self, socket: Socket) {
        let _ = self.call(format!("close {}", socket.0));
    }

    fn remind(&mut self, after: Duration) -> Result<Timer, String> {
        assert_eq!(after, Duration::from_secs(5));
        self.0.borrow_mut().timers += 1;
        Ok(Timer(self.0.borrow().timers))
    }

    fn forget(&mut self, timer: Timer) {
        let _ = self.call(format!("forget {}", timer.0));
    }

    fn note(&mut self, _: &str) {}
}

const SOCKET: Socket = Socket(258);

/// The handle of [`SOCKET`].
const HANDLE: [u8; 4] = [2, 1, 0, 0];

fn nobody() -> (Script, Bots<Script>) {
    let script = Script::default();
    (script.clone(), Bots::new(script))
}

fn handshake(service: &str, token: Value) -> Value {
    json!({"channel": "/meta/handshake", "id": "1", "ext": {"authentication": {"user": service, "password": token}}})
}

/// The bot of `echo`, let in on [`SOCKET`] and listening.
fn one_bot() -> (Script, Bots<Script>) {
    let (script, mut bots) = nobody();
    bots.open(SOCKET);
    say(&mut bots, &json!([handshake("echo", "t".into()), subscribe("/service/bot/echo/*")]));
    let answers = script.sent();
    assert!(answers.iter().all(|answer| answer["successful"] == true), "{answers:?}");
    script.calls();
    (script, bots)
}

fn subscribe(channel: &str) -> Value {
    json!({"channel": "/meta/subscribe", "id": "3", "clientId": "bot258", "subscription": channel})
}

fn say(bots: &mut Bots<Script>, frame: &Value) {
    bots.hear(SOCKET, &frame.to_string());
}

/// The one answer to a message that is sent as a frame of its own.
fn answer(script: &Script, bots: &mut Bots<Script>, message: &Value) -> Value {
    say(bots, &json!([message]));
    let mut answers = script.sent();
    assert_eq!(answers.len(), 1, "{answers:?}");
    answers.remove(0)
}

#[test]
fn a_bot_shakes_hands_connects_listens_and_is_told() {
    let (script, mut bots) = nobody();
    bots.open(SOCKET);
    assert_eq!(
        answer(&script, &mut bots, &handshake("echo", "t".into())),
        json!({
            "channel": "/meta/handshake", "id": "1", "clientId": "bot258", "successful": true, "version": "1.0",
            "supportedConnectionTypes": ["websocket"],
            "advice": {"reconnect": "retry", "interval": 30_000, "timeout": 0},
            "ext": {"authentication": {"failed": false}},
        })
    );
    assert_eq!(script.calls(), ["auth echo t [2, 1, 0, 0]", "forget 1"]);
    // A single object is as good as an array of one.
    say(&mut bots, &json!({"channel": "/meta/connect", "id": 2, "clientId": "bot258"}));
    assert_eq!(
        script.sent(),
        [json!({
            "channel": "/meta/connect", "id": 2, "clientId": "bot258", "successful": true,
            "advice": {"reconnect": "retry", "interval": 30_000, "timeout": 0},
        })]
    );
    assert_eq!(
        answer(&script, &mut bots, &subscribe("/service/bot/echo/*")),
        json!({
            "channel": "/meta/subscribe", "id": "3", "clientId": "bot258", "successful": true,
            "subscription": "/service/bot/echo/*",
        })
    );
    assert_eq!(script.calls(), ["subscribed echo"]);
    // Twice is once.
    assert_eq!(answer(&script, &mut bots, &subscribe("/service/bot/echo/*"))["successful"], true);
    assert!(script.calls().is_empty());

    bots.send("echo", event::request("echo", "ann", "r1", "[1]").unwrap(), &HANDLE).unwrap();
    assert_eq!(
        script.sent(),
        [
            json!({"channel": "/service/bot/echo/request", "id": "r1", "data": {"value": [1], "username": "ann"}})
        ]
    );
}

#[test]
fn it_answers_and_publishes_word_by_word() {
    let (script, mut bots) = one_bot();
    let text = r#"[{"channel":"/service/bot/echo/response","id":"r1","data":{"n": 1.50}},
        {"channel":"/bot/echo","id":"5","data":null}]"#;
    bots.hear(SOCKET, text);
    assert_eq!(script.calls(), ["respond echo r1 {\"n\": 1.50}", "publish echo null"]);
    assert_eq!(
        script.sent(),
        [
            json!({"channel": "/service/bot/echo/response", "id": "r1", "clientId": "bot258", "successful": true}),
            json!({"channel": "/bot/echo", "id": "5", "clientId": "bot258", "successful": true}),
        ]
    );
}

#[test]
fn without_a_token_that_is_text_the_server_is_not_even_asked() {
    for token in [json!(null), json!(""), json!(7), json!(["t"]), json!({"$ne": 1})] {
        let (script, mut bots) = nobody();
        bots.open(SOCKET);
        let answer = answer(&script, &mut bots, &handshake("echo", token.clone()));
        assert_eq!(
            answer,
            json!({
                "channel": "/meta/handshake", "id": "1", "successful": false, "error": "401::authentication failed",
                "advice": {"reconnect": "none"}, "ext": {"authentication": {"failed": true}},
            })
        );
        assert_eq!(script.calls(), ["forget 1", "close 258"], "{token}");
    }
}

#[test]
fn a_wrong_token_is_answered_and_the_connection_closed() {
    let (script, mut bots) = nobody();
    bots.open(SOCKET);
    script.0.borrow_mut().refuses = Some(bridge::Error::WrongToken);
    // What stands behind it is not heard any more.
    say(&mut bots, &json!([handshake("echo", "t".into()), handshake("echo", "u".into())]));
    let answers = script.sent();
    assert_eq!(answers.len(), 1);
    assert_eq!(answers[0]["error"], "401::authentication failed");
    assert_eq!(script.calls(), ["auth echo t [2, 1, 0, 0]", "forget 1", "close 258"]);
    // Neither is what was under way.
    say(&mut bots, &json!([handshake("echo", "t".into())]));
    assert!(script.calls().is_empty() && script.sent().is_empty());
}

#[test]
fn whoever_says_something_else_first_is_closed() {
    for (frame, error) in [
        (r#"[{"channel":"/meta/connect","id":"1"}]"#, "402::unknown clientId"),
        (r#"[{"channel":"/bot/echo","clientId":"bot258","data":1}]"#, "402::unknown clientId"),
        ("[7]", "400::no message"),
        ("hello", "500::bad-json"),
    ] {
        let (script, mut bots) = nobody();
        bots.open(SOCKET);
        bots.hear(SOCKET, frame);
        let answers = script.sent();
        assert_eq!(answers.len(), 1, "{frame}");
        assert_eq!(
            (&answers[0]["successful"], &answers[0]["error"]),
            (&json!(false), &json!(error)),
            "{frame}"
        );
        assert_eq!(script.calls(), ["forget 1", "close 258"], "{frame}");
    }
}

#[test]
fn a_bot_hears_and_speaks_for_its_own_service_only() {
    let (script, mut bots) = one_bot();
    for (message, error) in [
        (
            subscribe("/service/bot/other/*"),
            "403:bot258:a bot listens to its own service only, all of it at once",
        ),
        (subscribe("/service/bot/echo/request"), "403:bot258:a bot listens"),
        (subscribe("/**"), "403:bot258:a bot listens"),
        (
            json!({"channel": "/meta/subscribe", "subscription": ["/service/bot/echo/*", "/**"]}),
            "403:bot258:a bot",
        ),
        (json!({"channel": "/bot/other", "data": 1}), "403:bot258:a bot speaks for its own service only"),
        (json!({"channel": "/bot/echo/x", "data": 1}), "403:bot258:a bot speaks"),
        (json!({"channel": "/service/bot/other/response", "id": "r", "data": 1}), "403:bot258:a bot speaks"),
        (json!({"channel": "/service/bot/echo/request", "id": "r", "data": 1}), "403:bot258:a bot speaks"),
        (json!({"channel": "/session/x/sync/app", "data": {}}), "403:bot258:a bot speaks"),
        (json!({"channel": "/meta/else"}), "403:bot258:a bot speaks"),
        (handshake("other", "t".into()), "403:bot258:it is let in already"),
        (json!({"channel": "/bot/echo", "clientId": "bot1", "data": 1}), "402::unknown clientId"),
        (json!({"channel": "/bot/echo", "clientId": null, "data": 1}), "402::unknown clientId"),
        (json!({"channel": "/bot/echo"}), "400:bot258:there is no data"),
        (
            json!({"channel": "/service/bot/echo/response", "id": 7, "data": 1}),
            "400:bot258:a response has the id",
        ),
        (json!({"channel": "/service/bot/echo/response", "data": 1}), "400:bot258:a response has the id"),
        (
            json!({"channel": "/meta/unsubscribe", "subscription": "/bot/echo"}),
            "403:bot258:it does not listen",
        ),
        (json!({"id": 1}), "400::no message"),
    ] {
        let answer = answer(&script, &mut bots, &message);
        assert_eq!(answer["successful"], false, "{message}");
        assert!(answer["error"].as_str().unwrap().starts_with(error), "{message}: {answer}");
        assert_eq!(script.calls(), [""; 0], "{message}");
    }
}

#[test]
fn what_the_session_refuses_is_told() {
    for (why, error) in [
        (bridge::Error::UnknownRequest, "404:bot258:nobody waits for this answer"),
        (bridge::Error::NotSubscribed, "403:bot258:the bot was not let in, or does not listen yet"),
        (bridge::Error::TooLarge, "413:bot258:it is more than the limits of the session allow"),
    ] {
        let (script, mut bots) = one_bot();
        script.0.borrow_mut().refuses = Some(why);
        for message in [
            json!({"channel": "/service/bot/echo/response", "id": "r1", "data": {}}),
            json!({"channel": "/bot/echo", "data": {}}),
        ] {
            let answer = answer(&script, &mut bots, &message);
            assert_eq!((&answer["successful"], &answer["error"]), (&json!(false), &json!(error)));
        }
    }
}

#[test]
fn a_bot_that_cannot_listen_yet_may_try_again() {
    let (script, mut bots) = nobody();
    bots.open(SOCKET);
    say(&mut bots, &json!([handshake("echo", "t".into())]));
    script.sent();
    script.0.borrow_mut().refuses = Some(bridge::Error::NotSubscribed);
    assert_eq!(answer(&script, &mut bots, &subscribe("/service/bot/echo/*"))["successful"], false);
    script.0.borrow_mut().refuses = None;
    script.calls();
    assert_eq!(answer(&script, &mut bots, &subscribe("/service/bot/echo/*"))["successful"], true);
    assert_eq!(script.calls(), ["subscribed echo"]);
}

#[test]
fn whoever_leaves_is_gone_however_they_leave() {
    for message in [
        json!({"channel": "/meta/disconnect", "id": "9"}),
        json!({"channel": "/meta/unsubscribe", "id": "9", "subscription": ["/service/bot/echo/*"]}),
    ] {
        let (script, mut bots) = one_bot();
        assert_eq!(answer(&script, &mut bots, &message)["successful"], true);
        assert_eq!(script.calls(), ["deactivate echo", "close 258"], "{message}");
        bots.closed(SOCKET);
        assert!(script.calls().is_empty());
    }
    let (script, mut bots) = one_bot();
    bots.closed(SOCKET);
    assert_eq!(script.calls(), ["deactivate echo"]);
    assert!(bots.send("echo", b"[]".to_vec(), &HANDLE).is_err());
}

#[test]
fn a_message_goes_to_the_bot_that_its_handle_is_of() {
    let (script, mut bots) = one_bot();
    for (service, handle) in
        [("other", &HANDLE[..]), ("echo", &[1, 0, 0, 0]), ("echo", &[]), ("echo", &[2, 1])]
    {
        let error = bots.send(service, b"[]".to_vec(), handle).unwrap_err();
        assert_eq!(error, format!("the bot of `{service}` has gone"));
    }
    assert!(script.sent().is_empty() && script.calls().is_empty());
}

#[test]
fn a_bot_that_takes_nothing_more_is_cut_off() {
    let (script, mut bots) = one_bot();
    script.0.borrow_mut().is_full = true;
    let error = bots.send("echo", b"[]".to_vec(), &HANDLE).unwrap_err();
    assert_eq!(error, "the bot of `echo` is cut off: too much is unsent");
    assert_eq!(script.calls(), ["deactivate echo", "close 258"]);

    let (script, mut bots) = one_bot();
    script.0.borrow_mut().is_full = true;
    say(&mut bots, &json!([{"channel": "/meta/connect"}]));
    assert_eq!(script.calls(), ["deactivate echo", "close 258"]);
}

#[test]
fn the_next_bot_of_a_service_takes_its_place_and_is_not_ended_with_the_last_one() {
    let (script, mut bots) = one_bot();
    let next = Socket(3);
    bots.open(next);
    bots.hear(next, &handshake("echo", "u".into()).to_string());
    assert_eq!(script.calls(), ["auth echo u [3, 0, 0, 0]", "close 258", "forget 2"]);
    bots.closed(SOCKET);
    assert!(script.calls().is_empty());
    assert!(bots.send("echo", b"[]".to_vec(), &HANDLE).is_err());
    bots.send("echo", b"[]".to_vec(), &[3, 0, 0, 0]).unwrap();
}

#[test]
fn strangers_are_few_and_not_there_for_long() {
    let (script, mut bots) = nobody();
    for socket in 1..=8 {
        bots.open(Socket(socket));
    }
    assert!(script.calls().is_empty());
    bots.open(Socket(9));
    assert_eq!(script.calls(), ["close 9"]);
    // A socket that was closed at once does not come in all the same.
    bots.hear(Socket(9), &handshake("echo", "t".into()).to_string());
    assert!(script.calls().is_empty() && script.sent().is_empty());

    bots.late(Timer(3));
    assert_eq!(script.calls(), ["forget 3", "close 3"]);
    bots.open(Socket(10));
    bots.hear(Socket(1), &handshake("echo", "t".into()).to_string());
    bots.open(Socket(11));
    assert_eq!(script.calls(), ["auth echo t [1, 0, 0, 0]", "forget 1"]);
    // Who has said who they are have all the time that they want.
    bots.late(Timer(1));
    assert!(script.calls().is_empty());
}

#[test]
fn at_the_end_all_are_closed() {
    let (script, mut bots) = one_bot();
    bots.open(Socket(3));
    bots.end();
    assert_eq!(script.calls(), ["forget 2", "close 3", "close 258"]);
}

#[test]
fn a_frame_of_too_much_is_refused_as_a_whole() {
    let (script, mut bots) = one_bot();
    say(&mut bots, &json!(vec![json!({"channel": "/bot/echo", "data": 1}); 65]));
    assert_eq!(script.sent(), [json!({"successful": false, "error": "413::too many messages at once"})]);
    assert!(script.calls().is_empty());
    // What was said does not make the answer longer than it was itself.
    let long = "x".repeat(300);
    let answer = answer(&script, &mut bots, &json!({"channel": long, "id": {"a": 1}}));
    assert_eq!(answer.get("channel"), None);
    assert_eq!(answer.get("id"), None);
    bots.hear(SOCKET, "[]");
    assert!(script.sent().is_empty());
}
