use parlor_sdk::chat::Error;

use super::*;

fn nicks(scene: &Scene, room: &str) -> Vec<String> {
    let mut nicks: Vec<_> = scene.0.occupants(room).expect("in").into_iter().map(|who| who.person).collect();
    nicks.sort();
    nicks
}

#[test]
fn each_is_told_once_and_who_was_there_is_not_told() {
    let mut scene = Scene::ready("multi-prefix");
    scene.told();
    let told = scene.server(
        ":parlor!~parlor@bot.x JOIN :#Tea\n:irc.x 332 parlor #tea :\x02green\x02\n:irc.x 353 parlor = #tea :parlor @+al bo\n\
         :irc.x 366 parlor #tea :End\n:parlor!~parlor@bot.x JOIN :#tea",
    );
    assert_eq!(told, ["parlor in #tea", "#tea about Some(\"green\")"]);
    assert_eq!(nicks(&scene, "#TEA"), ["al", "bo", "parlor"]);
    assert_eq!(scene.server(":cy!c@h JOIN #tea\n:cy!c@h JOIN #tea\n:al!a@h JOIN #tea"), ["cy in #tea"]);
    assert_eq!(scene.server(":CY!c@h PART #tea :bye\n:cy!c@h PART #tea"), ["cy out of #tea"]);
    assert_eq!(
        scene.server(":al!a@h KICK #tea bo :out\n:al!a@h QUIT :bye"),
        ["bo out of #tea", "al out of #tea"]
    );
    assert_eq!(scene.server(":x!x@h JOIN #elsewhere\n:x!x@h QUIT"), [""; 0]);
    assert_eq!(nicks(&scene, "#tea"), ["parlor"]);
}

#[test]
fn occupants_have_statuses() {
    let mut scene = Scene::in_tea("");
    let status = |scene: &mut Scene, nick: &str| {
        let message = scene.messages(&format!(":{nick}!x@y PRIVMSG #tea :hi")).pop().expect("heard");
        message.extras.first().map(|(key, value)| format!("{key} {value}")).unwrap_or_default()
    };
    assert_eq!((status(&mut scene, "bo"), status(&mut scene, "al")), ("status \"@\"".into(), String::new()));
    scene.server(":bo!b@h MODE #tea +kb-o+vl key *!*@x bo al 5\n:bo!b@h MODE parlor +i\n:bo MODE #tea +o");
    assert_eq!((status(&mut scene, "bo"), status(&mut scene, "al")), (String::new(), "status \"+\"".into()));
}

#[test]
fn the_bot_can_be_thrown_out() {
    let mut scene = Scene::in_tea("");
    let told = scene.server(":bo!b@h KICK #tea parlor :be\x07have");
    assert!(told[0].starts_with("refused: bo has thrown the bot out of #tea (behave)"), "{told:?}");
    assert!(told[0].contains("configured `rooms`"), "{told:?}");
    assert_eq!(told[1..], ["parlor out of #tea"]);
    assert!(!scene.0.joined("#tea") && scene.0.exists("#TEA"));
    assert_eq!(scene.0.topic("#tea"), Err(Error::RoomNotJoined("#tea".into())));
    assert!(scene.server(":al!a@h PRIVMSG #tea :hi\n:al!a@h QUIT").is_empty());
}

#[test]
fn the_server_knows_where_the_bot_is() {
    let mut scene = Scene::in_tea("");
    scene.0.leave("#tea", None).expect("asked");
    let told = scene.server(":irc.x 442 parlor #Tea :You're not on that channel");
    assert_eq!((told[0].as_str(), told[1].as_str()), ("> PART #tea :", "parlor out of #tea"));
    assert!(told[2].starts_with("refused: the bot is not in #Tea"), "{told:?}");
}

