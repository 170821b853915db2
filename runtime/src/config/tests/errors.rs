//! What is wrong with a file, as a person sees it.

use super::*;

#[test]
fn a_file_that_is_no_toml() {
    assert_snapshot!(errors("[bot.echo]\ncomponent = echo.wasm\n"), @"
    error: string values must be quoted, expected literal string
     --> parlor.toml:2:13
      |
    2 | component = echo.wasm
      |             ^^^^^^^^^
    ");
    assert_snapshot!(errors("[bot.echo\n"), @"
    error: unclosed table, expected `]`
     --> parlor.toml:1:10
      |
    1 | [bot.echo
      |          ^
    ");
    assert_snapshot!(errors("[chat]\n[chat]\n"), @"
    error: duplicate key
     --> parlor.toml:2:2
      |
    2 | [chat]
      |  ^^^^
    ");
    assert_snapshot!(errors("chat = { prefix = \"!\""), @r#"
    error: unclosed inline table, expected `}`
     --> parlor.toml:1:22
      |
    1 | chat = { prefix = "!"
      |                      ^
    "#);
}

#[test]
fn unknown_keys() {
    assert_snapshot!(errors("[bots.echo]\n"), @"
    error: unknown table or key `bots`
     --> parlor.toml:1:2
      |
    1 | [bots.echo]
      |  ^^^^
      |
      = help: did you mean `bot`?
    ");
    assert_snapshot!(errors("[zebra]\n"), @"
    error: unknown table or key `zebra`
     --> parlor.toml:1:2
      |
    1 | [zebra]
      |  ^^^^^
      |
      = help: known here: `limits`, `network`, `bot`, `coweb`, `secret`, `chat`, `store`, `tls`
    ");
    assert_snapshot!(errors("[bot.echo]\ncomponnet = \"echo.wasm\"\n"), @r#"
    error: unknown key `componnet` in `bot.echo`
     --> parlor.toml:2:1
      |
    2 | componnet = "echo.wasm"
      | ^^^^^^^^^
      |
      = help: did you mean `component`?
    "#);
    assert_snapshot!(errors("[bot.echo]\ncomponent = \"echo.wasm\"\nzebra = 1\nstore = \"1 MiB\"\nmailbox = 1\n"), @r#"
    error: unknown key `zebra` in `bot.echo`
     --> parlor.toml:3:1
      |
    3 | zebra = 1
      | ^^^^^
      |
      = help: known here: `grant`, `component`, `service`, `config`, `limits`

    error: unknown key `store` in `bot.echo`
     --> parlor.toml:4:1
      |
    4 | store = "1 MiB"
      | ^^^^^
      |
      = help: it belongs into `grant`, as `grant.store`

    error: unknown key `mailbox` in `bot.echo`
     --> parlor.toml:5:1
      |
    5 | mailbox = 1
      | ^^^^^^^
      |
      = help: it belongs into `limits`, as `limits.mailbox`
    "#);
    assert_snapshot!(errors("[bot.echo]\ncomponent = \"echo.wasm\"\ngrant = { htpp = [], nets = [] }\nlimits.memroy = 1\n"), @"
    error: unknown key `htpp` in `bot.echo.grant`
     --> parlor.toml:3:11
      |
    3 | grant = { htpp = [], nets = [] }
      |           ^^^^
      |
      = help: did you mean `http`?

    error: unknown key `nets` in `bot.echo.grant`
     --> parlor.toml:3:22
      |
    3 | grant = { htpp = [], nets = [] }
      |                      ^^^^
      |
      = help: did you mean `net`?

    error: unknown key `memroy` in `bot.echo.limits`
     --> parlor.toml:4:8
      |
    4 | limits.memroy = 1
      |        ^^^^^^
      |
      = help: did you mean `memory`?
    ");
    assert_snapshot!(errors("[chat]\nprefixx = \"!\"\n[secret.a]\nfrom = \"A\"\nto = [\"a:1\"]\n"), @r#"
    error: unknown key `prefixx` in `chat`
     --> parlor.toml:2:1
      |
    2 | prefixx = "!"
      | ^^^^^^^
      |
      = help: did you mean `prefix`?

    error: the secret `a` has no source
     --> parlor.toml:3:9
      |
    3 | [secret.a]
      |         ^
      |
      = help: it comes from `env = "VARIABLE"` or from `file = "/path"`, never from here

    error: unknown key `from` in `secret.a`
     --> parlor.toml:4:1
      |
    4 | from = "A"
      | ^^^^
      |
      = help: known here: `env`, `file`, `to`, `in-clear`
    "#);
}

#[test]
fn wrong_types() {
    assert_snapshot!(errors("bot = 1\nnetwork.irc = \"irc.wasm\"\n"), @r#"
    error: `bot` must be a table, and is an integer
     --> parlor.toml:1:1
      |
    1 | bot = 1
      | ^^^
      |
      = help: write it like `bot = { echo = { component = "echo.wasm" } }`

    error: `network.irc` must be a table, and is a string
     --> parlor.toml:2:9
      |
    2 | network.irc = "irc.wasm"
      |         ^^^
      |
      = help: each one bears a name, as in `[network.NAME]`
    "#);
    assert_snapshot!(errors("[bot]\ncomponent = \"echo.wasm\"\n"), @r#"
    error: `bot.component` must be a table, and is a string
     --> parlor.toml:2:1
      |
    2 | component = "echo.wasm"
      | ^^^^^^^^^
      |
      = help: each one bears a name, as in `[bot.NAME]`
    "#);
    assert_snapshot!(errors("[bot.echo]\ncomponent = 3\nconfig = []\ngrant = \"all\"\nlimits = 1"), @r#"
    error: `bot.echo.component`: invalid type: integer `3`, expected path string
     --> parlor.toml:2:13
      |
    2 | component = 3
      |             ^
      |
      = help: write it like `component = "echo.wasm"`

    error: `bot.echo.config` must be a table, and is an array
     --> parlor.toml:3:1
      |
    3 | config = []
      | ^^^^^^
      |
      = help: write it like `config = { nick = "parlor" }`

    error: `bot.echo.grant` must be a table, and is a string
     --> parlor.toml:4:1
      |
    4 | grant = "all"
      | ^^^^^
      |
      = help: write it like `grant = { net = ["irc.libera.chat:6697"] }`

    error: `bot.echo.limits` must be a table, and is an integer
     --> parlor.toml:5:1
      |
    5 | limits = 1
      | ^^^^^^
      |
      = help: write it like `limits = { memory = "64 MiB" }`
    "#);
    assert_snapshot!(errors("chat.prefix = 1\nstore.url = true\ntls.extra-roots = []\n"), @r#"
    error: `chat.prefix`: invalid type: integer `1`, expected a string
     --> parlor.toml:1:15
      |
    1 | chat.prefix = 1
      |               ^
      |
      = help: write it like `prefix = "!"`

    error: `store.url`: invalid type: boolean `true`, expected a string
     --> parlor.toml:2:13
      |
    2 | store.url = true
      |             ^^^^
      |
      = help: write it like `url = "sqlite:parlor.db"`

    error: `tls.extra-roots`: invalid type: sequence, expected path string
     --> parlor.toml:3:19
      |
    3 | tls.extra-roots = []
      |                   ^^
      |
      = help: write it like `extra-roots = "ca.pem"`
    "#);
    assert_snapshot!(
        errors("[bot.echo]\ncomponent = \"echo.wasm\"\nlimits = { memory = true, mailbox = \"x\", handles = -1 }\n"),
        @r#"
        error: `bot.echo.limits.memory`: invalid type: boolean `true`, expected an integer or string
         --> parlor.toml:3:21
          |
        3 | limits = { memory = true, mailbox = "x", handles = -1 }
          |                     ^^^^
          |
          = help: write it like `memory = "64 MiB"`

        error: `bot.echo.limits.mailbox`: invalid type: string "x", expected u32
         --> parlor.toml:3:37
          |
        3 | limits = { memory = true, mailbox = "x", handles = -1 }
          |                                     ^^^
          |
          = help: write it like `mailbox = 256`

        error: `bot.echo.limits.handles`: invalid value: integer `-1`, expected u32
         --> parlor.toml:3:52
          |
        3 | limits = { memory = true, mailbox = "x", handles = -1 }
          |                                                    ^^
          |
          = help: write it like `handles = 1000`
        "#
    );
    assert_snapshot!(
        errors("[bot.echo]\ncomponent = \"echo.wasm\"\n[bot.echo.grant]\nstore = \"lots\"\nnetworks = \"libera\"\nsecrets = [1]\n"),
        @r#"
        error: `bot.echo.grant.store`: invalid value: string "lots", expected parsable string
         --> parlor.toml:4:9
          |
        4 | store = "lots"
          |         ^^^^^^
          |
          = help: write it like `store = "1 MiB"`

        error: `bot.echo.grant.networks`: invalid type: string "libera", expected a sequence
         --> parlor.toml:5:12
          |
        5 | networks = "libera"
          |            ^^^^^^^^
          |
          = help: write it like `networks = ["libera"]`

        error: `bot.echo.grant.secrets`: invalid type: integer `1`, expected a string
         --> parlor.toml:6:12
          |
        6 | secrets = [1]
          |            ^
          |
          = help: write it like `secrets = ["libera-password"]`
        "#
    );
}

#[test]
fn limits_out_of_bounds() {
    assert_snapshot!(errors("[limits]\nmemory = \"5 GiB\"\nmailbox = 0\ncpu-per-call = \"0 ms\"\ncall-timeout = \"later\"\n"), @r#"
    error: `limits.memory`: 5.0 GiB is out of bounds: it must be from 64.0 KiB to 4.0 GiB
     --> parlor.toml:2:10
      |
    2 | memory = "5 GiB"
      |          ^^^^^^^
      |
      = help: write it like `memory = "64 MiB"`

    error: `limits.mailbox`: 0 is out of bounds: it must be at least 1
     --> parlor.toml:3:11
      |
    3 | mailbox = 0
      |           ^
      |
      = help: write it like `mailbox = 256`

    error: `limits.cpu-per-call`: 0 ms is out of bounds: it must be from 1ms to 1h
     --> parlor.toml:4:16
      |
    4 | cpu-per-call = "0 ms"
      |                ^^^^^^
      |
      = help: write it like `cpu-per-call = "50 ms"`

    error: `limits.call-timeout`: "later" is no duration: expected number at 0
     --> parlor.toml:5:16
      |
    5 | call-timeout = "later"
      |                ^^^^^^^
      |
      = help: write it like `call-timeout = "10 s"`
    "#);
}

#[test]
fn names() {
    assert_snapshot!(errors("[bot.My_Echo]\ncomponent = \"echo.wasm\"\n"), @"
    error: `My_Echo` cannot be a name
     --> parlor.toml:1:6
      |
    1 | [bot.My_Echo]
      |      ^^^^^^^
      |
      = help: a name is 1 to 32 of the characters `a` to `z`, `0` to `9` and `-`, such as `my-echo`
    ");
    assert_snapshot!(errors("[network.'ö']\ncomponent = \"irc.wasm\"\n"), @"
    error: `ö` cannot be a name
     --> parlor.toml:1:10
      |
    1 | [network.'ö']
      |          ^^^
      |
      = help: a name is 1 to 32 of the characters `a` to `z`, `0` to `9` and `-`
    ");
}

#[test]
fn components() {
    assert_snapshot!(errors("[bot.echo]\n"), @r#"
    error: `bot.echo.component` is missing
     --> parlor.toml:1:6
      |
    1 | [bot.echo]
      |      ^^^^
      |
      = help: write it like `component = "echo.wasm"`
    "#);
    assert_snapshot!(errors("[bot.echo]\ncomponent = \"eco.wasm\"\n[tls]\nextra-roots = \".\"\n"), @r#"
    error: there is no component file `eco.wasm`
     --> parlor.toml:2:13
      |
    2 | component = "eco.wasm"
      |             ^^^^^^^^^^
      |
      = help: a relative path starts at the folder of parlor.toml

    error: `.` is no certificate file
     --> parlor.toml:4:15
      |
    4 | extra-roots = "."
      |               ^^^
      |
      = help: a relative path starts at the folder of parlor.toml
    "#);
}

#[test]
fn guest_configuration_that_json_does_not_have() {
    assert_snapshot!(errors("[bot.echo]\ncomponent = \"echo.wasm\"\nconfig = { a = nan, b = [inf, 9223372036854775808] }\n"), @"
    error: JSON, in which the guest gets this, has no such number
     --> parlor.toml:3:16
      |
    3 | config = { a = nan, b = [inf, 9223372036854775808] }
      |                ^^^
      |
      = help: put it in quotes, and the guest gets it as it is

    error: JSON, in which the guest gets this, has no such number
     --> parlor.toml:3:26
      |
    3 | config = { a = nan, b = [inf, 9223372036854775808] }
      |                          ^^^
      |
      = help: put it in quotes, and the guest gets it as it is
    ");
}

#[test]
fn grants_that_name_nothing() {
    assert_snapshot!(errors("[bot.echo]\ncomponent = \"echo.wasm\"\ngrant = { networks = [\"libera\"], secrets = [\"pw\"] }\n"), @r#"
    error: there is no network `libera`
     --> parlor.toml:3:23
      |
    3 | grant = { networks = ["libera"], secrets = ["pw"] }
      |                       ^^^^^^^^
      |
      = help: there is no network yet; one is made by a table `[network.libera]`

    error: there is no secret `pw`
     --> parlor.toml:3:45
      |
    3 | grant = { networks = ["libera"], secrets = ["pw"] }
      |                                             ^^^^
      |
      = help: there is no secret yet; one is made by a table `[secret.pw]`
    "#);
    assert_snapshot!(
        errors("[network.libera]\ncomponent = \"irc.wasm\"\n[bot.echo]\ncomponent = \"echo.wasm\"\ngrant = { networks = [\"libera\", \"libra\"] }\n"),
        @r#"
        error: there is no network `libra`
         --> parlor.toml:5:33
          |
        5 | grant = { networks = ["libera", "libra"] }
          |                                 ^^^^^^^
          |
          = help: did you mean `libera`?
        "#
    );
    assert_snapshot!(errors("[bot.echo]\ncomponent = \"echo.wasm\"\ngrant = { net = [\"irc.libera.chat\"] }\n"), @r#"
    error: `bot.echo.grant.net`: `irc.libera.chat` has no port: write it like `irc.libera.chat:6697`
     --> parlor.toml:3:17
      |
    3 | grant = { net = ["irc.libera.chat"] }
      |                 ^^^^^^^^^^^^^^^^^^^
      |
      = help: write it like `net = ["irc.libera.chat:6697"]`
    "#);
}

#[test]
fn what_is_wrong_itself_can_be_granted() {
    assert_snapshot!(errors("network.irc = 1\n[secret.pw]\nto = [\"a\"]\n[bot.echo]\ncomponent = \"echo.wasm\"\ngrant = { networks = [\"irc\"], secrets = [\"pw\"] }\n"), @r#"
    error: `network.irc` must be a table, and is an integer
     --> parlor.toml:1:9
      |
    1 | network.irc = 1
      |         ^^^
      |
      = help: each one bears a name, as in `[network.NAME]`

    error: the secret `pw` has no source
     --> parlor.toml:2:9
      |
    2 | [secret.pw]
      |         ^^
      |
      = help: it comes from `env = "VARIABLE"` or from `file = "/path"`, never from here

    error: `secret.pw.to`: `a` has no port: write it like `irc.libera.chat:6697`
     --> parlor.toml:3:6
      |
    3 | to = ["a"]
      |      ^^^^^
      |
      = help: write it like `to = ["irc.libera.chat:6697"]`
    "#);
}

#[test]
fn directories_are_looked_for_in_the_folder_of_the_file() {
    let folder = folder();
    let text = "[bot.echo]\ncomponent = \"echo.wasm\"\ngrant.dirs = [{ host = \".\", guest = \"/\" }]\n";
    assert_eq!(read(&folder, text).unwrap().bots["echo"].grant.dirs[0].host, folder.path().join("."));
    assert_snapshot!(
        errors("[bot.echo]\ncomponent = \"echo.wasm\"\ngrant.dirs = [{ host = \"www\", guest = \"/\" }, { hots = \"a\" }]\n"),
        @r#"
        error: `bot.echo.grant.dirs`: unknown field `hots`, expected one of `host`, `guest`, `write`
         --> parlor.toml:3:48
          |
        3 | grant.dirs = [{ host = "www", guest = "/" }, { hots = "a" }]
          |                                                ^^^^
          |
          = help: write it like `dirs = [{ host = "/srv/files", guest = "/files" }]`
        "#
    );
    assert_snapshot!(errors("[bot.echo]\ncomponent = \"echo.wasm\"\ngrant.dirs = [{ host = \"echo.wasm\", guest = \"/\" }]\n"), @r#"
    error: `echo.wasm` is no directory
     --> parlor.toml:3:15
      |
    3 | grant.dirs = [{ host = "echo.wasm", guest = "/" }]
      |               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: a relative path starts at the folder of parlor.toml
    "#);
}

#[test]
fn secrets() {
    assert_snapshot!(errors("[secret.a]\nto = [\"a:1\"]\n"), @r#"
    error: the secret `a` has no source
     --> parlor.toml:1:9
      |
    1 | [secret.a]
      |         ^
      |
      = help: it comes from `env = "VARIABLE"` or from `file = "/path"`, never from here
    "#);
    assert_snapshot!(errors("[secret.a]\nenv = \"A\"\nfile = \"a\"\nto = [\"a:1\"]\n"), @r#"
    error: the secret `a` has two sources
     --> parlor.toml:3:8
      |
    3 | file = "a"
      |        ^^^
      |
      = help: keep `env` or `file`, and leave out the other
    "#);
    assert_snapshot!(errors("[secret.a]\nenv = \"A\"\n[secret.b]\nenv = \"B\"\nto = []\n[secret.c]\nenv = \"C=\"\nto = [\"c\"]\n"), @r#"
    error: `secret.a.to` is missing
     --> parlor.toml:1:9
      |
    1 | [secret.a]
      |         ^
      |
      = help: write it like `to = ["irc.libera.chat:6697"]`

    error: the secret may be sent nowhere
     --> parlor.toml:5:6
      |
    5 | to = []
      |      ^^
      |
      = help: write it like `to = ["irc.libera.chat:6697"]`

    error: no environment variable can have this name
     --> parlor.toml:7:7
      |
    7 | env = "C="
      |       ^^^^
      |
      = help: write it like `env = "LIBERA_PASSWORD"`

    error: `secret.c.to`: `c` has no port: write it like `irc.libera.chat:6697`
     --> parlor.toml:8:6
      |
    8 | to = ["c"]
      |      ^^^^^
      |
      = help: write it like `to = ["irc.libera.chat:6697"]`
    "#);
}

#[test]
fn chat_and_store() {
    assert_snapshot!(errors("[chat]\nprefix = \" \"\n[store]\n"), @r#"
    error: `chat.prefix`: commands cannot begin with this: a prefix is 1 to 32 bytes of visible text
     --> parlor.toml:2:10
      |
    2 | prefix = " "
      |          ^^^
      |
      = help: write it like `prefix = "!"`

    error: `store.url` is missing
     --> parlor.toml:3:2
      |
    3 | [store]
      |  ^^^^^
      |
      = help: write it like `url = "sqlite:parlor.db"`
    "#);
    assert_snapshot!(errors("[store]\nurl = \"parlor.db\"\n"), @r#"
    error: a store is named by `sqlite:PATH` or `postgres://USER@HOST/DATABASE`
     --> parlor.toml:2:7
      |
    2 | url = "parlor.db"
      |       ^^^^^^^^^^^
      |
      = help: write it like `url = "sqlite:parlor.db"`
    "#);
    assert_snapshot!(errors("[store]\nurl = \"postgres://a:b@c/d\"\n"), @"
    error: a password does not belong here
    --> parlor.toml:2:7
     = help: leave it out, and put it into the environment variable PGPASSWORD or the file ~/.pgpass
    ");
}
