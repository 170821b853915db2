//! Recordings of the real program, played again: to what was recorded, to another build of it, and to what it is not.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use parlor_tests::{
    guests::{guest, test_guest},
    irc::{
        client::Client,
        configuration::{Network, ROOM},
        inspircd::{Inspircd, Options},
        ngircd::Ngircd,
    },
    languages::succeeds,
    program::{Session, parlor},
    web::{
        peer::Peer,
        server::Server,
        services::{asked, listens, named_people},
    },
};
use serde_json::json;
use tempfile::TempDir;

/// A recording, in a folder that goes with it.
struct Recording {
    folder: TempDir,
}

impl Recording {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("talk.rec")
    }

    fn text(&self) -> String {
        fs::read_to_string(self.path()).unwrap()
    }

    /// Runs bots in the terminal, with what is typed to them.
    async fn of(bots: &[PathBuf], sets: &[&str], typed: &[&str]) -> (Self, Vec<String>) {
        let recording = Self::new();
        let path = recording.path().display().to_string();
        let mut options = vec!["--record", &path];
        options.extend(sets.iter().flat_map(|set| ["--set", set]));
        let mut session = Session::run(bots, &options);
        let mut answers = Vec::new();
        for line in typed {
            answers.push(session.asks(line).await);
        }
        let ended = session.end().await;
        assert_eq!(ended.code, Some(0), "{}", ended.log);
        (recording, answers)
    }

    /// `parlor replay`, to this component, as that name.
    fn play(&self, component: &Path, name: &str) -> Command {
        let mut replay = parlor();
        replay.arg("replay").arg(self.path()).arg(component).args(["--name", name]);
        replay
    }
}

/// What a replay says that finds a difference.
fn differs(replay: &mut Command) -> String {
    let output = replay.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}{}", String::from_utf8_lossy(&output.stderr));
    said
}

const STORE: &str = "bot.karma.grant.store=\"1 MiB\"";
const TALK: [&str; 3] = ["#lobby bob++ for the tea", "!karma bob", "!karma top x"];

#[tokio::test]
async fn what_was_recorded_plays_as_recorded_without_a_network() {
    for karma in ["karma-c", "karma-js", "karma"] {
        let store = format!("bot.{karma}.grant.store=\"1 MiB\"");
        let (recording, answers) = Recording::of(&[guest(karma)], &[&store], &TALK).await;
        assert_eq!(answers[1], "bob: 1 (last for the tea)");
        for (component, name) in
            [(karma, format!("bot.{karma}")), ("terminal", "network.terminal".to_owned())]
        {
            let said = succeeds(&mut recording.play(&guest(component), &name));
            assert!(said.starts_with(&format!("{name}: as recorded, in ")), "{said}");
        }
    }
    let (recording, _) = Recording::of(&[guest("karma")], &[STORE], &TALK).await;
    let said = succeeds(recording.play(&guest("karma"), "bot.karma").arg("--verbose"));
    assert!(said.contains("on-command({command: \"karma\", arguments: \"bob\""), "{said}");
}

#[tokio::test]
async fn the_first_difference_of_another_build_is_shown_with_what_came_before_it() {
    let (recording, _) = Recording::of(&[guest("karma")], &[STORE], &TALK).await;
    let said = differs(&mut recording.play(&guest("karma-js"), "bot.karma"));
    assert!(said.starts_with("bot.karma 1 differs from line "), "{said}");
    assert!(said.contains("\n  - ") && said.contains("\n  + "), "{said}");
    // As a build with a fault does: it says something else where the recording has what is right.
    let wrong = recording.text().replace("bob: 1 (last for the tea)", "bob: 2 (last for the tea)");
    fs::write(recording.path(), wrong).unwrap();
    let said = differs(&mut recording.play(&guest("karma"), "bot.karma"));
    assert!(said.contains("  - < ok([\"bob: 2 ") && said.contains("  + < ok([\"bob: 1 "), "{said}");
}

#[tokio::test]
async fn a_crash_is_recorded_and_played_and_the_instance_after_it() {
    let bots = [test_guest("misbehaver")];
    let sets = [
        "bot.misbehaver.grant.store=\"1 MiB\"",
        "bot.misbehaver.grant.http=[\"https://192.0.2.1\"]",
        "bot.misbehaver.grant.net=[\"192.0.2.1:1\"]",
    ];
    let (recording, answers) = Recording::of(&bots, &sets, &["!trap", "!count", "!count"]).await;
    assert!(answers[0].contains("failed"), "{answers:?}");
    let text = recording.text();
    assert!(
        text.contains("bot.misbehaver 1 ! wasm trap") && text.contains("bot.misbehaver 2 begins"),
        "{text}"
    );
    let said = succeeds(&mut recording.play(&bots[0], "bot.misbehaver"));
    assert!(said.contains("of 2 instances"), "{said}");
}

