//! The command line: what each subcommand says, on which stream, and with which exit status.

use std::{fs, io, path::Path, process::Command};

use insta::{Settings, internals::SettingsBindDropGuard};
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

/// The program without any variable in its environment, since usage and help show those that there are.
fn bare(arguments: &[&str]) -> Command {
    let mut parlor = program::parlor();
    parlor.env_clear().args(arguments);
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
    without(&[(r"\(\d+(\.\d+)? [KM]iB\)", "([size])"), (r#""bytes": \d+"#, r#""bytes": "[bytes]""#)])
}

fn without(filters: &[(&str, &str)]) -> SettingsBindDropGuard {
    let mut settings = Settings::clone_current();
    filters.iter().for_each(|(pattern, instead)| settings.add_filter(pattern, *instead));
    settings.bind_to_scope()
}

#[test]
fn completions_know_every_subcommand() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let output = parlor(&["completions", shell]).output().unwrap();
        assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
        let script = String::from_utf8(output.stdout).unwrap();
        for subcommand in
            ["new", "build", "test", "conform", "run", "inspect", "check", "compile", "replay", "completions"]
        {
            assert!(script.contains(subcommand), "{shell}: {subcommand}");
        }
    }
}

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    for arguments in
        [&["inspect", "echo.wasm"][..], &["inspect", "--json", "echo.wasm"], &["completions", "bash"]]
    {
        let (reader, writer) = io::pipe().unwrap();
        drop(reader);
        let output = parlor(arguments).stdout(writer).output().unwrap();
        assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    }
}

