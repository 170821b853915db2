//! The command line: what each subcommand says, on which stream, and with which exit status.

use std::{fs, path::Path, process::Command};

use insta::{Settings, assert_snapshot, internals::SettingsBindDropGuard};
use insta_cmd::assert_cmd_snapshot;
use parlor_tests::{
    guests::{self, guest, test_guest},
    program::{self, Session},
};
use serde_json::Value;
use tempfile::TempDir;

/// The program, where the guests are: messages name them as `echo.wasm` and `tests/misbehaver.wasm`.
fn parlor(arguments: &[&str]) -> Command {
    parlor_in(&guests::folder(), arguments)
}

fn parlor_in(folder: &Path, arguments: &[&str]) -> Command {
    let mut parlor = program::parlor();
    parlor.current_dir(folder).args(arguments);
    parlor
}

/// A folder with `echo.wasm` and these files.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::copy(guest("echo"), folder.path().join("echo.wasm")).unwrap();
    for (name, content) in files {
        fs::write(folder.path().join(name), content).unwrap();
    }
    folder
}

/// What `parlor check` says to this configuration, in a folder with `echo.wasm`.
fn check(configuration: &str) -> (TempDir, Command) {
    let folder = folder(&[("parlor.toml", configuration)]);
    let parlor = parlor_in(folder.path(), &["check"]);
    (folder, parlor)
}

/// Leaves out of snapshots what a compiler's next version may change.
fn without_sizes() -> SettingsBindDropGuard {
    let mut settings = Settings::clone_current();
    settings.add_filter(r"\(\d+(\.\d+)? [KM]iB\)", "([size])");
    settings.add_filter(r#""bytes": \d+"#, r#""bytes": "[bytes]""#);
    settings.bind_to_scope()
}

/// A whole configuration, but for what follows it: it stands in the table of the bot.
const BOT: &str = "[network.screen]\ncomponent = \"echo.wasm\"\n\n[bot.echo]\ncomponent = \"echo.wasm\"\n";

#[test]
fn help_shows_the_subcommands_with_examples() {
    assert_cmd_snapshot!(parlor(&["--help"]), @"");
}

#[test]
fn run_has_help() {
    assert_cmd_snapshot!(parlor(&["run", "--help"]), @"");
}

#[test]
fn inspect_has_help() {
    assert_cmd_snapshot!(parlor(&["inspect", "--help"]), @"");
}

#[test]
fn check_has_help() {
    assert_cmd_snapshot!(parlor(&["check", "--help"]), @"");
}

#[test]
fn completions_know_every_subcommand() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let output = parlor(&["completions", shell]).output().unwrap();
        assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
        let script = String::from_utf8(output.stdout).unwrap();
        for subcommand in ["run", "inspect", "check", "completions"] {
            assert!(script.contains(subcommand), "{shell}: {subcommand}");
        }
    }
}

#[test]
fn wrong_usage_is_status_2() {
    assert_cmd_snapshot!(parlor(&["run", "--colour"]), @"");
    assert_cmd_snapshot!(parlor(&["run"]), @"");
    assert_cmd_snapshot!(parlor(&["runn"]), @"");
    assert_cmd_snapshot!(parlor(&["check", "--log", "loud=very"]), @"");
}

#[test]
fn inspect_shows_what_a_component_is_and_how_to_run_it() {
    let _filters = without_sizes();
    assert_cmd_snapshot!(parlor(&["inspect", "echo.wasm"]), @"");
}

#[test]
fn inspect_speaks_json() {
    let _filters = without_sizes();
    assert_cmd_snapshot!(parlor(&["inspect", "--json", "echo.wasm"]), @"");
}

#[test]
fn inspect_of_a_backend_shows_a_network() {
    let _filters = without_sizes();
    assert_cmd_snapshot!(parlor(&["inspect", "terminal.wasm"]), @"");
}

#[test]
fn inspect_of_what_is_no_extension_says_what_it_is_and_what_to_do() {
    let folder =
        folder(&[("text.wasm", "hello, this is no wasm at all"), ("module.wasm", "\0asm\x01\0\0\0")]);
    assert_cmd_snapshot!(parlor_in(folder.path(), &["inspect", "text.wasm"]), @"");
    assert_cmd_snapshot!(parlor_in(folder.path(), &["inspect", "module.wasm"]), @"");
    assert_cmd_snapshot!(parlor_in(folder.path(), &["inspect", "missing.wasm"]), @"");
    assert_cmd_snapshot!(parlor(&["inspect", "tests/stranger.wasm"]), @"");
    assert_cmd_snapshot!(parlor(&["inspect", "tests/old-contract.wasm"]), @"");
}

