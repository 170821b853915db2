//! How people talk to bots. The tests are named after the behaviours of a good bot host, by their numbers; what has to do
//! with a real service is tested with the services.

use std::time::Duration;

use parlor::{
    chat::{
        Identifier,
        bindings::RoomEvent,
        network::{Plan, Room},
    },
    extension::Running,
    sandbox::Status,
};
use parlor_tests::{
    guests::test_guest,
    house::TestHouse,
    log::Log,
    scripted::{Stage, person},
};

/// A house with a bot in it that has commands of every kind, and what `[chat]` says.
async fn commander(chat: &str) -> (TestHouse, Running) {
    let house = TestHouse::chat(chat);
    let (bot, status) = house.bot("cmd", &test_guest("commander"), "").await;
    assert_eq!(status, Status::Running);
    (house, bot)
}

/// What is said in a room about `text`, or to the bot alone.
async fn in_room(house: &TestHouse, text: &str) -> String {
    house.stage.say("#lobby", "@ann", text);
    house.stage.body().await
}

/// Nothing was said before this.
async fn nothing_before_marker(house: &TestHouse) {
    assert_eq!(house.stage.ask("@marker", "!order marker").await, "order<marker>");
}

#[tokio::test]
async fn b02_b03_identifiers_are_read_and_written_and_what_names_nobody_is_refused_with_what_would() {
    let (house, _bot) = commander("").await;
    assert_eq!(house.stage.ask("@ann", "!build @ben").await, "@ben");
    assert_eq!(house.stage.ask("@ann", "!build ben").await, "error: a person is written @name");
}

#[tokio::test]
async fn b01_b05_occupants_are_equal_only_if_person_and_room_are() {
    let [ann, same, here, there] =
        [None, None, Some("#a"), Some("#b")].map(|room: Option<&str>| person("test", "@ann", room));
    assert_eq!(ann, same);
    assert!(ann != here && here != there);
    assert_ne!(person("test", "@ann", Some("#a")), person("test", "@ben", Some("#a")));
    assert_ne!(Identifier { network: "other".into(), ..ann.clone() }, ann);
}

#[tokio::test]
async fn b04_an_occupant_is_answered_in_private() {
    let (house, _bot) = commander("").await;
    house.stage.say("#lobby", "@ann", "!whisper psst");
    let heard = house.stage.heard().await;
    assert_eq!((&*heard.to, &*heard.body), ("@ann", "psst"));
}

#[tokio::test]
async fn b06_who_is_on_no_network_of_the_bots_is_no_addressee() {
    let (house, _bot) = commander("").await;
    assert_eq!(
        house.stage.ask("@ann", "!stranger").await,
        "error: this person is on the network \"elsewhere\", not on \"test\""
    );
}

#[tokio::test]
async fn b14_rooms_with_spaces_are_named_in_quotes() {
    let (house, _bot) = commander("admins = [\"test/@ann\"]").await;
    house.stage.tell("@ann", "!room join “my room” key");
    let asked = house.stage.heard().await;
    assert_eq!(asked.to, "my room");
    assert_eq!(asked.body, "Join { username: None, password: Some(\"key\") }");
    assert_eq!(house.stage.body().await, "Joining my room.");
    assert_eq!(house.stage.ask("@ann", "!room join \"my room").await, "error: a quote is not closed");
}

#[tokio::test]
async fn b15_configured_rooms_are_joined_on_every_connect_and_one_that_fails_stops_no_other() {
    let house = TestHouse::new();
    let room = |name: &str| Room { name: name.into(), username: None, password: None };
    let plan = Plan { rooms: vec![room("#a"), room("#banned"), room("#b")], ..Plan::default() };
    let stage = Stage::planned(&house.house.router, "other", plan);
    for _ in 0..2 {
        stage.connect();
        // The service says so again: that is no connect.
        stage.connect();
        assert_eq!([stage.heard().await.to, stage.heard().await.to], ["#a", "#b"]);
        stage.network.on_disconnected("gone".into(), false);
    }
    stage.connect();
    assert_eq!(stage.heard().await.to, "#a");
}

