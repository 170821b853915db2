//! The program on IRC: what people say, do and see there, on real servers.

use nix::sys::signal::Signal;
use parlor_tests::{
    irc::{
        client::{Client, Heard, Said},
        configuration::{Network, ROOM, run},
        crowd::Crowd,
        inspircd::{Inspircd, Options},
        ngircd::Ngircd,
    },
    program::Session,
};

/// Whoever is called `ann` may do what admins may. Servers that ask nobody who they are put a `~` before it.
const ANN_IS_ADMIN: &str = "[chat]\nadmins = [\"irc/ann!~ann@*\"]\n";

/// Tests are faster than people.
const NO_FLOOD: &str = "flood = { commands = 0, per = \"1 s\" }\n";

/// Ann and the bot, in a room that she opened.
struct Scene {
    ann: Client,
    session: Session,
    server: Ngircd,
}

impl Scene {
    async fn begins() -> Self {
        Self::with("").await
    }

    /// With more lines of `[chat]`.
    async fn with(chat: &str) -> Self {
        let server = Ngircd::start().await;
        let mut ann = Client::connect(&server.address(), "ann").await;
        ann.joins(ROOM).await;
        let session = run(&[Network::at("irc", &server.address())], &format!("{ANN_IS_ADMIN}{chat}"));
        ann.sees_join("parlor", ROOM).await;
        Self { ann, session, server }
    }

    /// Ann asks the bot in private, and hears its answer.
    async fn asks(&mut self, text: &str) -> String {
        self.ann.asks("parlor", text, "parlor").await
    }
}

#[tokio::test]
async fn a_direct_message_is_answered_to_its_sender() {
    let mut scene = Scene::begins().await;
    scene.ann.says("parlor", "echo hi");
    let Said { to, text, .. } = scene.ann.next_from("parlor").await;
    assert_eq!((&*to, &*text), ("ann", "hi"));
}

#[tokio::test]
async fn a_command_in_a_room_is_answered_in_the_room() {
    let mut scene = Scene::begins().await;
    scene.ann.says(ROOM, "!echo hi");
    let Said { to, text, .. } = scene.ann.next_from("parlor").await;
    assert_eq!((&*to, &*text), (ROOM, "hi"));
}

#[tokio::test]
async fn b18_a_command_in_a_room_needs_the_prefix() {
    let mut scene = Scene::begins().await;
    scene.ann.says(ROOM, "echo hi");
    assert_eq!(scene.ann.asks(ROOM, "!echo ho", "parlor").await, "ho");
}

#[tokio::test]
async fn b21_text_in_any_script_comes_back_as_it_was() {
    let mut scene = Scene::begins().await;
    let text = "grüß dich, 你好, привет, 🍵👩‍👩‍👧";
    assert_eq!(scene.asks(&format!("echo {text}")).await, text);
}

#[tokio::test]
async fn text_of_clients_that_know_no_unicode_is_read_too() {
    let mut scene = Scene::begins().await;
    scene.ann.sends(b"PRIVMSG parlor :echo gr\xfc\xdf dich");
    assert_eq!(scene.ann.next_from("parlor").await.text, "grüß dich");
}

#[tokio::test]
async fn a_room_is_the_same_in_small_and_large_letters() {
    let mut scene = Scene::begins().await;
    scene.ann.says("#PARLOR", "!echo hi");
    let Said { to, text, .. } = scene.ann.next_from("parlor").await;
    assert_eq!((&*to.to_lowercase(), &*text), (ROOM, "hi"));
    assert_eq!(scene.asks("room occupants #Parlor").await.split(' ').next(), Some("2"));
}

#[tokio::test]
async fn b30_long_text_arrives_whole_and_in_lines_that_fit() {
    let mut scene = Scene::begins().await;
    let mut whole = String::new();
    for number in 0.. {
        if whole.len() >= 3000 {
            break;
        }
        whole += &format!("{number}→🍵");
    }
    for to in ["parlor", ROOM] {
        scene.ann.says(to, "!recite 3000");
        let mut heard = String::new();
        while heard.len() < whole.len() {
            let Said { text, bytes, .. } = scene.ann.next_from("parlor").await;
            assert!(bytes <= 512, "{bytes} bytes: {text}");
            heard += &text;
        }
        assert_eq!(heard, whole);
    }
}

