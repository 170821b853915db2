//! The example bots, as people meet them: in rooms, over restarts, and when a network is gone.

use std::time::{SystemTime, UNIX_EPOCH};

use parlor::{
    chat::bindings::{RoomEvent, parlor::chat::types::Renaming},
    extension::Running,
    imports::{
        state::Services,
        store::{Database, DatabaseUrl},
    },
    sandbox::Status,
};
use parlor_tests::{
    guests::{guest, test_guest},
    house::TestHouse,
    scripted::{PATIENCE, Sent, Stage, person},
};
use tempfile::TempDir;

const STORE: &str = "grant = { networks = [\"test\"], store = \"1 MiB\" }";

/// A database that outlives houses.
struct Cellar(TempDir);

impl Cellar {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    async fn services(&self) -> Services {
        let url = DatabaseUrl::sqlite(self.0.path().join("parlor.db"));
        Services { database: Some(Database::open(&url).await.unwrap()), ..Services::default() }
    }

    /// A house with this bot in it, above this cellar.
    async fn house(&self, bot: &str) -> (TestHouse, Running) {
        let house = TestHouse::with(self.services().await);
        let running = start(&house, bot).await;
        (house, running)
    }

    /// Puts a value into a bot's store, as if the bot had been here before: another guest of its name does it.
    async fn put(&self, bot: &str, key: &str, value: &str) {
        assert!(!value.contains(char::is_whitespace));
        let house = TestHouse::with(self.services().await);
        let (stand_in, status) = house.bot(bot, &test_guest("misbehaver"), "").await;
        assert_eq!(status, Status::Running);
        assert_eq!(house.stage.ask("@ann", &format!("!remember {key} {value}")).await, "remembered");
        stand_in.stop(PATIENCE).await;
    }
}

/// Starts a bot of ours that has a store.
async fn start(house: &TestHouse, bot: &str) -> Running {
    let (running, status) = house.bot(bot, &guest(bot), STORE).await;
    assert_eq!(status, Status::Running);
    running
}

/// Somebody says something in the room, and this is what is answered there.
async fn ask(stage: &Stage, who: &str, body: &str) -> String {
    stage.say("#lobby", who, body);
    let Sent { to, body } = stage.heard().await;
    assert_eq!(to, "#lobby");
    body
}

/// Milliseconds since 1970.
fn now() -> u128 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis()
}

#[tokio::test]
async fn karma_counts_all_of_a_message_and_nobody_raises_themselves() {
    let cellar = Cellar::new();
    let (house, _karma) = cellar.house("karma").await;
    let answer = ask(&house.stage, "@ann", "bob++ for the tea, Bob++ mondays-- and Ann++").await;
    assert_eq!(answer, "bob: 2, mondays: -1\nNobody can raise themselves, but I am sure others will.");
    // Said in private, or as code, it does not count.
    house.stage.tell("@ann", "bob++");
    house.stage.say("#lobby", "@ann", "`bob++` https://example.org/bob++");
    assert_eq!(house.stage.ask("@cleo", "!karma top 1").await, "bob: 2");
    assert_eq!(house.stage.ask("@cleo", "!karma bottom 1").await, "mondays: -1");
    let answer = house.stage.ask("@cleo", "!karma top all").await;
    assert!(answer.ends_with("usage: `karma top [COUNT]`"), "{answer}");
}

#[tokio::test]
async fn b42_karma_outlives_the_house() {
    let cellar = Cellar::new();
    let (house, karma) = cellar.house("karma").await;
    assert_eq!(ask(&house.stage, "@ann", "bob++ for the tea").await, "bob: 1");
    karma.stop(PATIENCE).await;
    drop(house);
    let (house, _karma) = cellar.house("karma").await;
    assert_eq!(house.stage.ask("@ann", "!karma BOB").await, "bob: 1 (last for the tea)");
}

