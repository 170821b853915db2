//! Addresses and origins as they are granted.

use std::{
    fmt::{self, Display},
    net::IpAddr,
    str::FromStr,
};

use ipnet::IpNet;
use serde::Deserialize;

use super::endpoint::{Endpoint, Host, Via};

/// Why a text in the configuration is not the grant that it should be: a sentence with an example.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BadGrant(String);

/// Where connections may go, as one entry of `net` says it:
///
/// | text | what it grants |
/// |---|---|
/// | `irc.libera.chat:6697` | this name, at the public addresses that it resolves to |
/// | `*.example.com:443` | every name below `example.com`, at any depth, likewise |
/// | `*:443` | every name but `localhost`, likewise |
/// | `localhost:6667` | this machine |
/// | `127.0.0.1:*`, `[::1]:80` | this address, public or not, at any or one port |
/// | `10.0.0.0/8:6667`, `[fd00::/8]:443` | these addresses |
/// | `stdio:` | the terminal that started the host |
///
/// It is displayed as it was written.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Address {
    text: String,
    /// None is `stdio:`.
    place: Option<Place>,
}

impl Address {
    /// Whether this is the terminal.
    pub fn is_stdio(&self) -> bool {
        self.place.is_none()
    }

    /// Whether this is a place where `host`, as it was asked for, and `port` are.
    pub fn names(&self, host: &Host, port: u16) -> bool {
        self.place().is_some_and(|place| place.names(host, port))
    }

    pub(super) fn place(&self) -> Option<&Place> {
        self.place.as_ref()
    }
}

impl FromStr for Address {
    type Err = BadGrant;

    fn from_str(text: &str) -> Result<Self, BadGrant> {
        if text == "stdio:" {
            return Ok(Self { text: text.to_owned(), place: None });
        }
        if let Some((scheme, rest)) = text.split_once("://") {
            let rest = if rest.is_empty() { "irc.libera.chat:6697" } else { rest };
            return Err(BadGrant(format!("an address has no `{scheme}://` before it: write `{rest}`")));
        }
        let place = Place::parse(text, None, "irc.libera.chat:6697")?;
        Ok(Self { text: text.to_owned(), place: Some(place) })
    }
}

/// Where HTTP requests may go, as one entry of `http` says it: `https://api.example.com`, `http://127.0.0.1:8080`,
/// `https://*.example.com`, `https://*`. The port is the scheme's own where none is written; names and addresses
/// mean what they do in an [`Address`]. It is displayed as it was written.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Origin {
    text: String,
    via: Via,
    place: Place,
}

impl Origin {
    /// The place, if this is an origin of the same scheme as `endpoint`.
    pub(super) fn place_for(&self, endpoint: &Endpoint) -> Option<&Place> {
        (self.via == endpoint.via).then_some(&self.place)
    }
}

impl FromStr for Origin {
    type Err = BadGrant;

    fn from_str(text: &str) -> Result<Self, BadGrant> {
        let example = "https://api.example.com";
        let found =
            [Via::Https, Via::Http].into_iter().find_map(|via| Some((via, text.strip_prefix(via.prefix())?)));
        let Some((via, authority)) = found else {
            return Err(BadGrant(format!(
                "`{text}` does not begin with https:// or http://: write it like `{example}`"
            )));
        };
        if let Some((authority, _)) = authority.split_once(['/', '?', '#']) {
            let origin = format!("{}{authority}", via.prefix());
            return Err(BadGrant(format!(
                "an origin has no path, since all of a host is granted: write `{origin}`"
            )));
        }
        let place = Place::parse(authority, via.default_port(), example)?;
        Ok(Self { text: text.to_owned(), via, place })
    }
}

macro_rules! as_written {
    ($($grant:ty),*) => { $(
        impl Display for $grant {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.text)
            }
        }

        impl TryFrom<String> for $grant {
            type Error = BadGrant;

            fn try_from(text: String) -> Result<Self, BadGrant> {
                text.parse()
            }
        }
    )* };
}

as_written!(Address, Origin);

/// Hosts and ports, as one grant names them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    hosts: Hosts,
    /// None is all of them.
    port: Option<u16>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Hosts {
    Name(String),
    /// Names that end in this, which begins with a dot.
    Below(String),
    AnyName,
    Net(IpNet),
}

