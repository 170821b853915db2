//! What each key looks like when it is right: the remedy where it is wrong.

use super::{limits::LimitOverrides, reader::struct_fields};
use crate::sandbox::grants::Grants;

/// One line for every key that the file may have.
const EXAMPLES: &[&str] = &[
    r#"network = { libera = { component = "irc.wasm" } }"#,
    r#"bot = { echo = { component = "echo.wasm" } }"#,
    r#"secret = { libera-password = { env = "LIBERA_PASSWORD", to = ["irc.libera.chat:6697"] } }"#,
    r#"chat = { prefix = "!" }"#,
    r#"tls = { extra-roots = "ca.pem" }"#,
    // An extension.
    r#"component = "echo.wasm""#,
    r#"config = { nick = "parlor" }"#,
    r#"grant = { net = ["irc.libera.chat:6697"] }"#,
    r#"limits = { memory = "64 MiB" }"#,
    // Grants.
    r#"networks = ["libera"]"#,
    r#"net = ["irc.libera.chat:6697"]"#,
    r#"http = ["https://api.example.com"]"#,
    r#"secrets = ["libera-password"]"#,
    r#"store = "1 MiB""#,
    r#"dirs = [{ host = "/srv/files", guest = "/files" }]"#,
    r#"programs = { clock = { run = ["python3", "clock.py"] } }"#,
    // Limits.
    r#"memory = "64 MiB""#,
    "table-elements = 20000",
    "instances = 64",
    r#"cpu-per-call = "50 ms""#,
    r#"call-timeout = "10 s""#,
    r#"host-call-bytes = "4 MiB""#,
    "handles = 1000",
    r#"random-bytes = "64 KiB""#,
    "log-lines-per-second = 50",
    r#"log-bytes-per-second = "64 KiB""#,
    "mailbox = 256",
    r#"mailbox-bytes = "8 MiB""#,
    "connections = 8",
    r#"unsent-bytes = "1 MiB""#,
    r#"message-bytes = "1 MiB""#,
    "timers = 256",
    "fetches = 16",
    r#"fetch-bytes = "4 MiB""#,
    r#"store-value-bytes = "256 KiB""#,
    // Secrets.
    r#"env = "LIBERA_PASSWORD""#,
    r#"file = "/run/secrets/libera-password""#,
    r#"to = ["irc.libera.chat:6697"]"#,
    "in-clear = true",
    r##"rooms = ["#parlor"]"##,
    // Chat.
    r#"prefix = "!""#,
    r#"prefixes = ["parlor,"]"#,
    r#"prefix-in-private = "optional""#,
    r#"unknown-commands = "told""#,
    r#"flood = { commands = 20, per = "10 s" }"#,
    r#"private = ["help"]"#,
    r#"threaded = ["poll *"]"#,
    "nick-prefix = true",
    r#"admins = ["libera/account:ann"]"#,
    r##"tell-admins = [{ network = "libera", room = "#ops" }]"##,
    r#"access = { deny-users = ["libera/*!*@bad.example"] }"#,
    r#"rules = [{ commands = ["karma top"], only-in = "rooms" }]"#,
    // Coweb.
    r#"coweb = { listen = "127.0.0.1:8080" }"#,
    r#"listen = "127.0.0.1:8080""#,
    r#"static = "www""#,
    r#"web-root = "/""#,
    r#"admin-url = "/admin""#,
    r#"session-root = "/session/""#,
    r#"services-root = "/services/""#,
    r#"login-url = "/login""#,
    r#"logout-url = "/logout""#,
    r#"origins = ["https://app.example.com"]"#,
    r#"idle-timeout = "30 s""#,
    r#"grace = "5 s""#,
    r#"updater-timeout = "10 s""#,
    "clients = 10000",
    "clients-per-session = 256",
    "sessions = 10000",
    "max-connections = 20000",
    r#"max-message = "1 MiB""#,
    "navigation = true",
    r#"cookie-secret = { file = "/run/secrets/cookies" }"#,
    r#"auth = { component = "ini-auth.wasm" }"#,
    r#"access = { component = "list-access.wasm" }"#,
    r#"updater = { component = "exact-updater.wasm" }"#,
    r#"launcher = { component = "component-launcher.wasm" }"#,
    r#"manager = { component = "component-manager.wasm" }"#,
    r#"service = { echo = { component = "echo-service.wasm" } }"#,
    r#"stop-unused = ["clock"]"#,
    r#"certificate = "cert.pem""#,
    r#"key = "key.pem""#,
    // The rest.
    r#"url = "sqlite:parlor.db""#,
    r#"store.url = "sqlite:parlor.db""#,
    r#"extra-roots = "ca.pem""#,
];

/// The remedy for a key with a wrong value.
pub(super) fn remedy(key: &str) -> Option<String> {
    let example = EXAMPLES.iter().find(|example| example.split(" =").next() == Some(key))?;
    Some(format!("write it like `{example}`"))
}

/// The remedy for a key that stands in an extension's own table, and belongs one table deeper.
pub(super) fn place_of(key: &str, known: &[&str]) -> Option<String> {
    let tables = [("grant", struct_fields::<Grants>()), ("limits", struct_fields::<LimitOverrides>())];
    tables
        .into_iter()
        .find(|(table, keys)| known.contains(table) && keys.contains(&key))
        .map(|(table, _)| format!("it belongs into `{table}`, as `{table}.{key}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_grant_and_limit_has_an_example_that_is_right() {
        for key in struct_fields::<LimitOverrides>() {
            let example = example(key);
            assert!(toml::from_str::<LimitOverrides>(&example).is_ok(), "{example}");
        }
        for key in struct_fields::<Grants>() {
            let example = example(key);
            assert!(toml::from_str::<Grants>(&example).is_ok(), "{example}");
        }
    }

    fn example(key: &str) -> String {
        let remedy = remedy(key).unwrap_or_else(|| panic!("`{key}` needs an example"));
        remedy.trim_start_matches("write it like `").trim_end_matches('`').to_owned()
    }
}
