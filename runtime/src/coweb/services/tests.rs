use std::{
    cell::RefCell,
    rc::Rc,
    sync::Arc,
    time::{Duration, Instant},
};

use serde_json::value::RawValue;

use super::{
    pending::{Field, Pending},
    roll::{ANSWER_PATIENCE, Hindrance, Letter, Roll, START_PATIENCE, STOP_PATIENCE, Sending},
};
use crate::coweb::{
    bayeux::Delivery,
    bindings::parlor::coweb::bridge::Error,
    session::{broadcast::Hears, state::Recipient},
};

/// A client that remembers what it was sent.
#[derive(Clone, Default)]
struct Somebody(Rc<RefCell<Vec<String>>>);

impl Recipient for Somebody {
    fn deliver(&self, what: Delivery) {
        self.0.borrow_mut().push(what.as_str().to_owned());
    }

    fn hears(&self) -> Hears {
        Hears::default()
    }

    fn is(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }

    fn end(&self) {}
}

impl Somebody {
    fn asks(&self, service: &str, now: Instant) -> Pending<Self> {
        let json = |text: &str| RawValue::from_string(text.into()).ok();
        Pending {
            service: Arc::from(service),
            client: self.clone(),
            id: json("\"7\""),
            topic: json("\"t_0\""),
            field: Field::Value,
            since: now,
            answered: false,
        }
    }

    fn heard(&self) -> Vec<String> {
        self.0.take()
    }
}

fn letter(text: &str) -> Letter {
    Letter { message: text.into(), request: None }
}

fn text(letter: &Letter) -> String {
    String::from_utf8(letter.message.clone()).unwrap()
}

/// A roll with the bot of `echo` subscribed.
fn subscribed(now: Instant) -> Roll<Somebody> {
    let mut roll = Roll::default();
    roll.launch("echo", "secret", true, now);
    roll.auth("echo", "secret", b"h".to_vec()).unwrap();
    roll.subscribed("echo").unwrap();
    roll
}

#[test]
fn a_launch_token_serves_once_and_only_its_own_service() {
    let now = Instant::now();
    let mut roll = Roll::<Somebody>::default();
    roll.launch("echo", "secret", false, now);
    roll.launch("clock", "other", false, now);
    for wrong in ["", "secre", "secret2", "other", "null"] {
        assert_eq!(roll.auth("echo", wrong, Vec::new()), Err(Error::WrongToken), "{wrong}");
    }
    assert_eq!(roll.auth("none", "secret", Vec::new()), Err(Error::UnknownService));
    assert_eq!(roll.auth("echo", "secret", vec![0; 257]), Err(Error::TooLarge));
    assert_eq!(roll.auth("echo", "secret", Vec::new()), Ok(()));
    assert_eq!(roll.auth("echo", "secret", Vec::new()), Err(Error::WrongToken), "used");
    roll.subscribed("echo").unwrap();
    assert_eq!(roll.auth("echo", "secret", Vec::new()), Err(Error::WrongToken), "while it runs");
    roll.gone("echo", now).unwrap();
    assert_eq!(roll.auth("echo", "secret", Vec::new()), Err(Error::WrongToken), "after it has gone");
}

#[test]
fn what_comes_before_a_bot_is_subscribed_waits_and_goes_out_in_order() {
    let now = Instant::now();
    let mut roll = Roll::<Somebody>::default();
    roll.launch("echo", "secret", false, now);
    assert!(matches!(roll.send("echo", letter("1")), Sending::Queued));
    roll.auth("echo", "secret", b"h".to_vec()).unwrap();
    assert!(matches!(roll.send("echo", letter("2")), Sending::Queued));
    assert!(roll.next_waiting("echo").is_none(), "it does not listen yet");
    assert_eq!(roll.subscribed("echo"), Ok(true));
    assert!(matches!(roll.send("echo", letter("3")), Sending::Queued), "behind those that wait");
    let mut sent = Vec::new();
    while let Some((letter, handle, more)) = roll.next_waiting("echo") {
        assert_eq!(**handle, *b"h");
        sent.push(text(&letter));
        assert_eq!(more, sent.len() < 3);
    }
    assert_eq!(sent, ["1", "2", "3"]);
    assert!(matches!(roll.send("echo", letter("4")), Sending::Now(letter, _) if text(&letter) == "4"));
}