#[tokio::test(start_paused = true)]
async fn b15_a_bot_that_was_put_out_of_a_configured_room_comes_back_and_from_one_that_it_left_it_stays_away()
{
    let house = TestHouse::new();
    let plan =
        Plan { rooms: vec![Room { name: "#a".into(), username: None, password: None }], ..Plan::default() };
    let stage = Stage::planned(&house.house.router, "other", plan);
    stage.connect();
    assert!(stage.body().await.starts_with("Join"));
    let left = || RoomEvent::Left(person("other", "@parlor", Some("#a")));
    stage.network.on_room("#A".into(), left());
    assert!(stage.body().await.starts_with("Join"));
    stage.network.room("#a".into(), parlor::chat::backend::RoomRequest::Leave(None)).await.unwrap();
    assert_eq!(stage.body().await, "Leave(None)");
    stage.network.on_room("#a".into(), left());
    tokio::time::sleep(Duration::from_secs(3600)).await;
    stage.network.room("#marker".into(), parlor::chat::backend::RoomRequest::Create).await.unwrap();
    assert_eq!(stage.body().await, "Create");
}

#[tokio::test]
async fn b16_arguments_are_untouched() {
    let (house, _bot) = commander("").await;
    assert_eq!(house.stage.ask("@ann", "!order  a  b\n\tc ").await, "order<a  b\n\tc >");
}

#[tokio::test]
async fn b17_of_commands_with_several_words_the_longest_wins() {
    let (house, _bot) = commander("").await;
    assert_eq!(house.stage.ask("@ann", "!order tea now please").await, "order tea now<please>");
    assert_eq!(house.stage.ask("@ann", "!order  tea  later").await, "order tea<later>");
    assert_eq!(house.stage.ask("@ann", "!order coffee").await, "order<coffee>");
}

#[tokio::test]
async fn b18_the_prefix_is_optional_to_the_bot_alone_and_never_in_a_room() {
    let (house, _bot) = commander("").await;
    assert_eq!(house.stage.ask("@ann", "order x").await, "order<x>");
    house.stage.say("#lobby", "@ann", "order x");
    nothing_before_marker(&house).await;
    let (house, _bot) = commander("prefix-in-private = \"needed\"").await;
    house.stage.tell("@ann", "order x");
    nothing_before_marker(&house).await;
}

#[tokio::test]
async fn b19_b20_any_prefix_will_do_and_of_several_the_longest_counts() {
    let (house, _bot) = commander("prefix = \"o \"\nprefixes = [\"bot\", \"bot, please\", \"+\"]").await;
    assert_eq!(in_room(&house, "o order x").await, "order<x>");
    assert_eq!(in_room(&house, "BOT, please order x").await, "order<x>");
    assert_eq!(in_room(&house, "+ order x").await, "order<x>");
    assert_eq!(in_room(&house, "parlor: order x").await, "order<x>");
    let help = house.stage.ask("@ann", "o help order").await;
    assert_eq!(help, "`o order WHAT`: orders");
}

#[tokio::test]
async fn b21_unicode_survives() {
    let (house, _bot) = commander("").await;
    assert_eq!(house.stage.ask("@ann", "!grüße 日本 👩‍👩‍👧").await, "grüße<日本 👩‍👩‍👧>");
    assert_eq!(house.stage.ask("@ann", "!Grüße ÄÖ").await, "grüße<ÄÖ>");
}

#[tokio::test]
async fn b22_an_unknown_command_is_answered_with_the_nearest_or_not_at_all() {
    let (house, _bot) = commander("").await;
    assert_eq!(in_room(&house, "!ordre x").await, "There is no command `ordre`. Did you mean `!order`?");
    assert_eq!(
        in_room(&house, "!room jion #x").await,
        "There is no command `room`. `!help` lists those that there are."
    );
    // To an admin it is half a command.
    let (house, _bot) = commander("admins = [\"test/@ann\"]").await;
    assert_eq!(
        house.stage.ask("@ann", "!room jion #x").await,
        "There is no command `room`. Did you mean `!room join`?"
    );
    assert!(
        house
            .stage
            .ask("@ann", "!room")
            .await
            .starts_with("`!room` goes on: `!room create`, `!room destroy`")
    );
    let (house, _bot) = commander("unknown-commands = \"silent\"").await;
    house.stage.say("#lobby", "@ann", "!ordre x");
    nothing_before_marker(&house).await;
}

