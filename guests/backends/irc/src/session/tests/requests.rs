use parlor_sdk::{Status, chat::Error};
use proptest::prelude::*;

use super::*;

#[test]
fn the_bot_speaks() {
    let mut scene = Scene::in_tea("");
    scene.say("#TEA", "hi\nthere").expect("queued");
    scene.say("al", "/me waves").expect("queued");
    scene.say("al", "\r\n").expect("nothing to say");
    assert_eq!(scene.told(), ["> PRIVMSG #tea :hi there", "> PRIVMSG al :\u{1}ACTION waves\u{1}"]);
    assert_eq!(scene.say("#cake", "hi"), Err(Error::RoomNotJoined("#cake".into())));
    for nobody in ["", "a b", "x\r\nQUIT", "a,b", ":a"] {
        assert!(matches!(scene.say(nobody, "hi"), Err(Error::Malformed(_))), "{nobody:?}");
    }
}

#[test]
fn before_the_welcome_there_is_nobody_to_ask() {
    let mut scene = Scene::fast();
    assert_eq!(scene.say("al", "hi"), Err(Error::NotConnected));
    assert_eq!(scene.0.join("#tea", None), Err(Error::NotConnected));
    assert_eq!(scene.0.change_presence(&Status::Away, None), Err(Error::NotConnected));
}

#[test]
fn what_fits_fits_as_others_see_it() {
    let mut scene = Scene::in_tea("");
    for (to, body) in [("#Tea", "/me "), ("#Tea", ""), ("al", "")] {
        let limit = scene.0.message_limit(&recipient(to)) as usize;
        let body = format!("{body}{}", "x".repeat(limit - body.len()));
        scene.say(to, &body).expect("queued");
        let line = scene.told().pop().expect("sent");
        let seen = format!(":parlor!~parlor@bot.x {}\r\n", line.strip_prefix("> ").expect("sent"));
        assert!(seen.len() <= 512 && seen.len() >= 512 - ctcp_frame(&body), "{}", seen.len());
    }
    assert!(matches!(scene.say("al", &"x".repeat(600)), Err(Error::Other(why)) if why.contains("too long")));
    let before = scene.0.message_limit(&recipient("al"));
    scene.server(":irc.x 005 parlor LINELEN=1024 :are supported");
    assert_eq!(scene.0.message_limit(&recipient("al")), before + 512);
    assert!(super::super::message_limit(&recipient("al")) < before, "the unknown could be long");
}

fn ctcp_frame(body: &str) -> usize {
    if body.starts_with("/me ") { 0 } else { crate::ctcp::ACTION_FRAME }
}

#[test]
fn rooms_are_joined_and_left_once() {
    let mut scene = Scene::ready("");
    scene.told();
    scene.0.join("#tea", Some("key")).expect("asked");
    scene.0.join("#TEA", None).expect("under way");
    scene.0.join("#cake", None).expect("asked");
    assert_eq!(scene.told(), ["> JOIN #tea key", "> JOIN #cake"]);
    scene.server(":parlor!~p@h JOIN #tea");
    scene.0.join("#tea", None).expect("there");
    scene.0.leave("#tea", Some("so\nlong")).expect("asked");
    scene.0.leave("#tea", None).expect("under way");
    scene.0.leave("#nowhere", None).expect("not there");
    assert_eq!(scene.told(), ["> PART #tea :so long"]);
    scene.0.join("#tea", None).expect("asked");
    assert_eq!(scene.told(), ["> JOIN #tea"]);
    let told = scene.server(":parlor!~p@h PART #tea\n:parlor!~p@h JOIN #tea");
    assert_eq!(told, ["parlor out of #tea", "parlor in #tea"]);
    scene.0.leave("#cake", None).expect("asked");
    assert_eq!(scene.told(), ["> PART #cake :"], "before it is in");
    for odd in ["tea", "#a b", "#a,#b", "#a\r\nQUIT"] {
        assert!(matches!(scene.0.join(odd, None), Err(Error::Malformed(_))), "{odd:?}");
    }
    for odd in ["a b", "a,b", "a\r\nQUIT", ":a"] {
        assert!(matches!(scene.0.join("#x", Some(odd)), Err(Error::Malformed(_))), "{odd:?}");
    }
}

#[test]
fn a_join_that_is_refused_is_told_once_with_its_remedy() {
    for (code, remedy) in [
        (403, "no such room"),
        (405, "leave one"),
        (437, "try later"),
        (471, "full"),
        (473, "invite"),
        (474, "banned"),
        (475, "`rooms = [{ name = \"#tea\", password = \"…\" }]`"),
        (476, "no room of that name"),
        (477, "`sasl-user`"),
        (489, "`tls`"),
        (520, "operators"),
    ] {
        let mut scene = Scene::ready("");
        for round in 0..2 {
            scene.told();
            scene.0.join("#tea", None).expect("asked");
            let told = scene.server(&format!(":irc.x {code} parlor #tea :No, no"));
            assert_eq!(told[0], "> JOIN #tea", "it can be tried again");
            assert_eq!(told.len(), 2 - round, "{told:?}");
            if let Some(refusal) = told.get(1) {
                assert!(
                    refusal.starts_with("refused: cannot join #tea: ") && refusal.contains(remedy),
                    "{refusal}"
                );
                assert!(refusal.contains("No, no"), "{refusal}");
            }
        }
    }
}

