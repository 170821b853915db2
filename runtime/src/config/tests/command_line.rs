//! What the command line adds, and what is wrong with it.

use super::*;

/// A configuration and what the command line adds to it.
fn with(text: &str, components: &[(&str, Kind)], sets: &[&str]) -> Result<Config, String> {
    let folder = folder();
    let components: Vec<_> = components
        .iter()
        .map(|(path, kind)| CommandLineExtension::new(folder.path().join(path), *kind))
        .collect();
    let sets: Vec<String> = sets.iter().map(ToString::to_string).collect();
    let config = read(&folder, text).expect("the file is right");
    config.with_components(&components, &sets).map_err(|error| in_folder(&folder, &error))
}

#[test]
fn the_command_line_adds_to_the_file() {
    let components = [("irc.wasm", Kind::Network), ("echo.wasm", Kind::Bot)];
    let config = with(
        "[limits]\nmailbox = 7\n[chat]\nprefix = \".\"\n[network.libera]\ncomponent = \"irc.wasm\"\n",
        &components,
        &[
            "bot.echo.grant.store=\"1 MiB\"",
            "bot.echo.grant.networks = [\"libera\", \"irc\"]",
            "bot.echo.config.greeting='hello'",
            "network.irc.grant={ secrets = [\"pw\"] }",
            "secret.pw={ env = \"PW\", to = [\"a:1\"] }",
            "limits.timers=3",
            "store.url=\"sqlite:x.db\"",
        ],
    )
    .unwrap();
    assert_eq!(config.networks.keys().collect::<Vec<_>>(), ["irc", "libera"]);
    let echo = &config.bots["echo"];
    assert_eq!(echo.grant.networks, ["libera", "irc"]);
    assert_eq!(echo.config["greeting"], "hello");
    // The limits of the command line are laid over those of the file, and change no extension of the file.
    assert_eq!((echo.limits.mailbox, echo.limits.timers), (7, 3));
    let untouched = Limits { mailbox: 7, ..Limits::default() };
    assert_eq!((&config.networks["libera"].limits, &config.limits), (&untouched, &untouched));
    assert_eq!(config.networks["irc"].grant.secrets, ["pw"]);
    assert_eq!(
        (config.secrets["pw"].place.to_string().as_str(), config.chat.prefix.as_str()),
        ("line 7 of the command line", ".")
    );
    assert_eq!(config.database_url().unwrap(), DatabaseUrl::sqlite("x.db"));
    assert!(with(GOOD, &[], &[]).is_ok());
}

#[test]
fn names_come_from_files() {
    for (path, name) in [("a/Echo_bot.wasm", "echo-bot"), ("irc.v2.wasm", "irc-v2"), ("ö.wasm", "")] {
        assert_eq!(CommandLineExtension::new(path, Kind::Bot).name, name);
    }
}