impl Place {
    /// Whether `host` and `port`, as they were asked for, are meant. That is not yet leave to connect: a name may lead
    /// anywhere.
    pub fn names(&self, host: &Host, port: u16) -> bool {
        let meant = match (&self.hosts, host) {
            (Hosts::Name(name), Host::Name(asked)) => name == asked,
            (Hosts::Below(suffix), Host::Name(asked)) => {
                asked.len() > suffix.len() && asked.ends_with(suffix)
            }
            // `localhost` means this machine, which is granted only by its own name.
            (Hosts::AnyName, Host::Name(asked)) => asked != "localhost",
            (Hosts::Net(net), Host::Ip(asked)) => net.contains(asked),
            _ => false,
        };
        meant && self.has_port(port)
    }

    /// Whether this grants the address itself, whatever name led to it.
    pub fn covers(&self, ip: IpAddr, port: u16) -> bool {
        matches!(&self.hosts, Hosts::Net(net) if net.contains(&ip)) && self.has_port(port)
    }

    fn has_port(&self, port: u16) -> bool {
        self.port.is_none_or(|granted| granted == port)
    }

    fn parse(text: &str, default_port: Option<u16>, example: &str) -> Result<Self, BadGrant> {
        if text.contains('@') {
            return Err(BadGrant(format!(
                "a grant has no user or password in it: write it like `{example}`"
            )));
        }
        // The colons within an address in brackets do not part a port.
        let colon = text.rfind(':').filter(|colon| text.rfind(']').is_none_or(|bracket| bracket < *colon));
        let (host, port) = match colon {
            Some(colon) => (&text[..colon], Some(&text[colon + 1..])),
            None => (text, None),
        };
        if host.contains(':') && !host.starts_with('[') {
            return Err(BadGrant(format!(
                "`{text}` needs brackets around its IPv6 address, as in `[::1]:80`"
            )));
        }
        let port = match (port, default_port) {
            (Some("*"), _) => None,
            (Some(port), _) => Some(port.parse().ok().filter(|port| *port != 0).ok_or_else(|| {
                BadGrant(format!(
                    "`{port}` is no port, which is 1 to 65535, or * for all: write it like `{example}`"
                ))
            })?),
            (None, Some(default)) => Some(default),
            (None, None) => {
                return Err(BadGrant(format!("`{text}` has no port: write it like `{example}`")));
            }
        };
        let hosts = Hosts::parse(host).ok_or_else(|| {
            BadGrant(format!(
                "`{host}` is neither a name nor an address nor a range of them: write it like `{example}`"
            ))
        })?;
        Ok(Self { hosts, port })
    }
}

