use proptest::prelude::*;

use super::*;

#[test]
fn messages_arrive() {
    let mut scene = Scene::in_tea("");
    let told = scene.server(
        ":al!a@h PRIVMSG #TEA :\x02hi\x02 all\n:al!a@h PRIVMSG parlor :psst\n:al!a@h PRIVMSG #cake :lost\n\
         :irc.x PRIVMSG parlor :server\n:al!a@h PRIVMSG parlor :\x02\n:al!a@h PRIVMSG parlor\n:bad:nick!a@h PRIVMSG parlor :x",
    );
    assert_eq!(told, ["al to #tea: hi all", "al to parlor: psst"]);
    let message = scene.at(0.0).messages(":Al!A@H PRIVMSG parlor :x").pop().expect("heard");
    assert_eq!((message.timestamp, message.delayed, message.id), (1_700_000_000_000, false, None));
    assert_eq!(message.sender.access_id, "al!a@h");
    assert_eq!(message.sender.client.as_deref(), Some("A@H"));
}

#[test]
fn tags_say_when_who_and_what() {
    let mut scene = Scene::in_tea("account-tag message-tags server-time");
    let line = "@time=2024-02-29T12:00:00.250Z;msgid=x\\s1;account=Alice :al!a@h PRIVMSG #tea :hi";
    let message = scene.messages(line).pop().expect("heard");
    assert_eq!((message.timestamp, message.id.as_deref()), (1_709_208_000_250, Some("x 1")));
    assert_eq!(message.sender.access_id, "account:Alice");
    assert_eq!(scene.access(":al!a@h PRIVMSG #tea :hi"), "al!a@h", "no tag, no account");
    for odd in ["a!b@c", "a\\sb", "*", ""] {
        assert_eq!(scene.access(&format!("@account={odd} :al!a@h PRIVMSG parlor :hi")), "al!a@h");
    }
    let message = scene.at(0.0).messages("@time=9999-99-99;+account=x :al!a@h PRIVMSG parlor :hi").pop();
    assert_eq!(message.map(|message| message.timestamp), Some(1_700_000_000_000));
    let mut untagged = Scene::in_tea("");
    assert_eq!(untagged.access("@account=root :al!a@h PRIVMSG parlor :hi"), "al!a@h", "not agreed on");
}

#[test]
fn a_notice_is_never_a_command() {
    let mut scene = Scene::in_tea("");
    let message = scene.messages(":al!a@h NOTICE #tea :!echo hi").pop().expect("heard");
    assert!(message.delayed);
    assert_eq!(message.extras, [("notice".to_owned(), "true".to_owned())]);
    assert!(scene.server(":irc.x NOTICE * :*** Looking up\nNOTICE AUTH :x").is_empty());
}

#[test]
fn what_is_replayed_is_marked_and_changes_nothing() {
    let mut scene = Scene::in_tea("batch account-notify extended-join");
    scene.server(":al!a@h ACCOUNT Alice\n:irc.x BATCH +1 chathistory #tea\n@batch=1 :irc.x BATCH +2 x");
    let old = scene.messages("@batch=1 :al!a@h PRIVMSG #tea :!op me\n@batch=2 :al!a@h PRIVMSG #tea :again");
    assert_eq!(
        old.iter().map(|old| (old.delayed, old.sender.access_id.as_str())).collect::<Vec<_>>(),
        [(true, "al!a@h"); 2]
    );
    assert!(
        scene
            .server("@batch=1 :al!a@h PART #tea\n@batch=1 :al!a@h PRIVMSG parlor :\x01VERSION\x01")
            .is_empty()
    );
    scene.server(":irc.x BATCH -1");
    let new = scene.messages("@batch=1 :al!a@h PRIVMSG #tea :hi").pop().expect("heard");
    assert_eq!((new.delayed, new.sender.access_id.as_str()), (false, "account:Alice"));
}

#[test]
fn the_bots_own_words_come_back_with_their_id() {
    let mut scene = Scene::in_tea("echo-message message-tags");
    let told = scene.server(
        "@msgid=7 :parlor!~parlor@bot.x PRIVMSG #tea :hi\n:parlor!~parlor@bot.x PRIVMSG al :psst\n\
         :parlor!~parlor@bot.x NOTICE al :\x01VERSION x\x01",
    );
    assert_eq!(told, ["sent: 7", "parlor to #tea: hi", "parlor to al: psst"]);
}