/// A reminder of ann's, due so many minutes ago, as `remind` stores it.
fn reminder(minutes: u128) -> String {
    let due = now() - minutes * 60_000;
    let who = r##"{"network":"test","person":"@ann","client":null,"nick":"ann","display_name":null,"room":"#lobby","access_id":"@ann"}"##;
    format!(r##"{{"due":{due},"text":"tea","who":{who},"room":"#lobby"}}"##)
}

#[tokio::test]
async fn a_reminder_is_said_where_it_was_asked_for() {
    let cellar = Cellar::new();
    let (house, _remind) = cellar.house("remind").await;
    assert_eq!(ask(&house.stage, "@ann", "!remind 1s tea *time*").await, "Gladly, in 1 second.");
    assert_eq!(house.stage.heard().await, Sent { to: "#lobby".into(), body: r"ann: tea \*time\*".into() });
    assert_eq!(house.stage.ask("@bob", "!remind 1s tea").await, "Gladly, in 1 second.");
    assert_eq!(house.stage.heard().await, Sent { to: "@bob".into(), body: "tea".into() });
}

#[tokio::test]
async fn reminders_are_listed_and_cancelled_by_those_who_asked_for_them_only() {
    let cellar = Cellar::new();
    let (house, _remind) = cellar.house("remind").await;
    assert_eq!(house.stage.ask("@ann", "!remind 2h30m tea").await, "Gladly, in 2 hours 30 minutes.");
    assert_eq!(house.stage.ask("@ann", "!remind list").await, "1. in 2 hours 30 minutes: tea");
    assert!(house.stage.ask("@bob", "!remind list").await.starts_with("You have asked for nothing"));
    assert!(house.stage.ask("@bob", "!remind cancel 1").await.starts_with("error: you have no reminder 1"));
    assert_eq!(house.stage.ask("@ann", "!remind cancel 1").await, "Forgotten: tea");
    let answer = house.stage.ask("@ann", "!remind soon tea").await;
    assert!(answer.ends_with("usage: `remind TIME TEXT`"), "{answer}");
}

#[tokio::test]
async fn a_reminder_that_was_due_while_the_bot_was_away_is_said_late_and_once() {
    let cellar = Cellar::new();
    cellar.put("remind", "1", &reminder(3)).await;
    let (house, remind) = cellar.house("remind").await;
    let said = house.stage.heard().await;
    assert_eq!(said.to, "#lobby");
    assert!(said.body.starts_with("ann: (3 minutes") && said.body.ends_with(" late) tea"), "{}", said.body);
    remind.stop(PATIENCE).await;
    drop(house);
    let (house, _remind) = cellar.house("remind").await;
    assert!(house.stage.ask("@ann", "!remind list").await.starts_with("You have asked for nothing"));
}

#[tokio::test]
async fn a_reminder_that_is_due_while_its_network_is_gone_is_said_when_that_is_back() {
    let cellar = Cellar::new();
    cellar.put("remind", "1", &reminder(3)).await;
    let house = TestHouse::with(cellar.services().await);
    house.stage.network.on_disconnected("the tide is out".into(), false);
    let _remind = start(&house, "remind").await;
    house.stage.network.on_connected(person("test", "@parlor", None));
    let said = house.stage.body().await;
    assert!(said.ends_with(" late) tea"), "{said}");
}

#[tokio::test]
async fn seen_knows_who_spoke_who_left_and_who_is_called_otherwise_now() {
    let cellar = Cellar::new();
    let (house, _seen) = cellar.house("seen").await;
    let ann = person("test", "@ann", Some("#lobby"));
    let anna = person("test", "@anna", Some("#lobby"));
    house.stage.say("#lobby", "@ann", "hello");
    let answer = house.stage.ask("@bob", "!seen Ann").await;
    assert!(answer.starts_with("ann last said something in #lobby, "), "{answer}");
    let renaming = Renaming { before: ann, after: anna.clone() };
    house.stage.network.on_room("#lobby".into(), RoomEvent::Renamed(renaming));
    house.stage.network.on_room("#lobby".into(), RoomEvent::Left(anna));
    let answer = house.stage.ask("@bob", "!seen ann").await;
    assert!(answer.starts_with("ann changed their name to anna "), "{answer}");
    assert!(answer.contains(" anna left #lobby "), "{answer}");
}

#[tokio::test]
async fn seen_outlives_the_house_and_notes_nothing_of_what_is_said_in_private() {
    let cellar = Cellar::new();
    let (house, seen) = cellar.house("seen").await;
    house.stage.say("#lobby", "@ann", "hello");
    house.stage.tell("@bob", "psst");
    assert_eq!(house.stage.ask("@cleo", "!seen bob").await, "I have not seen bob.");
    // What it knows is stored now and then, and when it stops.
    seen.stop(PATIENCE).await;
    drop(house);
    let (house, _seen) = cellar.house("seen").await;
    let answer = house.stage.ask("@cleo", "!seen ann").await;
    assert!(answer.starts_with("ann last said something in #lobby, "), "{answer}");
}

/// Admins may set topics; the scripted network shows what it is asked to do, and has no topic.
async fn with_topics(cellar: &Cellar) -> (TestHouse, Running) {
    let house = TestHouse::chat_with("admins = [\"test/@ann\"]", cellar.services().await);
    let topics = start(&house, "topics").await;
    (house, topics)
}

/// What the scripted network hears next, apart from questions what the topic is.
async fn next(stage: &Stage) -> String {
    loop {
        let body = stage.body().await;
        if body != "Topic" {
            return body;
        }
    }
}

#[tokio::test]
async fn admins_set_topics_and_take_them_back() {
    let cellar = Cellar::new();
    let (house, _topics) = with_topics(&cellar).await;
    house.stage.say("#lobby", "@ann", "!topic set  tea   at five");
    assert_eq!(next(&house.stage).await, "SetTopic(\"tea at five\")");
    house.stage.say("#lobby", "@bob", "!topic set spam");
    let answer = next(&house.stage).await;
    assert!(!answer.contains("SetTopic"), "{answer}");
    house.stage.tell("@ann", "!topic set #other hello");
    assert_eq!(house.stage.heard().await, Sent { to: "#other".into(), body: "Topic".into() });
    let expected = Sent { to: "#other".into(), body: "SetTopic(\"hello\")".into() };
    assert_eq!(house.stage.heard().await, expected);
    assert_eq!(next(&house.stage).await, "Done.");
    // What the network says that the topic is now is remembered too.
    house.stage.network.on_room("#other".into(), RoomEvent::Topic(Some("hello".into())));
    house.stage.tell("@ann", "!topic undo #other");
    assert_eq!(next(&house.stage).await, "SetTopic(\"hello\")");
}

#[tokio::test]
async fn a_locked_topic_is_set_back_and_no_war_is_made_over_it() {
    let cellar = Cellar::new();
    let (house, topics) = with_topics(&cellar).await;
    house.stage.say("#lobby", "@ann", "!topic lock");
    assert!(next(&house.stage).await.starts_with("The topic is locked"));
    topics.stop(PATIENCE).await;
    drop(house);

    let (house, _topics) = with_topics(&cellar).await;
    let changed = |topic: &str| {
        house.stage.network.on_room("#lobby".into(), RoomEvent::Topic(Some(topic.into())));
    };
    changed("spam");
    assert_eq!(next(&house.stage).await, "SetTopic(\"\")");
    house.stage.network.on_room("#lobby".into(), RoomEvent::Topic(None));
    changed("spam");
    changed("more spam");
    house.stage.say("#lobby", "@bob", "!topic");
    assert_eq!(next(&house.stage).await, "#lobby has no topic. (locked)", "a minute is not over");
}

/// A house where `test/#a` and `office/#b` are bridged, and the other network.
async fn bridged(more: &str) -> (TestHouse, Stage, Running) {
    let house = TestHouse::new();
    let office = Stage::new(&house.house.router, "office");
    let configuration = format!(
        "grant = {{ networks = [\"test\", \"office\"] }}\n\
         config = {{ bridges = [[\"test/#a\", \"office/#b\"]]{more} }}\n\
         [network.office]\ncomponent = \"COMPONENT\""
    );
    let (relay, status) = house.bot("relay", &guest("relay"), &configuration).await;
    assert_eq!(status, Status::Running);
    for stage in [&house.stage, &office] {
        let came_in = stage.heard().await.body;
        assert!(came_in.starts_with("Join "), "{came_in}");
    }
    (house, office, relay)
}

#[tokio::test]
async fn the_relay_carries_over_what_is_said_and_makes_no_echo() {
    let (house, office, _relay) = bridged("").await;
    house.stage.say("#a", "@ann", "hello\n<bob@office> I am bob");
    let said = office.heard().await;
    assert_eq!(said.to, "#b");
    assert_eq!(said.body, "\\<ann@test> hello\n\\<ann@test> \\<bob@office> I am bob");
    // The bot itself, another relay, another room, and somebody in private.
    office.say("#b", "@parlor", "hello");
    office.say("#b", "@other", "<ann@test> hello");
    office.say("#c", "@bob", "hello");
    office.tell("@bob", "hello");
    house.stage.network.on_room("#a".into(), RoomEvent::Left(person("test", "@ann", Some("#a"))));
    office.say("#b", "@bob", "good morning");
    let expected = Sent { to: "#a".into(), body: "\\<bob@office> good morning".into() };
    assert_eq!(house.stage.heard().await, expected);
    house.stage.say("#a", "@ann", "bye");
    assert_eq!(office.body().await, "\\<ann@test> bye");
}

#[tokio::test]
async fn the_relay_tells_who_comes_and_goes_if_it_shall() {
    let (house, office, _relay) = bridged(", joins = true").await;
    let who = |name| person("test", name, Some("#a"));
    house.stage.network.on_room("#a".into(), RoomEvent::Joined(who("@parlor")));
    house.stage.network.on_room("#a".into(), RoomEvent::Joined(who("@ann")));
    assert_eq!(office.body().await, "ann@test came in.");
    house.stage.network.on_room("#a".into(), RoomEvent::Left(who("@ann")));
    assert_eq!(office.body().await, "ann@test left.");
}

#[tokio::test]
async fn the_relay_keeps_what_is_said_while_a_network_is_away_and_counts_what_is_lost() {
    let (house, office, _relay) = bridged("").await;
    office.network.on_disconnected("the tide is out".into(), false);
    for n in 0..52 {
        house.stage.say("#a", "@ann", &n.to_string());
    }
    // When this has arrived, the relay has heard all of that.
    office.say("#b", "@bob", "anybody there?");
    assert_eq!(house.stage.body().await, "\\<bob@office> anybody there?");
    office.network.on_connected(person("office", "@parlor", None));
    assert!(office.body().await.starts_with("Join "));
    assert_eq!(office.body().await, "2 messages were lost while office was away.");
    for n in 2..52 {
        assert_eq!(office.body().await, format!("\\<ann@test> {n}"));
    }
}

#[tokio::test]
async fn b37_a_relay_that_is_not_configured_well_says_what_would_be_right() {
    for (config, words) in [
        ("", "`bridges` is not configured"),
        ("config = { bridges = [[\"test/#a\"]] }", "two rooms or more"),
        ("config = { bridges = [[\"test/#a\", \"sea/#b\"]] }", "the network \"sea\""),
    ] {
        let house = TestHouse::new();
        let more = format!("grant = {{ networks = [\"test\"] }}\n{config}");
        let (_relay, status) = house.bot("relay", &guest("relay"), &more).await;
        assert!(matches!(&status, Status::Failed(why) if why.contains(words)), "{status:?}");
    }
}

#[tokio::test]
async fn in_a_poll_everybody_has_one_vote_and_its_maker_closes_it() {
    let cellar = Cellar::new();
    let (house, _poll) = cellar.house("poll").await;
    let stage = &house.stage;
    let answer = ask(stage, "@ann", "!poll new “Lunch?” pizza sushi \"no lunch\" —for 10m").await;
    assert_eq!(
        answer,
        "**Lunch?** (`vote N`; closes in 10 minutes)\n1. pizza (0)\n2. sushi (0)\n3. no lunch (0)"
    );
    assert_eq!(ask(stage, "@ann", "!vote 1").await, "Noted: pizza");
    assert_eq!(ask(stage, "@bob", "!poll vote 2").await, "Noted: sushi");
    assert_eq!(ask(stage, "@ann", "!vote 2").await, "Noted: sushi");
    assert!(ask(stage, "@bob", "!vote 4").await.starts_with("error: the choices are numbered from 1 to 3"));
    assert!(ask(stage, "@bob", "!poll close").await.starts_with("error: only whoever made the poll"));
    assert!(ask(stage, "@bob", "!poll new a b c").await.starts_with("error: there is a poll here already"));
    assert!(stage.ask("@bob", "!vote 1").await.starts_with("error: a poll belongs to a room"));
    assert_eq!(
        ask(stage, "@ann", "!poll close").await,
        "The poll is closed: **Lunch?**\n- sushi: 2 votes\n- pizza: 0 votes\n- no lunch: 0 votes"
    );
    assert!(ask(stage, "@ann", "!poll").await.starts_with("error: there is no poll here"));
}

#[tokio::test]
async fn b26_wrong_arguments_are_answered_with_the_usage_and_typed_dashes_and_quotes_are_mended() {
    let cellar = Cellar::new();
    let (house, poll) = cellar.house("poll").await;
    for wrong in ["!poll new", "!vote often", "!poll new Lunch? pizza sushi --for soon"] {
        house.stage.say("#lobby", "@ann", wrong);
        let answer = house.stage.body().await;
        assert!(answer.starts_with("error: ") && answer.contains("usage: "), "{answer}");
    }
    house.stage.say("#lobby", "@ann", "!poll new “What for lunch?” pizza —for 10m “no lunch”");
    let answer = house.stage.body().await;
    assert!(answer.contains("What for lunch?") && answer.contains("no lunch"), "{answer}");
    assert_eq!(poll.status(), Status::Running);
}

#[tokio::test]
async fn a_poll_outlives_the_house() {
    let cellar = Cellar::new();
    let (house, poll) = cellar.house("poll").await;
    ask(&house.stage, "@ann", "!poll new Tea? yes no").await;
    assert_eq!(ask(&house.stage, "@bob", "!vote 2").await, "Noted: no");
    poll.stop(PATIENCE).await;
    drop(house);
    let (house, _poll) = cellar.house("poll").await;
    assert_eq!(ask(&house.stage, "@bob", "!vote 1").await, "Noted: yes");
    let shown = ask(&house.stage, "@cleo", "!poll").await;
    assert!(shown.ends_with("\n1. yes (1)\n2. no (0)"), "{shown}");
}

#[tokio::test]
async fn a_poll_that_was_to_close_while_the_bot_was_away_is_closed_at_once() {
    let cellar = Cellar::new();
    let poll = r#"{"question":"Tea?","choices":["yes","no"],"votes":{"@bob":1},"maker":"@ann","closes":1}"#;
    cellar.put("poll", "test/#lobby", poll).await;
    let (house, _poll) = cellar.house("poll").await;
    let said = house.stage.heard().await;
    assert_eq!(said.to, "#lobby");
    assert_eq!(said.body, "The poll is closed: **Tea?**\n- no: 1 vote\n- yes: 0 votes");
    assert!(ask(&house.stage, "@ann", "!poll").await.starts_with("error: there is no poll here"));
}
