//! The steps of joining, one by one.

use serde_json::json;

use super::*;

#[test]
fn the_first_is_site_1_with_an_empty_roster_and_state_and_becomes_an_updater_silently() {
    let (mut session, anna, now) = (session(), Wire::new(), Instant::now());
    assert_eq!(join(&mut session, &anna, now), 1);
    let heard = anna.heard();
    assert_eq!(short(&heard), [("siteid", &json!(1)), ("roster", &json!({})), ("state", &json!([]))]);
    session.become_updater(1, now).unwrap();
    assert_eq!(anna.heard(), []);
}

#[test]
fn a_late_joiner_gets_the_roster_and_the_state_of_an_updater_and_is_then_announced() {
    let (mut session, anna, ben, now) = (session(), Wire::new(), Wire::new(), Instant::now());
    join(&mut session, &anna, now);
    session.become_updater(1, now).unwrap();
    anna.heard();
    assert_eq!(join(&mut session, &ben, now), 2);
    let heard = ben.heard();
    assert_eq!(channels(&heard), ["siteid", "roster"]);
    assert!(heard[1].1["1"].is_string());
    let asked = anna.heard();
    assert_eq!(channels(&asked), ["updater"]);
    let token = asked[0].1.as_str().expect("a bare string").to_owned();
    session.state_from(1, &token, &raw(r#"[{"topic":"x"}]"#), now).unwrap();
    assert_eq!(short(&ben.heard()), [("state", &json!([{"topic": "x"}]))]);
    session.become_updater(2, now).unwrap();
    for wire in [&anna, &ben] {
        let heard = wire.heard();
        assert_eq!(channels(&heard), ["available"]);
        assert_eq!(heard[0].1["siteId"], 2);
    }
}

#[test]
fn the_lowest_free_site_is_given() {
    let (mut session, now) = (session(), Instant::now());
    let wires: Vec<_> = (0..3).map(|_| Wire::new()).collect();
    let sites: Vec<_> = wires.iter().map(|wire| join(&mut session, wire, now)).collect();
    assert_eq!(sites, [1, 2, 3]);
    session.leave(2, &wires[1], now);
    assert_eq!(join(&mut session, &Wire::new(), now), 2);
    assert_eq!(join(&mut session, &Wire::new(), now), 4);
}

/// Anna is an updater, and Ben waits for her state under the token.
fn ben_waits() -> (State<Wire>, Wire, Wire, String, Instant) {
    let (mut session, anna, ben, now) = (session(), Wire::new(), Wire::new(), Instant::now());
    join(&mut session, &anna, now);
    session.become_updater(1, now).unwrap();
    send(&mut session, 1, "before", true).unwrap();
    join(&mut session, &ben, now);
    let asked = anna.heard();
    let token = asked.last().unwrap().1.as_str().unwrap().to_owned();
    (session, anna, ben, token, now)
}

#[test]
fn what_happens_while_a_joiner_waits_follows_its_state_in_order() {
    let (mut session, _anna, ben, token, now) = ben_waits();
    let clara = Wire::new();
    let site = join(&mut session, &clara, now);
    send(&mut session, 1, "one", true).unwrap();
    send(&mut session, 1, "two", true).unwrap();
    assert_eq!(channels(&ben.heard()), ["siteid", "roster"]);
    session.state_from(1, &token, &raw("[1]"), now).unwrap();
    let heard = ben.heard();
    let orders: Vec<_> = heard.iter().map(|(_, data)| data["order"].clone()).collect();
    assert_eq!(channels(&heard), ["state", "app", "app"]);
    assert_eq!(orders[1..], [json!(2), json!(3)]);
    // Clara waits on: her state is another.
    assert_eq!(site, 3);
    assert_eq!(channels(&clara.heard()), ["siteid", "roster"]);
}

#[test]
fn the_updaters_own_events_without_a_type_are_in_its_state_and_do_not_follow_it() {
    let (mut session, _anna, ben, token, now) = ben_waits();
    ben.heard();
    send(&mut session, 1, "untyped", false).unwrap();
    send(&mut session, 1, "typed", true).unwrap();
    session.state_from(1, &token, &raw("[1]"), now).unwrap();
    let heard = ben.heard();
    assert_eq!(channels(&heard), ["state", "app"]);
    assert_eq!(heard[1].1["value"], "typed");
}

#[test]
fn a_joiner_whose_updater_leaves_gets_another_and_what_that_one_knows_is_not_repeated() {
    let (mut session, anna, ben, token, now) = ben_waits();
    let clara = Wire::new();
    join(&mut session, &clara, now);
    for (_, token) in anna.heard() {
        session.state_from(1, token.as_str().unwrap(), &raw("[3]"), now).unwrap();
    }
    session.become_updater(3, now).unwrap();
    let (_, _) = (ben.heard(), clara.heard());
    send(&mut session, 3, "known to clara", true).unwrap();
    session.leave(1, &anna, now);
    let asked = clara.heard();
    assert_eq!(channels(&asked), ["app", "unavailable", "updater"]);
    send(&mut session, 3, "new", true).unwrap();
    session.state_from(3, asked[2].1.as_str().unwrap(), &raw("[2]"), now).unwrap();
    let heard = ben.heard();
    assert_eq!(channels(&heard), ["state", "available", "unavailable", "app"]);
    assert_eq!(heard[3].1["value"], "new");
    // Anna's token is of no use to Clara.
    assert_eq!(session.state_from(3, &token, &raw("[]"), now), Err(Refused::WrongToken));
}

#[test]
fn an_updater_that_does_not_answer_in_time_is_replaced_and_its_late_answer_ignored() {
    let (mut session, anna, ben, token, now) = ben_waits();
    let clara = Wire::new();
    join(&mut session, &clara, now);
    for (_, token) in anna.heard() {
        session.state_from(1, token.as_str().unwrap(), &raw("[]"), now).unwrap();
    }
    session.become_updater(3, now).unwrap();
    clara.heard();
    session.tick(now + PATIENCE);
    let asked = clara.heard();
    assert_eq!(channels(&asked), ["updater"]);
    assert_eq!(session.state_from(1, &token, &raw("[1]"), now), Ok(()));
    assert!(!channels(&ben.heard()).contains(&"state"));
    session.state_from(3, asked[0].1.as_str().unwrap(), &raw("[3]"), now).unwrap();
    assert!(channels(&ben.heard()).contains(&"state"));
}

#[test]
fn a_joiner_that_no_updater_answers_for_is_cut_off_in_the_end() {
    let (mut session, _anna, ben, _token, mut now) = ben_waits();
    for _ in 0..5 {
        now += PATIENCE;
        session.tick(now);
    }
    assert!(ben.ended());
}

#[test]
fn without_an_updater_the_joiner_that_waits_begins_anew() {
    let (mut session, anna, ben, _token, now) = ben_waits();
    ben.heard();
    session.leave(1, &anna, now);
    let heard = ben.heard();
    assert_eq!(channels(&heard), ["state", "unavailable"]);
    assert_eq!(heard[0].1, json!([]));
    session.become_updater(2, now).unwrap();
}

#[test]
fn whoever_joins_before_the_first_is_an_updater_waits_for_it_and_hears_that_it_is_here() {
    let (mut session, anna, ben, now) = (session(), Wire::new(), Wire::new(), Instant::now());
    join(&mut session, &anna, now);
    join(&mut session, &ben, now);
    assert_eq!(channels(&ben.heard()), ["siteid", "roster"]);
    anna.heard();
    session.become_updater(1, now).unwrap();
    let asked = anna.heard();
    assert_eq!(channels(&asked), ["available", "updater"]);
    session.state_from(1, asked[1].1.as_str().unwrap(), &raw("[]"), now).unwrap();
    let heard = ben.heard();
    assert_eq!(channels(&heard), ["state", "available"]);
    assert_eq!(heard[1].1["siteId"], 1);
}

#[test]
fn a_token_that_was_never_given_is_an_offence() {
    let (mut session, _anna, _ben, _token, now) = ben_waits();
    assert_eq!(session.state_from(1, "made up", &raw("[]"), now), Err(Refused::WrongToken));
    assert_eq!(session.state_from(2, "made up", &raw("[]"), now), Err(Refused::NotAllowed));
}

#[test]
fn an_updater_whose_joiner_has_left_is_not_blamed_for_its_answer() {
    let (mut session, _anna, ben, token, now) = ben_waits();
    session.leave(2, &ben, now);
    assert_eq!(session.state_from(1, &token, &raw("[]"), now), Ok(()));
}

#[test]
fn who_has_not_got_the_state_may_not_send_events_nor_update_others() {
    let (mut session, _anna, _ben, _token, now) = ben_waits();
    assert_eq!(send(&mut session, 2, "early", true), Err(Refused::NotAllowed));
    assert_eq!(send(&mut session, 9, "nobody", true), Err(Refused::NotAllowed));
    assert_eq!(session.become_updater(2, now), Err(Refused::NotAllowed));
}

#[test]
fn a_state_is_kept_for_the_next_only_while_nothing_was_ordered_since_it_was_asked_for() {
    let now = Instant::now();
    let (mut session, anna) = (State::new("s".into(), true, true, PATIENCE), Wire::new());
    join(&mut session, &anna, now);
    session.become_updater(1, now).unwrap();
    let late = |session: &mut State<Wire>, between: bool| {
        let wire = Wire::new();
        join(session, &wire, now);
        let asked = anna.heard().into_iter().find(|(channel, _)| channel.ends_with("updater"));
        if let Some((_, token)) = &asked {
            if between {
                send(session, 1, "between", true).unwrap();
            }
            session.state_from(1, token.as_str().unwrap(), &raw("[7]"), now).unwrap();
        }
        (asked.is_some(), channels(&wire.heard()).contains(&"state"))
    };
    assert_eq!(late(&mut session, true), (true, true));
    // That one was stale: it is asked for again, and kept now.
    assert_eq!(late(&mut session, false), (true, true));
    assert_eq!(late(&mut session, false), (false, true));
    send(&mut session, 1, "after", true).unwrap();
    assert_eq!(late(&mut session, false), (true, true));
}

#[test]
fn who_gets_a_kept_state_is_told_who_went_and_came_since_its_updater_was_asked() {
    let now = Instant::now();
    let mut session = State::new("s".into(), true, true, PATIENCE);
    let [anna, ben, cleo, dora, emil] = std::array::from_fn(|_| Wire::new());
    // One after the other, from the state that Anna gives Ben.
    for (site, wire) in (1..).zip([&anna, &ben, &cleo]) {
        join(&mut session, wire, now);
        for (channel, token) in anna.heard() {
            if channel.ends_with("updater") {
                session.state_from(1, token.as_str().unwrap(), &raw("[7]"), now).unwrap();
            }
        }
        session.become_updater(site, now).unwrap();
    }
    let told = |wire: &Wire| {
        let heard = wire.heard();
        let after = short(&heard).into_iter().skip_while(|(channel, _)| *channel != "state");
        after.map(|(channel, data)| format!("{channel} {}", data["siteId"])).collect::<Vec<_>>()
    };
    assert_eq!(told(&cleo), ["state null", "unavailable 2", "available 2", "available 3"]);
    // She whom the state knows goes, and another has her site.
    session.leave(1, &anna, now);
    assert_eq!(join(&mut session, &dora, now), 1);
    assert_eq!(told(&dora), ["state null", "unavailable 1", "available 2", "available 3"]);
    session.become_updater(1, now).unwrap();
    join(&mut session, &emil, now);
    let expected =
        ["unavailable 1", "unavailable 2", "unavailable 3", "available 2", "available 3", "available 1"];
    assert_eq!(told(&emil)[1..], expected);
}

#[test]
fn each_client_hears_in_its_own_style() {
    let (mut session, now) = (session(), Instant::now());
    let old = Wire::hearing(SyncStyle::One, RosterStyle::Plain);
    join(&mut session, &old, now);
    session.become_updater(1, now).unwrap();
    old.heard();
    send(&mut session, 1, "x", true).unwrap();
    let heard = old.heard();
    assert_eq!(heard[0].0, "/session/sync");
    assert_eq!((&heard[0].1["siteId"], &heard[0].1["order"]), (&json!(1), &json!(1)));
}

#[test]
fn one_of_the_chosen_type_is_asked() {
    let (mut session, now) = (session(), Instant::now());
    let wires: Vec<_> = (0..4).map(|_| Wire::new()).collect();
    for (wire, kind) in wires.iter().zip(["default", "phone", "desk"]) {
        let (site, next) = session.join(wire, "u".into(), kind.into(), now).unwrap();
        if let Next::Choose(_) = next {
            session.assign(site, None, now);
        }
        for other in &wires[..site as usize - 1] {
            for (channel, data) in other.heard() {
                if channel.ends_with("updater") {
                    let by = 1 + wires.iter().position(|wire| wire.is(other)).unwrap() as u32;
                    session.state_from(by, data.as_str().unwrap(), &raw("[]"), now).unwrap();
                }
            }
        }
        session.become_updater(site, now).unwrap();
    }
    let (site, next) = session.join(&wires[3], "u".into(), "desk".into(), now).unwrap();
    let types = ["default", "phone", "desk"].map(Arc::from).to_vec();
    assert_eq!(next, Next::Choose(types));
    assert!(!channels(&wires[2].heard()).contains(&"updater"));
    session.assign(site, Some("desk"), now);
    assert!(channels(&wires[2].heard()).contains(&"updater"));
}

#[test]
fn in_a_session_without_events_everybody_is_site_1_and_alone() {
    let (mut session, now) = (State::new("s".into(), false, false, PATIENCE), Instant::now());
    for wire in [Wire::new(), Wire::new()] {
        session.join(&wire, "u".into(), "default".into(), now).unwrap();
        assert_eq!(
            short(&wire.heard()),
            [("siteid", &json!(1)), ("roster", &json!({})), ("state", &json!([]))]
        );
    }
    assert_eq!(send(&mut session, 1, "x", true), Err(Refused::NotAllowed));
}

#[test]
fn an_engines_event_has_its_site_and_no_order() {
    let (mut session, anna, now) = (session(), Wire::new(), Instant::now());
    join(&mut session, &anna, now);
    session.become_updater(1, now).unwrap();
    anna.heard();
    let data = raw(r#"{"context":[0,1]}"#);
    session.sync(1, SyncKind::Engine, &Operation::engine(&data).unwrap(), |_| ()).unwrap();
    assert_eq!(short(&anna.heard()), [("engine", &json!({"context": [0, 1], "siteId": 1}))]);
}