#[test]
fn wrong_usage_is_status_2() {
    assert_cmd_snapshot!(bare(&["run", "--colour"]), @r"
    success: false
    exit_code: 2
    ----- stdout -----

    ----- stderr -----
    error: unexpected argument '--colour' found

      tip: to pass '--colour' as a value, use '-- --colour'

    Usage: parlor run [OPTIONS] [COMPONENT]...

    For more information, try '--help'.
    ");
    assert_cmd_snapshot!(bare(&["run"]), @r"
    success: false
    exit_code: 2
    ----- stdout -----

    ----- stderr -----
    error: the following required arguments were not provided:
      <COMPONENT>...

    Usage: parlor run <COMPONENT>...

    For more information, try '--help'.
    ");
    assert_cmd_snapshot!(bare(&["runn"]), @r"
    success: false
    exit_code: 2
    ----- stdout -----

    ----- stderr -----
    error: unrecognized subcommand 'runn'

      tip: a similar subcommand exists: 'run'

    Usage: parlor [OPTIONS] <COMMAND>

    For more information, try '--help'.
    ");
    assert_cmd_snapshot!(bare(&["check", "--log", "verbose"]), @r"
    success: false
    exit_code: 2
    ----- stdout -----

    ----- stderr -----
    parlor: --log verbose: there is no level `verbose`; try `--log info` or `--log info,guest=debug`
    ");
    assert_cmd_snapshot!(bare(&["check", "--log", "loud=very"]), @r#"
    success: false
    exit_code: 2
    ----- stdout -----

    ----- stderr -----
    parlor: --log loud=very: error parsing level filter: expected one of "off", "error", "warn", "info", "debug", "trace", or a number 0-5; try `--log info` or `--log info,guest=debug`
    "#);
}

#[test]
fn inspect_shows_what_a_component_is_and_how_to_run_it() {
    let _filters = without_sizes();
    assert_cmd_snapshot!(parlor(&["inspect", "echo.wasm"]), @r#"
    success: true
    exit_code: 0
    ----- stdout -----
    echo.wasm ([size])
    roles     bot
    about     echo 0.1.0: says again what it is told
    commands  echo TEXT: says TEXT again
    imports   parlor:chat/types@0.1.0
              wasi:cli/stderr@0.2.6
              wasi:cli/stdin@0.2.6
              wasi:cli/stdout@0.2.6
              wasi:clocks/wall-clock@0.2.6
              wasi:filesystem/preopens@0.2.6
              wasi:filesystem/types@0.2.6
              wasi:io/error@0.2.6
              wasi:io/streams@0.2.6

    To run it, in parlor.toml:

    [bot.echo]
    component = "echo.wasm"
    grant = { networks = ["NETWORK"] }

    ----- stderr -----
    "#);
}

#[test]
fn inspect_speaks_json() {
    let _filters = without_sizes();
    assert_cmd_snapshot!(parlor(&["inspect", "--json", "echo.wasm"]), @r#"
    success: true
    exit_code: 0
    ----- stdout -----
    {
      "component": "echo.wasm",
      "bytes": "[bytes]",
      "roles": [
        "bot"
      ],
      "about": {
        "name": "echo",
        "version": "0.1.0",
        "summary": "says again what it is told"
      },
      "commands": [
        {
          "name": "echo",
          "usage": "TEXT",
          "summary": "says TEXT again",
          "admin_only": false,
          "hidden": false
        }
      ],
      "exports": [
        "parlor:chat/bot@0.1.0",
        "parlor:chat/command-handler@0.1.0"
      ],
      "imports": [
        "parlor:chat/types@0.1.0",
        "wasi:cli/stderr@0.2.6",
        "wasi:cli/stdin@0.2.6",
        "wasi:cli/stdout@0.2.6",
        "wasi:clocks/wall-clock@0.2.6",
        "wasi:filesystem/preopens@0.2.6",
        "wasi:filesystem/types@0.2.6",
        "wasi:io/error@0.2.6",
        "wasi:io/streams@0.2.6"
      ],
      "needs": [
        {
          "grant": "networks",
          "example": "[\"NETWORK\"]"
        }
      ],
      "configuration": "[bot.echo]\ncomponent = \"echo.wasm\"\ngrant = { networks = [\"NETWORK\"] }"
    }

    ----- stderr -----
    "#);
}

#[test]
fn inspect_of_a_backend_shows_a_network() {
    let _filters = without_sizes();
    assert_cmd_snapshot!(parlor(&["inspect", "terminal.wasm"]), @r#"
    success: true
    exit_code: 0
    ----- stdout -----
    terminal.wasm ([size])
    roles     backend
    imports   parlor:chat/events@0.1.0
              parlor:chat/rooms@0.1.0
              parlor:chat/types@0.1.0
              parlor:host/net@0.1.0
              wasi:cli/stderr@0.2.6
              wasi:cli/stdin@0.2.6
              wasi:cli/stdout@0.2.6
              wasi:clocks/monotonic-clock@0.2.6
              wasi:clocks/wall-clock@0.2.6
              wasi:config/store@0.2.0-rc.1
              wasi:filesystem/preopens@0.2.6
              wasi:filesystem/types@0.2.6
              wasi:io/error@0.2.6
              wasi:io/streams@0.2.6

    To run it, in parlor.toml:

    [network.terminal]
    component = "terminal.wasm"
    grant = { net = ["HOST:PORT"] }

    ----- stderr -----
    "#);
}

#[test]
fn inspect_of_what_is_no_extension_says_what_it_is_and_what_to_do() {
    let folder =
        folder(&[("text.wasm", "hello, this is no wasm at all"), ("module.wasm", "\0asm\x01\0\0\0")]);
    assert_cmd_snapshot!(parlor_in(folder.path(), &["inspect", "text.wasm"]), @r"
    success: false
    exit_code: 1
    ----- stdout -----

    ----- stderr -----
    parlor: text.wasm: is no WebAssembly component; build one with `cargo build --target wasm32-wasip2`
    ");
    assert_cmd_snapshot!(parlor_in(folder.path(), &["inspect", "module.wasm"]), @r"
    success: false
    exit_code: 1
    ----- stdout -----

    ----- stderr -----
    parlor: module.wasm: is a core WebAssembly module and no component; build it for the target wasm32-wasip2, or wrap it with `wasm-tools component new`
    ");
    assert_cmd_snapshot!(parlor_in(folder.path(), &["inspect", "missing.wasm"]), @r"
    success: false
    exit_code: 1
    ----- stdout -----

    ----- stderr -----
    parlor: missing.wasm: cannot be read: No such file or directory (os error 2)
    ");
    assert_cmd_snapshot!(parlor(&["inspect", "tests/stranger.wasm"]), @r"
    success: false
    exit_code: 1
    ----- stdout -----

    ----- stderr -----
    parlor: tests/stranger.wasm: is a component of another world: it exports example:other/thing@1.0.0; an extension exports parlor:chat/bot (a bot), parlor:chat/backend and parlor:chat/rooms (a backend), or an interface of parlor:coweb (a manager of sessions or a service bot)
    ");
    assert_cmd_snapshot!(parlor(&["inspect", "tests/old-contract.wasm"]), @r"
    success: false
    exit_code: 1
    ----- stdout -----

    ----- stderr -----
    parlor: tests/old-contract.wasm: is built for parlor:chat/bot@0.2.0, and this Parlor speaks parlor:chat@0.1.0; build it against the contract of this version, or run a Parlor that speaks that one
    ");
}

#[test]
fn a_configuration_that_is_fine_is_said_to_be() {
    let configuration = "[network.screen]\ncomponent = \"terminal.wasm\"\ngrant = { net = [\"stdio:\"] }\n\n\
        [bot.echo]\ncomponent = \"echo.wasm\"\ngrant = { networks = [\"screen\"] }\n";
    let (folder, mut parlor) = check(configuration);
    fs::copy(guest("terminal"), folder.path().join("terminal.wasm")).unwrap();
    assert_cmd_snapshot!(parlor, @r"
    success: true
    exit_code: 0
    ----- stdout -----
    network.screen: fine (terminal.wasm)
    bot.echo: fine (echo.wasm)
    parlor.toml: fine

    ----- stderr -----
    ");
}

#[test]
fn an_unknown_key_is_shown_where_it_stands_with_what_may_have_been_meant() {
    let (_folder, mut parlor) =
        check("[bot.echo]\ncomponent = \"echo.wasm\"\nlimit = { memory = \"16 MiB\" }\n");
    assert_cmd_snapshot!(parlor, @r#"
    success: false
    exit_code: 2
    ----- stdout -----

    ----- stderr -----
    parlor: error: unknown key `limit` in `bot.echo`
     --> parlor.toml:3:1
      |
    3 | limit = { memory = "16 MiB" }
      | ^^^^^
      |
      = help: did you mean `limits`?
    "#);
}

#[test]
fn a_component_that_is_not_there_is_shown_where_it_is_named() {
    let (_folder, mut parlor) = check("[bot.echo]\ncomponent = \"ecco.wasm\"\n");
    assert_cmd_snapshot!(parlor, @r#"
    success: false
    exit_code: 2
    ----- stdout -----

    ----- stderr -----
    parlor: error: there is no component file `ecco.wasm`
     --> parlor.toml:2:13
      |
    2 | component = "ecco.wasm"
      |             ^^^^^^^^^^^
      |
      = help: a relative path starts at the working directory
    "#);
}

#[test]
fn a_configuration_that_is_not_there_is_said_to_be() {
    let folder = folder(&[]);
    assert_cmd_snapshot!(parlor_in(folder.path(), &["check", "bots.toml"]), @r"
    success: false
    exit_code: 2
    ----- stdout -----

    ----- stderr -----
    parlor: cannot read the configuration `bots.toml`: No such file or directory (os error 2)
    ");
    assert_cmd_snapshot!(parlor_in(folder.path(), &["run", "-c", "bots.toml"]), @r"
    success: false
    exit_code: 2
    ----- stdout -----

    ----- stderr -----
    parlor: cannot read the configuration `bots.toml`: No such file or directory (os error 2)
    ");
}

#[test]
fn a_grant_that_is_missing_is_told_with_the_line_to_add() {
    let (_folder, mut parlor) = check("[bot.echo]\ncomponent = \"echo.wasm\"\n");
    assert_cmd_snapshot!(parlor, @r#"
    success: false
    exit_code: 2
    ----- stdout -----

    ----- stderr -----
    parlor: echo.wasm: is a bot, and was granted no network; add to [bot.echo] the line: grant = { networks = ["NETWORK"] }
    "#);
}

#[test]
fn a_component_in_the_wrong_table_is_told() {
    let (_folder, mut parlor) = check("[network.screen]\ncomponent = \"echo.wasm\"\n");
    assert_cmd_snapshot!(parlor, @r"
    success: false
    exit_code: 2
    ----- stdout -----

    ----- stderr -----
    parlor: echo.wasm: is configured as [network.screen] and exports no parlor:chat/backend
    ");
}

#[test]
fn a_secret_that_is_not_set_is_told_before_anything_runs() {
    let folder = folder(&[(
        "parlor.toml",
        "[secret.password]\nenv = \"PASSWORD\"\nto = [\"irc.example.org:6697\"]\n",
    )]);
    assert_cmd_snapshot!(parlor_in(folder.path(), &["check"]), @r"
    success: false
    exit_code: 2
    ----- stdout -----

    ----- stderr -----
    parlor: environment variable PASSWORD is not set (secret password, line 1 of parlor.toml)
    ");
    assert_cmd_snapshot!(parlor_in(folder.path(), &["run", "-c", "parlor.toml", "echo.wasm"]), @r"
    success: false
    exit_code: 2
    ----- stdout -----

    ----- stderr -----
    parlor: environment variable PASSWORD is not set (secret password, line 1 of parlor.toml)
    ");
    assert_cmd_snapshot!(parlor_in(folder.path(), &["check"]).env("PASSWORD", "correct horse"), @r"
    success: true
    exit_code: 0
    ----- stdout -----
    parlor.toml: fine

    ----- stderr -----
    ");
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
    assert_cmd_snapshot!(set("bot.echo.grant.store=1 MiB"), @r#"
    success: false
    exit_code: 2
    ----- stdout -----

    ----- stderr -----
    parlor: error: string values must be quoted, expected literal string
     --> the command line:3:22
      |
    3 | bot.echo.grant.store=1 MiB
      |                      ^^^^^
      |
      = help: text stands in quotes, and those in quotes for the shell: --set 'bot.echo.grant.store="1 MiB"'
    "#);
    assert_cmd_snapshot!(set("bot.ecco.grant.store=\"1 MiB\""), @r#"
    success: false
    exit_code: 2
    ----- stdout -----

    ----- stderr -----
    parlor: error: no component on the command line is `bot.ecco`
     --> the command line:3:1
      |
    3 | bot.ecco.grant.store="1 MiB"
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: did you mean `bot.echo`?
    "#);
    assert_cmd_snapshot!(set("bot.echo.grants.store=\"1 MiB\""), @r#"
    success: false
    exit_code: 2
    ----- stdout -----

    ----- stderr -----
    parlor: error: unknown key `grants` in `bot.echo`
     --> the command line:3:10
      |
    3 | bot.echo.grants.store="1 MiB"
      |          ^^^^^^
      |
      = help: did you mean `grant`?
    "#);
    assert_cmd_snapshot!(set("verbose"), @r#"
    success: false
    exit_code: 2
    ----- stdout -----

    ----- stderr -----
    parlor: error: the setting has no `=`
     --> the command line:3:1
      |
    3 | verbose
      | ^^^^^^^
      |
      = help: a setting is `KEY=VALUE` on one line, such as `--set 'bot.echo.grant.store="1 MiB"'`
    "#);
}

#[test]
fn two_components_of_one_name_are_told() {
    let folder = folder(&[]);
    fs::create_dir(folder.path().join("other")).unwrap();
    fs::copy(guest("echo"), folder.path().join("other/echo.wasm")).unwrap();
    assert_cmd_snapshot!(parlor_in(folder.path(), &["run", "echo.wasm", "other/echo.wasm"]), @r#"
    success: false
    exit_code: 2
    ----- stdout -----

    ----- stderr -----
    parlor: error: `echo.wasm` and `other/echo.wasm` would both be the bot `echo`
     --> the command line:2:1
      |
    2 | bot.echo.component = "other/echo.wasm"
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: rename the file, or name it in `parlor.toml`: `[bot.NAME]` with `component = "other/echo.wasm"`
    "#);
}

#[tokio::test]
async fn the_log_as_json_has_one_object_a_line_with_what_guests_say_under_their_names() {
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
}