#[test]
fn what_waits_for_a_bot_is_bounded() {
    let mut roll = Roll::<Somebody>::default();
    roll.launch("echo", "secret", false, Instant::now());
    let queued = (0..5_000).filter(|_| matches!(roll.send("echo", letter("x")), Sending::Queued)).count();
    assert_eq!(queued, 1_024);
    roll.launch("clock", "secret", false, Instant::now());
    let large = "x".repeat(1 << 20);
    let queued = (0..9).filter(|_| matches!(roll.send("clock", letter(&large)), Sending::Queued)).count();
    assert_eq!(queued, 4);
}

#[test]
fn an_answer_goes_once_to_the_one_who_asked() {
    let (now, ann, bob) = (Instant::now(), Somebody::default(), Somebody::default());
    let mut roll = subscribed(now);
    roll.ask("a", ann.asks("echo", now)).unwrap();
    roll.ask("b", bob.asks("echo", now)).unwrap();
    assert_eq!(roll.answer("echo", "c").err(), Some(Error::UnknownRequest));
    roll.answer("echo", "a").unwrap().answer("[1]");
    assert_eq!(roll.answer("echo", "a").err(), Some(Error::UnknownRequest), "twice");
    assert_eq!(
        ann.heard(),
        [r#"{"channel":"/service/bot/echo/response","data":{"topic":"t_0","value":[1]},"id":"7"}"#]
    );
    assert!(bob.heard().is_empty());
}

#[test]
fn a_bot_answers_requests_of_its_own_service_only_and_each_once() {
    let (now, ann) = (Instant::now(), Somebody::default());
    let mut roll = subscribed(now);
    roll.launch("clock", "secret", false, now);
    roll.ask("a", ann.asks("echo", now)).unwrap();
    assert!(!roll.answers("clock", "a"), "another's");
    assert_eq!(roll.answer("clock", "a").err(), Some(Error::NotSubscribed));
    roll.auth("clock", "secret", Vec::new()).unwrap();
    roll.subscribed("clock").unwrap();
    assert_eq!(roll.answer("clock", "a").err(), Some(Error::UnknownRequest), "another's");
    assert!(roll.answers("echo", "a"));
    assert!(!roll.answers("echo", "a"), "twice");
    assert!(roll.refuse("a").is_none(), "its answer is on its way");
    assert!(roll.answer("echo", "a").is_ok());
}

#[test]
fn whoever_waits_for_a_bot_that_goes_is_handed_back_and_listeners_stay() {
    let (now, ann) = (Instant::now(), Somebody::default());
    let mut roll = subscribed(now);
    roll.ask("a", ann.asks("echo", now)).unwrap();
    assert!(roll.listen("echo", &ann));
    let (asked_to, waiting) = roll.gone("echo", now).unwrap();
    assert!(!asked_to);
    waiting.into_iter().for_each(Pending::fail);
    assert_eq!(
        ann.heard(),
        [
            r#"{"channel":"/service/bot/echo/response","data":{"topic":"t_0","error":true,"value":{"error":"server-error"}},"id":"7"}"#
        ]
    );
    assert!(!roll.runs("echo"));
    assert_eq!(roll.publish("echo", 1, now).err(), Some(Error::NotSubscribed));
    roll.launch("echo", "new", false, now);
    roll.auth("echo", "new", Vec::new()).unwrap();
    roll.subscribed("echo").unwrap();
    assert_eq!(roll.publish("echo", 1, now).map(<[_]>::len), Ok(1));
}

#[test]
fn a_bot_that_never_subscribes_is_given_up_in_its_time() {
    let (mut now, ann) = (Instant::now(), Somebody::default());
    let mut roll = Roll::default();
    roll.launch("echo", "secret", false, now);
    roll.auth("echo", "secret", Vec::new()).unwrap();
    roll.ask("a", ann.asks("echo", now)).unwrap();
    now += START_PATIENCE - Duration::from_millis(1);
    assert!(roll.overdue(now).services.is_empty());
    now += Duration::from_millis(1);
    let overdue = roll.overdue(now);
    assert_eq!(overdue.services, [Box::from("echo")]);
    assert_eq!(overdue.requests.len(), 1);
    assert_eq!(roll.subscribed("echo"), Err(Error::NotSubscribed), "too late");
}

#[test]
fn an_answer_that_comes_too_late_is_none() {
    let (mut now, ann) = (Instant::now(), Somebody::default());
    let mut roll = subscribed(now);
    roll.ask("a", ann.asks("echo", now)).unwrap();
    now += ANSWER_PATIENCE;
    assert_eq!(roll.overdue(now).requests.len(), 1);
    assert_eq!(roll.answer("echo", "a").err(), Some(Error::UnknownRequest));
}

#[test]
fn a_bot_that_fails_again_and_again_is_left_alone_for_a_while() {
    let mut now = Instant::now();
    let mut roll = Roll::<Somebody>::default();
    for _ in 0..5 {
        assert_eq!(roll.may_launch("echo", now), Ok(()));
        roll.launch("echo", "secret", false, now);
        roll.gone("echo", now).unwrap();
        now += Duration::from_secs(1);
    }
    assert_eq!(roll.may_launch("echo", now), Err(Hindrance::Failing));
    assert_eq!(roll.may_launch("clock", now), Ok(()), "others may");
    now += Duration::from_secs(30);
    assert_eq!(roll.may_launch("echo", now), Ok(()));
}

#[test]
fn a_bot_that_goes_when_it_is_asked_to_has_not_failed() {
    let now = Instant::now();
    let mut roll = subscribed(now);
    for _ in 0..10 {
        assert!(roll.stop("echo", now));
        assert!(roll.stops("echo"));
        assert_eq!(roll.gone("echo", now).map(|(asked_to, _)| asked_to), Ok(true));
        assert_eq!(roll.may_launch("echo", now), Ok(()));
        roll.launch("echo", "secret", false, now);
        roll.auth("echo", "secret", Vec::new()).unwrap();
        roll.subscribed("echo").unwrap();
    }
    assert!(roll.stop("echo", now));
    assert_eq!(roll.overdue(now + STOP_PATIENCE).services, [Box::from("echo")], "it does not obey");
}

#[test]
fn a_session_has_so_many_services_and_no_more() {
    let now = Instant::now();
    let mut roll = Roll::<Somebody>::default();
    for at in 0..64 {
        let name = format!("bot-{at}");
        assert_eq!(roll.may_launch(&name, now), Ok(()));
        roll.launch(&name, "secret", false, now);
    }
    assert_eq!(roll.may_launch("one-more", now), Err(Hindrance::TooMany));
    assert_eq!(roll.may_launch("bot-3", now), Ok(()));
}

#[test]
fn whoever_leaves_is_forgotten_everywhere() {
    let (now, ann, bob) = (Instant::now(), Somebody::default(), Somebody::default());
    let mut roll = subscribed(now);
    roll.launch("clock", "secret", false, now);
    for who in [&ann, &bob] {
        assert!(roll.listen("echo", who));
    }
    assert!(!roll.listen("echo", &ann), "once");
    assert!(roll.listen("clock", &ann));
    roll.ask("a", ann.asks("echo", now)).unwrap();
    assert_eq!(roll.leave(&ann), [Box::from("clock"), Box::from("echo")]);
    assert_eq!(roll.answer("echo", "a").err(), Some(Error::UnknownRequest));
    assert_eq!(roll.publish("echo", 1, now).map(<[_]>::len), Ok(1));
    assert!(!roll.is_unused("echo"));
    roll.leave(&bob);
    assert!(roll.is_unused("echo"));
}

#[test]
fn clients_of_0_4_are_answered_under_the_name_that_they_know() {
    let (now, ann) = (Instant::now(), Somebody::default());
    let mut roll = subscribed(now);
    roll.ask("a", Pending { field: Field::EventData, ..ann.asks("echo", now) }).unwrap();
    roll.ask("b", Pending { field: Field::EventData, ..ann.asks("echo", now) }).unwrap();
    roll.answer("echo", "a").unwrap().answer("[1]");
    roll.fail("b").unwrap().fail();
    let heard = ann.heard();
    assert!(heard[0].contains(r#""data":{"topic":"t_0","eventData":[1]}"#), "{heard:?}");
    assert!(heard[1].contains(r#""error":true,"eventData":{"error":"server-error"}"#), "{heard:?}");
}
