//! `parlor conform`: the shipped extensions do what the contract demands, and those that are wrong fail just where they are.

use std::{fs, path::Path, process::Output};

use parlor_tests::{
    guests::{guest, test_guest},
    program::parlor,
};
use serde_json::Value;

/// Where the sources of guests are, and their sheets beside them.
fn sources() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../guests")
}

fn conform(component: &Path, sheet: Option<&Path>, options: &[&str]) -> Output {
    let mut parlor = parlor();
    parlor.arg("conform").arg(component).args(options);
    if let Some(sheet) = sheet {
        parlor.arg("--peer").arg(sheet);
    }
    parlor.output().expect("the program runs")
}

/// What came of a component's trials: the behaviours of each verdict, with what was seen.
struct Tried {
    status: Option<i32>,
    outcomes: Vec<Value>,
}

impl Tried {
    fn new(component: &Path, sheet: Option<&Path>) -> Self {
        let output = conform(component, sheet, &["--json"]);
        let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
            panic!(
                "{error}: {}{}",
                String::from_utf8_lossy(&output.stdout),
                String::from_utf8_lossy(&output.stderr)
            )
        });
        let outcomes = report["behaviours"].as_array().expect("behaviours").clone();
        Self { status: output.status.code(), outcomes }
    }

    /// Those of this verdict: their names.
    fn names(&self, verdict: &str) -> Vec<&str> {
        self.of(verdict).filter_map(|outcome| outcome["name"].as_str()).collect()
    }

    /// Those of this verdict: why.
    fn words(&self, verdict: &str) -> Vec<&str> {
        self.of(verdict).filter_map(|outcome| outcome["seen"].as_str()).collect()
    }

    fn of(&self, verdict: &str) -> std::vec::IntoIter<&Value> {
        let of_it: Vec<_> = self.outcomes.iter().filter(|outcome| outcome["verdict"] == verdict).collect();
        of_it.into_iter()
    }
}

/// A sheet in a file.
fn sheet(text: &str) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().expect("a file");
    fs::write(file.path(), text).expect("a file");
    file
}

/// The shipped extensions: each with its sources, and with how many behaviours hold at least.
const SHIPPED: [(&str, &str, usize); 21] = [
    ("irc", "backends/irc", 34),
    ("terminal", "backends/terminal", 33),
    ("echo", "bots/echo", 10),
    ("karma", "bots/karma", 20),
    ("poll", "bots/poll", 10),
    ("relay", "bots/relay", 19),
    ("remind", "bots/remind", 10),
    ("seen", "bots/seen", 10),
    ("topics", "bots/topics", 10),
    ("bayeux-manager", "coweb/bayeux-manager", 12),
    ("component-launcher", "coweb/component-launcher", 9),
    ("component-manager", "coweb/component-manager", 13),
    ("exact-updater", "coweb/exact-updater", 5),
    ("ini-auth", "coweb/ini-auth", 8),
    ("list-access", "coweb/list-access", 7),
    ("process-launcher", "coweb/process-launcher", 9),
    ("public-access", "coweb/public-access", 6),
    ("public-auth", "coweb/public-auth", 6),
    ("clock", "services/clock", 10),
    ("echo-service", "services/echo-service", 10),
    ("visits", "services/visits", 10),
];

/// Why something is not tried of a shipped extension: it is not what the behaviour is about.
const NOT_ABOUT_IT: [&str; 7] = [
    "its connection carries whole messages",
    "it has no commands",
    "its bots are no components",
    "its bots do not come over WebSocket",
    "nobody signs in: requires-login is false",
    "who comes without having signed in is nobody",
    "nobody is refused: name somebody as `refused` in `[access]` of conform.toml",
];

#[test]
fn the_shipped_extensions_do_what_the_contract_demands() {
    for (name, folder, least) in SHIPPED.into_iter().chain([("scribe", "services/scribe", 10)]) {
        let sheet = sources().join(folder).join("conform.toml");
        let tried = Tried::new(&guest(name), Some(&*sheet).filter(|sheet| sheet.is_file()));
        assert_eq!(tried.names("failed"), [""; 0], "{name}: {:?}", tried.words("failed"));
        let others: Vec<_> =
            tried.words("untried").into_iter().filter(|why| !NOT_ABOUT_IT.contains(why)).collect();
        assert_eq!(others, [""; 0], "{name}");
        let passed = tried.names("passed").len();
        assert!(passed >= least, "{name}: only {passed}");
        assert_eq!(tried.status, Some(0), "{name}");
    }
}

/// How the service of the toy backends speaks.
const TOY: &str = r##"
[backend]
room = "#lobby"
person = "anna"
message = "SAY anna #lobby {text}"
private = "SAY anna * {text}"
joins = ["JOIN anna #lobby"]
leaves = ["PART anna #lobby"]
replies = [
    { when = "NICK *", say = ["WELCOME {1}"] },
    { when = "JOIN *", say = ["JOIN parlor {1}"] },
    { when = "PART *", say = ["PART parlor {1}"] },
]
"##;

/// Tries a guest of the tests, which is to fail in these behaviours and in no others.
fn fails_just_in(name: &str, text: &str, failed: &[&str]) -> Tried {
    let sheet = sheet(text);
    let tried = Tried::new(&test_guest(name), Some(sheet.path()));
    assert_eq!(tried.names("failed"), failed, "{name}: {:?}", tried.words("failed"));
    assert_eq!(tried.status, Some(i32::from(!failed.is_empty())), "{name}");
    tried
}