#[test]
fn a_configuration_that_is_fine_is_said_to_be() {
    let configuration = "[network.screen]\ncomponent = \"terminal.wasm\"\ngrant = { net = [\"stdio:\"] }\n\n\
        [bot.echo]\ncomponent = \"echo.wasm\"\ngrant = { networks = [\"screen\"] }\n";
    let (folder, mut parlor) = check(configuration);
    fs::copy(guest("terminal"), folder.path().join("terminal.wasm")).unwrap();
    assert_cmd_snapshot!(parlor, @"");
}

#[test]
fn an_unknown_key_is_shown_where_it_stands_with_what_may_have_been_meant() {
    let (_folder, mut parlor) =
        check("[bot.echo]\ncomponent = \"echo.wasm\"\nlimit = { memory = \"16 MiB\" }\n");
    assert_cmd_snapshot!(parlor, @"");
}

#[test]
fn a_component_that_is_not_there_is_shown_where_it_is_named() {
    let (_folder, mut parlor) = check("[bot.echo]\ncomponent = \"ecco.wasm\"\n");
    assert_cmd_snapshot!(parlor, @"");
}

#[test]
fn a_configuration_that_is_not_there_is_said_to_be() {
    let folder = folder(&[]);
    assert_cmd_snapshot!(parlor_in(folder.path(), &["check", "bots.toml"]), @"");
    assert_cmd_snapshot!(parlor_in(folder.path(), &["run", "-c", "bots.toml"]), @"");
}

#[test]
fn a_grant_that_is_missing_is_told_with_the_line_to_add() {
    let (_folder, mut parlor) = check("[bot.echo]\ncomponent = \"echo.wasm\"\n");
    assert_cmd_snapshot!(parlor, @"");
}

#[test]
fn a_component_in_the_wrong_table_is_told() {
    let (_folder, mut parlor) = check(&format!("{BOT}grant = {{ networks = [\"screen\"] }}\n"));
    assert_cmd_snapshot!(parlor, @"");
}

#[test]
fn a_secret_that_is_not_set_is_told_before_anything_runs() {
    let folder = folder(&[(
        "parlor.toml",
        "[secret.password]\nenv = \"PASSWORD\"\nto = [\"irc.example.org:6697\"]\n",
    )]);
    assert_cmd_snapshot!(parlor_in(folder.path(), &["check"]), @"");
    assert_cmd_snapshot!(parlor_in(folder.path(), &["run", "-c", "parlor.toml", "echo.wasm"]), @"");
    assert_cmd_snapshot!(parlor_in(folder.path(), &["check"]).env("PASSWORD", "correct horse"), @"");
}

#[tokio::test]
async fn set_changes_the_configuration_of_a_component_on_the_command_line() {
    let mut session = Session::run(&[guest("echo")], &["--set", "chat.prefix = \"?\""]);
    session.types("?echo hi").await;
    assert_eq!(session.line().await, "hi");
    assert_eq!(session.end().await.code, Some(0));
}

#[test]
fn a_wrong_setting_is_shown_with_how_to_write_it() {
    let set = |setting: &str| parlor(&["run", "echo.wasm", "--set", setting]);
    assert_cmd_snapshot!(set("bot.echo.grant.store=1 MiB"), @"");
    assert_cmd_snapshot!(set("bot.ecco.grant.store=\"1 MiB\""), @"");
    assert_cmd_snapshot!(set("bot.echo.grants.store=\"1 MiB\""), @"");
    assert_cmd_snapshot!(set("verbose"), @"");
}

#[test]
fn two_components_of_one_name_are_told() {
    let folder = folder(&[]);
    fs::create_dir(folder.path().join("other")).unwrap();
    fs::copy(guest("echo"), folder.path().join("other/echo.wasm")).unwrap();
    assert_cmd_snapshot!(parlor_in(folder.path(), &["run", "echo.wasm", "other/echo.wasm"]), @"");
}

#[tokio::test]
async fn the_log_as_json_has_one_object_a_line_with_what_guests_print_under_their_names() {
    let mut session = Session::run(
        &[guest("echo"), test_guest("hears-everything")],
        &["--log-format", "json", "--log", "info"],
    );
    session.types("hello \"there\"\n!echo done").await;
    assert_eq!(session.line().await, "done");
    let log = session.end().await.log;
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    let of_guest = lines.iter().find(|line| {
        line["extension"] == "hears-everything" && line["message"] == "message direct you: hello \"there\""
    });
    let of_guest = of_guest.unwrap_or_else(|| panic!("{log}"));
    assert_eq!((&of_guest["level"], &of_guest["target"]), (&"INFO".into(), &"guest".into()));
    assert!(lines.iter().any(|line| line["message"] == "bot echo: running"), "{log}");
    assert_snapshot!(of_guest.as_object().unwrap().keys().map(String::as_str).collect::<Vec<_>>().join(" "), @"");
}