#[tokio::test]
async fn b33_markdown_is_shown_as_irc_shows_it() {
    let mut scene = Scene::begins().await;
    let answer = scene.asks("help echo").await;
    assert_eq!(answer, "\x11!echo TEXT\x11: says TEXT again");
    scene.ann.says("parlor", "help");
    assert!(scene.ann.next_from("parlor").await.text.starts_with("\x02echo\x02: \x11!echo\x11"));
}

#[tokio::test]
async fn what_a_bot_says_is_never_a_command_to_the_server() {
    let mut scene = Scene::begins().await;
    scene.ann.says("parlor", "smuggle");
    scene.ann.says("parlor", "echo marker");
    let mut heard = Vec::new();
    loop {
        let Said { to, text, .. } = scene.ann.next_from("parlor").await;
        assert_eq!(to, "ann");
        if text == "marker" {
            break;
        }
        heard.push(text);
    }
    let heard = heard.join("|");
    for word in ["one", "two", "three", "four", "five", "six", "seven"] {
        assert!(heard.contains(word), "{heard}");
    }
}

#[tokio::test]
async fn b34_answers_come_in_the_order_of_the_commands() {
    let mut scene = Scene::with(NO_FLOOD).await;
    for number in 0..200 {
        scene.ann.says(ROOM, &format!("!echo {number}"));
    }
    for number in 0..200 {
        assert_eq!(scene.ann.next_from("parlor").await.text, number.to_string());
    }
}

#[tokio::test]
async fn b11_a_topic_is_set_and_read() {
    let mut scene = Scene::begins().await;
    scene.ann.makes_operator("parlor", ROOM).await;
    scene.ann.says("parlor", "room topic #parlor what is brewing");
    scene.ann.sees_topic(ROOM, "what is brewing").await;
    scene.ann.next_from("parlor").await;
    assert_eq!(scene.asks("room topic #parlor").await, "what is brewing");
    scene.ann.sets_topic(ROOM, "green tea, 緑茶").await;
    scene.session.logs("topic #parlor green tea, 緑茶", 1).await;
    assert_eq!(scene.asks("room topic #parlor").await, "green tea, 緑茶");
}

#[tokio::test]
async fn what_the_bot_may_not_do_in_a_room_is_told_of() {
    let mut scene = Scene::begins().await;
    scene.ann.sets_mode(ROOM, "+t").await;
    scene.ann.says("parlor", "room topic #parlor mine now");
    let lines = scene.session.logs("no operator in #parlor", 1).await;
    assert!(lines[0].contains("ask"), "{lines:?}");
}

#[tokio::test]
async fn the_bot_asks_people_into_a_room() {
    let mut scene = Scene::begins().await;
    let mut ben = Client::connect(&scene.server.address(), "ben").await;
    scene.ann.says("parlor", "room invite #parlor ben");
    let invited = |heard: &Heard| {
        heard.nick() == "parlor" && heard.line.contains(" INVITE ben ") && heard.line.ends_with(ROOM)
    };
    ben.expects("an invitation", invited).await;
}

#[tokio::test]
async fn bots_hear_that_they_are_asked_into_a_room() {
    let mut scene = Scene::begins().await;
    scene.ann.joins("#kitchen").await;
    scene.ann.invites("parlor", "#kitchen").await;
    scene.session.logs("invited #kitchen ann", 1).await;
}

