//! What the owner configured.

use std::{fmt::Display, str::FromStr, time::Duration};

use crate::name;

/// The configuration, understood.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// As it was written: `irc.example.org:6697`.
    pub server: String,
    pub tls: bool,
    pub nick: String,
    pub user: String,
    pub realname: String,
    /// The secret that is sent with `PASS`, by its name.
    pub password: Option<String>,
    pub sasl: Option<Sasl>,
    /// How many lines may go at once.
    pub burst: u32,
    /// How long until one more may.
    pub pace: Duration,
    /// How long the server may be silent.
    pub patience: Duration,
    /// The answer to CTCP VERSION.
    pub version: String,
    /// Whether bots may speak to network services.
    pub allow_services: bool,
}

/// How to log in to an account.
#[derive(Clone, Debug, PartialEq)]
pub struct Sasl {
    pub user: String,
    /// The secret with the password, by its name.
    pub secret: String,
    /// Without it, the bot does not want to be there.
    pub required: bool,
}

/// The port that is for TLS (RFC 7194).
const TLS_PORT: u16 = 6697;

/// All keys, for whoever wrote another one.
const KEYS: &str = "server, tls, nick, user, realname, password-secret, sasl-user, sasl-secret, sasl-required, \
                    send-burst, send-per-second, ping-timeout, version and allow-services";

impl Settings {
    /// Reads keys and values; the error says what to change.
    pub fn read(pairs: impl IntoIterator<Item = (String, String)>) -> Result<Self, String> {
        let mut settings = Self {
            server: String::new(),
            tls: false,
            nick: "parlor".to_owned(),
            user: "parlor".to_owned(),
            realname: "Parlor".to_owned(),
            password: None,
            sasl: None,
            burst: 5,
            pace: Duration::from_secs(2),
            patience: Duration::from_secs(120),
            version: concat!("Parlor ", env!("CARGO_PKG_VERSION")).to_owned(),
            allow_services: false,
        };
        let (mut tls, mut sasl_user, mut sasl_secret, mut sasl_required) = (None, None, None, None);
        for (key, value) in pairs {
            let key = key.as_str();
            match key {
                "server" => settings.server = value,
                "tls" => tls = Some(parsed(key, &value, "true or false")?),
                "nick" => settings.nick = nick(value)?,
                "user" => settings.user = user(value)?,
                "realname" => settings.realname = line(key, value)?,
                "password-secret" => settings.password = Some(value),
                "sasl-user" => sasl_user = Some(line(key, value)?),
                "sasl-secret" => sasl_secret = Some(value),
                "sasl-required" => sasl_required = Some(parsed(key, &value, "true or false")?),
                "send-burst" => settings.burst = within(key, &value, 1, 100_000)?,
                "send-per-second" => {
                    settings.pace = Duration::from_secs_f64(1.0 / within(key, &value, 0.01, 100_000.0)?);
                }
                "ping-timeout" => settings.patience = Duration::from_secs(within(key, &value, 10, 3600)?),
                "version" => settings.version = line(key, value)?,
                "allow-services" => settings.allow_services = parsed(key, &value, "true or false")?,
                // Written one line too far down.
                "rooms" => {
                    return Err(
                        "`rooms` is no key of this backend: it stands in `[network.NAME]`, beside `config` \
                                and not in it"
                            .to_owned(),
                    );
                }
                unknown => return Err(format!("`{unknown}` is no key of this backend: there are {KEYS}")),
            }
        }
        let port = port(&settings.server)?;
        settings.tls = tls.unwrap_or(port == TLS_PORT);
        settings.sasl = match (sasl_user, sasl_secret) {
            (Some(user), Some(secret)) => {
                Some(Sasl { user, secret, required: sasl_required.unwrap_or(true) })
            }
            (None, None) if sasl_required == Some(true) => {
                return Err("`sasl-required` is set: set `sasl-user` and `sasl-secret` too".to_owned());
            }
            (None, None) => None,
            (Some(_), None) => {
                return Err("`sasl-user` is set: set `sasl-secret` to the name of the secret with its \
                            password too"
                    .to_owned());
            }
            (None, Some(_)) => {
                return Err("`sasl-secret` is set: set `sasl-user` to the account's name too".to_owned());
            }
        };
        Ok(settings)
    }

    /// Where to connect to.
    pub fn url(&self) -> String {
        format!("{}://{}", if self.tls { "tls" } else { "tcp" }, self.server)
    }
}