impl Hosts {
    fn parse(text: &str) -> Option<Self> {
        if text == "*" {
            return Some(Self::AnyName);
        }
        if text.contains('/') {
            let range = text.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
            let net = range.unwrap_or(text).parse::<IpNet>().ok()?;
            // Brackets belong to IPv6 and only there.
            return (range.is_some() == matches!(net, IpNet::V6(_))).then(|| Self::Net(net.trunc()));
        }
        if let Some(domain) = text.strip_prefix("*.") {
            return match domain.parse().ok()? {
                Host::Name(name) if !name.contains('*') => Some(Self::Below(format!(".{name}"))),
                _ => None,
            };
        }
        match text.parse().ok()? {
            Host::Name(name) if !name.contains('*') => Some(Self::Name(name)),
            Host::Name(_) => None,
            Host::Ip(ip) => Some(Self::Net(ip.into())),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn names(grant: &str, host: &str, port: u16) -> bool {
        grant.parse::<Address>().unwrap().names(&host.parse().unwrap(), port)
    }

    #[test]
    fn grants_name_what_they_say() {
        for (grant, host, port, named) in [
            ("irc.libera.chat:6697", "IRC.libera.chat.", 6697, true),
            ("IRC.Libera.Chat.:6697", "irc.libera.chat", 6697, true),
            ("irc.libera.chat:6697", "irc.libera.chat", 6667, false),
            ("irc.libera.chat:*", "irc.libera.chat", 6667, true),
            ("irc.libera.chat:6697", "evil-irc.libera.chat", 6697, false),
            ("irc.libera.chat:6697", "irc.libera.chat.evil.example", 6697, false),
            ("*.example.com:443", "a.example.com", 443, true),
            ("*.example.com:443", "a.b.example.com", 443, true),
            ("*.example.com:443", "example.com", 443, false),
            ("*.example.com:443", "evilexample.com", 443, false),
            ("bücher.example:443", "xn--bcher-kva.example", 443, true),
            ("*:443", "anything.example", 443, true),
            ("*:443", "localhost", 443, false),
            ("*:443", "1.1.1.1", 443, false),
            ("localhost:80", "localhost", 80, true),
            ("10.0.0.0/8:6667", "10.1.2.3", 6667, true),
            ("10.0.0.0/8:6667", "11.1.2.3", 6667, false),
            ("10.0.0.0/8:6667", "[::ffff:10.1.2.3]", 6667, true),
            ("[::ffff:10.1.2.3]:6667", "10.1.2.3", 6667, true),
            ("10.9.9.9/8:6667", "10.1.2.3", 6667, true),
            ("[fd00::/8]:443", "[fd12::1]", 443, true),
            ("[::1]:80", "[::1]", 80, true),
            ("127.0.0.1:*", "2130706433", 1, true),
            ("0.0.0.0/0:443", "example.com", 443, false),
            ("stdio:", "stdio", 1, false),
        ] {
            assert_eq!(names(grant, host, port), named, "{grant} and {host}:{port}");
        }
    }

    #[test]
    fn a_wrong_grant_is_answered_with_how_to_write_it() {
        for (text, part) in [
            ("irc.libera.chat", "has no port: write it like `irc.libera.chat:6697`"),
            ("[::1]", "has no port"),
            ("irc.libera.chat:0", "`0` is no port"),
            ("irc.libera.chat:irc", "`irc` is no port"),
            ("irc.libera.chat:65536", "1 to 65535"),
            ("::1:80", "brackets"),
            ("tcp://irc.libera.chat:6697", "write `irc.libera.chat:6697`"),
            ("me:secret@irc.libera.chat:6697", "no user or password"),
            ("10.0.0.0/33:80", "neither a name nor an address"),
            ("fd00::/8:80", "brackets"),
            ("[10.0.0.0/8]:80", "neither"),
            ("a.*.example:80", "neither"),
            ("*.10.0.0.1:80", "neither"),
            (":80", "neither"),
            ("", "has no port"),
        ] {
            let error = text.parse::<Address>().unwrap_err().to_string();
            assert!(error.contains(part), "{text}: {error}");
        }
        for (text, part) in [
            ("api.example.com", "write it like `https://api.example.com`"),
            ("ftp://example.com", "does not begin with https://"),
            ("https://example.com/path", "write `https://example.com`"),
            ("https://example.com:0", "is no port"),
            ("https://a@example.com", "no user or password"),
            ("https://", "neither"),
        ] {
            let error = text.parse::<Origin>().unwrap_err().to_string();
            assert!(error.contains(part), "{text}: {error}");
        }
    }

    #[test]
    fn grants_are_displayed_as_written() {
        for text in ["Irc.Libera.Chat:6697", "10.9.9.9/8:*", "[::1]:80", "stdio:"] {
            assert_eq!(text.parse::<Address>().unwrap().to_string(), text);
        }
        for text in ["https://API.example.com", "http://127.0.0.1:8080", "https://*.example.com"] {
            assert_eq!(text.parse::<Origin>().unwrap().to_string(), text);
        }
    }

    proptest! {
        #[test]
        fn whatever_is_asked_can_be_granted_as_displayed(
            host in prop_oneof!["[a-z]{1,9}(\\.[a-z]{1,9}){0,3}", any::<IpAddr>().prop_map(|ip| match ip {
                IpAddr::V4(ip) => ip.to_string(),
                IpAddr::V6(ip) => format!("[{ip}]"),
            })],
            port in 1u16..,
            via in prop::sample::select(vec![Via::Connection, Via::Http, Via::Https]),
        ) {
            let endpoint = Endpoint { via, host: host.parse().unwrap(), port };
            let text = endpoint.to_string();
            if via == Via::Connection {
                prop_assert!(text.parse::<Address>().unwrap().names(&endpoint.host, port));
            } else {
                let origin = text.parse::<Origin>().unwrap();
                prop_assert!(origin.place_for(&endpoint).unwrap().names(&endpoint.host, port));
            }
        }

        #[test]
        fn no_text_is_a_panic(text in any::<String>()) {
            let _ = text.parse::<Address>();
            let _ = text.parse::<Origin>();
            let _ = text.parse::<Host>();
        }
    }
}
