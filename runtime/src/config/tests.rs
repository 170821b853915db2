//! What the whole reader accepts, and every error as a person sees it.

mod command_line;
mod errors;

use std::fs;

use insta::assert_snapshot;
use proptest::prelude::*;
use tempfile::TempDir;

use super::*;

/// A folder with the components that the tests name.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for file in ["irc.wasm", "echo.wasm", "ca.pem"] {
        fs::write(folder.path().join(file), "").unwrap();
    }
    folder
}

fn read(folder: &TempDir, text: &str) -> Result<Config, ConfigError> {
    Config::parse(&folder.path().join("parlor.toml"), text)
}

/// The errors of a text, as if the working directory were its folder.
fn errors(text: &str) -> String {
    let folder = folder();
    let error = read(&folder, text).expect_err("this is wrong");
    in_folder(&folder, &error)
}

fn in_folder(folder: &TempDir, error: &ConfigError) -> String {
    error.to_string().replace(&format!("{}/", folder.path().display()), "")
}

const GOOD: &str = r##"
[network.libera]
component = "irc.wasm"
config    = { nick = "parlor", port = 6697, tls = true, rooms = ["#parlor"], since = 2024-01-01, deep = { a = [1.5] } }
grant     = { net = ["irc.libera.chat:6697"], secrets = ["libera-password"] }
limits    = { memory = "16 MiB", cpu-per-call = "50 ms" }

[bot.echo]
component = "echo.wasm"
grant     = { networks = ["libera"], http = ["https://api.example.com"], store = "1 MiB" }

# The same component as backend and bot.
[bot.libera]
component = "irc.wasm"

[secret.libera-password]
env  = "LIBERA_PASSWORD"
to   = ["irc.libera.chat:6697"]

[chat]
prefix = "."

[limits]
memory = "32 MiB"
mailbox = 7

[store]
url = "sqlite:data/parlor.db"

[tls]
extra-roots = "ca.pem"
"##;

#[test]
fn all_of_a_good_file_is_read() {
    let folder = folder();
    let config = read(&folder, GOOD).unwrap();
    let (libera, echo) = (&config.networks["libera"], &config.bots["echo"]);
    assert_eq!(libera.component, folder.path().join("irc.wasm"));
    assert_eq!((libera.id(), config.bots["libera"].id()), ("network.libera".into(), "bot.libera".into()));
    let guest: Vec<_> = libera.config.iter().map(|(key, value)| format!("{key}={value}")).collect();
    assert_eq!(
        guest,
        [
            "deep={\"a\":[1.5]}",
            "nick=parlor",
            "port=6697",
            "rooms=[\"#parlor\"]",
            "since=2024-01-01",
            "tls=true"
        ]
    );
    assert_eq!(echo.grant.networks, ["libera"]);
    assert_eq!(echo.grant.store, Some(bytesize::ByteSize::mib(1)));
    // Its own over the file's over the built-in ones.
    let built_in = Limits::default();
    assert_eq!((libera.limits.memory, libera.limits.mailbox), (16 << 20, 7));
    assert_eq!((echo.limits.memory, echo.limits.cpu_per_call), (32 << 20, built_in.cpu_per_call));
    assert_eq!(config.limits, Limits { memory: 32 << 20, mailbox: 7, ..built_in });
    assert_eq!(echo.place.line, 8);
    let secret = &config.secrets["libera-password"];
    assert_eq!((&secret.source, secret.place.line), (&SecretSource::Env("LIBERA_PASSWORD".into()), 16));
    assert_eq!(config.chat.prefix, ".");
    assert_eq!(config.database_url().unwrap(), DatabaseUrl::sqlite(folder.path().join("data/parlor.db")));
    assert_eq!(config.tls.extra_roots, Some(folder.path().join("ca.pem")));
}

