//! The table `[coweb]`, as `parlor check` finds it.

use std::{fs, process::Command};

use insta_cmd::assert_cmd_snapshot;
use parlor_tests::{guests::guest, program};
use tempfile::TempDir;

/// All keys of the table.
const WHOLE: &str = r#"[coweb]
listen = "127.0.0.1:8080"
static = "www"
web-root = "/"
admin-url = "/admin"
session-root = "/session/"
login-url = "/login"
logout-url = "/logout"
tls = { certificate = "cert.pem", key = "key.pem" }
origins = ["https://app.example.com"]
cookie-secret = { file = "cookies" }
idle-timeout = "30 s"
grace = "5 s"
updater-timeout = "10 s"
navigation = false
clients = 10000
clients-per-session = 256
sessions = 10000
max-connections = 20000
max-message = "1 MiB"
auth = { component = "public-auth.wasm" }
access = { component = "list-access.wasm", config = { access = { deny-users = ["eve"] } } }
updater = { component = "exact-updater.wasm" }
launcher = { component = "component-launcher.wasm" }
manager = { component = "component-manager.wasm" }
services-root = "/services/"
stop-unused = ["echo"]
service.echo = { component = "echo-service.wasm" }
"#;

/// The components of it.
const COMPONENTS: &[&str] = &[
    "public-auth",
    "list-access",
    "exact-updater",
    "component-launcher",
    "component-manager",
    "echo-service",
];

/// What `parlor check` says to this, in a folder with all that [`WHOLE`] names.
fn check(configuration: &str) -> (TempDir, Command) {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("www")).expect("a folder");
    for name in COMPONENTS {
        let file = guest(name);
        fs::copy(&file, folder.path().join(file.file_name().expect("a name"))).expect("a file");
    }
    for (name, content) in [
        ("parlor.toml", configuration),
        ("cert.pem", "a certificate"),
        ("key.pem", "a key"),
        ("cookies", "a secret of this test"),
    ] {
        fs::write(folder.path().join(name), content).expect("a file");
    }
    let mut parlor = program::parlor();
    parlor.current_dir(folder.path()).arg("check");
    (folder, parlor)
}

/// [`WHOLE`] with some text in place of other.
fn with(changes: &[(&str, &str)]) -> String {
    changes.iter().fold(WHOLE.to_owned(), |toml, (from, to)| {
        assert!(toml.contains(from), "{from}");
        toml.replace(from, to)
    })
}