#[test]
fn names_that_clash() {
    let file = "[bot.echo]\ncomponent = \"echo.wasm\"\n";
    let error = |file: &str, components: &[(&str, Kind)]| with(file, components, &[]).unwrap_err();
    assert_snapshot!(error(file, &[("echo.wasm", Kind::Bot)]), @r#"
    error: there is a bot `echo` already, on line 1 of parlor.toml
     --> the command line:1:1
      |
    1 | bot.echo.component = "echo.wasm"
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: rename `echo.wasm`, or leave out one of the two
    "#);
    assert_snapshot!(error("", &[("echo.wasm", Kind::Bot), ("old/echo.wasm", Kind::Bot)]), @r#"
    error: `echo.wasm` and `old/echo.wasm` would both be the bot `echo`
     --> the command line:2:1
      |
    2 | bot.echo.component = "old/echo.wasm"
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: rename the file, or name it in `parlor.toml`: `[bot.NAME]` with `component = "old/echo.wasm"`
    "#);
    assert_snapshot!(error("", &[("ö.wasm", Kind::Bot)]), @r#"
    error: no name can be made from that of `ö.wasm`
     --> the command line:1:1
      |
    1 | bot."".component = "ö.wasm"
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: rename the file, or name it in `parlor.toml`: `[bot.NAME]` with `component = "ö.wasm"`
    "#);
    assert!(with(file, &[("echo.wasm", Kind::Network)], &[]).is_ok());
}

#[test]
fn settings_that_are_wrong() {
    let error = |set: &str| {
        with("[bot.old]\ncomponent = \"echo.wasm\"", &[("echo.wasm", Kind::Bot)], &[set]).unwrap_err()
    };
    assert_snapshot!(error("bot.echo.grant.store=1 MiB"), @r#"
    error: string values must be quoted, expected literal string
     --> the command line:2:22
      |
    2 | bot.echo.grant.store=1 MiB
      |                      ^^^^^
      |
      = help: text stands in quotes, and those in quotes for the shell: --set 'bot.echo.grant.store="1 MiB"'
    "#);
    assert_snapshot!(error("bot.echo.config.greeting=it's me"), @r#"
    error: string values must be quoted, expected literal string
     --> the command line:2:26
      |
    2 | bot.echo.config.greeting=it's me
      |                          ^^^^^^^
      |
      = help: text stands in quotes, and those in quotes for the shell: --set 'bot.echo.config.greeting="it'\''s me"'
    "#);
    assert_snapshot!(error("bot.echo.grant.store"), @r#"
    error: the setting has no `=`
     --> the command line:2:1
      |
    2 | bot.echo.grant.store
      | ^^^^^^^^^^^^^^^^^^^^
      |
      = help: a setting is `KEY=VALUE` on one line, such as `--set 'bot.echo.grant.store="1 MiB"'`
    "#);
    assert_snapshot!(error("bot echo=1"), @r#"
    error: key with no value, expected `=`
     --> the command line:2:5
      |
    2 | bot echo=1
      |     ^
      |
      = help: a setting is `KEY=VALUE` on one line, such as `--set 'bot.echo.grant.store="1 MiB"'`
    "#);
    assert_snapshot!(error("[bot.echo]"), @r#"
    error: the setting has no `=`
     --> the command line:2:1
      |
    2 | [bot.echo]
      | ^^^^^^^^^^
      |
      = help: a setting is `KEY=VALUE` on one line, such as `--set 'bot.echo.grant.store="1 MiB"'`
    "#);
    assert_snapshot!(error("[bot.echo] #="), @r#"
    error: this is no setting
     --> the command line:2:1
      |
    2 | [bot.echo] #=
      | ^^^^^^^^^^^^^
      |
      = help: a setting is `KEY=VALUE` on one line, such as `--set 'bot.echo.grant.store="1 MiB"'`
    "#);
    assert_snapshot!(error("bot.echo.grant.store=\"1 MiB\"\n[bot.old]\ngrant.store=\"1 MiB\""), @r#"
    error: this is no setting
     --> the command line:2:1
      |
    2 | bot.echo.grant.store="1 MiB"
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: a setting is `KEY=VALUE` on one line, such as `--set 'bot.echo.grant.store="1 MiB"'`
    "#);
    assert_snapshot!(error("bot.ehco.grant.store=\"1 MiB\""), @r#"
    error: no component on the command line is `bot.ehco`
     --> the command line:2:1
      |
    2 | bot.ehco.grant.store="1 MiB"
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: did you mean `bot.echo`?
    "#);
    assert_snapshot!(error("network.echo.grant.store=\"1 MiB\""), @r#"
    error: no component on the command line is `network.echo`
     --> the command line:2:1
      |
    2 | network.echo.grant.store="1 MiB"
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: did you mean `bot.echo`?
    "#);
    assert_snapshot!(error("bot.old.grant.store=\"1 MiB\""), @r#"
    error: `bot.old` is not from the command line, and only what is can be set there
     --> the command line:2:1
      |
    2 | bot.old.grant.store="1 MiB"
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: change it on line 1 of parlor.toml
    "#);
    assert_snapshot!(error("bot.echo.grant.stroe=\"1 MiB\""), @r#"
    error: unknown key `stroe` in `bot.echo.grant`
     --> the command line:2:16
      |
    2 | bot.echo.grant.stroe="1 MiB"
      |                ^^^^^
      |
      = help: did you mean `store`?
    "#);
    assert_snapshot!(error("bot.echo.component=\"a.wasm\""), @r#"
    error: duplicate key
     --> the command line:2:10
      |
    2 | bot.echo.component="a.wasm"
      |          ^^^^^^^^^
    "#);
}

#[test]
fn a_secret_of_the_command_line_replaces_none_of_the_file() {
    let file = "[secret.pw]\nenv = \"PW\"\nto = [\"a:1\"]\n";
    assert_snapshot!(with(file, &[], &["secret.pw={ env = \"OTHER\", to = [\"b:1\"] }"]).unwrap_err(), @r#"
    error: there is a secret `pw` already, on line 1 of parlor.toml
     --> the command line:1:8
      |
    1 | secret.pw={ env = "OTHER", to = ["b:1"] }
      |        ^^
      |
      = help: give this one another name
    "#);
}