#[tokio::test]
async fn a_backend_on_irc_plays_as_recorded_and_its_password_is_not_in_the_recording() {
    const PASSWORD: &str = "Tr0ub4dor-and-3";
    let accounts = [("parlor", PASSWORD)];
    let server = Inspircd::start(Options { accounts: &accounts, ..Options::default() }).await;
    let mut ann = Client::connect(&server.address(), "ann").await;
    ann.joins(ROOM).await;
    let recording = Recording::new();
    let secret = recording.folder.path().join("secret");
    fs::write(&secret, PASSWORD).unwrap();
    let network = Network::at("irc", &server.address()).logs_in("parlor").toml();
    let echo = guest("echo");
    let configuration = format!(
        "{network}[bot.echo]\ncomponent = {echo:?}\ngrant = {{ networks = [\"irc\"] }}\n\
         [secret.sasl]\nfile = {secret:?}\nto = [{:?}]\nin-clear = true\n",
        server.address()
    );
    let file = recording.folder.path().join("parlor.toml");
    fs::write(&file, configuration).unwrap();
    let mut command = parlor();
    command.args(["run", "--config"]).arg(&file).arg("--record").arg(recording.path());
    let session = Session::of(command);
    ann.sees_join("parlor", ROOM).await;
    assert_eq!(ann.asks(ROOM, "!echo hi", "parlor").await, "hi");
    session.stop().await;
    let text = recording.text();
    assert!(text.contains("secret(\"sasl\")"), "the backend names the secret: {text}");
    assert!(!text.contains(PASSWORD) && !text.contains("Tr0ub4dor"), "{text}");
    let said = succeeds(&mut recording.play(&guest("irc"), "network.irc"));
    assert!(said.contains("as recorded"), "{said}");
}

#[tokio::test]
async fn a_recording_does_not_change_what_people_hear() {
    let server = Ngircd::start().await;
    let mut ann = Client::connect(&server.address(), "ann").await;
    ann.joins(ROOM).await;
    let recording = Recording::new();
    let network = Network::at("irc", &server.address()).toml();
    let karma = guest("karma");
    let bot = format!(
        "[bot.karma]\ncomponent = {karma:?}\ngrant = {{ networks = [\"irc\"], store = \"1 MiB\" }}\n"
    );
    let file = recording.folder.path().join("parlor.toml");
    fs::write(&file, format!("{network}{bot}")).unwrap();
    let mut answers = Vec::new();
    for recorded in [false, true] {
        let home = tempfile::tempdir().unwrap();
        let mut command = parlor();
        command.args(["run", "--config"]).arg(&file).env("XDG_DATA_HOME", home.path());
        if recorded {
            command.arg("--record").arg(recording.path());
        }
        let session = Session::of(command);
        ann.sees_join("parlor", ROOM).await;
        let mut heard = Vec::new();
        for text in ["bob++ tea++", "!karma bob", "!karma top", "!help karma", "!room occupants"] {
            heard.push(ann.asks(ROOM, text, "parlor").await);
        }
        answers.push(heard);
        session.stop().await;
    }
    assert_eq!(answers[0], answers[1]);
}

#[tokio::test]
async fn managers_and_service_bots_of_sessions_play_as_recorded() {
    let recording = Recording::new();
    let path = recording.path().display().to_string();
    let people = named_people();
    let [access, tally, echo] = ["public-access", "tally-service-js", "echo-service"].map(guest);
    let more = format!(
        "{people}access = {{ component = {access:?} }}\n\
         service.tally = {{ component = {tally:?}, grant = {{ store = \"1 MiB\" }} }}\n\
         service.echo = {{ component = {echo:?} }}\n"
    );
    let server = Server::start_with(0, &more, &["--record", &path]).await;
    let mut anna = Peer::new(server.url(), "anna");
    anna.prepares(json!({"key": "k", "collab": true})).await;
    anna.shakes_hands().await;
    for service in ["tally", "echo"] {
        listens(&mut anna, service).await;
    }
    let votes = asked(&mut anna, "tally", json!({"vote": "tea"})).await;
    assert_eq!(votes, json!({"votes": {"tea": 1}}));
    asked(&mut anna, "echo", json!({"a": 1})).await;
    server.program.stop().await;
    let text = recording.text();
    let recorded: BTreeSet<_> = text
        .lines()
        .filter_map(|line| {
            line.split_once(" begins ").map(|(name, file)| (name.split_once(' ').unwrap().0, file))
        })
        .collect();
    assert!(recorded.len() >= 6, "auth, access, launcher, manager and two services: {recorded:?}");
    for (name, file) in recorded {
        let name_of_guest = file.trim_end_matches(".wasm");
        let component = if name == "coweb.auth" { test_guest(name_of_guest) } else { guest(name_of_guest) };
        let said = succeeds(&mut recording.play(&component, name));
        assert!(said.starts_with(&format!("{name}: as recorded, in ")), "{said}");
    }
}

#[test]
fn a_file_that_is_there_is_not_written_over() {
    let recording = Recording::new();
    fs::write(recording.path(), "mine").unwrap();
    let mut run = parlor();
    let output = run.arg("run").arg(guest("echo")).arg("--record").arg(recording.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("--record") && said.contains("exists"), "{said}");
    assert_eq!(recording.text(), "mine");
}

#[test]
fn what_is_no_recording_is_told_so() {
    let recording = Recording::new();
    for text in ["", "something else\n", "# parlor recording 1\nbot.a 1 <\n", "# parlor recording 2\n"] {
        fs::write(recording.path(), text).unwrap();
        let output = recording.play(&guest("echo"), "bot.echo").output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{text:?}");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains("talk.rec: "), "{text:?}: {said}");
    }
}