#[test]
fn each_extension_of_a_table_with_all_keys_is_said_to_be_fine() {
    let (_folder, mut parlor) = check(WHOLE);
    assert_cmd_snapshot!(parlor, @r"
    success: true
    exit_code: 0
    ----- stdout -----
    coweb.access: fine (list-access.wasm)
    coweb.auth: fine (public-auth.wasm)
    coweb.updater: fine (exact-updater.wasm)
    coweb.launcher: fine (component-launcher.wasm)
    coweb.manager: fine (component-manager.wasm)
    coweb.service.echo: fine (echo-service.wasm)
    parlor.toml: fine

    ----- stderr -----
    ");
}

#[test]
fn values_that_cannot_be_are_shown_with_what_could() {
    let (_folder, mut parlor) = check(&with(&[
        ("\"127.0.0.1:8080\"", "\"8080\""),
        ("\"cert.pem\"", "\"cret.pem\""),
        ("example.com\"", "example.com/\""),
        ("grace = \"5 s\"", "grace = \"5\""),
        ("\nclients = 10000", "\nclients = 0"),
    ]));
    assert_cmd_snapshot!(parlor, @r#"
    success: false
    exit_code: 2
    ----- stdout -----

    ----- stderr -----
    parlor: error: `coweb.listen`: invalid socket address syntax
     --> parlor.toml:2:10
      |
    2 | listen = "8080"
      |          ^^^^^^
      |
      = help: write it like `listen = "127.0.0.1:8080"`

    error: there is no file `cret.pem`
     --> parlor.toml:9:23
      |
    9 | tls = { certificate = "cret.pem", key = "key.pem" }
      |                       ^^^^^^^^^^
      |
      = help: a relative path starts at the working directory

    error: `https://app.example.com/` is no origin: scheme, host and port, and nothing after them
      --> parlor.toml:10:11
       |
    10 | origins = ["https://app.example.com/"]
       |           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: write it like `origins = ["https://app.example.com"]`

    error: `coweb.grace`: "5" is no duration: time unit needed, for example 5sec or 5ms
      --> parlor.toml:13:9
       |
    13 | grace = "5"
       |         ^^^
       |
       = help: write it like `grace = "5 s"`

    error: `coweb.clients` must be at least 1
      --> parlor.toml:16:11
       |
    16 | clients = 0
       |           ^
       |
       = help: write it like `clients = 10000`
    "#);
}

#[test]
fn keys_that_are_unknown_missing_or_in_each_others_way_are_shown() {
    let (_folder, mut parlor) = check(&with(&[
        ("static =", "statik ="),
        (", key = \"key.pem\"", ""),
        ("\"cookies\"", "\"cookies\", env = \"COOKIES\""),
    ]));
    assert_cmd_snapshot!(parlor, @r#"
    success: false
    exit_code: 2
    ----- stdout -----

    ----- stderr -----
    parlor: error: unknown key `statik` in `coweb`
     --> parlor.toml:3:1
      |
    3 | statik = "www"
      | ^^^^^^
      |
      = help: did you mean `static`?

    error: `coweb.tls.key` is missing
     --> parlor.toml:9:1
      |
    9 | tls = { certificate = "cert.pem" }
      | ^^^
      |
      = help: write it like `key = "key.pem"`

    error: the secret has two sources
      --> parlor.toml:11:1
       |
    11 | cookie-secret = { file = "cookies", env = "COOKIES" }
       | ^^^^^^^^^^^^^
       |
       = help: keep `env` or `file`
    "#);
}

#[test]
fn services_that_there_are_not_or_twice_are_shown() {
    let whole = with(&[
        ("launcher = { component = \"component-launcher.wasm\" }\n", ""),
        ("[\"echo\"]", "[\"ecco\"]"),
    ]);
    let bot = "[bot.loud]\ncomponent = \"echo-service.wasm\"\nservice = \"echo\"\n";
    let (_folder, mut parlor) = check(&format!("{whole}{bot}"));
    assert_cmd_snapshot!(parlor, @r#"
    success: false
    exit_code: 2
    ----- stdout -----

    ----- stderr -----
    parlor: error: there is no service `ecco`
      --> parlor.toml:26:15
       |
    26 | stop-unused = ["ecco"]
       |               ^^^^^^^^
       |
       = help: did you mean `echo`?

    error: there are two services `echo`
      --> parlor.toml:30:11
       |
    30 | service = "echo"
       |           ^^^^^^
       |
       = help: give each a name of its own
    "#);
    let (_folder, mut parlor) = check(bot);
    assert_cmd_snapshot!(parlor, @r#"
    success: false
    exit_code: 2
    ----- stdout -----

    ----- stderr -----
    parlor: error: there are no sessions that `echo` could serve in
     --> parlor.toml:3:11
      |
    3 | service = "echo"
      |           ^^^^^^
      |
      = help: add a table `[coweb]`
    "#);
}

#[test]
fn an_extension_in_the_place_of_another_is_told() {
    let (_folder, mut parlor) = check(&with(&[("\"public-auth.wasm\"", "\"list-access.wasm\"")]));
    assert_cmd_snapshot!(parlor, @r"
    success: false
    exit_code: 2
    ----- stdout -----
    coweb.access: fine (list-access.wasm)
    coweb.updater: fine (exact-updater.wasm)
    coweb.launcher: fine (component-launcher.wasm)
    coweb.manager: fine (component-manager.wasm)
    coweb.service.echo: fine (echo-service.wasm)

    ----- stderr -----
    parlor: list-access.wasm: is configured as [coweb.auth] and exports no parlor:coweb/auth
    ");
    let (_folder, mut parlor) = check(&with(&[("\"echo-service.wasm\"", "\"component-manager.wasm\"")]));
    assert_cmd_snapshot!(parlor, @r"
    success: false
    exit_code: 2
    ----- stdout -----
    coweb.access: fine (list-access.wasm)
    coweb.auth: fine (public-auth.wasm)
    coweb.updater: fine (exact-updater.wasm)
    coweb.launcher: fine (component-launcher.wasm)
    coweb.manager: fine (component-manager.wasm)

    ----- stderr -----
    parlor: component-manager.wasm: is configured as [coweb.service.echo] and exports no parlor:coweb/service-bot
    ");
}