#[test]
fn an_empty_file_is_a_configuration_and_a_missing_one_is_not() {
    let folder = folder();
    let config = read(&folder, "").unwrap();
    assert_eq!((config.chat.prefix.as_str(), config.limits), ("!", Limits::default()));
    let error = Config::load(&folder.path().join("absent.toml")).unwrap_err();
    assert_snapshot!(in_folder(&folder, &error), @"cannot read the configuration `absent.toml`: No such file or directory (os error 2)");
    let path = folder.path().join("parlor.toml");
    fs::write(&path, b"[chat]\nprefix = \"\xff\"").unwrap();
    assert_snapshot!(in_folder(&folder, &Config::load(&path).unwrap_err()), @r#"
    error: this is not UTF-8 text
     --> parlor.toml:2:11
      |
    2 | prefix = "�"
      |           ^
      |
      = help: save the file as UTF-8
    "#);
    fs::write(&path, GOOD).unwrap();
    assert!(Config::load(&path).is_ok());
}

#[test]
fn people_who_are_named_by_what_anybody_can_take_are_worth_a_warning() {
    let chat = "[chat]\nadmins = [\"irc/ann!*\", \"irc/account:ann\"]\n[[chat.rules]]\nallow-users = [\"irc/ben!*@*\"]\n";
    let config = read(&folder(), chat).unwrap();
    assert_eq!(config.warnings.len(), 2, "{:?}", config.warnings);
    assert!(config.warnings[0].starts_with("`admins` in [chat]: `irc/ann!*` means"), "{:?}", config.warnings);
    assert!(
        config.warnings[1].starts_with("`allow-users` in [chat]: `irc/ben!*@*` means"),
        "{:?}",
        config.warnings
    );
}

#[test]
fn chat_is_read_strictly_too() {
    for (chat, part) in [
        ("admins = [\"ann\"]", "`ann` names no network"),
        ("rules = [{ commands = [\"a\"], only-in = \"here\" }]", "unknown variant `here`"),
        ("rules = [{ colour = \"red\" }]", "unknown field `colour`"),
        ("tell-admins = [{ network = \"irc\", room = \"#ops\" }]", "there is no network `irc`"),
        ("flood = { commands = 1, per = \"never\" }", "chat.flood"),
    ] {
        let Err(ConfigError::Invalid(problems)) = read(&folder(), &format!("[chat]\n{chat}\n")) else {
            panic!("{chat} is wrong")
        };
        assert!(problems.iter().any(|problem| problem.message.contains(part)), "{chat}: {problems:?}");
    }
}

#[test]
fn problems_know_their_place() {
    let Err(ConfigError::Invalid(problems)) =
        read(&folder(), "[chat]\n  prefix = \"é\" # ö\r\n  'ö' = 1\r\n")
    else {
        panic!("this is wrong")
    };
    let [problem] = &problems[..] else { panic!("one problem: {problems:?}") };
    assert_eq!((problem.place.line, problem.place.column), (3, 3));
    assert_eq!(problem.message, "unknown key `ö` in `chat`");
    let help = problem.help.as_deref();
    assert!(help.is_some_and(|help| help.starts_with("known here: `prefix`, `prefixes`")), "{help:?}");
}

/// Text that looks like a configuration, so that more than the TOML parser is reached.
fn likely_text() -> impl Strategy<Value = String> {
    let pieces = [
        "[bot.a]",
        "[network.b]",
        "[secret.c]",
        "[limits]",
        "[chat]",
        "[store]",
        "[tls]",
        "[",
        "]",
        "{",
        "}",
        "\n",
        "\r\n",
        "=",
        ".",
        ",",
        "\"",
        "'",
        " ",
        "component",
        "config",
        "grant",
        "limits",
        "env",
        "to",
        "url",
        "prefix",
        "networks",
        "memory",
        "1",
        "-1",
        "1e999",
        "nan",
        "true",
        "\"64 MiB\"",
        "\"a:1\"",
        "\"\"\"",
        "é",
        "\u{feff}",
        "\0",
        "#",
        "1979-05-27",
    ];
    prop::collection::vec(prop::sample::select(pieces.to_vec()), 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(text in prop_oneof![any::<String>(), likely_text()]) {
        let path = Path::new("/nonexistent/parlor.toml");
        if let Err(error) = Config::parse(path, text.as_str()) {
            prop_assert!(!error.to_string().is_empty());
        }
        let extension = CommandLineExtension { name: text.clone(), component: text.clone().into(), kind: Kind::Bot };
        let _ = Config::default().with_components(&[extension], &[]);
        let _ = Config::default().with_components(&[], &[text]);
    }
}

#[test]
fn depth_is_no_way_to_overflow_the_stack() {
    for deep in
        ["a.".repeat(100_000) + "a = 1", format!("a = {}", "[".repeat(100_000)), "[a.".repeat(100_000)]
    {
        assert!(Config::parse(Path::new("parlor.toml"), deep).is_err());
    }
}