#[tokio::test]
async fn b23_history_and_the_bots_own_words_run_no_commands() {
    let (house, _bot) = commander("").await;
    house.stage.replay("#lobby", "@ann", "!order x");
    house.stage.say("#lobby", "@parlor", "!order x");
    nothing_before_marker(&house).await;
}

#[tokio::test]
async fn b24_of_two_commands_of_one_name_the_later_is_renamed_and_the_admins_are_told() {
    let (house, _bot) = commander("tell-admins = [{ network = \"test\", room = \"#ops\" }]").await;
    let (_second, status) = house.bot("twin", &test_guest("commander"), "").await;
    assert_eq!(status, Status::Running);
    // Once for the bot, however many of its commands there are already.
    let told = house.stage.heard().await;
    assert_eq!(told.to, "#ops");
    let words = &told.body;
    assert!(words.starts_with("on test, a command of the bot twin is called `twin-"), "{words}");
    assert!(words.ends_with(": another has its name, and 14 more likewise"), "{words}");
    assert_eq!(house.stage.ask("@ann", "!order x").await, "order<x>");
    assert_eq!(house.stage.ask("@ann", "!twin-order tea x").await, "order tea<x>");
}

#[tokio::test]
async fn b24_no_bot_takes_what_is_said_to_the_host() {
    let house = TestHouse::chat("admins = [\"test/@ann\"]");
    let (_bot, status) = house.bot("shadow", &test_guest("shadow"), "").await;
    assert_eq!(status, Status::Running);
    assert!(house.stage.ask("@ann", "!room list").await.contains("#lobby"));
    assert_eq!(
        house.stage.ask("@ann", "!help me").await,
        "There is no command and no bot `me`. `!help` lists those that there are."
    );
    assert_eq!(house.stage.ask("@ann", "!shadow-help me").await, "from the shadow");
}

#[tokio::test]
async fn b24_what_admins_are_to_hear_waits_until_they_can() {
    let house = TestHouse::chat("tell-admins = [{ network = \"test\", room = \"#ops\" }]");
    house.stage.network.on_disconnected("gone".into(), false);
    let (_first, _) = house.bot("cmd", &test_guest("commander"), "").await;
    let (_second, _) = house.bot("shadow", &test_guest("shadow"), "").await;
    house.stage.connect();
    let heard = house.stage.heard().await;
    assert_eq!(heard.to, "#ops");
    assert!(heard.body.contains("is called `shadow-help me`"), "{}", heard.body);
}

#[tokio::test]
async fn b25_a_bot_that_hears_talk_answers_every_match_and_plain_commands_win() {
    let (house, _bot) = commander("").await;
    house.stage.say("#lobby", "@ann", "what ?tea is ?cake");
    assert_eq!([house.stage.body().await, house.stage.body().await], ["what is tea?", "what is cake?"]);
    assert_eq!(in_room(&house, "!order ?tea").await, "order<?tea>");
    nothing_before_marker(&house).await;
}

#[tokio::test]
async fn b27_help_is_of_all_of_a_bot_and_of_a_command() {
    let (house, _bot) = commander("").await;
    let help = house.stage.ask("@ann", "!help").await;
    assert!(
        help.starts_with("**cmd**: `!build`, `!fail`, `!grüße`, `!muc`, `!order`, `!order tea`"),
        "{help}"
    );
    assert!(
        help.contains(
            "\n**parlor**: `!about`, `!apropos`, `!help`, `!history`, `!status`, `!uptime`, `!whoami`\n"
        ),
        "{help}"
    );
    // What one may not use, and what is hidden, is not shown.
    assert!(!help.contains("secret") && !help.contains("cellar"), "{help}");
    assert_eq!(house.stage.ask("@ann", "!help order").await, "`!order WHAT`: orders");
    let of_bot = house.stage.ask("@ann", "!help cmd").await;
    assert!(of_bot.starts_with("**cmd**: has commands of every kind\n- `!build NAME`"), "{of_bot}");
    assert_eq!(
        house.stage.ask("@ann", "!help nonsense").await,
        "There is no command and no bot `nonsense`. `!help` lists those that there are."
    );
    assert_eq!(house.stage.ask("@ann", "!apropos ORDERS").await, "`!order WHAT`: orders");
    assert_eq!(house.stage.ask("@ann", "!cellar").await, "you found it");
}