#[test]
fn a_new_nick_is_told_in_every_room() {
    let mut scene = Scene::in_tea("");
    scene.server(":parlor!~parlor@bot.x JOIN #cake\n:al!a@h JOIN #cake");
    let mut told = scene.server(":al!a@h NICK :Alice");
    told.sort();
    assert_eq!(told, ["al is Alice in #cake", "al is Alice in #tea"]);
    let told = scene.server(":parlor!~parlor@bot.x NICK robot\n:robot!~parlor@bot.x PART #cake");
    assert_eq!(told[0], "connected as robot");
    assert_eq!((told.len(), told[3].as_str()), (4, "robot out of #cake"));
    assert_eq!(scene.0.identifier().map(|me| me.person).as_deref(), Some("robot"));
    assert_eq!(nicks(&scene, "#tea"), ["Alice", "bo", "robot"]);
    assert_eq!(
        scene.server(":bo!b@h NICK alice"),
        ["Alice out of #tea", "bo is alice in #tea"],
        "no two have one nick"
    );
    assert_eq!(scene.server(":alice!b@h NICK :a b"), ["alice out of #tea"], "no such nick");
}

#[test]
fn a_netsplit_is_told_once_for_each() {
    let mut scene = Scene::in_tea("batch");
    let told = scene.server(
        ":irc.x BATCH +1 netsplit a.x b.x\n@batch=1 :al!a@h QUIT :a.x b.x\n@batch=1 :bo!b@h QUIT :a.x b.x\n:irc.x BATCH -1",
    );
    assert_eq!(told, ["al out of #tea", "bo out of #tea"]);
    let told = scene.server(
        ":irc.x BATCH +2 netjoin a.x b.x\n@batch=2 :al!a@h JOIN #Tea\n@batch=2 :bo!b@h JOIN #Tea\n:irc.x BATCH -2",
    );
    assert_eq!(told, ["al in #tea", "bo in #tea"]);
    assert!(scene.0.batches.is_empty());
    (0..1000).for_each(|name| drop(scene.server(&format!(":irc.x BATCH +{name} netsplit a b"))));
    assert_eq!(scene.0.batches.len(), super::super::MOST_BATCHES);
}

#[test]
fn many_come_and_go_in_no_time() {
    let mut scene = Scene::in_tea("");
    let joins: String = (0..10_000).map(|nick| format!(":n{nick}!u@h JOIN #tea\n")).collect();
    let quits: String = (0..10_000).map(|nick| format!(":n{nick}!u@h QUIT :a.x b.x\n")).collect();
    let begin = std::time::Instant::now();
    for _ in 0..3 {
        assert_eq!(scene.server(&joins).len(), 10_000);
        assert_eq!(scene.server(&quits).len(), 10_000);
    }
    assert!(begin.elapsed() < Duration::from_secs(10), "{:?}", begin.elapsed());
    assert_eq!(nicks(&scene, "#tea"), ["al", "bo", "parlor"]);
}

#[test]
fn a_room_is_bounded() {
    let mut scene = Scene::in_tea("");
    let names: String = (0..30_000).map(|nick| format!(":irc.x 353 parlor = #tea :n{nick}\n")).collect();
    scene.server(&names);
    assert_eq!(nicks(&scene, "#tea").len(), 20_000);
    assert!(scene.server(":late!u@h JOIN #tea\n:late!u@h PART #tea").is_empty());
}

#[test]
fn topics_change() {
    let mut scene = Scene::in_tea("");
    assert_eq!(
        scene.server(":bo!b@h TOPIC #tea :black\n:irc.x 332 parlor #tea :black"),
        ["#tea about Some(\"black\")"]
    );
    assert_eq!(scene.0.topic("#tea"), Ok(Some("black".into())));
    assert_eq!(scene.server(":bo!b@h TOPIC #tea :\n:irc.x 331 parlor #tea :No topic"), ["#tea about None"]);
    assert_eq!(scene.0.topic("#tea"), Ok(None));
    assert!(scene.server(":bo!b@h TOPIC #cake :x").is_empty());
}

