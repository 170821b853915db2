//! Projects at work: made, built, tested and watched, as their authors do it.

use std::{
    fs,
    process::{Command, Output},
    time::Duration,
};

use parlor_tests::{
    languages::{Project, parlor_with_tools, succeeds},
    program::{Session, parlor},
};

/// What a command says when it fails: its exit status, and standard error.
fn fails(command: &mut Command) -> (i32, String) {
    let Output { status, stderr, stdout } = command.output().unwrap();
    let (said, out) =
        (String::from_utf8_lossy(&stderr).into_owned(), String::from_utf8_lossy(&stdout).into_owned());
    assert!(!status.success(), "{out}\n{said}");
    (status.code().unwrap(), format!("{out}{said}"))
}

#[test]
fn a_folder_that_has_something_in_it_is_not_written_into() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("greeter")).unwrap();
    fs::write(folder.path().join("greeter/mine.txt"), "mine").unwrap();
    let mut new = parlor();
    let (status, said) = fails(new.current_dir(folder.path()).args(["new", "greeter", "--lang", "c"]));
    assert_ne!(status, 0);
    assert!(said.contains("greeter"), "{said}");
    let left: Vec<_> = fs::read_dir(folder.path().join("greeter")).unwrap().flatten().collect();
    assert_eq!(left.len(), 1, "{left:?}");
}