#[tokio::test]
async fn b27_the_host_tells_what_it_is_how_it_is_and_who_asks() {
    let (house, _bot) = commander("admins = [\"test/@ann\"]").await;
    assert!(house.stage.ask("@ann", "!about").await.starts_with("Parlor 0."));
    assert!(house.stage.ask("@ann", "!uptime").await.starts_with("Up for "));
    assert!(house.stage.ask("@ann", "!status").await.contains("Networks: test (connected)."));
    assert_eq!(
        house.stage.ask("@ann", "!whoami").await,
        "You are `ann` (`@ann`); rules know you as `test/@ann`; you are an admin."
    );
    house.stage.say("#lobby", "@ben", "!whoami");
    assert_eq!(
        house.stage.body().await,
        "You are `ben` (`@ben`) in `#lobby`; rules know you as `test/@ben`; you are no admin."
    );
    assert_eq!(house.stage.ask("@ben", "!history").await, "1. `!whoami`\n2. `!history`");
    assert_eq!(house.stage.ask("@ann", "!networks").await, "- test: connected as `@parlor`");
}

#[tokio::test]
async fn b28_several_replies_come_in_order_and_an_empty_one_is_not_sent() {
    let (house, _bot) = commander("").await;
    house.stage.tell("@ann", "!several");
    let replies = [house.stage.body().await, house.stage.body().await, house.stage.body().await];
    assert_eq!(replies, ["one", "two", "three"]);
    nothing_before_marker(&house).await;
}

#[tokio::test]
async fn b29_a_failing_command_answers_with_an_error_and_what_was_sent_before_stays() {
    let (house, bot) = commander("").await;
    assert_eq!(house.stage.ask("@ann", "!fail").await, "before");
    assert_eq!(house.stage.body().await, "error: no luck");
    assert_eq!(bot.status(), Status::Running);
}

#[tokio::test]
async fn b31_answers_are_diverted_to_private_or_to_a_thread() {
    let (house, _bot) = commander("private = [\"order*\", \"help\"]\nthreaded = [\"several\"]").await;
    house.stage.say("#lobby", "@ann", "!order tea x");
    let heard = house.stage.heard().await;
    assert_eq!((&*heard.to, &*heard.body), ("@ann", "order tea<x>"));
    assert_eq!(in_room(&house, "!several").await, "thread: one");
    let (house, _bot) = commander("").await;
    assert_eq!(in_room(&house, "!thread x").await, "thread: x");
}

#[tokio::test]
async fn b32_in_rooms_answers_begin_with_who_asked_if_so_configured() {
    let (house, _bot) = commander("nick-prefix = true").await;
    assert_eq!(in_room(&house, "!order x").await, "ann: order<x>");
    assert_eq!(house.stage.ask("@ann", "!order x").await, "order<x>");
}

#[tokio::test(flavor = "multi_thread")]
async fn b34_answers_to_one_person_keep_the_order_of_the_commands_whichever_bots_answer() {
    let house = TestHouse::new();
    let mut bots = Vec::new();
    for number in 0..4 {
        bots.push(house.bot(&format!("b{number}"), &test_guest("commander"), "").await);
    }
    let command = |bot: usize| if bot == 0 { "order".to_owned() } else { format!("b{bot}-order") };
    let mut heard = house.stage.listen().await;
    for number in 0..2000 {
        for who in ["@ann", "@ben"] {
            house.stage.tell(who, &format!("!{} {who} {number}", command(number % 4)));
        }
        if number % 50 == 49 {
            let mut next = [number - 49; 2];
            for _ in 0..100 {
                let sent = heard.recv().await.unwrap();
                let person = usize::from(sent.to == "@ben");
                assert_eq!(sent.body, format!("order<{} {}>", sent.to, next[person]));
                next[person] += 1;
            }
        }
    }
}