#[test]
fn other_refusals_are_told_too() {
    let mut scene = Scene::in_tea("");
    for (line, words) in [
        ("401 parlor nemo :No such nick", "there is nobody called nemo"),
        ("401 parlor #biscuits :No such nick/channel", "there is no room #biscuits"),
        ("404 parlor #tea :Cannot send", "cannot speak in #tea"),
        ("482 parlor #tea :Not op", "no operator in #tea"),
        ("442 parlor #cake :Not there", "not in #cake"),
        ("443 parlor al #tea :There", "al is in #tea already"),
        ("499 parlor x :Odd", "about x: Odd (499)"),
        ("421 parlor WHO :Unknown command", "about WHO"),
    ] {
        let told = scene.server(&format!(":irc.x {line}\n:irc.x {line}"));
        assert!(told.len() == 1 && told[0].starts_with("refused: ") && told[0].contains(words), "{told:?}");
    }
    assert_eq!(scene.server("FAIL TOPIC X #tea :no"), ["refused: the server refuses TOPIC: no (X)"]);
}

#[test]
fn topics_are_set() {
    let mut scene = Scene::in_tea("");
    scene.0.set_topic("#tea", "green\nQUIT").expect("asked");
    scene.0.set_topic("#tea", "").expect("asked");
    assert_eq!(scene.told(), ["> TOPIC #tea :green QUIT", "> TOPIC #tea :"]);
    assert_eq!(
        scene.0.set_topic("#tea", "more than twenty bytes"),
        Err(Error::Other("the topic is too long: #tea takes 20 bytes".into()))
    );
    assert_eq!(scene.0.set_topic("#cake", "x"), Err(Error::RoomNotJoined("#cake".into())));
}

#[test]
fn people_are_asked_in() {
    let mut scene = Scene::in_tea("");
    scene.0.invite("#tea", &[somebody("cy"), somebody("dy")]).expect("asked");
    assert_eq!(scene.told(), ["> INVITE cy #tea", "> INVITE dy #tea"]);
    assert!(matches!(scene.0.invite("#tea", &[somebody("x y")]), Err(Error::Malformed(_))));
    assert_eq!(scene.0.invite("#cake", &[]), Err(Error::RoomNotJoined("#cake".into())));
}

#[test]
fn nothing_is_lost_when_nobody_is_there_to_be_asked_in() {
    let mut scene = Scene::in_tea("");
    scene.0.invite("#tea", &[somebody("Cy"), somebody("dy")]).expect("asked");
    scene.server(":irc.x 341 parlor dy #tea");
    let told = scene.server(":irc.x 401 parlor cy :No such nick\n:irc.x 401 parlor dy :No such nick");
    assert_eq!(told[0], "refused: there is nobody called cy now to be asked in (No such nick)");
    assert!(told[1].contains("what was for them is lost"), "{told:?}");
    assert!(scene.0.inviting.is_empty());
}

#[test]
fn away_is_what_there_is() {
    let mut scene = Scene::ready("");
    scene.told();
    scene.0.change_presence(&Status::Away, Some("lunch\r\nQUIT")).expect("asked");
    scene.0.change_presence(&Status::DoNotDisturb, None).expect("asked");
    scene.0.change_presence(&Status::Online, None).expect("asked");
    assert_eq!(scene.told(), ["> AWAY :lunch QUIT", "> AWAY :do not disturb", "> AWAY"]);
    assert!(matches!(scene.0.change_presence(&Status::Offline, None), Err(Error::NotSupported(_))));
}

#[test]
fn lines_keep_the_pace_and_what_is_urgent_does_not_wait() {
    let mut scene = Scene::configured(&[]);
    scene.server(WELCOME);
    scene.server(":parlor!~p@h JOIN #tea\n:parlor!~p@h JOIN #cake");
    (0..20).for_each(|line| scene.say("#tea", &line.to_string()).expect("queued"));
    scene.say("#cake", "hi").expect("queued");
    let told = scene.told();
    assert_eq!((told.len(), told[1].as_str()), (5, "> PRIVMSG #cake :hi"), "{told:?}");
    assert_eq!(scene.server("PING x"), ["> PONG :x"]);
    assert_eq!(scene.0.wake(), Some(Duration::from_secs(2)));
    scene.at(2.0).0.tick();
    assert_eq!(scene.told(), ["> PRIVMSG #tea :4"]);
    while scene.say("#tea", "x").is_ok() {}
    assert_eq!(scene.say("#tea", "x"), Err(Error::Full));
    assert_eq!(scene.say("#cake", "x"), Ok(()));
    scene.0.leave_network();
    assert_eq!(scene.told(), ["> QUIT :goodbye"]);
}