#[tokio::test]
async fn the_bot_comes_and_goes_as_its_admin_says() {
    let mut scene = Scene::begins().await;
    scene.ann.joins("#kitchen").await;
    scene.ann.says("parlor", "room join #kitchen");
    scene.ann.sees_join("parlor", "#kitchen").await;
    assert_eq!(scene.ann.next_from("parlor").await.text, "Joining #kitchen.");
    assert_eq!(scene.ann.asks("#kitchen", "!echo tea", "parlor").await, "tea");
    scene.ann.says("parlor", "room leave #kitchen");
    scene.session.logs("left #kitchen parlor", 1).await;
    assert_eq!(scene.ann.names("#kitchen").await, ["ann"]);
}

#[tokio::test]
async fn the_bot_knows_who_is_in_a_room() {
    let mut scene = Scene::begins().await;
    let mut ben = Client::connect(&scene.server.address(), "ben").await;
    ben.joins(ROOM).await;
    scene.session.logs("joined #parlor ben", 1).await;
    assert_eq!(scene.asks("room occupants #parlor").await, "3 in #parlor: ann ben parlor");
    ben.becomes("bob").await;
    scene.session.logs("renamed #parlor ben bob", 1).await;
    assert_eq!(scene.asks("room occupants #parlor").await, "3 in #parlor: ann bob parlor");
    ben.quits().await;
    scene.session.logs("left #parlor bob", 1).await;
    assert_eq!(scene.asks("room occupants #parlor").await, "2 in #parlor: ann parlor");
}

#[tokio::test]
async fn who_is_no_admin_does_not_move_the_bot() {
    let mut scene = Scene::begins().await;
    let mut ben = Client::connect(&scene.server.address(), "ben").await;
    let refusal = ben.asks("parlor", "room leave #parlor", "parlor").await;
    assert!(refusal.contains("is for admins"), "{refusal}");
    assert_eq!(scene.ann.names(ROOM).await.len(), 2);
}

#[tokio::test]
async fn b15_a_kicked_bot_comes_back_to_its_room() {
    let mut scene = Scene::begins().await;
    scene.ann.kicks("parlor", ROOM).await;
    scene.ann.sees_join("parlor", ROOM).await;
    assert_eq!(scene.ann.asks(ROOM, "!echo back", "parlor").await, "back");
}

#[tokio::test]
async fn the_bot_takes_another_nick_while_its_own_is_taken() {
    let server = Ngircd::start().await;
    let mut other = Client::connect(&server.address(), "parlor").await;
    let mut ann = Client::connect(&server.address(), "ann").await;
    ann.joins(ROOM).await;
    other.joins(ROOM).await;
    let _session = run(&[Network::at("irc", &server.address())], "");
    ann.sees_join("parlor_", ROOM).await;
    assert_eq!(ann.asks("parlor_", "echo me", "parlor_").await, "me");
    other.quits().await;
    ann.sees_renamed("parlor_", "parlor").await;
    assert_eq!(ann.asks("parlor", "echo me again", "parlor").await, "me again");
}

#[tokio::test]
async fn a_nick_with_odd_characters_is_a_nick() {
    let mut scene = Scene::begins().await;
    let nick = "o[d]d`^{|}_-\\";
    let mut odd = Client::connect(&scene.server.address(), nick).await;
    odd.joins(ROOM).await;
    assert_eq!(odd.asks("parlor", "echo hi", "parlor").await, "hi");
    assert_eq!(odd.asks(ROOM, "!echo ho", "parlor").await, "ho");
    odd.says(ROOM, "just talking");
    scene.session.logs(&format!("message #parlor {nick}: just talking"), 1).await;
    scene.ann.hears("parlor", ROOM, "ho").await;
    let occupants = scene.asks("room occupants #parlor").await;
    assert!(occupants.contains(nick), "{occupants}");
}

#[tokio::test]
async fn markup_and_questions_of_clients_are_no_commands() {
    let mut scene = Scene::begins().await;
    let version = scene.asks("\u{1}VERSION\u{1}").await;
    assert!(version.starts_with("\u{1}VERSION Parlor "), "{version}");
    // Bold and coloured, as some clients send it.
    assert_eq!(scene.ann.asks(ROOM, "\u{2}!echo\u{2} \u{3}04,05red", "parlor").await, "red");
}