#[test]
fn a_backend_with_which_nothing_is_wrong_passes() {
    let tried = fails_just_in("right-backend", TOY, &[]);
    let untried = ["a topic that is set is reported, and is the topic then"];
    assert_eq!(tried.names("untried"), untried, "the toy has no topics");
}

#[test]
fn wrong_backends_fail_where_they_are_wrong() {
    let injects = fails_just_in("wrong-backend-injects", TOY, &["no message begins a command of its own"]);
    let seen = injects.words("failed").concat();
    assert!(seen.contains("INJECTED now"), "what was written is shown: {seen}");
    let lost = "a connection that is lost is reported once, and it is nobody then";
    fails_just_in("wrong-backend-forgets-loss", TOY, &[lost]);
    fails_just_in("wrong-backend-reports-twice", TOY, &["who comes and goes is reported once"]);
    let noise = ["noise from the service does not break it", "bytes that are no text do not break it"];
    let traps = fails_just_in("wrong-backend-traps", TOY, &noise);
    assert!(
        traps.words("failed").iter().all(|seen| seen.contains("it crashed")),
        "{:?}",
        traps.words("failed")
    );
    let printed = traps.of("failed").all(|outcome| outcome["printed"].to_string().contains("panicked"));
    assert!(printed, "what it printed is shown: {:?}", traps.outcomes);
}

#[test]
fn wrong_managers_fail_where_they_are_wrong() {
    let auth = "[auth]\nuser = \"anna\"\npassword = \"secret\"";
    fails_just_in("wrong-auth-stays", auth, &["who signs out is not who they were"]);
    let access = "[access]\nwelcome = \"anna\"\nrefused = \"eve\"";
    let not_json = "who is welcome is told so with a JSON object";
    let tried = fails_just_in("wrong-access-not-json", access, &[not_json]);
    assert!(tried.words("failed").concat().contains("\"be kind\""), "{:?}", tried.words("failed"));
    let invents = ["it chooses one of those that there are, or none", "where nobody is it chooses nobody"];
    fails_just_in("wrong-updater-invents", "", &invents);
    let swallows =
        ["a bot that cannot be started is told as such", "a service that there is not is told as such"];
    fails_just_in("wrong-launcher-swallows-failure", "", &swallows);
    fails_just_in("wrong-manager-swaps-tokens", "", &["each request keeps its own token and user"]);
}

#[test]
fn wrong_bots_fail_where_they_are_wrong() {
    let twice = [
        "a request is answered once, with JSON",
        "requests of any shape do not break it, and none is answered twice",
    ];
    fails_just_in("wrong-service-bot-answers-twice", "[service-bot]\nrequest = {}", &twice);
    let tried = fails_just_in("wrong-bot-traps", "", &["arguments of any shape do not break a command"]);
    assert!(tried.words("failed").concat().contains("first with \"日本語\""), "{:?}", tried.words("failed"));
}

#[test]
fn a_component_that_does_not_start_fails_in_that_alone() {
    // The relay without its configuration.
    let tried = fails_just_in_shipped("relay");
    assert_eq!(tried.names("failed"), ["it starts, and stops", "it starts with what it is given"]);
    assert!(tried.words("untried").contains(&"it does not start"));
}

fn fails_just_in_shipped(name: &str) -> Tried {
    let empty = sheet("");
    Tried::new(&guest(name), Some(empty.path()))
}

#[test]
fn people_read_a_list() {
    let output = conform(&guest("exact-updater"), None, &[]);
    let text = String::from_utf8(output.stdout).expect("text");
    insta::assert_snapshot!(text, @r"
    updater
      ok      it starts
      ok      it chooses one of those that there are, or none
      ok      where nobody is it chooses nobody
      ok      the same question has the same answer twice
      ok      types of any shape, and very many, do not break it
    5 passed, 0 failed, 0 untried
    ");
    let output = conform(&test_guest("wrong-updater-invents"), None, &["--only", "nobody"]);
    let text = String::from_utf8(output.stdout).expect("text");
    insta::assert_snapshot!(text, @r#"
    updater
      FAILED  where nobody is it chooses nobody
                for "editor" it chooses "default", which is none of []
    0 passed, 1 failed, 0 untried
    "#);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "parlor: 1 of 1 behaviours failed\n");
}

#[test]
fn what_cannot_be_read_or_tried_is_told_with_the_remedy() {
    let wrong = sheet("[backend]\nperson = \"anna\"\nprivat = \"{text}\"");
    for (options, sheet, words) in [
        (&[][..], Some(wrong.path()), "unknown field `privat`"),
        (&[], Some(Path::new("/no/such/conform.toml")), "/no/such/conform.toml: cannot be read"),
        (&["--role", "bot"], None, "--role bot: the extension is: updater"),
        (&["--only", "zebra"], None, "no behaviour has \"zebra\" in its name"),
    ] {
        let output = conform(&guest("exact-updater"), sheet, options);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(told.contains(words), "{told}");
        assert_eq!(output.status.code(), Some(2), "{told}");
    }
}
