//! What `--help` teaches: of the program, and of each of its subcommands.

use insta::{Settings, internals::SettingsBindDropGuard};
use insta_cmd::assert_cmd_snapshot;
use parlor_tests::program;

/// The program without any variable in its environment, since help shows those that there are.
fn help(subcommand: &[&str]) -> std::process::Command {
    let mut parlor = program::parlor();
    parlor.env_clear().args(subcommand).arg("--help");
    parlor
}

/// Leaves out what is not seen; and of a subcommand the options that all of them have, which stand in the program's own.
fn without(common: bool) -> SettingsBindDropGuard {
    let mut settings = Settings::clone_current();
    settings.add_filter("(?m) +$", "");
    if common {
        settings.add_filter(
            r"(?s) +--log-format <FORMAT>.*Print help \(see a summary with '-h'\)",
            "      [what all have]",
        );
    }
    settings.bind_to_scope()
}

#[test]
fn help_shows_the_subcommands_with_examples() {
    let _filters = without(false);
    assert_cmd_snapshot!(help(&[]), @r"
    success: true
    exit_code: 0
    ----- stdout -----
    Runs chat bots, chat backends and the managers of collaboration servers as WebAssembly components
    that can do nothing but what you grant them

    Usage: parlor [OPTIONS] <COMMAND>

    Commands:
      new          Make a project: an extension that builds at once, with a test, to be changed into
                   yours
      build        Build a project into a component
      test         Try an extension in conversations, without a network
      conform      Try whether an extension does what the contract demands of its roles
      run          Run bots and backends
      inspect      Show what a component is, what it offers, and what it would have to be granted
      check        Find what is wrong with a configuration, without running it
      compile      Compile components ahead of time
      replay       Play a recording to an extension, and show where it behaves differently
      completions  Print a script that completes parlor's commands and options
      help         Print this message or the help of the given subcommand(s)

    Options:
          --log-format <FORMAT>
              How log lines are written to standard error

              Possible values:
              - text: For people
              - json: One JSON object a line

              [default: text]

          --log <FILTER>
              What is logged: `error`, `warn`, `info`, `debug`, or a filter such as `info,guest=debug`
              [default: `info`, or `warn` while the terminal is used for chat]

              [env: PARLOR_LOG=]

          --cache <FOLDER>
              Where compiled components are kept [default: `parlor` in the user's cache folder]

              [env: PARLOR_CACHE=]

          --compile-time <TIME>
              How long a component may take to compile, such as `10min` [default: 3min]

              [env: PARLOR_COMPILE_TIME=]

          --compile-memory <SIZE>
              How much memory its compiler may take, such as `8GiB`; kept on Linux only [default: 2GiB]

              [env: PARLOR_COMPILE_MEMORY=]

      -h, --help
              Print help (see a summary with '-h')

      -V, --version
              Print version

    Examples:
      parlor new greeter --lang python   begin a bot of your own
      parlor run --watch greeter         talk to it in this terminal, while you change it
      parlor run echo.wasm               try a bot in this terminal
      parlor inspect echo.wasm           see what it is, and what it would have to be granted
      parlor check parlor.toml           find what is wrong with a configuration
      parlor run -c parlor.toml          run networks and bots

    Exit status: 0 fine, 1 failed, 2 wrong usage or configuration.

    ----- stderr -----
    ");
}

#[test]
fn new_has_help() {
    let _filters = without(true);
    assert_cmd_snapshot!(help(&["new"]), @r"
    success: true
    exit_code: 0
    ----- stdout -----
    Make a project: an extension that builds at once, with a test, to be changed into yours

    The contract and the SDK of the language are inside; nothing is downloaded for them. What else the
    language needs is said at the end.

    Usage: parlor new [OPTIONS] --lang <LANGUAGE> <NAME>

    Arguments:
      <NAME>
              What it is called: words of lowercase letters and digits, with `-` between them

    Options:
      -l, --lang <LANGUAGE>
              What it is written in

              Possible values:
              - rust:   Rust, compiled by cargo
              - python: Python, with its interpreter inside (19 MB)
              - js:     JavaScript, with its engine inside (1.6 MB)
              - ts:     TypeScript: JavaScript with types
              - c:      C, compiled by clang or zig

      -k, --kind <KIND>
              What it is

              Possible values:
              - bot:         A chat bot: commands, messages, timers
              - backend:     The glue to one chat service
              - auth:        Says who the people of a collaboration server are
              - access:      Decides what they may do
              - launcher:    Starts and stops the service bots of a session
              - manager:     Speaks with the service bots of a session
              - service-bot: A bot that serves in a session
              - updater:     Chooses who brings late joiners up to date

              [default: bot]

          --into <FOLDER>
              The folder to make it in, new or empty [default: one of its name]

          [what all have]

    Examples:
      parlor new greeter --lang python                   a chat bot
      parlor new my-net --lang rust --kind backend       the glue to a chat service
      parlor new adder --lang ts --kind service-bot      a bot that serves in coweb sessions

    ----- stderr -----
    ");
}

#[test]
fn build_has_help() {
    let _filters = without(true);
    assert_cmd_snapshot!(help(&["build"]), @r"
    success: true
    exit_code: 0
    ----- stdout -----
    Build a project into a component

    The language is seen from the project's files. What is not installed is said, with the command that
    installs it. The component is `build/NAME.wasm`.

    Usage: parlor build [OPTIONS] [FOLDER]

    Arguments:
      [FOLDER]
              The project's folder

              [default: .]

    Options:
          [what all have]

    Examples:
      parlor build                 the project in this folder
      parlor build greeter         one elsewhere

    ----- stderr -----
    ");
}

#[test]
fn test_has_help() {
    let _filters = without(true);
    assert_cmd_snapshot!(help(&["test"]), @r"
    success: true
    exit_code: 0
    ----- stdout -----
    Try an extension in conversations, without a network

    A script says what people say and do; the indented lines below each step are what the extension does
    then. Clock, chance, network and store are the script's, so that the outcome is the same each time.
    With a folder, the extension in it is built first, and its scripts are `tests/*.talk`.

    Usage: parlor test [OPTIONS] [FOLDER|COMPONENT] [SCRIPT]...

    Arguments:
      [FOLDER|COMPONENT]
              An extension's folder, or a component

              [default: .]

      [SCRIPT]...
              Scripts [default: `tests/*.talk` in the folder]

    Options:
          --only <TEXT>
              Only tests whose name contains this

          --bless
              Write what was seen into the scripts, in place of what was expected

          --json
              Print JSON, for scripts

          [what all have]

    A script:
      test greets who asks
      anna in #lobby: !hello
        #lobby: Hello, anna!
      wait 1m
      store
        greeted = 1

    Examples:
      parlor test                            the extension in this folder
      parlor test karma.wasm karma.talk      any component, any scripts
      parlor test --bless                    write what was seen into the scripts

    ----- stderr -----
    ");
}

#[test]
fn conform_has_help() {
    let _filters = without(true);
    assert_cmd_snapshot!(help(&["conform"]), @r##"
    success: true
    exit_code: 0
    ----- stdout -----
    Try whether an extension does what the contract demands of its roles

    Each behaviour is a sentence that holds or does not, shown with a new instance of the extension: a
    backend against a scripted service, a manager against a server that asks and answers, a bot against
    people who say anything. Nothing of it touches a network or the clock. What fails is told with what
    was seen; what could not be tried, with what is missing in conform.toml.

    Usage: parlor conform [OPTIONS] [FOLDER|COMPONENT]

    Arguments:
      [FOLDER|COMPONENT]
              An extension's folder, or a component

              [default: .]

    Options:
          --peer <FILE>
              What is known of it and of whom it speaks with [default: `conform.toml` in its folder]

          --role <ROLE>
              Only as this, where an extension is several things: `backend`, `bot`, `auth` …

          --only <TEXT>
              Only behaviours whose name contains this

          --json
              Print JSON, for scripts

          [what all have]

    conform.toml says what nobody can know of an extension; all of it may be left out, and then less is
    tried:
      config = { server = "chat.example.org:7000" }     as in parlor.toml; so is `limits`
      files  = { "/users/users.ini" = "anna = …" }     what it may read, by its own paths

      [backend]                                         how its service speaks, a line an element
      room    = "#lobby"
      person  = "anna"
      message = "SAY anna #lobby {text}"                what comes when anna says something there
      private = "SAY anna * {text}"                     … to the bot alone
      joins   = ["JOIN anna #lobby"]                    … when she enters; `leaves` when she goes
      replies = [{ when = "JOIN *", say = ["JOIN parlor {1}"] }]
                                                        `*` is any text, {1} that of the first one
      line-end = "\r\n"                                 where it is not "\n"

      [auth]         user = "anna", password = "secret"            somebody who is let in
      [access]       welcome = "anna", refused = "eve"             who may come and who not
      [launcher]     services = ["a", "b"], manager = "bayeux", connection = { url = "ws://…" }
      [service-bot]  request = { add = 1 }, sync = {}              what it answers; also app-data,
      config

    Examples:
      parlor conform                               the extension in this folder
      parlor conform irc.wasm --peer conform.toml  any component
      parlor conform irc.wasm --only room          the behaviours with this word in their name

    ----- stderr -----
    "##);
}

#[test]
fn run_has_help() {
    let _filters = without(true);
    assert_cmd_snapshot!(help(&["run"]), @r#"
    success: true
    exit_code: 0
    ----- stdout -----
    Run bots and backends

    What each component is, is read from the component. With no backend at all, this terminal is the
    network: type, and the bots answer. Components on the command line may use each other and nothing
    else; what more they may do is granted with --set or in a configuration.

    Usage: parlor run [OPTIONS] [COMPONENT]...

    Arguments:
      [COMPONENT]...
              Components to run

    Options:
      -c, --config <FILE>
              A configuration; see `parlor check`

          --set <KEY=VALUE>
              Sets a key of the configuration, for components on the command line (TOML; may be given
              again)

          --watch <FOLDER>
              Builds the bot in this folder and runs it, and again after each change of its files, while
              everything else goes on (may be given again). It may have a store of 1 MiB

          --record <FILE>
              Writes every call into and out of the extensions into this new file, without secrets;
              `parlor replay` plays it

          [what all have]

    Examples:
      parlor run echo.wasm
      parlor run irc.wasm echo.wasm --set 'network.irc.grant.net = ["irc.example.org:6697"]' \
                                    --set 'network.irc.config.server = "irc.example.org:6697"'
      parlor run -c parlor.toml
      parlor run --watch greeter           a project: edit it, save, and the bot is the new one

    ----- stderr -----
    "#);
}

#[test]
fn inspect_has_help() {
    let _filters = without(true);
    assert_cmd_snapshot!(help(&["inspect"]), @r"
    success: true
    exit_code: 0
    ----- stdout -----
    Show what a component is, what it offers, and what it would have to be granted

    The component is compiled and, if it is a bot, asked to describe itself in a sandbox without any
    grant. It is not started.

    Usage: parlor inspect [OPTIONS] <COMPONENT>

    Arguments:
      <COMPONENT>
              The component

    Options:
          --json
              Print JSON, for scripts

          [what all have]

    ----- stderr -----
    ");
}

#[test]
fn check_has_help() {
    let _filters = without(true);
    assert_cmd_snapshot!(help(&["check"]), @r"
    success: true
    exit_code: 0
    ----- stdout -----
    Find what is wrong with a configuration, without running it

    Reads the file, compiles every component, and compares what each asks for with what it is granted.
    Secrets must be there, but are not shown. Nothing is started and nothing is connected to.

    Usage: parlor check [OPTIONS] [FILE]

    Arguments:
      [FILE]
              The configuration

              [default: parlor.toml]

    Options:
          [what all have]

    ----- stderr -----
    ");
}

#[test]
fn compile_has_help() {
    let _filters = without(true);
    assert_cmd_snapshot!(help(&["compile"]), @r"
    success: true
    exit_code: 0
    ----- stdout -----
    Compile components ahead of time

    A component is compiled once for this machine and kept, so that it starts at once from then on. That
    takes a moment for one in Rust or C, and up to a minute for one in Python. Where the program is
    installed or updated, this is the time to do it. What takes too long or too much memory is given up:
    --compile-time and --compile-memory allow more.

    Usage: parlor compile [OPTIONS] [COMPONENT]...

    Arguments:
      [COMPONENT]...
              Components

    Options:
      -c, --config <FILE>
              A configuration whose components are compiled

          [what all have]

    Examples:
      parlor compile karma.wasm
      parlor compile -c parlor.toml        all components of a configuration

    ----- stderr -----
    ");
}

#[test]
fn replay_has_help() {
    let _filters = without(true);
    assert_cmd_snapshot!(help(&["replay"]), @r"
    success: true
    exit_code: 0
    ----- stdout -----
    Play a recording to an extension, and show where it behaves differently

    `parlor run --record` makes recordings. The extension is run again without a network, a store or a
    clock: every answer that it gets is the recorded one. So a bug that somebody recorded can be looked
    at, and once it is mended the same recording shows what has changed. Secrets are not in recordings;
    what depends on one cannot be played.

    Usage: parlor replay [OPTIONS] <FILE> <EXTENSION>

    Arguments:
      <FILE>
              A recording

      <EXTENSION>
              The component: the one that was recorded, or another build of it

    Options:
          --name <NAME>
              Which of the recorded extensions it stands for [default: the only one, or the one of the
              same file name]

      -v, --verbose
              Show every call that is played

          [what all have]

    Examples:
      parlor run -c parlor.toml --record talk.rec
      parlor replay talk.rec karma.wasm
      parlor replay talk.rec karma.wasm --name bot.karma --verbose

    ----- stderr -----
    ");
}