#[test]
fn invitations_are_the_bots_own() {
    let mut scene = Scene::in_tea("invite-notify");
    assert_eq!(
        scene.server(":al!a@h INVITE parlor :#cake\n:al!a@h INVITE bo #tea"),
        ["invited to #cake by al"]
    );
    assert!(scene.0.exists("#cake") && !scene.0.joined("#cake"));
    assert!(scene.server(":al!a@h INVITE parlor cake\n:irc.x INVITE parlor #x").is_empty());
}

#[test]
fn away_is_told() {
    let mut scene = Scene::in_tea("away-notify");
    assert_eq!(scene.server(":al!a@h AWAY :at lunch\n:al!a@h AWAY"), ["al Some(\"at lunch\")", "al None"]);
}

#[test]
fn accounts_are_followed() {
    let mut scene = Scene::in_tea("account-notify extended-join");
    let hi = |nick: &str| format!(":{nick}!U@H PRIVMSG #tea :hi");
    scene.server(":cy!U@H JOIN #tea Cyan :Cy Real\n:dy!U@H JOIN #tea * :Dy");
    assert_eq!(scene.access(&hi("cy")), "account:Cyan");
    assert_eq!(scene.access(&hi("dy")), "dy!u@h");
    scene.server(":dy!U@H ACCOUNT Dyan\n:cy!U@H ACCOUNT *\n:al!U@H ACCOUNT a!b@c");
    assert_eq!(scene.access(&hi("dy")), "account:Dyan");
    assert_eq!(scene.access(&hi("cy")), "cy!u@h");
    assert_eq!(scene.access(&hi("al")), "al!u@h");
    scene.server(":dy!U@H NICK dz");
    assert_eq!(scene.access(&hi("dz")), "account:Dyan");
    scene.server(":dz!U@H QUIT\n:dz!U@H JOIN #tea * :another");
    assert_eq!(scene.access(&hi("dz")), "dz!u@h", "whoever takes the nick has not the account");
}

#[test]
fn who_was_there_is_asked_for_once() {
    let mut scene = Scene::ready("account-notify");
    scene.server(":irc.x 005 parlor WHOX :are supported\n:parlor!~p@h JOIN #tea");
    let told = scene.server(
        ":irc.x 353 parlor = #tea :parlor al\n:irc.x 366 parlor #tea :End\n:irc.x 366 parlor #tea :End",
    );
    assert_eq!(told, ["> WHO #tea %tuhna,42"]);
    scene.server(":irc.x 354 parlor 42 ~a host.x al Alice\n:irc.x 354 parlor 7 ~a host.x al Mallory");
    let al = scene.0.build_identifier("al").expect("somebody");
    assert_eq!((al.access_id.as_str(), al.client.as_deref()), ("account:Alice", Some("~a@host.x")));
}

#[test]
fn hosts_are_followed() {
    let mut scene = Scene::in_tea("chghost userhost-in-names");
    scene.server(":irc.x 353 parlor = #tea :@+cy!C@Host.X");
    assert_eq!(scene.0.build_identifier("cy").map(|it| it.access_id), Ok("cy!c@host.x".into()));
    scene.server(":cy!C@Host.X CHGHOST u cloak.x\n:parlor!~parlor@bot.x CHGHOST bot very.long.cloak.x");
    assert_eq!(scene.0.build_identifier("cy").map(|it| it.access_id), Ok("cy!u@cloak.x".into()));
    assert_eq!(scene.0.identifier().and_then(|me| me.client).as_deref(), Some("bot@very.long.cloak.x"));
    scene.server(":irc.x 396 parlor another.x :is now your visible host");
    assert_eq!(scene.0.identifier().and_then(|me| me.client).as_deref(), Some("bot@another.x"));
    scene.server(":irc.x 302 parlor :parlor*=-~b@h.x ");
    assert_eq!(scene.0.identifier().and_then(|me| me.client).as_deref(), Some("~b@h.x"));
}