#[tokio::test]
async fn b36_admins_commands_are_for_admins() {
    let (house, _bot) = commander("admins = [\"test/@ann\"]").await;
    assert_eq!(house.stage.ask("@ann", "!secret").await, "the cake");
    assert_eq!(house.stage.ask("@ben", "!secret").await, "`!secret` is for admins.");
    assert_eq!(house.stage.ask("@ben", "!bots").await, "`!bots` is for admins.");
    let (house, _bot) = commander("").await;
    assert_eq!(
        house.stage.ask("@ann", "!secret").await,
        "`!secret` is for admins, and there are none: `admins` in `[chat]` names them."
    );
    // An admin of another network is none here.
    let (house, _bot) = commander("admins = [\"other/@ann\"]").await;
    assert_eq!(house.stage.ask("@ann", "!secret").await, "`!secret` is for admins.");
}

#[tokio::test]
async fn b36_the_first_rule_about_a_command_wins_over_the_default_field_by_field() {
    let (house, _bot) = commander(
        r##"
        access = { deny-users = ["test/@eve"], only-in = "rooms" }
        [[chat.rules]]
        commands = ["order tea"]
        only-in = "anywhere"
        deny-arguments = ["*milk*"]
        [[chat.rules]]
        commands = ["order*"]
        allow-rooms = ["test/#bar"]
        allow-users = ["test/@a*"]
        [[chat.rules]]
        bots = ["parlor"]
        only-in = "private"
        silent = true
        "##,
    )
    .await;
    let stage = &house.stage;
    assert_eq!(stage.ask("@ann", "!order tea x").await, "order tea<x>");
    assert_eq!(stage.ask("@eve", "!order tea x").await, "`!order tea` is not for you.");
    assert_eq!(stage.ask("@ann", "!order tea, milk").await, "`!order` can be used in rooms only.");
    assert_eq!(
        stage.ask("@ann", "!order tea  milk").await,
        "`!order tea` cannot be used with these arguments."
    );
    stage.say("#bar", "@ann", "!order x");
    assert_eq!(stage.body().await, "order<x>");
    stage.say("#bar", "@ben", "!order x");
    assert_eq!(stage.body().await, "`!order` is not for you.");
    stage.say("#lobby", "@ann", "!order x");
    assert_eq!(stage.body().await, "`!order` cannot be used in this room.");
    // A silent refusal.
    stage.say("#lobby", "@ann", "!about");
    stage.tell("@ann", "!about");
    assert_eq!(stage.heard().await.to, "@ann");
}