#[tokio::test]
async fn a_bot_never_answers_a_notice() {
    let mut scene = Scene::begins().await;
    scene.ann.sends("NOTICE parlor :echo loop");
    scene.ann.sends("NOTICE #parlor :!echo loop");
    assert_eq!(scene.asks("echo marker").await, "marker");
}

#[tokio::test]
async fn b23_a_bot_never_answers_what_the_server_sends_back_of_its_own() {
    let server = Inspircd::start(Options::default()).await;
    let mut ann = Client::connect(&server.address(), "ann").await;
    ann.joins(ROOM).await;
    let _session = run(&[Network::at("irc", &server.address())], "");
    ann.sees_join("parlor", ROOM).await;
    assert_eq!(ann.asks(ROOM, "!echo !echo loop", "parlor").await, "!echo loop");
    assert_eq!(ann.asks(ROOM, "!echo marker", "parlor").await, "marker");
}

#[tokio::test]
async fn two_networks_are_one_bots_at_the_same_time() {
    let (small, large) = tokio::join!(Ngircd::start(), Inspircd::start(Options::default()));
    let (there, here) = (small.address(), large.address());
    let (mut ann, mut ben) = tokio::join!(Client::connect(&there, "ann"), Client::connect(&here, "ben"));
    tokio::join!(ann.joins(ROOM), ben.joins(ROOM));
    let session = run(&[Network::at("small", &there), Network::at("large", &here)], "");
    tokio::join!(ann.sees_join("parlor", ROOM), ben.sees_join("parlor", ROOM));
    let answers =
        tokio::join!(ann.asks(ROOM, "!echo one", "parlor"), ben.asks("parlor", "echo two", "parlor"));
    assert_eq!(answers, ("one".to_owned(), "two".to_owned()));
    let whoami = ben.asks("parlor", "whoami", "parlor").await;
    assert!(whoami.contains("large/"), "{whoami}");
    assert_eq!(session.log().matches("connected network=").count(), 2, "{}", session.log());
}

#[tokio::test]
async fn a_thousand_people_come_and_the_bot_still_answers() {
    let mut scene = Scene::with(NO_FLOOD).await;
    let entering = tokio::spawn({
        let address = scene.server.address();
        async move { Crowd::enters(&address, ROOM, 1000).await }
    });
    let mut asked = 0;
    while !entering.is_finished() {
        asked += 1;
        assert_eq!(scene.ann.asks(ROOM, &format!("!echo {asked}"), "parlor").await, asked.to_string());
    }
    let crowd = entering.await.unwrap();
    let occupants = scene.asks("room occupants #parlor").await;
    assert!(occupants.starts_with("1002 in #parlor"), "{occupants}");
    drop(crowd);
    scene.ann.says("parlor", "echo all gone");
    scene.ann.hears("parlor", "ann", "all gone").await;
}

#[tokio::test]
async fn b46_a_flood_from_one_person_is_bounded_while_others_are_answered() {
    let mut scene = Scene::begins().await;
    let mut ben = Client::connect(&scene.server.address(), "ben").await;
    for number in 0..500 {
        ben.says("parlor", &format!("echo {number}"));
    }
    let mut heard = ben.all_until_now().await;
    assert_eq!(scene.asks("echo and me?").await, "and me?");
    heard.extend(ben.all_until_now().await);
    let answers = heard.iter().filter(|heard| heard.said("parlor").is_some()).count();
    assert!((1..=30).contains(&answers), "{answers} answers");
}

#[tokio::test]
async fn the_bot_says_goodbye_when_the_program_ends() {
    let mut scene = Scene::begins().await;
    scene.session.signal(Signal::SIGTERM);
    let words = scene.ann.sees_quit("parlor").await;
    assert!(!words.to_lowercase().contains("closed"), "{words}");
    let ended = scene.session.ended().await;
    assert_eq!(ended.code, Some(0), "{}", ended.log);
}
