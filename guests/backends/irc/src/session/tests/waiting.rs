use parlor_sdk::chat::Error;

use super::*;

/// One that is in #tea with al and bo, where nothing can be sent for now.
fn full() -> Scene {
    let mut scene = Scene::configured(&[("send-burst", "1")]);
    scene.server(WELCOME);
    scene.server(":parlor!~parlor@bot.x JOIN #tea\n:irc.x 353 parlor = #tea :parlor al bo\n:irc.x 366 parlor #tea :End");
    scene.say("#tea", "first").expect("queued");
    assert_eq!(scene.told(), ["> PRIVMSG #tea :first"]);
    scene
}

/// What is sent after a long while.
fn later(scene: &mut Scene) -> Vec<String> {
    let mut sent = Vec::new();
    for second in 1..100 {
        sent.extend(scene.at(f64::from(second) * 2.0).server(":irc.x PONG irc.x :parlor"));
    }
    sent
}

#[test]
fn who_takes_a_free_nick_hears_nothing_meant_for_another() {
    for gone in [":al!a@h QUIT :bye", ":irc.x 401 parlor al :No such nick", ":bo!b@h NICK al"] {
        let mut scene = full();
        scene.say("al", "secret").expect("queued");
        scene.answer(":al!a@h PRIVMSG parlor :!help", "secret").expect("queued");
        scene.0.invite("#tea", &[somebody("al")]).expect("queued");
        scene.server(gone);
        scene.server(":al!evil@h JOIN #tea");
        assert_eq!(later(&mut scene), [""; 0], "{gone}");
    }
}

#[test]
fn who_changes_their_nick_gets_what_waits_for_them() {
    let mut scene = full();
    scene.say("al", "one: two").expect("queued");
    scene.0.invite("#tea", &[somebody("AL")]).expect("queued");
    let limit = scene.0.message_limit(&recipient("al")) as usize;
    scene.say("al", &"x".repeat(limit)).expect("queued");
    scene.server(":al!a@h NICK a-much-longer-name\n:someone!s@h NICK al");
    assert_eq!(
        later(&mut scene),
        ["> PRIVMSG a-much-longer-name :one: two", "> INVITE a-much-longer-name #tea"],
        "what does not fit any more is not sent cut"
    );
}

#[test]
fn nothing_waits_for_a_room_that_the_bot_is_out_of() {
    for out in [":bo!b@h KICK #tea parlor :out", ":parlor!~parlor@bot.x PART #tea"] {
        let mut scene = full();
        scene.say("#tea", "more").expect("queued");
        scene.answer(":al!a@h PRIVMSG #tea :!help", "much").expect("queued");
        scene.server(out);
        scene.0.join("#tea", None).expect("queued");
        scene.say("bo", "hi").expect("queued");
        assert_eq!(later(&mut scene), ["> JOIN #tea", "> PRIVMSG bo :hi"], "{out}");
    }
}

#[test]
fn a_join_outlives_the_parting_before_it() {
    let mut scene = full();
    scene.0.leave("#tea", None).expect("queued");
    scene.0.join("#tea", None).expect("queued");
    scene.server(":parlor!~parlor@bot.x PART #tea");
    assert_eq!(later(&mut scene), ["> JOIN #tea"]);
}

#[test]
fn little_waits_for_strangers() {
    let mut scene = full();
    let said = (0..100).take_while(|_| scene.say("cy", "hi").is_ok()).count();
    assert_eq!((said, scene.say("CY", "hi")), (10, Err(Error::Full)));
    assert_eq!(scene.answer(":cy!c@h PRIVMSG parlor :!help", "hi"), Err(Error::Full), "in all lanes");
    let said = (0..30).take_while(|_| scene.say("al", "hi").is_ok()).count();
    assert_eq!(said, 30);
    scene.server(":al!a@h PART #tea");
    let sent = later(&mut scene);
    assert_eq!(sent.iter().filter(|line| line.contains("PRIVMSG al ")).count(), 10, "a stranger now");
}