/// The port of `host:port`; an IPv6 address stands in brackets.
fn port(server: &str) -> Result<u16, String> {
    let whole = server.rsplit_once(':').filter(|(host, _)| {
        let bracketed = host.starts_with('[') && host.ends_with(']');
        !host.is_empty()
            && !host.contains(|letter: char| letter.is_whitespace() || letter.is_control() || letter == '/')
            && (bracketed || !host.contains(':'))
    });
    match whole.and_then(|(_, port)| port.parse().ok()).filter(|port| *port > 0) {
        Some(port) => Ok(port),
        None if server.is_empty() => {
            Err("`server` is not configured: set it to a host and a port, as in \"irc.example.org:6697\""
                .to_owned())
        }
        None => Err(format!(
            "`server` is {server:?}: write a host and a port, as in \"irc.example.org:6697\" or \"[::1]:6667\""
        )),
    }
}

fn nick(text: String) -> Result<String, String> {
    if name::is_nick(&text) {
        return Ok(text);
    }
    Err(format!("`nick` is {text:?}: {}", name::NICK_RULE))
}

fn user(text: String) -> Result<String, String> {
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.');
    if !text.is_empty() && text.chars().all(allowed) {
        return Ok(text);
    }
    Err(format!("`user` is {text:?}: use ASCII letters, digits, - _ and . only"))
}

fn line(key: &str, text: String) -> Result<String, String> {
    if !text.trim().is_empty() && text.len() <= 255 && !text.contains(char::is_control) {
        return Ok(text);
    }
    Err(format!("`{key}` must be one line of 1 to 255 bytes"))
}

fn parsed<T: FromStr>(key: &str, text: &str, wanted: &str) -> Result<T, String> {
    text.trim().parse().map_err(|_| format!("`{key}` is {text:?}: write {wanted}"))
}

fn within<T: FromStr + PartialOrd + Display>(key: &str, text: &str, least: T, most: T) -> Result<T, String> {
    let wanted = format!("a number from {least} to {most}");
    let number: T = parsed(key, text, &wanted)?;
    if number >= least && number <= most {
        return Ok(number);
    }
    Err(format!("`{key}` is {text}: write {wanted}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<Settings, String> {
        Settings::read(pairs.iter().map(|(key, value)| (key.to_string(), value.to_string())))
    }

    #[test]
    fn a_server_is_enough() {
        let settings = read(&[("server", "irc.example.org:6697")]).expect("settings");
        assert_eq!(settings.url(), "tls://irc.example.org:6697");
        assert_eq!((settings.burst, settings.pace), (5, Duration::from_secs(2)));
        assert_eq!(read(&[("server", "[::1]:6667")]).map(|it| it.url()), Ok("tcp://[::1]:6667".to_owned()));
        let tls =
            read(&[("server", "a:7000"), ("tls", "true"), ("send-per-second", "0.5")]).expect("settings");
        assert_eq!((tls.url().as_str(), tls.pace), ("tls://a:7000", Duration::from_secs(2)));
    }

    #[test]
    fn an_account_is_required_unless_said_otherwise() {
        let account = [("server", "a:1"), ("sasl-user", "bot"), ("sasl-secret", "s")];
        let sasl = read(&account).expect("settings").sasl.expect("an account");
        assert!(sasl.required);
        let lax = read(&[account.as_slice(), &[("sasl-required", "false")]].concat()).expect("settings");
        assert!(!lax.sasl.expect("an account").required);
    }

    #[test]
    fn what_is_wrong_is_named_with_its_remedy() {
        let a = ("server", "a:1");
        for (pairs, named) in [
            (vec![], "irc.example.org:6697"),
            (vec![("server", "irc.example.org")], "host and a port"),
            (vec![("server", ":6667")], "host and a port"),
            (vec![("server", "::1:6667")], "host and a port"),
            (vec![("server", "a/b:6667")], "host and a port"),
            (vec![("server", "a:0")], "host and a port"),
            (vec![a, ("tls", "yes")], "true or false"),
            (vec![a, ("nick", "a b")], "`nick`"),
            (vec![a, ("user", "a\r\nQUIT")], "`user`"),
            (vec![a, ("realname", "a\nb")], "`realname`"),
            (vec![a, ("send-burst", "0")], "from 1 to"),
            (vec![a, ("send-per-second", "NaN")], "from 0.01 to"),
            (vec![a, ("ping-timeout", "1")], "from 10 to"),
            (vec![a, ("sasl-user", "bot")], "`sasl-secret`"),
            (vec![a, ("sasl-secret", "s")], "`sasl-user`"),
            (vec![a, ("sasl-required", "true")], "`sasl-user`"),
            (vec![a, ("allow-services", "yes")], "true or false"),
            (vec![a, ("rooms", "[\"#tea\"]")], "beside `config`"),
            (vec![a, ("colour", "red")], "`colour` is no key"),
        ] {
            let complaint = read(&pairs).expect_err("refused");
            assert!(complaint.contains(named), "{pairs:?}: {complaint}");
        }
    }
}