#[test]
fn answers_take_turns_by_who_asked() {
    let mut scene = Scene::configured(&[]);
    scene.server(WELCOME);
    scene.server(":parlor!~p@h JOIN #tea");
    let asked = (0..200).take_while(|_| scene.answer(":al!a@h PRIVMSG #tea :!help", "much").is_ok());
    assert_eq!(asked.count(), 120 + 5, "what waits for one is bounded, and five went at once");
    assert_eq!(scene.answer(":AL!a@h PRIVMSG #tea :!help", "more"), Err(Error::Full));
    scene.answer(":bo!b@h PRIVMSG #tea :!help", "little").expect("queued");
    scene.say("#tea", "news").expect("queued");
    scene.told();
    let mut told = Vec::new();
    for second in 1..4 {
        scene.at(f64::from(second) * 2.0).0.tick();
        told.extend(scene.told());
    }
    assert_eq!(told, ["> PRIVMSG #tea :much", "> PRIVMSG #tea :little", "> PRIVMSG #tea :news"]);
}

#[test]
fn what_is_said_to_some_is_answered_in_private() {
    let mut scene = Scene::in_tea("");
    scene.answer(":bo!b@h PRIVMSG @#tea :!help", "psst").expect("queued");
    assert_eq!(scene.told(), ["> PRIVMSG bo :psst"]);
    scene.answer(":bo!b@h PRIVMSG #tea :!help", "all").expect("queued");
    assert_eq!(scene.told(), ["> PRIVMSG #tea :all"]);
}

#[test]
fn bots_do_not_speak_to_services_as_the_account() {
    let mut scene = Scene::in_tea("");
    for service in ["NickServ", "CHANSERV", "q", "X", "NickServ@services.x", "memoserv%host", "Q!u@h"] {
        let refused = scene.say(service, "set password x");
        assert!(
            matches!(&refused, Err(Error::Denied(why)) if why.contains("`allow-services = true`")),
            "{service}: {refused:?}"
        );
    }
    scene.say("nickserver", "hi").expect("somebody else");
    assert_eq!(scene.told(), ["> PRIVMSG nickserver :hi"]);
    let mut scene = Scene::configured(&[("allow-services", "true")]);
    scene.server(WELCOME);
    scene.say("NickServ", "hi").expect("allowed");
    assert_eq!(scene.told(), ["> PRIVMSG NickServ :hi"]);
}

#[test]
fn texts_stand_for_people_and_back() {
    let scene = Scene::in_tea("");
    for text in ["al", "nemo", "#tea/al", "#cake/nemo"] {
        let who = scene.0.build_identifier(text).expect("somebody");
        assert_eq!(scene.0.format_identifier(&who).as_deref(), Ok(text));
        assert_eq!(scene.0.build_identifier(text).as_ref(), Ok(&who));
    }
    let who = scene.0.build_identifier("cy!u@h").expect("somebody");
    assert_eq!((who.access_id.as_str(), scene.0.format_identifier(&who).as_deref()), ("cy!u@h", Ok("cy")));
    assert_eq!(
        scene.0.build_identifier("#TEA/AL").map(|who| (who.person, who.room)),
        Ok(("al".into(), Some("#tea".into())))
    );
    let odd = Identifier { person: "x/al".into(), room: Some("#tea".into()), ..somebody("al") };
    assert!(matches!(scene.0.format_identifier(&odd), Err(Error::Malformed(_))));
    assert_eq!(scene.0.query_room("#TEA"), Ok("#tea".into()));
}

proptest! {
    #[test]
    fn nothing_that_a_bot_says_becomes_a_second_line(text in "\\PC*|[\r\n\0 :QUIT#,a]*", name in "\\PC*|[\r\n\0 :#,a]*") {
        let mut scene = Scene::in_tea("");
        let room = format!("#{name}");
        let _ = scene.say("#tea", &text);
        let _ = scene.say(&name, &text);
        let _ = scene.0.join(&room, Some(&text));
        let _ = scene.0.leave(&room, Some(&text));
        let _ = scene.0.leave("#tea", Some(&text));
        let _ = scene.0.set_topic("#tea", &text);
        let _ = scene.0.invite("#tea", &[somebody(&name)]);
        let _ = scene.0.change_presence(&Status::Other(text.clone()), Some(&text));
        for line in scene.told() {
            prop_assert!(!line.contains(['\r', '\n', '\0']), "{:?}", line);
            let command = line.split(' ').nth(1).unwrap_or_default();
            prop_assert!(["PRIVMSG", "JOIN", "PART", "TOPIC", "INVITE", "AWAY"].contains(&command), "{:?}", line);
        }
        if let Ok(who) = scene.0.build_identifier(&name) {
            let text = scene.0.format_identifier(&who);
            prop_assert_eq!(text.and_then(|text| scene.0.build_identifier(&text)), Ok(who));
        }
    }
}