#[tokio::test(start_paused = true)]
async fn b43_a_network_that_is_gone_is_asked_again_soon_and_more_seldom_when_it_stays_away() {
    let house = TestHouse::new();
    let stage = Stage::planned(&house.house.router, "other", Plan::default());
    let network = std::sync::Arc::clone(&stage.network);
    let life = tokio::spawn(async move { network.live().await });
    stage.attempt().await;
    stage.connect();
    let pause = async |turned_away| {
        let since = tokio::time::Instant::now();
        stage.network.on_disconnected("gone".into(), turned_away);
        stage.attempt().await;
        since.elapsed().as_secs_f64()
    };
    let first = pause(false).await;
    assert!((0.9..1.2).contains(&first), "{first}");
    // Whenever a server is back, the bot is within 3 s.
    for _ in 0..20 {
        let next = pause(false).await;
        assert!((1.3..2.7).contains(&next), "{next}");
    }
    // One that turns the bot away is not asked again and again.
    let mut pauses = Vec::new();
    for _ in 0..10 {
        pauses.push(pause(true).await);
    }
    assert!(pauses[0] >= 4.5 && pauses[9] > 200.0 && pauses[9] < 331.0, "{pauses:?}");
    // Success begins anew, if it lasts for more than a moment.
    stage.connect();
    tokio::time::sleep(Duration::from_millis(1)).await;
    let again = pause(false).await;
    assert!((0.9..1.2).contains(&again), "{again}");
    life.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn b44_a_stuck_command_delays_no_admins_command_and_another_bots_answer_by_a_moment() {
    let (house, _bot) = commander("admins = [\"test/@ann\"]").await;
    let (_stuck, status) =
        house.bot("bad", &test_guest("misbehaver"), "limits = { cpu-per-call = \"5 s\" }").await;
    assert_eq!(status, Status::Running);
    house.stage.tell("@ann", "!spin");
    let begin = std::time::Instant::now();
    assert_eq!(house.stage.ask("@ann", "!networks").await, "- test: connected as `@parlor`");
    assert!(begin.elapsed() < Duration::from_millis(80), "{:?}", begin.elapsed());
    for _ in 0..20 {
        assert_eq!(house.stage.ask("@ann", "!order x").await, "order<x>");
    }
    assert!(begin.elapsed() < Duration::from_secs(1), "{:?}", begin.elapsed());
    assert!(house.stage.body().await.starts_with("error: bad could not answer `spin`"));
}

#[tokio::test]
async fn b40_timers_run_as_often_as_they_are_set_to_go_on_after_an_error_and_end_with_their_bot() {
    let log = Log::listen();
    let (house, bot) = commander("").await;
    let begin = std::time::Instant::now();
    assert_eq!(house.stage.ask("@ann", "!tick 30 4").await, "ticking");
    assert_eq!(house.stage.body().await, "tick 1");
    assert!(begin.elapsed() >= Duration::from_millis(30), "{:?}", begin.elapsed());
    for tick in 2..=4 {
        assert_eq!(house.stage.body().await, format!("tick {tick}"));
    }
    assert_eq!(log.count("hiccup"), 1, "{}", log.text());
    // That was all of them.
    assert_eq!(house.stage.ask("@ann", "!tick 30 1000000").await, "ticking");
    assert_eq!(house.stage.body().await, "tick 1");
    bot.stop(Duration::from_secs(10)).await;
    let mut heard = house.stage.listen().await;
    while heard.try_recv().is_ok() {}
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(heard.try_recv().is_err());
}

#[tokio::test]
async fn b46_a_person_who_floods_is_told_once_and_others_are_answered() {
    let (house, _bot) = commander("flood = { commands = 3, per = \"1 h\" }\nadmins = [\"test/@boss\"]").await;
    for _ in 0..50 {
        house.stage.say("#lobby", "@ann", "!order x");
    }
    let mut heard = Vec::new();
    for _ in 0..4 {
        let sent = house.stage.heard().await;
        heard.push((sent.to, sent.body));
    }
    heard.sort();
    let told = ("@ann".to_owned(), "That is too much at once. Wait a little.".to_owned());
    let answered = ("#lobby".to_owned(), "order<x>".to_owned());
    assert_eq!(heard, [answered.clone(), answered.clone(), answered, told]);
    nothing_before_marker(&house).await;
    for _ in 0..5 {
        assert_eq!(house.stage.ask("@boss", "!order x").await, "order<x>");
    }
}

#[tokio::test]
async fn b47_bots_can_warn_the_admins_where_they_want_to_be_told() {
    let chat =
        "tell-admins = [{ network = \"test\", room = \"#ops\" }, { network = \"test\", person = \"@boss\" }]";
    let (house, _bot) = commander(chat).await;
    let log = Log::listen();
    house.stage.tell("@ann", "!warn the tea is out");
    let (first, second) = (house.stage.heard().await, house.stage.heard().await);
    assert_eq!((&*first.to, &*first.body), ("#ops", "cmd says: the tea is out"));
    assert_eq!((&*second.to, &*second.body), ("@boss", "cmd says: the tea is out"));
    assert!(log.text().contains("the tea is out"));
}