#[test]
fn a_name_that_is_none_is_refused_with_what_would_be_one() {
    for name in ["", "Greeter", "2", "a b", "-a", "a--b", "../up"] {
        let folder = tempfile::tempdir().unwrap();
        let mut new = parlor();
        let (status, said) = fails(new.current_dir(folder.path()).args(["new", "--lang", "c", "--", name]));
        assert_eq!(status, 2, "{name}: {said}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "{name}");
    }
}

#[test]
fn what_is_missing_is_said_with_the_command_that_installs_it() {
    let project = Project::new("greeter", "python", "bot");
    // Nothing is installed where there is no PATH.
    let mut build = parlor();
    let (status, said) = fails(build.current_dir(&project.folder).arg("build"));
    assert_eq!(status, 1);
    assert!(said.contains("pip install"), "{said}");
    let project = Project::new("greeter", "c", "bot");
    let mut build = parlor();
    let (_, said) = fails(build.current_dir(&project.folder).arg("build"));
    assert!(said.contains("apt install clang") || said.contains("ziglang"), "{said}");
}

#[test]
fn an_error_of_the_compiler_is_shown_as_it_is() {
    let project = Project::new("greeter", "c", "bot");
    project.write("app.c", "int broken = ;\n");
    let (status, said) = fails(project.parlor().arg("build"));
    assert_eq!(status, 1);
    assert!(said.contains("app.c:1:14: error: expected expression"), "{said}");
    assert!(!project.folder.join("build/greeter.wasm").exists());
}

#[test]
fn javascript_that_would_wait_for_ever_is_refused_with_its_place() {
    let project = Project::new("greeter", "js", "bot");
    let waiting = project.read("app.js").replace("function hello(call) {", "async function hello(call) {");
    project.write("app.js", &waiting);
    let (status, said) = fails(project.parlor().arg("build"));
    assert_eq!(status, 1);
    assert!(said.contains("app.js:17:") && said.contains("never waits"), "{said}");
}

#[test]
fn a_conversation_that_goes_otherwise_is_shown_as_a_difference_and_can_be_taken_as_right() {
    let project = Project::new("greeter", "c", "bot");
    let changed = project.read("app.c").replace("Hello, %.*s!", "Howdy, %.*s!");
    project.write("app.c", &changed);
    let script = project.read("tests/greeter.talk");
    let (status, said) = fails(project.parlor().arg("test"));
    assert_eq!(status, 1);
    assert!(said.contains("-  #lobby: Hello, anna!") && said.contains("+  #lobby: Howdy, anna!"), "{said}");
    assert!(said.contains("2 passed, 1 failed"), "{said}");
    assert_eq!(project.read("tests/greeter.talk"), script, "a test changes nothing");
    succeeds(project.parlor().args(["test", "--bless"]));
    assert_eq!(project.read("tests/greeter.talk"), script.replace("Hello,", "Howdy,"));
    let said = succeeds(project.parlor().args(["test", "--json", "--only", "good morning"]));
    let outcomes: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!(outcomes[0]["tests"][0]["passed"], true, "{said}");
    assert_eq!(outcomes[0]["tests"].as_array().map(Vec::len), Some(1), "{said}");
}

#[test]
fn a_script_that_is_none_is_told_with_its_line() {
    let project = Project::new("greeter", "c", "bot");
    project.write("tests/greeter.talk", "test a\nanna dances\n");
    let (status, said) = fails(project.parlor().arg("test"));
    assert_eq!(status, 2);
    assert!(said.contains("tests/greeter.talk:2: a step is `NAME: TEXT`"), "{said}");
}

/// Runs `parlor run --watch` in a project.
fn watched(project: &Project) -> Session {
    let mut watch = parlor_with_tools();
    watch.current_dir(&project.folder).args(["run", "--watch", ".", "--log", "warn,watch=info"]);
    Session::of(watch)
}

/// Each edit is the running bot's next answer; a wrong one leaves the bot as it was; what it stores stays.
async fn goes_on_over_edits(language: &str, source: &str, wrong: &str) {
    let project = Project::new("greeter", language, "bot");
    let first = project.read(source);
    let mut session = watched(&project);
    session.types("!hello").await;
    // The first build compiles what the project depends on.
    assert_eq!(session.line_within(Duration::from_secs(300)).await, "Hello, you! You are number 1.");
    project.write(source, &first.replace("Hello, ", "Howdy, "));
    session.logs("greeter is the new one", 1).await;
    assert_eq!(session.asks("!hello").await, "Howdy, you! You are number 2.");
    project.write(source, &first.replace("Hello, ", wrong));
    session.logs("The one before runs on", 1).await;
    assert_eq!(session.asks("!hello").await, "Howdy, you! You are number 3.");
    project.write(source, &first);
    session.logs("greeter is the new one", 2).await;
    assert_eq!(session.asks("!hello").await, "Hello, you! You are number 4.");
    session.end().await;
}

#[tokio::test]
async fn a_watched_bot_in_javascript_is_the_new_one_after_each_edit() {
    goes_on_over_edits("js", "app.js", "` + (").await;
}

#[tokio::test]
async fn a_watched_bot_in_rust_is_the_new_one_after_each_edit() {
    goes_on_over_edits("rust", "src/lib.rs", "\" + (").await;
}

#[tokio::test]
async fn a_watched_bot_in_c_is_the_new_one_after_each_edit() {
    goes_on_over_edits("c", "app.c", "\" + (").await;
}

/// What goes wrong in a command is an error to its sender, and in the log with the author's own place.
async fn fails_with_its_stack(language: &str, source: &str, (sound, faulty): (&str, &str), place: &str) {
    let project = Project::new("greeter", language, "bot");
    let text = project.read(source);
    assert!(text.contains(sound), "{text}");
    project.write(source, &text.replacen(sound, faulty, 1));
    let component = project.build();
    let store = "bot.greeter.grant.store=\"1 MiB\"";
    let mut session = Session::run(&[component], &["--set", store]);
    let answer = session.asks("!hello").await;
    assert!(answer.starts_with("error: ") && answer.contains("no greeting"), "{answer}");
    session.logs(place, 1).await;
    session.end().await;
}

#[tokio::test]
async fn an_exception_in_python_reaches_the_log_with_its_traceback_and_the_sender_as_an_error() {
    let faulty = "    raise ValueError(\"no greeting\")\n    name = call";
    fails_with_its_stack("python", "app.py", ("    name = call", faulty), "in hello").await;
}

#[tokio::test]
async fn an_exception_in_javascript_reaches_the_log_with_its_stack_and_the_sender_as_an_error() {
    let faulty = "  throw new TypeError('no greeting');\n  const name = call";
    fails_with_its_stack("js", "app.js", ("  const name = call", faulty), "app.js:").await;
}

#[tokio::test]
async fn a_promise_that_is_rejected_reaches_the_log_and_the_sender_as_an_error() {
    let faulty = "  return Promise.reject(new TypeError('no greeting'));\n  const name = call";
    let project = Project::new("greeter", "js", "bot");
    let text = project.read("app.js");
    project.write("app.js", &text.replacen("  const name = call", faulty, 1));
    let component = project.build();
    let mut session = Session::run(&[component], &["--set", "bot.greeter.grant.store=\"1 MiB\""]);
    let answer = session.asks("!hello").await;
    assert!(answer.starts_with("error: "), "{answer}");
    session.logs("no greeting", 1).await;
    session.end().await;
}

#[tokio::test]
async fn a_panic_in_rust_reaches_the_log_with_its_place_and_the_sender_as_an_error() {
    let project = Project::new("greeter", "rust", "bot");
    let text = project.read("src/lib.rs");
    let faulty = "    if call.arguments.is_empty() { panic!(\"no greeting\") }\n    let name = match";
    project.write("src/lib.rs", &text.replacen("    let name = match", faulty, 1));
    let component = project.build();
    let mut session = Session::run(&[component], &["--set", "bot.greeter.grant.store=\"1 MiB\""]);
    let answer = session.asks("!hello").await;
    assert!(answer.contains("failed") || answer.starts_with("error: "), "{answer}");
    session.logs("src/lib.rs:", 1).await;
    session.logs("no greeting", 1).await;
    session.end().await;
}

#[test]
fn what_was_compiled_ahead_is_not_compiled_again() {
    let project = Project::new("greeter", "c", "bot");
    let component = project.build();
    let cache = project.folder.join("cache");
    let compile = || succeeds(parlor().env("PARLOR_CACHE", &cache).arg("compile").arg(&component));
    let first = compile();
    assert!(first.contains("greeter.wasm: compiled in "), "{first}");
    let again = compile();
    assert!(again.ends_with("greeter.wasm: was compiled already\n"), "{again}");
    fs::write(project.folder.join("none.wasm"), "no component").unwrap();
    let (status, said) =
        fails(parlor().env("PARLOR_CACHE", &cache).arg("compile").arg(project.folder.join("none.wasm")));
    assert_eq!(status, 1);
    assert!(said.contains("is no WebAssembly component"), "{said}");
}