#[test]
fn some_messages_are_for_some() {
    let mut scene = Scene::in_tea("");
    let message = scene.messages(":bo!b@h PRIVMSG @#tea :ops only").pop().expect("heard");
    assert_eq!(message.room(), Some("#tea"));
    let extras: Vec<_> = message.extras.iter().map(|(key, value)| format!("{key} {value}")).collect();
    assert_eq!(extras, ["status \"@\"", "audience \"@\""]);
    assert_eq!(scene.server(":op!o@h PRIVMSG $$* :all"), ["op to parlor: all"]);
}

#[test]
fn actions_are_marked_and_queries_answered() {
    let mut scene = Scene::in_tea("");
    let message = scene.messages(":al!a@h PRIVMSG #tea :\x01ACTION waves\x01").pop().expect("heard");
    assert_eq!(
        (message.body.as_str(), message.extras),
        ("waves", vec![("action".to_owned(), "true".to_owned())])
    );
    let ask = |query: &str| format!(":al!a@h PRIVMSG parlor :\x01{query}\x01");
    assert_eq!(scene.server(&ask("PING 12 3")), ["> NOTICE al :\u{1}PING 12 3\u{1}"]);
    assert!(has(&scene.server(&ask("VERSION")), "> NOTICE al :\u{1}VERSION Parlor"));
    for silent in [
        ask("DCC SEND x"),
        ":al!a@h NOTICE parlor :\x01VERSION x\x01".to_owned(),
        ":al!a@h PRIVMSG #tea :\x01VERSION\x01".to_owned(),
    ] {
        assert!(scene.server(&silent).is_empty(), "{silent:?}");
    }
    let flood: usize = (0..100).map(|_| scene.server(&ask("PING 1")).len()).sum();
    assert_eq!(flood, 1, "three at once, and two were used");
    assert_eq!(scene.at(5.0).server(&ask("PING 1")).len(), 1);
}

#[test]
fn long_lines_are_told_once() {
    let mut scene = Scene::in_tea("");
    let long = format!(":al!a@h PRIVMSG #tea :{}\n", "x".repeat(20_000));
    let told = scene.server(&(long.clone() + &long + ":al!a@h PRIVMSG #tea :hi\n"));
    assert_eq!((told.len(), told[0].as_str()), (2, "al to #tea: hi"));
    assert!(told[1].starts_with("warning: "));
    assert!(scene.server(&long).is_empty());
}

/// Lines as servers write them, with something odd in each place.
fn line() -> impl Strategy<Value = String> {
    let commands = "PRIVMSG|NOTICE|JOIN|PART|QUIT|NICK|KICK|MODE|TOPIC|INVITE|CAP|BATCH|AWAY|ACCOUNT|CHGHOST|FAIL|\
                    AUTHENTICATE|PING|00[1-5]|3[0-9][0-9]|4[0-9][0-9]|90[0-8]|376";
    let word = "parlor|al|bo|#tea|#Tea|#cake|@#tea|\\*|LS|ACK|NEW|\\+1|-1|chathistory|[+-][ovbklxq]{1,5}|42|=|sasl|\
                PREFIX=\\(ov\\)@\\+|CASEMAPPING=ascii|-CHANTYPES|\\PC{0,6}|\u{1}[A-Z]{0,8}\u{1}";
    let source = "(:(parlor|al|bo|cy|irc\\.x|\\PC{0,4})(![a-z]{0,2}@?[a-z]{0,2})? )?";
    let tags = "(@(time|account|batch|msgid)=[1a*:\\\\]{0,3} )?";
    (tags, source, commands, proptest::collection::vec(word, 0..6), "( :\\PC{0,20})?").prop_map(
        |(tags, source, command, words, last)| format!("{tags}{source}{command} {}{last}", words.join(" ")),
    )
}

proptest! {
    // Each case is a whole session.
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn nothing_that_a_server_says_makes_it_panic_or_say_two_lines(
        lines in proptest::collection::vec(line(), 0..60),
        bytes in proptest::collection::vec(any::<u8>(), 0..100),
    ) {
        let mut scene = Scene::in_tea("account-notify extended-join batch message-tags account-tag echo-message");
        scene.server(":irc.x 005 parlor WHOX :are supported");
        for line in lines {
            let _ = scene.0.join("#cake", Some("key"));
            for news in scene.server(&line) {
                if let Some(sent) = news.strip_prefix("> ") {
                    prop_assert!(!sent.contains(['\r', '\n', '\0']), "{:?}", sent);
                }
            }
            let _ = (scene.0.wake(), scene.0.occupants("#tea"), scene.0.message_limit(&recipient("#tea")));
        }
        scene.0.hear(&bytes);
        scene.0.closed(None);
        let over = scene.told().iter().filter(|told| told.starts_with("over") || told.starts_with("turned")).count();
        prop_assert!(over <= 1);
    }
}
